"""Firms of a class of technology: who files most there, each under one name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.technology.families import open_patents
from udsyn.evidence.technology.names.resolve import resolve
from udsyn.evidence.technology.users import COUNTING
from udsyn.facts import countries
from udsyn.record.engine import Place

SCHEMA: dict[str, Any] = {
    "rank": pl.Int64,
    "name": pl.String,
    "country": pl.String,
    "families": pl.Float64,
    "share": pl.Float64,
    "last_year": pl.Int64,
    "spellings": pl.List(pl.String),
}


def firms(
    record: Place,
    classes: tuple[str, ...],
    *,
    country: str | None = None,
    overrides: Mapping[str, str] | None = None,
    source: str | None = None,
    limit: int = 20,
) -> Result:
    """The firms with most families in some classes of CPC (beginnings of symbols: C25B, H01M8), largest first.

    Columns: rank, name, country, families (in parts for their applicants), share of all families in the classes,
    last_year (of filing), spellings. overrides: name → entity, decided by people.
    """
    where = " OR ".join(f"starts_with(symbol, $c{number})" for number in range(len(classes))) or "true"
    given = {f"c{number}": symbol for number, symbol in enumerate(classes)}
    with open_patents(record, source) as held:
        rows = held.connection.sql(
            "SELECT name, country, count(*) AS mentions, sum(part) AS families, max(year(filed)) AS last_year "  # noqa: S608
            "FROM party JOIN family USING (family) "
            f"WHERE role = 'applicant' AND name IS NOT NULL "
            f"AND family IN (SELECT family FROM family_class WHERE {where}) GROUP BY name, country",
            params=given,
        ).pl()
        origin = Provenance("technology-firms", "fractional (applicant)", held.source)
        notes = (COUNTING, f"Terms: {'; '.join(held.terms)}.")
    entity = {name: one.entity for name, one in resolve(mentions_of(rows), overrides).items()}
    whole = rows["families"].sum()
    if country:
        rows = rows.filter(pl.col("country") == countries.code_of(country))
    naming = pl.col("name").replace_strict(entity, return_dtype=pl.String).alias("firm")
    found = (
        rows.with_columns(naming)
        .group_by("firm", "country")
        .agg(
            pl.col("families").sum(),
            pl.col("last_year").max(),
            pl.col("name").sort_by("mentions", "name", descending=[True, False]).alias("spellings"),
        )
        .sort("families", "firm", descending=[True, False])
        .head(limit)
        .with_row_index("rank", offset=1)
        .rename({"firm": "name"})
        .with_columns(share=pl.col("families") / whole)
    )
    return Result(found.select(pl.col(name).cast(type_) for name, type_ in SCHEMA.items()), origin, notes)


def mentions_of(rows: pl.DataFrame) -> dict[str, int]:
    """Name → how often it stands, whatever its country."""
    return dict(rows.group_by("name").agg(pl.col("mentions").sum()).iter_rows())
