"""How much of the world's research a country does, year by year."""

from __future__ import annotations

import polars as pl

from udsyn.evidence.numbers import finite
from udsyn.evidence.result import Result
from udsyn.evidence.sources import WORLD, Years, choose, country_code, of_source, provenance
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR

OUTPUT = ("works", "works_fractional")


def share(
    record_path: Place,
    country: str,
    years: Years | None = None,
    source: str | None = None,
    field: str | None = None,
) -> Result:
    """One row per year: full, fractional, share_full, share_fractional; of one field (its id) where named.

    `full` counts works with the country among their countries, `fractional` sums its author-level weights; the shares
    (fractions of 1) are of all works of the source, so that fractional shares of all countries and of the unknown part
    add up to 1, while full shares add up to more. What the source lacks is null. Raises UsageError for an unknown
    country or source.
    """
    record, code = Record.open(record_path), country_code(country)
    held = COUNTRY_YEAR if field is None else COUNTRY_FIELD_YEAR
    chosen = choose(record, held, source, OUTPUT)
    cube = of_source(record, held, chosen.name, years)
    address = pl.format("share/{}/{}", pl.lit(code), "year")
    if field is not None:
        cube = cube.filter((pl.col("level") == "field") & (pl.col("member") == field))
        address = pl.format("profile/{}/fractional/{}/field/{}", pl.lit(code), "year", pl.lit(field))
    own, world = (cube.filter(pl.col("country") == who) for who in (code, WORLD))
    counts = own.select("year", full="works", fractional="works_fractional")
    if chosen.counted and not own.is_empty():  # every work is there: a year without works of the country is a zero
        counts = (
            world.select("year").join(counts, on="year", how="left").with_columns(pl.exclude("year").fill_null(0.0))
        )
    rows = (
        counts.join(
            world.select("year", world_full="works", world_fractional="works_fractional"), on="year", how="left"
        )
        .sort("year")
        .select(
            "year",
            "full",
            "fractional",
            share_full=finite(pl.col("full") / pl.col("world_full")),
            share_fractional=finite(pl.col("fractional") / pl.col("world_fractional")),
            result=address,
        )
    )
    notes = [*chosen.said]
    if rows.is_empty():
        notes.append(f"nothing held on {code} in {chosen.name}" + (f", field {field}." if field else "."))
    elif rows["full"].is_null().all() and rows["fractional"].is_null().all():
        notes.append(
            f"{chosen.name} does not hold all works of countries, only joint ones: no share can be had from it."
        )
    return Result(rows, provenance(record, chosen, "share", "full and fractional", years), tuple(notes))
