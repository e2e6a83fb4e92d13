"""A panel's rows as cells of cubes: years, numbers and countries checked line by line, each count once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import UdsynError
from udsyn.facts.countries import UNKNOWN, WORLD, Resolver, is_country
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, PAIR_YEAR, Table

ALL_TIME = ("complete", "total", "all")
ALL_FIELDS = ("", "all", "total", "all fields", "all s&e fields")
MEASURES = ("works", "works_fractional")
COUNTINGS = {"whole": "works", "full": "works", "fractional": "works_fractional"}
POLARS_TYPES: Mapping[str, Any] = {
    "VARCHAR": pl.String,
    "SMALLINT": pl.Int16,
    "INTEGER": pl.Int32,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
}


@dataclass
class Panel:
    """A panel in memory: its cubes, and what was left out and why."""

    source: str
    shape: str
    cubes: dict[str, pl.DataFrame]
    about: dict[str, Any]
    aside: pl.DataFrame
    counts: dict[str, int] = field(default_factory=dict)
    unresolved: dict[str, int] = field(default_factory=dict)
    merged: tuple[str, ...] = ()

    @property
    def world(self) -> bool:
        """Whether it holds totals of the world, so that shares in it are shares of the world."""
        return any("country" in cube.columns and WORLD in cube["country"] for cube in self.cubes.values())


def with_year(file: Path, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds `year_`: null for rows that a panel marks as all-time."""
    whole = pl.col("year").str.replace(r"\.0+$", "")  # as tools write years of a column with gaps
    frame = frame.with_columns(year_=whole.cast(pl.Int16, strict=False))
    wrong = frame.filter(
        (pl.col("year_").is_null() & ~pl.col("year").fill_null("").str.to_lowercase().is_in(ALL_TIME))
        | ~pl.col("year_").is_between(1500, 2100)
    )
    complain(file, wrong, "year", "is not a year")
    return frame


def with_number(file: Path, frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Text to numbers: an empty cell is null; text, infinity and negative counts are errors that name their line.

    1.234 is refused beside 1.234,5 and 1.234.567: what points and commas mean there is for their writer to say.
    """
    european = frame.filter(pl.col(column).str.contains(r"^\d[\d.]*,\d+$|^\d+(\.\d{3}){2,}$|^\d+(,\d{3})+$"))
    complain(file, european, column, "has a decimal comma or separated thousands: write it as 1234.5")
    parsed = frame.with_columns(number_=pl.col(column).cast(pl.Float64, strict=False))
    given = pl.col(column).is_not_null() & (pl.col(column) != "")
    complain(
        file,
        parsed.filter(given & (pl.col("number_").is_null() | ~pl.col("number_").is_finite())),
        column,
        "is not a number",
    )
    complain(file, parsed.filter(pl.col("number_") < 0), column, "is negative, and counts cannot be")
    return parsed.drop(column).rename({"number_": column})


def complain(file: Path, wrong: pl.DataFrame, column: str, problem: str) -> None:
    if len(wrong):
        line, value = wrong["line"][0], wrong[column][0]
        more = f" ({len(wrong):,} such lines)" if len(wrong) > 1 else ""
        raise UdsynError(f"{file} line {line}: {column} {value!r} {problem}{more}. Nothing was loaded.")


def with_code(frame: pl.DataFrame, column: str, resolver: Resolver) -> pl.DataFrame:
    """Adds `<column>_code`: ISO-2, a group's id, or null where nobody knows the label."""
    counts = frame[column].fill_null("").value_counts()
    codes = {}
    for label, number in zip(counts[column], counts["count"], strict=True):
        codes[label] = resolver(label)
        if codes[label] is None:
            resolver.unresolved[label] += number - 1
    mapped = pl.col(column).fill_null("").replace_strict(codes, return_dtype=pl.String)
    return frame.with_columns(mapped.alias(f"{column}_code"))


def count_pairs(file: Path, panel: Panel, frame: pl.DataFrame, resolver: Resolver) -> None:
    """Pairs to `pair_year`; a country with itself or with the world is its international total, to `country_year`."""
    frame = with_number(file, frame, "works")
    if "published_index" in frame.columns:
        frame = with_number(file, frame, "published_index")
    else:
        frame = frame.with_columns(published_index=pl.lit(None, pl.Float64))
    frame = with_code(with_code(frame, "c1", resolver), "c2", resolver)
    frame = set_aside(panel, frame, ["c1_code", "c2_code"], totals=[WORLD])
    first, second = pl.col("c1_code"), pl.col("c2_code")
    frame = frame.filter(pl.col("works").is_not_null()).with_columns(
        low=pl.min_horizontal("c1", "c2"), high=pl.max_horizontal("c1", "c2")
    )
    frame = once(file, frame, ["year", "low", "high"], ["works", "published_index"])
    is_total = (pl.col("c1") == pl.col("c2")) | (first == WORLD) | (second == WORLD)
    totals = frame.filter(is_total).with_columns(country=pl.when(first == WORLD).then(second).otherwise(first))
    pairs = frame.filter(~is_total & (first != second)).with_columns(
        c1_code=pl.min_horizontal("c1_code", "c2_code"), c2_code=pl.max_horizontal("c1_code", "c2_code")
    )
    panel.merged = merged_labels(frame, ["c1", "c2"])
    panel.cubes[PAIR_YEAR.name] = cells(
        PAIR_YEAR,
        panel.source,
        pairs.group_by(c1="c1_code", c2="c2_code", year="year").agg(
            pl.col("works").sum(), published_index=pl.col("published_index").max()
        ),
    )
    panel.cubes[COUNTRY_YEAR.name] = cells(
        COUNTRY_YEAR,
        panel.source,
        totals.group_by("country", "year").agg(works_international=pl.col("works").sum()),
    )


def count_fields(file: Path, panel: Panel, frame: pl.DataFrame, resolver: Resolver, level: str) -> None:
    """Fields to `country_field_year`, totals over all fields to `country_year`."""
    if "field" not in frame.columns:
        frame = frame.with_columns(field=pl.lit("all"))
    frame = frame.with_columns(pl.col("field").fill_null(""))
    frame = with_code(frame, "country", resolver)
    frame = set_aside(panel, frame, ["country_code"], totals=[WORLD, UNKNOWN])
    if {"counting", "value"} <= set(frame.columns):
        frame = widened(file, frame)
    measures = [name for name in MEASURES if name in frame.columns]
    for measure in measures:
        if frame[measure].dtype == pl.String:
            frame = with_number(file, frame, measure)
    frame = once(file, frame, ["year", "country", "field"], measures)
    panel.merged = merged_labels(frame, ["country"])
    code = pl.when(pl.col("country_code") != UNKNOWN).then(pl.col("country_code"))
    summed = frame.group_by(code.alias("country"), pl.col("field").alias("member"), "year").agg(
        *(pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in measures)
    )
    is_total = pl.col("member").str.to_lowercase().is_in(ALL_FIELDS)
    panel.cubes[COUNTRY_YEAR.name] = cells(COUNTRY_YEAR, panel.source, summed.filter(is_total))
    panel.cubes[COUNTRY_FIELD_YEAR.name] = cells(
        COUNTRY_FIELD_YEAR,
        panel.source,
        summed.filter(~is_total).with_columns(level=pl.lit(level), name=pl.col("member")),
    )


def widened(file: Path, frame: pl.DataFrame) -> pl.DataFrame:
    """One row per counting method to one row with both counts."""
    wrong = frame.filter(~pl.col("counting").fill_null("").str.to_lowercase().is_in(list(COUNTINGS)))
    complain(file, wrong, "counting", f"is none of {', '.join(COUNTINGS)}")
    frame = with_number(file, frame, "value").with_columns(
        measure=pl.col("counting").str.to_lowercase().replace_strict(COUNTINGS)
    )
    keys = ["year", "country", "country_code", "field"]
    frame = once(file, frame, [*keys, "measure"], ["value"])
    return frame.group_by(keys).agg(
        pl.col("line").min(),
        *(pl.col("value").filter(pl.col("measure") == name).first().alias(name) for name in MEASURES),
    )


def set_aside(panel: Panel, frame: pl.DataFrame, codes: list[str], totals: list[str]) -> pl.DataFrame:
    """Takes out rows of unknown labels (kept aside) and of groups such as Europe (left out), and counts both."""
    unresolved = pl.any_horizontal(pl.col(code).is_null() for code in codes)
    known = {code for name in codes for code in frame[name].unique() if is_country(code)} | set(totals)
    group = ~pl.all_horizontal(pl.col(code).is_in(list(known)) for code in codes)
    panel.aside = frame.filter(unresolved).drop(codes)
    kept = frame.filter(~unresolved)
    panel.counts["unresolved_rows"] = len(panel.aside)
    panel.counts["group_rows"] = int(kept.select(group.sum()).item() or 0)
    return kept.filter(~group)


def once(file: Path, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.DataFrame:
    """Cells given twice count once where they agree; where they do not, the file contradicts itself."""
    clash = frame.group_by(keys).agg(
        pl.col("line").max(), contradicts=pl.any_horizontal(pl.col(value).n_unique() > 1 for value in values)
    )
    clash = clash.filter(pl.col("contradicts")).sort("line").with_columns(cell=pl.concat_str(keys, separator=" "))
    complain(file, clash, "cell", "is given again with another count")
    return frame.unique(keys, keep="first", maintain_order=True)


def merged_labels(frame: pl.DataFrame, columns: list[str]) -> tuple[str, ...]:
    """Codes that several of the file's labels mean, so that their counts were added."""
    labels = pl.concat([frame.select(label=name, code=f"{name}_code") for name in columns]).unique()
    several = labels.group_by("code").agg(pl.col("label").sort()).filter(pl.col("label").list.len() > 1).sort("code")
    return tuple(f"{code}: {' + '.join(names)}" for code, names in several.iter_rows() if is_country(code))


def cells(cube: Table, source: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame as a cube's columns and types, in a fixed order; what the panel does not say is null."""
    frame = frame.with_columns(source=pl.lit(source))
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(POLARS_TYPES[type_]).alias(name)
        for name, type_ in cube.columns.items()
    ]
    return frame.select(columns).sort(key_columns(cube), nulls_last=True)


def key_columns(cube: Table) -> list[str]:
    return [name for name, type_ in cube.columns.items() if type_ != "DOUBLE"]
