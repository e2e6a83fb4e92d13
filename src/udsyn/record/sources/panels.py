"""Panels: cubes that somebody else counted, read from CSV (or Parquet), plain or gzip.

Two shapes are known. *pairs*: a row per two countries and year. *fields*: a row per country, field and year, whole and
fractional counts side by side or one below the other. Files of published panels are known by their name or columns:
those of `layouts.LAYOUTS` and of every installed plug-in of this kind; others are mapped by naming their columns.
Everything is read and checked before anything is written.

RECORD/panels/<source>/parts/<shape>.<cube>.parquet  what each file said, so that one file can be loaded anew
RECORD/panels/<source>/<cube>.parquet                the parts of one source together
RECORD/panels/<source>/unresolved.<shape>.csv        rows whose country nobody knows, kept aside
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl

from udsyn.errors import UdsynError, UsageError
from udsyn.facts.countries import Resolver
from udsyn.record import extent
from udsyn.record.engine import Record
from udsyn.record.parts import write_atomically
from udsyn.record.sources import source as sources
from udsyn.record.sources.counted import Panel, count_fields, count_pairs, key_columns, with_year
from udsyn.record.sources.layouts import LAYOUTS, SHAPES, Layout, layout_of, shape_of
from udsyn.record.sources.tabular import read_file
from udsyn.record.tables import CUBES, Table


@dataclass(frozen=True)
class Panels:
    """A plug-in of the group `udsyn.sources`: panels that somebody publishes, by the layouts of their files."""

    name: str
    layouts: tuple[Layout, ...]
    kind: Literal["panel"] = "panel"

    def load(self, record: Path | str, file: Path | str, declared: str | None) -> dict[str, Any]:
        """`ingest_panel` of a file whose layout says what its rows count. Raises UsageError for one of no layout."""
        return ingest_panel(record, file, shape_of(Path(file), self.layouts), declared=declared)


source = Panels("panel", LAYOUTS)


@dataclass(frozen=True)
class Told:
    """What a caller says of a panel, before what its layout says: see `ingest_panel`."""

    source: str | None = None
    title: str | None = None
    snapshot: str | None = None
    level: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


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
    panel = read_panel(Path(file), shape, Told(source, title, snapshot, level, columns or {}))
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


def read_panel(file: Path, shape: str, told: Told = Told()) -> Panel:
    """Read and check a panel's file without writing anything."""
    if shape not in SHAPES:
        raise UsageError(f"a panel is loaded --as {' or '.join(SHAPES)}, not {shape}.")
    frame = read_file(file)
    layout = layout_of(file, shape, frame.columns, told.columns, published())
    name = source_name(told.source or layout.source or plain_name(file))
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
            "title": told.title or layout.title or f"Panel {file.name}",
            "counting": layout.counting,
            "snapshot": told.snapshot or layout.snapshot,
            "extent": layout.extent,
        },
        pl.DataFrame(),
        {"rows": len(frame) + len(all_time), "all_time_rows": len(all_time)},
    )
    if shape == "pairs":
        count_pairs(file, panel, frame, resolver)
    else:
        count_fields(file, panel, frame, resolver, told.level or layout.level)
    panel.unresolved = {label or "(empty)": number for label, number in resolver.unresolved.items()}
    panel.cubes = {name: cube for name, cube in panel.cubes.items() if len(cube)}
    if not panel.cubes:
        labels = ", ".join(sorted(panel.unresolved)[:5])
        why = f"none of its countries is known ({labels})" if labels else "it holds no counts"
        raise UdsynError(f"{file} gives no cells: {why}. Check the columns named with --...-column.")
    return panel


def published() -> Sequence[Layout]:
    """The layouts of published panels: Udsyn's own first, then those of packages that bring some."""
    others = (panels for panels in sources.panels().values() if panels is not source)
    return (*source.layouts, *(layout for panels in others for layout in panels.layouts))


def plain_name(file: Path) -> str:
    """A source's name made from its file's: `My panel.csv.gz` → `my-panel`."""
    return re.sub(r"[^a-z0-9]+", "-", file.name.split(".")[0].casefold()).strip("-") or "panel"


def source_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise UsageError(f"--source {name}: use letters, digits, dots and dashes only.")
    return name


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
