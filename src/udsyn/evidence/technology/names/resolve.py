"""Names of organisations to organisations: each distinct name gets an entity, called by its most frequent spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from udsyn.evidence.technology.names.forms import WORD, Form, clean, form_of_clean, table
from udsyn.evidence.technology.names.links import links
from udsyn.evidence.technology.names.spelling import corrections, counted


@dataclass(frozen=True, slots=True)
class Named:
    """The entity of a name, the name it was linked to and why."""

    entity: str
    linked_to: str
    reason: str


def resolve(
    mentions: Mapping[str, int], overrides: Mapping[str, str] | None = None, wide: bool = False
) -> dict[str, Named]:
    """Name → entity. `mentions`: name → how often it stands in the source.

    `overrides`: name → entity, decided by people. `wide` finds more and errs more (figures in docs/technology.md). An
    entity is called by its most frequent name.
    """
    names = sorted(mentions, key=lambda name: (-mentions[name], name))
    numbers: dict[Form, int] = {}
    form_number = [numbers.setdefault(form, len(numbers)) for form in forms_of(names, wide)]
    forms = list(numbers)
    first: list[str] = [""] * len(forms)  # the most frequent name of each form
    weight = [0] * len(forms)
    for name, number in zip(names, form_number, strict=True):
        first[number] = first[number] or name
        weight[number] += mentions[name]
    parent, reason = list(range(len(forms))), [""] * len(forms)
    for link in links(forms, weight, wide):
        if parent[link.rare] == link.rare and root_of(parent, link.common) != link.rare:
            parent[link.rare], reason[link.rare] = link.common, link.reason
    heads: dict[int, int] = {}  # the form of a star that holds its most frequent name
    for number in range(len(forms)):
        top = root_of(parent, number)
        heads[top] = min(heads.get(top, number), number)
    found = {}
    for name, number in zip(names, form_number, strict=True):
        entity = first[heads[root_of(parent, number)]]
        if name == first[number]:
            linked, why = first[parent[number]], reason[number] or "its own name"
        else:
            linked, why = first[number], "same normal form"
        found[name] = Named(entity, linked, why)
    return {**found, **decided(found, overrides or {})}


def decided(found: Mapping[str, Named], overrides: Mapping[str, str]) -> dict[str, Named]:
    """What people decided, over what was found: a name that stands in the file moves with nobody else."""
    return {
        name: Named(found[entity].entity if entity in found and entity not in overrides else entity, entity, "decided")
        for name, entity in overrides.items()
        if name in found
    }


def forms_of(names: Sequence[str], wide: bool = False) -> list[Form]:
    """The normal forms, after words that are misspelt against all names of the file."""
    texts = [clean(name) for name in names]
    spelled = corrections(counted(WORD.findall(text) for text in texts), known_words())
    return [form_of_clean(text, spelled, wide) for text in texts]


def known_words() -> frozenset[str]:
    """The words of words.yaml: never misspellings of others."""
    words = table()
    written = {*words["words"], *words["words"].values(), *words["legal"], *words["offices"], *words["bodies"]}
    return frozenset(word for word in written if " " not in word)


def root_of(parent: list[int], number: int) -> int:
    """The star's centre, with the way shortened."""
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number
