"""Which source answers, what it is, and which years it can speak for. Sources are kept apart, never mixed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from udsyn.cubes.settings import Settings
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.question import Question, Years
from udsyn.evidence.result import Provenance
from udsyn.facts import countries
from udsyn.record import extent
from udsyn.record.engine import Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, COVERAGE_YEAR, Table

WORLD = countries.WORLD


@dataclass(frozen=True)
class Source:
    """A source that a record holds: counted works, or a panel."""

    name: str
    counted: bool  #: counted from works by `udsyn cubes`, so that impact, fields and drill-down are there
    snapshot: str | None
    scope: str | None
    last_complete: int | None
    said: tuple[str, ...] = ()  #: what the reader must know about the choice
    fractional: str = "as the source counts"  #: what fractional counting means in it
    extent: str = extent.SAMPLE  #: complete, slice or sample
    works: int | None = None  #: how many works it holds; None where a panel does not say

    def counting_name(self, counting: str) -> str:
        """full, fractional, or both, with the level at which works are shared out."""
        return counting.replace("fractional", f"fractional ({self.fractional})")


def choose(
    record: Record, cube: Table, asked: Question | str | None = None, needs: tuple[str, ...] = ("works",)
) -> Source:
    """The source that answers a question on a cube: the one named, else the first by `preferred`.

    Only sources that fill one of the columns `needs` can answer. Raises UsageError when the record holds none, or not
    the one named, or not under the scope asked for.
    """
    held = rows_per_source(record, cube, needs)
    return taken(record, held, asked, lambda name: of_source(record, cube, name)["year"].max())


def taken(
    record: Record, held: Mapping[str, int], asked: Question | str | None, last_held: Callable[[str], Any]
) -> Source:
    """The source of those held (name → size) that answers a question; last_held: the last year that one holds."""
    wanted, under = (asked.source, asked.scope) if isinstance(asked, Question) else (asked, None)
    if not held:
        raise NotHeld(
            "the record holds nothing counted that answers this. Run `udsyn cubes` on a record with works, or "
            "`udsyn ingest panel FILE`."
        )
    manifest = record.manifest()
    counting = manifest.get("cubes", {})
    counted = counting.get("sources", {})
    if wanted is not None and wanted not in held:
        raise UsageError(f"no source {wanted} answers this; the record holds {', '.join(sorted(held))}.")
    name = wanted or preferred(held, counted, manifest["sources"])
    said = [] if wanted else [chosen(name, held)]
    said += extent.said(manifest["sources"], name)
    if name in counted:
        missing = counting.get("not_applied", {}).get(name)
        if missing:
            said.append(f"not applied, because {name} lacks the column: {', '.join(missing)}.")
        settings = Settings.of(manifest)
        said += settings.said
        if counting["scope"] != record.stamp + settings.tags:
            said.append("what counts has changed since the cubes were counted: count again with `udsyn cubes`.")
        fractional = f"{settings.fractional} level"
        snapshot, last_year, scope = counted[name]["snapshot"], counted[name]["last_year"], counting["scope"]
    else:
        fractional = Source.fractional
        snapshot, scope = record.snapshot(name), None
        last_year = last_held(name)
    if under is not None and under != scope:
        raise UsageError(f"{name} is counted under the scope {scope or 'of its publisher'}, not {under}.")
    return Source(
        name,
        name in counted,
        snapshot,
        scope,
        last_complete_year(snapshot, last_year),
        tuple(said),
        fractional,
        extent.of_source(manifest["sources"], name),
        extent.works_of(manifest["sources"], name),
    )


def preferred(held: Mapping[str, int], counted: Collection[str], about: extent.Sources) -> str:
    """Of the sources held (name → size): counted works that speak for the world, else the largest panel, else the works
    of a sample, so that no sample answers where a panel of the world can."""

    def rank(name: str) -> tuple[int, int, str]:
        if name not in counted:
            return 1, -held[name], name
        return (2 if extent.of_source(about, name) == extent.SAMPLE else 0), -held[name], name

    return min(held, key=rank)


def chosen(name: str, held: Mapping[str, int]) -> str:
    """Which source was taken, and which others there were."""
    others = sorted(set(held) - {name})
    return f"source: {name}" + (f" (also held: {', '.join(others)}; choose with --source)." if others else ".")


def rows_per_source(record: Record, cube: Table, needs: tuple[str, ...]) -> dict[str, int]:
    """The sources of a cube that fill one of the columns, with their number of such rows."""
    frame = record.cube(cube)
    frame = frame.filter(pl.any_horizontal(pl.col(column).is_not_null() for column in needs))
    return {} if frame.is_empty() else {str(name): int(rows) for name, rows in frame["source"].value_counts().rows()}


def of_source(record: Record, cube: Table, source: str, years: Years | None = None) -> pl.DataFrame:
    """A cube's rows of one source and period, in the cube's own order."""
    frame = record.cube(cube, source)
    if "year" in frame.columns and not frame.is_empty():
        frame = frame.filter(pl.col("year").is_not_null())
        if years is not None:
            frame = frame.filter(pl.col("year").is_between(*years))
    return frame


def last_complete_year(snapshot: str | None, last_year: Any) -> int | None:
    """The year before the snapshot's, or the last year held where no snapshot is known."""
    if snapshot:
        before = int(snapshot[:4]) - 1
        return min(before, int(last_year)) if last_year is not None else before
    return int(last_year) if last_year is not None else None


def coverage(record: Record, source: Source, years: Years | None) -> float | None:
    """The share of works with a known country; None where a panel does not say."""
    if not source.counted:
        return None
    frame = of_source(record, COVERAGE_YEAR, source.name, years)
    works = int(frame["works"].sum()) if not frame.is_empty() else 0
    return int(frame["works_located"].sum()) / works if works else None


def provenance(
    record: Record, source: Source, definition: str, counting: str, years: Years | None, seed: int | None = None
) -> Provenance:
    """The provenance of an answer from a source; `counting` is full, fractional or full and fractional."""
    return Provenance(
        definition,
        source.counting_name(counting),
        source.name,
        source.snapshot,
        source.scope,
        coverage(record, source, years),
        seed,
        source.extent,
        source.works,
    )


def tells_of(record: Record, source: Source, country: str) -> bool:
    """Whether a source says anything of a country's output: works that were counted do, a panel where it has rows."""
    if source.counted:
        return True
    cubes = (of_source(record, cube, source.name) for cube in (COUNTRY_FIELD_YEAR, COUNTRY_YEAR))
    return any(country in cube["country"] for cube in cubes)


def demand_told(record: Record, source: Source, country: str) -> None:
    """Raise NotHeld for a country of which a panel says nothing: its output is unknown, not zero."""
    if not tells_of(record, source, country):
        raise NotHeld(f"{source.name} holds nothing on {country}, so that its works are unknown, not zero.")
