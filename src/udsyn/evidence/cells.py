"""A country's works as weighted cells with their citation scores: what every impact number is summed from.

A cell is the works of one country with the same topic, year, type and number of citations. Its score and its credit
for being among the top x % come from its reference set: subfield × year × type.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from udsyn.evidence.question import Question, Years
from udsyn.record.engine import Record
from udsyn.record.tables import IMPACT, REFERENCE_SETS, UNITS

SET = ["subfield", "year", "type"]


def scored_cells(record: Record, source: str, country: str, asked: Question) -> pl.DataFrame:
    """The cells of a country, in the cube's order, as the question counts them, over its years.

    Columns: topic, subfield, field, domain, year, type, citations, works, units; `weight` (works, full or fractional),
    `square` (sum of squared weights), `set_works` and `set_citations` of the reference set, `score` (citations over the
    set's mean, 1 where that is 0) and `top` (credit of one work for the top `asked.percent` %).
    """
    cells, full = rows_of(record.files(IMPACT), source, country, asked.years), asked.counting == "full"
    cells = cells.join(reference_sets(record, source, asked.percent), on=SET, how="left", maintain_order="left")
    return credit(
        cells.with_columns(
            weight=pl.col("works").cast(pl.Float64) if full else pl.col("units") / UNITS,
            square=pl.col("works").cast(pl.Float64) if full else pl.col("squares") / 1e8,
        ),
        asked.percent,
    )


def reference_sets(record: Record, source: str, percent: int) -> pl.DataFrame:
    """The reference sets of a source with their thresholds for the top `percent` %."""
    sets = pl.concat([pl.read_parquet(file) for file in record.files(REFERENCE_SETS)])
    return sets.filter((pl.col("source") == source) & (pl.col("percent") == percent)).select(
        *SET, "threshold", "above", "ties", set_works="works", set_citations="citations"
    )


def credit(rows: pl.DataFrame, percent: int) -> pl.DataFrame:
    """Rows joined with their reference set, with `score` and `top` in place of the set's thresholds."""
    return rows.with_columns(
        score=pl.when(pl.col("set_citations") == 0)
        .then(pl.lit(1.0))
        .otherwise(pl.col("citations") * pl.col("set_works") / pl.col("set_citations")),
        top=pl.when(pl.col("citations") > pl.col("threshold"))
        .then(pl.lit(1.0))
        .when(pl.col("citations") == pl.col("threshold"))
        .then((pl.col("set_works") * percent - 100 * pl.col("above")) / (100 * pl.col("ties")))
        .when(pl.col("citations").is_not_null())
        .then(pl.lit(0.0)),
    ).drop("threshold", "above", "ties")


def rows_of(files: list[Path], source: str, country: str, years: Years | None) -> pl.DataFrame:
    """The rows of one country in a cube that is sorted by source and country, read from the part that holds it."""
    wanted = (pl.col("source") == source) & (pl.col("country") == country)
    if years is not None:
        wanted &= pl.col("year").is_between(*years)
    return pl.concat([pl.scan_parquet(file).filter(wanted).collect() for file in files])
