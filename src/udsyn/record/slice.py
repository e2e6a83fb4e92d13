"""A home-country slice: all about the works that touch some countries, and of others what the world's counts need.

A work touches a country by any author placed there. Works that touch none of the slice's countries keep their row in
`works` (year, type, language, topic, citations, flags; no title and no DOI), their countries in `work_countries`, and
their citations by year where those are read; nothing else. Those rows, and not sums of them, are kept because a sum
cannot be mended when a work moves to a newer partition, is merged into another or falls out of a changed scope. So
every cube of countries and of the world is that of the whole record, cell by cell, under any scope and any policy of
merging country codes. What hangs on authors and institutions is whole for the slice's countries and for no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from udsyn.errors import NotHeld, UsageError
from udsyn.facts.countries import MERGES, is_country

if TYPE_CHECKING:
    import pyarrow as pa

#: Tables that hold every work of the world.
WHOLE = ("works", "work_countries", "citations_by_year")
#: Columns of `works` that are left empty for works outside.
LEFT_EMPTY = ("title", "doi")


@dataclass(frozen=True)
class Slice:
    """The countries that a record keeps in full: home and its partners."""

    home: str
    partners: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for code in (self.home, *self.partners):
            if not is_country(code):
                raise UsageError(f"{code} is no country code: write ISO 3166-1 alpha-2, such as DK.")

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Slice:
        return cls(stored["home"], tuple(stored["partners"]))

    def as_json(self) -> dict[str, Any]:
        return {"home": self.home, "partners": list(self.partners)}

    @property
    def countries(self) -> tuple[str, ...]:
        """Every code that is kept: also those that a policy counts as one of them, so that each policy stays right."""
        named = {self.home, *self.partners}
        merged = {code for policy in MERGES.values() for code, into in policy.items() if into in named}
        return tuple(sorted(named | merged))

    def __str__(self) -> str:
        return f"{self.home} with {', '.join(self.partners)}" if self.partners else self.home

    def keep(self, rows: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """A part's rows without what is not kept of works that touch none of the countries."""
        import pyarrow as pa  # loaded where parts are read: every question asks for the slice
        import pyarrow.compute as pc

        if "work_countries" not in rows:
            return dict(rows)
        located = rows["work_countries"]
        inside = pc.unique(located.filter(pc.is_in(located["country"], pa.array(self.countries)))["work"])
        kept = {
            name: table
            if name in WHOLE or "work" not in table.column_names
            else table.filter(pc.is_in(table["work"], inside))
            for name, table in rows.items()
        }
        works = kept["works"]
        touching = pc.is_in(works["work"], inside)
        for name in LEFT_EMPTY:
            column = pc.if_else(touching, works[name], pa.scalar(None, works[name].type))
            works = works.set_column(works.column_names.index(name), name, column)
        return {**kept, "works": works}


def demand_same(held: Slice | None, asked: Slice | None, holds_works: bool) -> Slice | None:
    """The slice that a record is read as: what it is already, or what is asked of a record without works.

    Raises UsageError where the two differ: works that were left out cannot be told from works that never were.
    """
    if not holds_works:
        return asked or held
    if asked and asked != held:
        what = f"a slice of {held}" if held else "a whole record"
        raise UsageError(f"this record is {what}; it cannot become a slice of {asked}. Read that into another folder.")
    return held


def demand_kept(held: Slice | None, countries: Sequence[str], what: str) -> None:
    """Raise NotHeld where a question about people or institutions leaves the slice."""
    if held and (outside := [code for code in countries if code not in held.countries]):
        raise NotHeld(
            f"this record is a slice of {held}: {what} of {', '.join(outside)} are not in it. "
            f"Read a slice with --partners {','.join((*held.partners, *outside))}, or the whole snapshot."
        )


def demand_whole(held: Slice | None, what: str) -> None:
    """Raise NotHeld where a question about the world's institutions or people meets a slice."""
    if held:
        raise NotHeld(
            f"this record is a slice of {held}: {what} would need the institutions of all works. "
            "Counts of countries and fields are whole; for this, read the whole snapshot into another record."
        )
