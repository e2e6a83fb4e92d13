"""What every brief asks a record for: countries by name, the widest source, and answers that may not be held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar

import polars as pl

from udsyn import facts
from udsyn.briefs.sections import Country
from udsyn.errors import NotHeld, UdsynError
from udsyn.evidence.result import Result
from udsyn.evidence.sources import last_complete_year
from udsyn.record.engine import Record
from udsyn.record.tables import PAIR_YEAR, Table

Asked = ParamSpec("Asked")
Found = TypeVar("Found")

GENERATED = "Generated data: a demonstration world. No number here says anything about real countries."


def banner(record: Record) -> str | None:
    """The label of generated data."""
    return GENERATED if record.manifest().get("generated") else None


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


def largest(record: Record, cube: Table, country: str) -> str | None:
    """The source that counts most for a country: a brief takes the widest view that is held and says which."""
    rows = record.cube(cube)
    if cube is PAIR_YEAR:
        mine = (pl.col("c1") == country) | (pl.col("c2") == country)
        rows = rows.filter(mine & (pl.col("c1") != pl.col("c2")))
        size = pl.col("works").sum()
    else:
        rows = rows.filter(pl.col("country") == country)
        size = pl.max_horizontal(pl.col("works").sum(), pl.col("works_fractional").sum())
    if rows.is_empty():
        return None
    sizes = rows.group_by("source").agg(size=size).filter(pl.col("size") > 0)
    ranked = sizes.sort(["size", "source"], descending=[True, False])["source"].to_list()
    return str(ranked[0]) if ranked else None


def complete(found: Result | None) -> Result | None:
    """A finding by year without the years that its snapshot cuts short."""
    if found is None or found.rows.is_empty():
        return found
    last = last_complete_year(found.provenance.snapshot, found.rows["year"].max())
    return replace(found, rows=found.rows.filter(pl.col("year") <= last))
