"""What every brief asks a record for: countries by name, one rule for sources, and answers that may not be held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

import polars as pl

from udsyn import facts
from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.evidence.result import Result
from udsyn.evidence.shares import OUTPUT
from udsyn.evidence.sources import choose, last_complete_year, rows_per_source
from udsyn.record.engine import Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, PAIR_FIELD_YEAR, PAIR_YEAR, Table

Asked = ParamSpec("Asked")
Found = TypeVar("Found")

#: cubes that the numbers of a brief come from
ASKED_OF = (PAIR_YEAR, COUNTRY_YEAR, COUNTRY_FIELD_YEAR)
GENERATED = "Generated data: a demonstration world. No number here says anything about real countries."


@dataclass(frozen=True)
class Country:
    """A country by its ISO-2 code and its English name."""

    code: str
    name: str


def banner(record: Record) -> str | None:
    """The label of generated data."""
    return GENERATED if record.manifest().get("generated") else None


def titles(record: Record) -> dict[str, str]:
    """What the record's sources call themselves, where they do."""
    return {name: str(held["title"]) for name, held in record.manifest()["sources"].items() if held.get("title")}


def named(label: str) -> Country:
    """A country by code or name. Raises UsageError for what is no country."""
    code = facts.countries.code_of(label)
    return Country(code, facts.countries.name(code))


def held(find: Callable[Asked, Found], *asked: Asked.args, **options: Asked.kwargs) -> Found | None:
    """What a question finds, or None where nothing is held that answers it. Any other error ends the brief."""
    try:
        return find(*asked, **options)
    except NotHeld:
        return None


def judged(
    find: Callable[Asked, Found], *asked: Asked.args, **options: Asked.kwargs
) -> tuple[Found | None, str | None]:
    """What a question finds, or the reason why nothing is found, for a section that tells it."""
    try:
        return find(*asked, **options), None
    except UdsynError as reason:
        return None, str(reason)


def source_for(record: Record, cube: Table, wanted: str | None = None) -> str | None:
    """The source that a brief takes from a cube: the one wanted where it is there, else that of `udsyn evidence`.

    None where the cube is empty. Raises UsageError for a source that no cube of the record has.
    """
    needs = ("works",) if cube in (PAIR_YEAR, PAIR_FIELD_YEAR) else OUTPUT
    if wanted is not None:
        every = {name for one in ASKED_OF for name in rows_per_source(record, one, ("works",))}
        if wanted not in every:
            raise UsageError(f"no source {wanted} answers this; the record holds {', '.join(sorted(every)) or 'none'}.")
        if wanted in rows_per_source(record, cube, needs):
            return wanted
    found = held(choose, record, cube, None, needs)
    return found.name if found else None


def years_held(record: Record, cube: Table, source: str | None) -> str:
    """The first and the last year of a source's cube, as 2003-2022, for what is summed over all of them."""
    if source is None:
        return "years not held"
    years = record.cube(cube, source)["year"].drop_nulls()
    return f"{min(years)}-{max(years)}" if len(years) else "years not held"


def spots_years(record: Record, spots: Result | None) -> str:
    """The years of the works that hot-spots were found in: all that their source holds."""
    return years_held(record, COUNTRY_YEAR, None if spots is None else spots.provenance.source)


def complete(found: Result | None) -> Result | None:
    """A finding by year without the years that its snapshot cuts short."""
    if found is None or found.rows.is_empty():
        return found
    last = last_complete_year(found.provenance.snapshot, found.rows["year"].max())
    return replace(found, rows=found.rows.filter(pl.col("year") <= last))


def in_country(code: str) -> pl.Expr:
    """Hot-spots that reach into a country; a hot-spot may cross borders."""
    return pl.col("countries").str.split(",").list.contains(code)
