"""What the lists say now, and what a newer edition changed.

A whole list replaces what was held of it. An amending act changes only the entries that it names, until an edition of
the whole list that was made after it says otherwise. Which was made first their days tell, never the order of loading.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.facts.models import earliest, latest
from udsyn.record.lists.listing import KEY, LISTINGS, STATEMENTS
from udsyn.record.lists.load import shelf_of

Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Entry:
    """One listing: who, under which act, with which measure, from when. `said` holds the source's own cells."""

    key: Key
    act: str
    programme: str
    annex: str | None
    measure: str
    in_force_from: str | None
    known_from: str | None
    until: str | None
    kind: str
    name: str
    names: tuple[str, ...]
    weak_names: tuple[str, ...]
    countries: tuple[str, ...]
    addresses: tuple[str, ...]
    birth_dates: tuple[str, ...]
    said: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The entry in a word: the list, the annex, and the number or name in it."""
        return " ".join(part for part in (self.key[0], self.annex, self.key[5]) if part)

    def in_force(self, day: dt.date) -> bool:
        """Whether the measure stands on a day. Where no beginning is known it does, so that nothing is missed."""
        begun = self.in_force_from is None or earliest(self.in_force_from) <= day
        return begun and (self.until is None or day <= latest(self.until))


@dataclass(frozen=True)
class Statement:
    """A file as it says something of a list: all of it, or what an act changes."""

    list: str
    act: str
    whole: bool
    edition: int
    entries: Mapping[Key, Entry]
    retrieved: str = ""  #: the day on which it was fetched

    @cached_property
    def newest(self) -> str:
        """The last day from which it lists anybody; empty where it names none."""
        return max((entry.in_force_from for entry in self.entries.values() if entry.in_force_from), default="")

    def made_after(self, other: Statement) -> bool:
        """Whether it lists somebody later than another does; where one names no day, whether it was fetched later."""
        if self.newest and other.newest:
            return self.newest > other.newest
        return self.retrieved > other.retrieved


@dataclass(frozen=True)
class Change:
    """An entry that came, went, or says something else; `cells` names what: column → (before, after)."""

    key: Key
    kind: str  # added, removed, changed
    entry: Entry
    cells: Mapping[str, tuple[Any, Any]]


def current(statements: Iterable[Statement]) -> dict[Key, Entry]:
    """What holds after all statements, list by list."""
    by_list: dict[str, list[Statement]] = {}
    for statement in statements:
        by_list.setdefault(statement.list, []).append(statement)
    found: dict[Key, Entry] = {}
    for name in sorted(by_list):
        found |= folded(by_list[name])
    return found


def folded(statements: list[Statement]) -> dict[Key, Entry]:
    """What holds of one list: its newest whole edition, and what acts change of it, in the order of their numbers."""
    fetched = sorted(statements, key=lambda s: (s.retrieved, s.edition))
    whole = next((s for s in reversed(fetched) if s.whole), None)
    found = dict(whole.entries) if whole else {}
    corrected = {s.act: s for s in fetched if not s.whole}  # an act that was fetched again replaces its first reading
    for act in sorted(corrected.values(), key=lambda s: number_of(s.act)):
        found |= beside(whole, act)
    return found


def beside(whole: Statement | None, act: Statement) -> Mapping[Key, Entry]:
    """What an act says that a whole edition does not yet know.

    Nothing where that was made after it and holds one of its entries as it says it: what it lacks has ended since.
    Where it holds none so, it answers for its own entries only if it was fetched later.
    """
    if whole is None or not whole.made_after(act):
        return act.entries
    if any(key in whole.entries and whole.entries[key].said == entry.said for key, entry in act.entries.items()):
        return {}
    if whole.retrieved > act.retrieved:
        return {key: entry for key, entry in act.entries.items() if key not in whole.entries}
    return act.entries


def number_of(act: str) -> tuple[str, ...]:
    """A CELEX number in the order of years and numbers; other names of acts as they are."""
    return (act[1:5], act[6:].rjust(8, "0"), act) if act[:1] == "3" and act[1:5].isdigit() else ("", "", act)


def changed(before: Mapping[Key, Entry], after: Mapping[Key, Entry]) -> list[Change]:
    """Entries that differ between two days of the lists, with the cells that changed; in the order of their keys."""
    found = []
    for key in sorted(before.keys() | after.keys(), key=str):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            found.append(Change(key, "removed" if new is None else "added", new or old, {}))  # type: ignore[arg-type]
        elif cells := difference(old.said, new.said):
            found.append(Change(key, "changed", new, cells))
    return found


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys([*old, *new])
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def statements(record: Path | str, edition: int | None = None, day: dt.date | None = None) -> Iterator[Statement]:
    """What the files on the shelf say; of the loads up to one, or of files fetched up to a day, where named."""
    for folder, about in shelf_of(record).held():
        if day is not None and about.retrieved is not None and about.retrieved > str(day):
            continue
        said = pl.read_parquet(folder / f"{STATEMENTS}.parquet")
        rows = pl.read_parquet(folder / f"{LISTINGS}.parquet")
        for list_, act, whole, number in said.select("list", "act", "whole", "edition").iter_rows():
            if edition is None or number <= edition:
                entries = keyed(rows.filter(list=list_))
                yield Statement(list_, act, whole, number, entries, about.retrieved or "")


def keyed(rows: pl.DataFrame) -> dict[Key, Entry]:
    """Entries by key. Where a source repeats a key, the second is told apart by its number."""
    met: Counter[Key] = Counter()
    found = {}
    for row in rows.iter_rows(named=True):
        key: Key = tuple(row[column] for column in KEY)
        met[key] += 1
        if met[key] > 1:
            key = (*key, str(met[key]))
        found[key] = entry_of(key, row)
    return found


def entry_of(key: Key, row: Mapping[str, Any]) -> Entry:
    values = {column.name: row[column.name] for column in fields(Entry) if column.name in row}
    several = {
        name: tuple(row[name] or ()) for name in ("names", "weak_names", "countries", "addresses", "birth_dates")
    }
    stated = {name: row[name] or "not stated" for name in ("programme", "measure", "act")}
    return Entry(**values | several | stated | {"key": key, "said": json.loads(row["said"])})


def held(record: Path | str, edition: int | None = None, day: dt.date | None = None) -> dict[Key, Entry]:
    """What the lists on a record's shelf say, as they stood after a load, or at the end of a day, where named."""
    return current(statements(record, edition, day))
