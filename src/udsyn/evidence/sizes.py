"""Joint works by size of collaboration: bilateral, of up to ten countries, larger.

A work of many countries counts once for each pair of them. The number of countries on a work grows, so whole counts of
a pair say ever less about the two; sizes tell what they wrote as two, and what in large consortia.
"""

from __future__ import annotations

import polars as pl

from udsyn.evidence.question import Years
from udsyn.evidence.sources import Source, of_source
from udsyn.record.engine import Record
from udsyn.record.tables import COUNTRY_SIZE_YEAR, PAIR_SIZE_YEAR, SIZES

#: size → its column; the share of home's works of that size stands in `<column>_share`
COLUMNS = {size: size.replace(" ", "_") for size in SIZES}
NOT_TOLD = (
    "a panel of pairs does not tell bilateral works from those of many countries, which grow: joint works are ever "
    "less bilateral."
)


def with_sizes(ties: pl.DataFrame, record: Record, source: Source, home: str, years: Years | None) -> pl.DataFrame:
    """Ties of `home` (columns year, partner) with joint works of each size, and their share of home's works of it.

    Null where the source does not tell sizes; 0 where it does and the two wrote none.
    """
    held = of_source(record, PAIR_SIZE_YEAR, source.name, years)
    if held.is_empty():
        names = [*COLUMNS.values(), *(f"{column}_share" for column in COLUMNS.values())]
        return ties.with_columns(pl.lit(None, pl.Float64).alias(name) for name in names)
    own = of_source(record, COUNTRY_SIZE_YEAR, source.name, years).filter(pl.col("country") == home)
    partner = pl.when(pl.col("c1") == home).then("c2").otherwise("c1").alias("partner")
    pairs = held.filter((pl.col("c1") == home) | (pl.col("c2") == home)).with_columns(partner)
    for size, column in COLUMNS.items():
        joint = pairs.filter(pl.col("size") == size).select(pl.col("year").cast(pl.Int64), "partner", joint="works")
        all_ = own.filter(pl.col("size") == size).select(pl.col("year").cast(pl.Int64), all="works")
        ties = ties.join(joint, on=["year", "partner"], how="left", maintain_order="left")
        ties = ties.join(all_, on="year", how="left", maintain_order="left").with_columns(
            pl.col("joint").fill_null(0.0).alias(column),
            (pl.col("joint").fill_null(0.0) / pl.col("all")).alias(f"{column}_share"),
        )
        ties = ties.drop("joint", "all")
    return ties
