"""Everything that the rooms hold of one person, by what they declare (`kernel.personal`).

Somebody is known by a row: of a person mostly, or a request or a candidate that was linked to no person. From there all
rows are found that are linked to the person or bear an address of theirs that nobody else has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from udsyn.desk.kernel import personal
from udsyn.desk.kernel.personal import STAYS, Personal
from udsyn.desk.tools.mentions import Words, words_of

AUTHOR = re.compile(r"a\d+")  #: an id in the record, which is no word of a text


@dataclass(frozen=True)
class Subject:
    """Somebody, and what is theirs: rows that are about them, and rows in which they are only named for their work."""

    root: Any
    person: int | None
    addresses: frozenset[str]
    words: Words
    about: list[tuple[Personal, list[Any]]] = field(default_factory=list)
    named: list[tuple[Personal, list[Any]]] = field(default_factory=list)

    @property
    def authors(self) -> list[str]:
        """Their ids in the record."""
        return [one.upper() for one in self.addresses if AUTHOR.fullmatch(one)]

    @property
    def accounts(self) -> list[int]:
        """Their accounts, whose doings the ledger tells of."""
        from django.contrib.auth import get_user_model

        return [row.pk for one, rows in self.about for row in rows if one.model is get_user_model()]

    def keys(self) -> set[tuple[str, int]]:
        """Kind and number of all rows that are about them."""
        return {(one.model._meta.model_name, row.pk) for one, rows in self.about for row in rows}


def find(root: Any) -> Subject:
    """All that is held of whom a row is about."""
    person = person_of(root)
    addresses = frozenset(addresses_in([(one, [root]) for one in personal.of_model(type(root))]))
    while True:
        about = rows_of(root, person, addresses, stays=False)
        more = addresses | {one for one in addresses_in(about) if not somebody_elses(one, person)}
        if more == addresses:
            break
        addresses = more
    spoken = (one for one in (*addresses, *phones_in(about)) if not AUTHOR.fullmatch(one))
    words = words_of(names_in(about), spoken, lambda name: is_shared(name, person))
    return Subject(root, person, addresses, words, about, rows_of(root, person, addresses, stays=True))


def person_of(root: Any) -> int | None:
    """The person a row is about; None where none is linked."""
    model = personal.person().model
    if isinstance(root, model):
        return int(root.merged_into_id or root.pk)
    for one in personal.of_model(type(root)):
        for path in one.subject:
            found = type(root)._base_manager.filter(pk=root.pk).values_list(path, flat=True).first()
            if found and "__" not in path:
                return int(found)
    return None


def rows_of(
    root: Any, person: int | None, addresses: frozenset[str], *, stays: bool
) -> list[tuple[Personal, list[Any]]]:
    """What is declared of somebody: rows that are about them, or those that stay with their name."""
    found = []
    for one in personal.declared():
        if (one.erase == STAYS) is stays:
            rows = list(one.model._base_manager.filter(one.of(person, addresses)).distinct())
            if person is None and not stays and isinstance(root, one.model) and root not in rows:
                rows.append(root)
            if rows:
                found.append((one, rows))
    return found


def versions(one: Personal, row: Any) -> list[Any]:
    """A row and what it was before."""
    return [row, *(one.model.history.filter(id=row.pk) if hasattr(one.model, "history") else ())]


def said(about: Iterable[tuple[Personal, list[Any]]], names: Any) -> set[str]:
    """What the columns `names(one)` of rows say, now and before."""
    return {
        str(value)
        for one, rows in about
        for row in rows
        for version in versions(one, row)
        for name in names(one)
        if (value := getattr(version, name, ""))
    }


def addresses_in(about: Iterable[tuple[Personal, list[Any]]]) -> set[str]:
    return {one.casefold() for one in said(about, lambda one: one.address) if not one.endswith(".invalid")}


def names_in(about: Iterable[tuple[Personal, list[Any]]]) -> set[str]:
    spoken = said(about, lambda one: one.called)
    for one, rows in about:
        if one.model is personal.person().model:
            spoken |= {
                " ".join(filter(None, (version.given_name, version.family_name)))
                for row in rows
                for version in versions(one, row)
            }
    return {name for name in spoken if personal.MARK not in name}


def phones_in(about: Iterable[tuple[Personal, list[Any]]]) -> set[str]:
    return said(about, lambda one: [name for name in one.fields if name == "phone"])


def somebody_elses(address: str, person: int | None) -> bool:
    """Another person has this address too: an office's, which tells nobody apart."""
    if "@" not in address:
        return False
    people = personal.person().model.objects.filter(email__iexact=address, merged_into__isnull=True)
    return people.exclude(pk=person).exists()


def is_shared(name: str, person: int | None) -> bool:
    """Another person has this name too."""
    first, family = name.split(" ")[0], name.split(" ")[-1]
    people = personal.person().model.objects.filter(merged_into__isnull=True).exclude(pk=person)
    people = people.filter(family_name__iendswith=family, given_name__istartswith=first)
    return any(one.full_name.casefold() == name.casefold() for one in people)
