"""Panels: cubes that somebody else counted, read from CSV (or Parquet), plain or gzip.

Two shapes are known. *pairs*: a row per two countries and year. *fields*: a row per country, field and year, whole and
fractional counts side by side or one below the other. `LAYOUTS` names the columns of published panels; other files are
mapped by naming their columns. Everything is read and checked before anything is written.

RECORD/panels/<source>/parts/<shape>.<cube>.parquet  what each file said, so that one file can be loaded anew
RECORD/panels/<source>/<cube>.parquet                the parts of one source together
RECORD/panels/<source>/unresolved.<shape>.csv        rows whose country nobody knows, kept aside
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import UdsynError, UsageError
from udsyn.facts.countries import UNKNOWN, WORLD, Resolver, is_country
from udsyn.record import extent
from udsyn.record.engine import Record
from udsyn.record.extent import COMPLETE
from udsyn.record.parts import write_atomically
from udsyn.record.sources.tabular import read_file
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, CUBES, PAIR_YEAR, Table

SHAPES = ("pairs", "fields")
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


@dataclass(frozen=True)
class Layout:
    """How a panel's file is laid out: `columns` maps what Udsyn calls a column to what the file calls it."""

    shape: str
    columns: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    level: str = "field"
    #: published panels: how their file's name begins, and what is known about them
    file: str = ""
    source: str | None = None
    title: str | None = None
    counting: str = "full"
    snapshot: str | None = None
    extent: str | None = None


OPENALEX_PAIRS = Layout(
    "pairs",
    {"year": "year", "c1": "c1", "c2": "c2", "works": "works"},
    file="openalex_country_pairs",
    source="openalex-pairs",
    title="OpenAlex, co-authored works per country pair and year, works with at least two countries",
    snapshot="2024-08-27",
    extent=COMPLETE,
)
NCSES_PAIRS = Layout(
    "pairs",
    {
        "year": "year",
        "c1": "economy_a",
        "c2": "economy_b",
        "works": "coauthored_articles_whole",
        "published_index": "published_index",
    },
    file="ncses_country_pairs",
    source="ncses",
    title="NCSES, Science and Engineering Indicators 2024, Publications Output (NSB-2023-33, Scopus)",
    snapshot="2023-12-11",
    extent=COMPLETE,
)
NCSES_FIELDS = Layout(
    "fields",
    {"year": "year", "country": "economy", "field": "field", "counting": "counting", "value": "value"},
    file="ncses_articles_by_country_field_year",
    source="ncses",
    title=NCSES_PAIRS.title,
    counting="full and fractional",
    snapshot=NCSES_PAIRS.snapshot,
    extent=COMPLETE,
)
LAYOUTS = (OPENALEX_PAIRS, NCSES_PAIRS, NCSES_FIELDS)

#: columns of a file that is none of the published ones, unless the caller names others
PLAIN = {
    "pairs": Layout(
        "pairs",
        {"year": "year", "c1": "c1", "c2": "c2", "works": "works", "published_index": "published_index"},
        optional=frozenset({"published_index"}),
    ),
    "fields": Layout(
        "fields",
        {
            "year": "year",
            "country": "country",
            "field": "field",
            "works": "works",
            "works_fractional": "works_fractional",
            "counting": "counting",
            "value": "value",
        },
        optional=frozenset({"field", "works", "works_fractional", "counting", "value"}),
        counting="full and fractional",
    ),
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


def ingest_panel(
    record: Path | str,
    file: Path | str,
    shape: str,
    *,
    source: str | None = None,
    title: str | None = None,
    snapshot: str | None = None,
    level: str | None = None,
    columns: Mapping[str, str] | None = None,
    declared: str | None = None,
) -> dict[str, Any]:
    """Load a panel into the record (made where there is none) and say what was read.

    `shape` is "pairs" or "fields"; `columns` maps Udsyn's column names to the file's where they differ. Raises
    UsageError for a file or column that is not there, UdsynError for content that cannot be right; then nothing is
    written. `declared` is the panel's extent; undeclared, published panels are complete, a panel with totals of the
    world is a slice, and any other a sample.
    """
    extent.check(declared)
    panel = read_panel(Path(file), shape, source=source, title=title, snapshot=snapshot, level=level, columns=columns)
    panel.about["extent"] = declared or panel.about["extent"] or (extent.SLICE if panel.world else extent.SAMPLE)
    write_panel(Record.create(record), panel)
    years = [int(year) for cube in panel.cubes.values() for year in cube["year"].unique()]
    return {
        "file": Path(file).name,
        "as": shape,
        "source": panel.source,
        "snapshot": panel.about["snapshot"],
        "counting": panel.about["counting"],
        "extent": panel.about["extent"],
        **panel.counts,
        **{f"{name}_cells": len(cube) for name, cube in panel.cubes.items()},
        "first_year": min(years),
        "last_year": max(years),
        "unresolved": sorted(panel.unresolved),
        "merged": list(panel.merged),
    }


def read_panel(
    file: Path,
    shape: str,
    *,
    source: str | None = None,
    title: str | None = None,
    snapshot: str | None = None,
    level: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Panel:
    """Read and check a panel's file without writing anything."""
    if shape not in SHAPES:
        raise UsageError(f"a panel is loaded --as {' or '.join(SHAPES)}, not {shape}.")
    frame = read_file(file)
    layout = layout_of(file, shape, frame.columns, columns or {})
    name = source_name(source or layout.source or plain_name(file))
    columns_held = {ours: theirs for ours, theirs in layout.columns.items() if theirs in frame.columns}
    frame = frame.select(*(pl.col(theirs).str.strip_chars().alias(ours) for ours, theirs in columns_held.items()))
    frame = frame.with_row_index("line", offset=2)
    resolver = Resolver()
    frame = with_year(file, frame)
    all_time = frame.filter(pl.col("year_").is_null())
    frame = frame.filter(pl.col("year_").is_not_null()).drop("year").rename({"year_": "year"})
    panel = Panel(
        name,
        shape,
        {},
        {
            "kind": "panel",
            "title": title or layout.title or f"Panel {file.name}",
            "counting": layout.counting,
            "snapshot": snapshot or layout.snapshot,
            "extent": layout.extent,
        },
        pl.DataFrame(),
        {"rows": len(frame) + len(all_time), "all_time_rows": len(all_time)},
    )
    if shape == "pairs":
        count_pairs(file, panel, frame, resolver)
    else:
        count_fields(file, panel, frame, resolver, level or layout.level)
    panel.unresolved = {label or "(empty)": number for label, number in resolver.unresolved.items()}
    panel.cubes = {name: cube for name, cube in panel.cubes.items() if len(cube)}
    if not panel.cubes:
        labels = ", ".join(sorted(panel.unresolved)[:5])
        why = f"none of its countries is known ({labels})" if labels else "it holds no counts"
        raise UdsynError(f"{file} gives no cells: {why}. Check the columns named with --...-column.")
    return panel


# Reading


def layout_of(file: Path, shape: str, header: list[str], named: Mapping[str, str]) -> Layout:
    """The caller's columns where named; else a published layout, known by its file's name or columns; else plain."""
    known = [layout for layout in LAYOUTS if layout.shape == shape]
    by_name = [layout for layout in known if file.name.startswith(layout.file)]
    by_columns = [layout for layout in known if set(layout.columns.values()) <= set(header)]
    if named:
        layout = replace(PLAIN[shape], columns={**PLAIN[shape].columns, **named})
    else:
        layout = [*by_name, *by_columns, PLAIN[shape]][0]
    if not by_name:
        layout = replace(layout, source=None, title=None, snapshot=None, extent=None)
    needed = [column for role, column in layout.columns.items() if role not in layout.optional or role in named]
    missing = [column for column in needed if column not in header]
    if missing:
        raise UsageError(
            f"{file} has no column {missing[0]!r}; it has {', '.join(header[:12])}. Name columns with --...-column."
        )
    held = {role for role, column in layout.columns.items() if column in header}
    if shape == "fields" and not ({"counting", "value"} <= held or held & {"works", "works_fractional"}):
        raise UsageError(
            f"{file} has no column of counts; it has {', '.join(header[:12])}. Name it with --works-column."
        )
    return layout


def plain_name(file: Path) -> str:
    """A source's name made from its file's: `My panel.csv.gz` → `my-panel`."""
    return re.sub(r"[^a-z0-9]+", "-", file.name.split(".")[0].casefold()).strip("-") or "panel"


def source_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise UsageError(f"--source {name}: use letters, digits, dots and dashes only.")
    return name


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


# Counting


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


# Writing


def write_panel(record: Record, panel: Panel) -> None:
    """Put a panel's part in place, then the source's cubes made of all its parts, then the manifest."""
    folder = record.path / "panels" / panel.source
    for name in CUBES:
        part = folder / "parts" / f"{panel.shape}.{name}.parquet"
        if name in panel.cubes:
            write_atomically(part, as_parquet(panel.cubes[name]))
        else:
            part.unlink(missing_ok=True)
    for name, cube in CUBES.items():
        parts = sorted((folder / "parts").glob(f"*.{name}.parquet"))
        if parts:
            write_atomically(folder / f"{name}.parquet", as_parquet(together(cube, parts)))
        else:
            (folder / f"{name}.parquet").unlink(missing_ok=True)
    aside = folder / f"unresolved.{panel.shape}.csv"
    if len(panel.aside):
        write_atomically(aside, panel.aside.write_csv().encode())
    else:
        aside.unlink(missing_ok=True)
    manifest = record.manifest()
    entry = manifest["sources"].setdefault(panel.source, {"kind": "panel", "panels": {}})
    entry |= panel.about
    entry["panels"][panel.shape] = {**panel.about, **panel.counts, "unresolved": dict(sorted(panel.unresolved.items()))}
    countings = {part["counting"] for part in entry["panels"].values()}
    entry["counting"] = max(countings, key=len)
    entry["extent"] = extent.least(part.get("extent", extent.SAMPLE) for part in entry["panels"].values())
    record.write_manifest(manifest)


def together(cube: Table, parts: list[Path]) -> pl.DataFrame:
    """The parts of one source as one cube: a cell takes each measure from the first part that has it."""
    keys = key_columns(cube)
    measures = [pl.col(name).drop_nulls().first() for name in cube.columns if name not in keys]
    frame = pl.concat([pl.read_parquet(part) for part in parts])
    return frame.group_by(keys).agg(measures).select(list(cube.columns)).sort(keys, nulls_last=True)


def as_parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", statistics=True)
    return out.getvalue()
