"""Count a record's works into cubes: run the named statements in order on one engine, then put all cubes in place.

The cubes of a record are replaced together and only when every one of them is complete; a stopped run leaves the old
ones. Whatever the engine, DuckDB writes the files, sorted by their keys: the same record gives the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from time import process_time
from typing import Any

from udsyn.cubes.countries import kept_after
from udsyn.cubes.engines import DuckEngine, Engine, Plan
from udsyn.cubes.settings import Settings
from udsyn.cubes.statements import STATEMENTS, is_cube
from udsyn.errors import UdsynError, UsageError
from udsyn.facts.countries import MERGES
from udsyn.record.engine import Record, duck
from udsyn.record.room import room
from udsyn.record.scope import not_applied, where
from udsyn.record.tables import WORKS

ENGINES = ("duckdb", "spark")
BUILDING = ".cubes.building"


def build_cubes(
    record_path: Path | str,
    engine: str = "duckdb",
    merge: str = "none",
    progress: Callable[[str], None] = lambda _: None,
    *,
    fractional: str = "author",
    window: int | None = None,
    without_self: bool = False,
) -> list[dict[str, Any]]:
    """Count the record at `record_path` into cubes and return one row per cube: name, rows, CPU seconds.

    `engine` is duckdb or spark; the other settings are those of `udsyn.cubes.settings.Settings`. A record that holds
    only panels has nothing to count and gives no rows. Raises UsageError for an unknown engine or setting, and for one
    that the record cannot answer; UdsynError for a record that holds nothing.
    """
    record, settings = Record.open(record_path), Settings(merge, fractional, window, without_self)
    if engine not in ENGINES:
        raise UsageError(f"no engine {engine}: choose one of {', '.join(ENGINES)}.")
    if not record.holds(WORKS):
        if not any(about.get("kind") == "panel" for about in record.sources().values()):
            raise UdsynError(
                f"{record.path} holds neither works nor panels, so there is nothing to count. `udsyn record status` "
                "says what was set aside or refused; read works with `udsyn ingest openalex SRC`."
            )
        return []
    settings.check(record)
    building = record.path / BUILDING
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        with room(record.path):
            counted = count_into(building, record, engine, settings, progress)
            put_in_place(record, building)
            record.write_manifest({**record.manifest(), "cubes": described(record, settings, engine)})
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return counted


def count_into(
    folder: Path, record: Record, engine_name: str, settings: Settings, progress: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Write every cube into `folder`; a row per cube."""
    kept = kept_after(record.slice.countries, MERGES[settings.merge]) if record.slice else None
    plan = Plan(where(record.scope, record.sources()), settings, kept)
    engine = open_engine(engine_name, record, plan, folder)
    rows = []
    started = process_time()
    try:
        for name, statement in {**settings.steps(record), **dict(zip(STATEMENTS, STATEMENTS, strict=True))}.items():
            progress(f"counting {name}")
            keep = folder / f"{name}.parquet" if is_cube(name) else None
            engine.run(name, statement, keep)
            if keep:  # the steps before a cube count towards it
                rows.append({"cube": name, "rows": row_count(keep), "cpu_seconds": round(process_time() - started, 3)})
                started = process_time()
    finally:
        engine.close()
    return rows


def described(record: Record, settings: Settings, engine: str) -> dict[str, Any]:
    """What the cubes were counted under; kept in the record's manifest beside them."""
    with record.connect() as connection:
        found = connection.execute(
            "SELECT source, max(year), CAST(max(updated) AS VARCHAR) FROM works GROUP BY source ORDER BY source"
        ).fetchall()
    sources = {
        source: {"last_year": last_year, "snapshot": record.snapshot(source) or updated}
        for source, last_year, updated in found
    }
    skipped = not_applied(record.scope, record.sources())
    about = {"sources": sources, "scope": record.stamp + settings.tags, "not_applied": skipped}
    return {**about, **asdict(settings), "engine": engine}


def row_count(file: Path) -> int:
    with duck() as connection:
        row = connection.execute("SELECT count(*) FROM read_parquet($file)", {"file": str(file)}).fetchall()[0]
    return int(row[0])


def put_in_place(record: Record, building: Path) -> None:
    """Replace all cubes at once."""
    cubes, old = record.path / "cubes", record.path / ".cubes.old"
    shutil.rmtree(old, ignore_errors=True)
    if cubes.exists():
        cubes.rename(old)
    building.rename(cubes)
    shutil.rmtree(old, ignore_errors=True)


def open_engine(name: str, record: Record, plan: Plan, folder: Path) -> Engine:
    if name == "spark":
        from udsyn.cubes.spark import SparkEngine

        return SparkEngine(record, plan, folder)
    return DuckEngine(record, plan)
