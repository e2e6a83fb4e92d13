"""Who in the record a written name is: found where something besides the name says so, otherwise asked.

A name alone is nobody: there are namesakes. What tells somebody is an organisation of the same name that stands on
their works, or works written together with the other side of a pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from rapidfuzz import fuzz, utils

from udsyn.contacts.duplicates import namesakes
from udsyn.contacts.index import Index
from udsyn.contacts.names import is_full, keys, may_be_one
from udsyn.contacts.people import activity, person_row
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, INSTITUTIONS

FOUND, DOUBT, UNKNOWN = "found", "doubt", "unknown"
SAME = 92.0  #: how alike the words of two names of organisations are, of 100, so that only their spelling differs
MOST = 8  #: candidates that are asked about
Reason = tuple[str, str]  #: a code (name, organisation, joint, country, identifier) and what it says
Places = Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class Asked:
    """A name as somebody wrote it, with what else they wrote; empty is unknown. Without a name, an organisation."""

    name: str = ""
    organisation: str = ""
    country: str = ""  #: ISO-2


@dataclass(frozen=True)
class Candidate:
    """Somebody of the record who may be meant, and why. ident: A… for people, a ROR id for organisations."""

    ident: str
    name: str
    place: str
    country: str
    works: int | None
    reasons: tuple[Reason, ...]

    @property
    def told(self) -> bool:
        """Something besides the name says that it is they."""
        return any(code in ("organisation", "joint", "identifier") for code, _value in self.reasons)


@dataclass(frozen=True)
class Recognised:
    """found: exactly one is told by more than the name. doubt: several, or one by name only. unknown: nobody."""

    verdict: str
    candidates: tuple[Candidate, ...] = field(default=())


def recognise(index: Index, pairs: Iterable[tuple[Asked, Asked]]) -> list[tuple[Recognised, Recognised]]:
    """Both sides of each pair. People who opted out of lists are nobody here."""
    asked = [[(side, called(index, side.name)) for side in pair] for pair in pairs]
    places = places_of(index, {person for pair in asked for _side, people in pair for person in people})
    register = organisations(index.record)
    found = []
    for (ours, mine), (theirs, other) in asked:
        joint = joint_works(index, mine, other)
        found.append(
            (
                judged(index, ours, mine, places, {a: n for (a, _b), n in joint.items()}, theirs.name, register),
                judged(index, theirs, other, places, {b: n for (_a, b), n in joint.items()}, ours.name, register),
            )
        )
    return found


def called(index: Index, name: str) -> list[int]:
    """People of the record whose name can be this one."""
    people = {person for key in keys(name) for person in namesakes(index, key)}
    return [person for person in sorted(people) if may_be_one(name, index.name(person))]


def joint_works(index: Index, ours: list[int], theirs: list[int]) -> dict[tuple[int, int], int]:
    """How many works two people wrote together, for the pairs of which there is any."""
    counted = {
        (a, b): len(np.intersect1d(index.works_of(a), index.works_of(b))) for a in ours for b in theirs if a != b
    }
    return {pair: number for pair, number in counted.items() if number}


def places_of(index: Index, people: Iterable[int]) -> Places:
    """Names of all institutions that stand on each person's works, today's and earlier ones."""
    author = {int(index.arrays["author"][person]): person for person in people}
    same = {old: kept for old, kept in index.kept.items() if kept in author}
    files = index.record.files(AUTHORSHIPS)
    if not author or not files:
        return {}
    stood = pl.scan_parquet(files).select("author", "institution").drop_nulls()
    stood = stood.filter(pl.col("author").is_in([*author, *same])).unique()
    found: dict[int, set[str]] = {}
    for who, institution in stood.collect().iter_rows():
        found.setdefault(author[same.get(who, who)], set()).add(index.institution_name(institution) or "")
    return {person: frozenset(names) for person, names in found.items()}


def judged(
    index: Index,
    asked: Asked,
    people: list[int],
    places: Places,
    joint: Mapping[int, int],
    other: str,
    register: list[tuple[str, str, str]],
) -> Recognised:
    """One side of a pair, with the works that its candidates wrote with the other side's."""
    if not asked.name:
        return judged_organisation(asked, register)
    candidates = []
    for person in people:
        row = person_row(index, person)
        place = next((name for name in sorted(places.get(person, ())) if alike(asked.organisation, name)), "")
        reasons: list[Reason] = [("name", index.name(person))]
        reasons += [("organisation", place)] if place else []
        reasons += [("joint", f"{joint[person]} {other}")] if person in joint else []
        reasons += [("country", row["country"])] if asked.country and row["country"] == asked.country else []
        elsewhere = asked.country and row["country"] and row["country"] != asked.country
        one = Candidate(
            row["id"],
            row["name"],
            row["institution"] or "",
            row["country"] or "",
            activity(index, person)["works"],
            tuple(reasons),
        )
        if one.told or not elsewhere:
            candidates.append(one)
    return settled(candidates, lambda one: is_full(asked.name) and is_full(one.name))


def judged_organisation(asked: Asked, register: list[tuple[str, str, str]]) -> Recognised:
    """An organisation by its name and country in the record's register."""
    candidates = []
    for ror, name, country in register:
        if alike(asked.organisation, name) and not (asked.country and country and asked.country != country):
            same = asked.country and country == asked.country
            reasons: list[Reason] = [("organisation" if same else "name", name)]
            candidates.append(
                Candidate(ror, name, "", country, None, (*reasons, *([("country", country)] * bool(same))))
            )
    return settled(candidates, lambda one: True)


def settled(candidates: list[Candidate], certain: Callable[[Candidate], bool]) -> Recognised:
    """The verdict: one who is told by more than the name is found, everything else is asked."""
    told = [one for one in candidates if one.told]
    ordered = tuple(sorted(candidates, key=lambda one: (-len(one.reasons), -(one.works or 0), one.ident))[:MOST])
    if len(told) == 1 and certain(told[0]):
        return Recognised(FOUND, (told[0],))
    return Recognised(DOUBT if ordered else UNKNOWN, ordered)


def alike(written: str, name: str) -> bool:
    """The same words, spelled a little differently at most: one university is no other that has its name and more."""
    return bool(written) and fuzz.token_sort_ratio(written, name, processor=utils.default_process) >= SAME


def organisations(record: Record) -> list[tuple[str, str, str]]:
    """ROR id, name and country of the record's institutions."""
    files = record.files(INSTITUTIONS)
    if not files:
        return []
    rows = pl.scan_parquet(files).select("ror", "name", "country").drop_nulls(["ror", "name"]).collect()
    return [(ror.rstrip("/").rpartition("/")[2], name, country or "") for ror, name, country in rows.iter_rows()]
