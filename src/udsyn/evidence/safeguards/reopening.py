"""Which decided cases a newer edition of the lists opens again, and by which lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.entries import Change, Key
from udsyn.evidence.safeguards.identity import Lists


@dataclass(frozen=True)
class Decided:
    """A case that somebody decided: about whom, and on which entries the decision rests (confirmed or dismissed)."""

    body: Body
    entries: frozenset[Key]


def reopened(cases: Mapping[str, Decided], changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Case → the changes that touch it: an entry that it rests on, or one that says something new of its partner.

    Every other decision stands: a list that changes elsewhere opens nothing.
    """
    by_key = {change.key: change for change in changes}
    lists = Lists({change.key: change.entry for change in by_key.values() if change.kind != "removed"})
    names = list(cases)
    found: dict[str, list[Change]] = {}
    for name, matches in zip(names, lists.matches([cases[name].body for name in names]), strict=True):
        if touched := {key: by_key[key] for key in [*cases[name].entries, *matches] if key in by_key}:
            found[name] = list(touched.values())
    return found
