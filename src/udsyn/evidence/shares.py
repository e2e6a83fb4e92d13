"""How much of the world's research a country does, year by year."""

from __future__ import annotations

from typing import Unpack

import polars as pl

from udsyn.evidence.address import stem
from udsyn.evidence.cells import rows_of
from udsyn.evidence.intervals import UNKNOWN, share_interval
from udsyn.evidence.numbers import finite
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.sources import WORLD, Source, choose, of_source, provenance
from udsyn.evidence.teams import said, yearly
from udsyn.facts import store
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, IMPACT

#: A share is far from a published one where it is more than so many times it, or less than that part of it.
FAR = 2.0
OUTPUT = ("works", "works_fractional")
COLUMNS = (
    "year",
    "full",
    "fractional",
    *("share_full", "share_full_low", "share_full_high"),
    *("share_fractional", "share_fractional_low", "share_fractional_high"),
    *("design_effect_full", "design_effect_fractional"),
    "result",
)


def share(record: Place, question: Question | str | None = None, **parts: Unpack[Parts]) -> Result:
    """One row per year: full, fractional, share_full, share_fractional with 95 % intervals; of one unit where named.

    `full` counts works with the country among their countries, `fractional` sums its author-level weights; the shares
    (fractions of 1) are of all works of the source, so that fractional shares of all countries and of the unknown part
    add up to 1, while full shares add up to more. Intervals are Wilson's, with the world's works as the sample, fewer
    by the design effect of teams; those of fractional shares count each work by its weight. A panel does not hold the
    weights: a unit of weight is one work there, which gives rather too wide an interval.
    What the source lacks is null. Raises UsageError for an unknown country or source.
    """
    record, asked = Record.open(record), ask("share", question, parts)
    code, unit = asked.country, asked.unit
    held = COUNTRY_YEAR if unit is None else COUNTRY_FIELD_YEAR
    chosen = choose(record, held, asked, OUTPUT)
    cube = of_source(record, held, chosen.name, asked.years)
    address = pl.format("{}/{}", pl.lit(stem("share", asked)), "year")
    if unit is not None:
        cube = cube.filter((pl.col("level") == unit.level) & (pl.col("member") == unit.member))
        address = pl.format("profile/{}/fractional/{}/{}", pl.lit(code), "year", pl.lit(str(unit)))
    own, world = (cube.filter(pl.col("country") == who) for who in (code, WORLD))
    counts = own.select("year", full="works", fractional="works_fractional")
    if chosen.counted and not own.is_empty():  # every work is there: a year without works of the country is a zero
        counts = (
            world.select("year").join(counts, on="year", how="left").with_columns(pl.exclude("year").fill_null(0.0))
        )
    squares = squared_weights(record, chosen, asked)
    totals = world.select("year", world_full="works", world_fractional="works_fractional")
    rows = counts.join(totals, on="year", how="left").join(squares, on="year", how="left").sort("year")
    rows = rows.select(
        "year",
        "full",
        "fractional",
        share_full=finite(pl.col("full") / pl.col("world_full")),
        share_fractional=finite(pl.col("fractional") / pl.col("world_fractional")),
        sample_full="world_full",
        sample_fractional=pl.col("world_fractional")
        * (finite(pl.col("fractional") / pl.col("squares")) if chosen.counted else 1.0),
        result=address,
    )
    for counting, effects in yearly(record, chosen, asked).items():
        by_year = [effects.of(str(year)) for year in rows["year"]]
        rows = rows.with_columns(pl.Series(f"design_effect_{counting}", by_year, pl.Float64))
    rows = with_intervals(with_intervals(rows, "full"), "fractional").select(*COLUMNS)
    notes = [*chosen.said, said(record, chosen)]
    if rows.is_empty():
        notes.append(f"nothing held on {code} in {chosen.name}" + (f", {unit.level} {unit.member}." if unit else "."))
    elif rows["full"].is_null().all() and rows["fractional"].is_null().all():
        notes.append(
            f"{chosen.name} does not hold all works of countries, only joint ones: no share can be had from it."
        )
    if unit is None and not record.manifest().get("generated"):
        notes += far_from_published(code, rows)
    return Result(rows, provenance(record, chosen, "share", "full and fractional", asked.years), tuple(notes))


def far_from_published(country: str, rows: pl.DataFrame) -> list[str]:
    """A warning where a year's share is more than FAR times the published one, or less than that part of it."""
    held = {row["year"]: row["share_fractional"] for row in rows.to_dicts() if row["share_fractional"] is not None}
    notes = []
    for figure in store.read("figures"):  # as it is written: their model takes longer to load than the shares
        asked = figure["country"] == country and figure["indicator"] == "share_fractional"
        if not asked or not figure["value"] or figure["period"] not in map(str, held):
            continue
        here, there = held[int(figure["period"])], figure["value"]
        if not there / FAR <= here <= there * FAR:
            notes.append(
                f"far from a published figure: {country}'s fractional share in {figure['period']} is {here:.2%} here, "
                f"{there:.2%} in {figure['data']} ({', '.join(figure['sources'])}). Is all of the world held? See "
                "`udsyn record status` and `udsyn evidence published`."
            )
    return notes


def squared_weights(record: Record, source: Source, asked: Question) -> pl.DataFrame:
    """Year → the sum of squared weights of a country's works; without rows for a panel."""
    if not source.counted:
        return pl.DataFrame(schema={"year": pl.Int16, "squares": pl.Float64})
    cells = rows_of(record.files(IMPACT), source.name, asked.country, asked.years)
    if asked.unit is not None:
        cells = cells.filter(pl.col(asked.unit.level).cast(pl.String) == asked.unit.member)
    return cells.group_by("year").agg(squares=pl.col("squares").sum() / 1e8)


def with_intervals(rows: pl.DataFrame, counting: str) -> pl.DataFrame:
    """Add the interval of a share among the works of its column `sample_…`, over the design effect."""
    wanted = rows.select(f"share_{counting}", pl.col(f"sample_{counting}") / pl.col(f"design_effect_{counting}"))
    pairs = [
        share_interval(share, works) if share is not None and works is not None else UNKNOWN
        for share, works in wanted.iter_rows()
    ]
    low, high = ([pair[side] for pair in pairs] for side in (0, 1))
    return rows.with_columns(
        pl.Series(f"share_{counting}_low", low, pl.Float64), pl.Series(f"share_{counting}_high", high, pl.Float64)
    )
