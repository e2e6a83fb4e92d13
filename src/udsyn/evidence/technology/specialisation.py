"""Specialisation in a field of technology: a country's share of its own families there over the world's share.

    index = (families of the country in the field / its families in all fields) / (the world's / the world's)

All fields means classified families: those without a field are left out of both totals, as in the published index (NSF,
Science and Engineering Indicators, table S8-42).
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from udsyn.errors import UdsynError, UsageError
from udsyn.facts import countries
from udsyn.record.sources.tabular import read_columns

COLUMNS = ("field", "economy", "year", "families")
#: series of the file that are no fields: every family, and those without a field
NO_FIELDS = ("ALL", "UNASSIGNED")
WORLD = "World"
FOOTNOTE = re.compile(r"<[^>]*>[^<]*</[^>]*>|<[^>]*>")


def specialisation(file: Path | str, country: str) -> pl.DataFrame:
    """Index by field and year from a CSV (plain or gzip) of families by field, economy and year.

    `economy` is a path whose last part is the country; `country` is ISO-2. Columns: field (as in the file), year, index
    (1 = as specialised as the world; null where a total is missing or zero), families. Raises UdsynError where the file
    is not of that shape, UsageError where it does not hold the country, or
    `country` is none.
    """
    panel = read(Path(file))
    wanted = countries.code_of(country)
    labels = panel["economy"].unique().to_list()
    own = [label for label in labels if country_of(label) == wanted]
    if not own:
        raise UsageError(f"the file holds no families of {wanted}.")
    if len(own) > 1:
        raise UdsynError(f"the file holds {wanted} as {len(own)} economies: {', '.join(sorted(own))}.")
    if WORLD not in labels:
        raise UdsynError(f"the file holds no economy {WORLD} to compare with.")
    return index_of(panel, own[0])


def index_of(panel: pl.DataFrame, economy: str) -> pl.DataFrame:
    """The index of one economy's rows against the world's."""
    mine, all_ = (
        panel.filter(pl.col("economy") == name).select(
            "field", "year", "families", share=pl.col("families") / total_of("families")
        )
        for name in (economy, WORLD)
    )
    joined = mine.join(all_, on=["field", "year"], suffix="_world", how="left", maintain_order="left")
    index = pl.when(pl.col("share_world") > 0).then(pl.col("share") / pl.col("share_world"))
    return joined.select("field", "year", index=index, families="families").sort("year", "field")


def total_of(column: str) -> pl.Expr:
    """The sum over fields in a year; null where it is zero."""
    total = pl.col(column).sum().over("year")
    return pl.when(total > 0).then(total)


def country_of(economy: str) -> str | None:
    """The country that a path such as `World -> Asia -> South Korea` ends in; None for regions and the world."""
    last = FOOTNOTE.sub("", economy.split("->")[-1]).strip()
    try:
        return countries.resolve(last)
    except UsageError:
        return None


def read(file: Path) -> pl.DataFrame:
    """The rows of fields, checked."""
    panel = read_columns(file, COLUMNS).filter(~pl.col("field").is_in(NO_FIELDS))
    numbers = panel.with_columns(
        pl.col("economy").str.strip_chars(),
        pl.col("year").str.strip_chars().cast(pl.Int32, strict=False),
        pl.col("families").str.strip_chars().cast(pl.Float64, strict=False),
    )
    wrong = panel.filter(
        numbers["year"].is_null()
        | (numbers["families"].is_null() & (panel["families"].fill_null("") != ""))
        | ~numbers["families"].fill_null(0.0).is_finite()
        | (numbers["families"] < 0)
    )
    if len(wrong):
        raise UdsynError(f"{file.name}: year and families are numbers; {wrong.row(0)} is not.")
    if numbers.select("field", "economy", "year").is_duplicated().any():
        raise UdsynError(f"{file.name} holds a field of an economy twice in a year.")
    return numbers
