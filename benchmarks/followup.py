"""Follow-up: 100,000 ties against four million drawn works, and days that brought few, more and many works."""

from __future__ import annotations

import datetime as dt
import json
import resource
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import apart
from udsyn.evidence.followup import Followed, follow_up
from udsyn.record.engine import Record
from udsyn.record.parts import Commit, commit_file
from udsyn.record.tables import AUTHORSHIPS, REFERENCES, WORKS, Table

WORKS_HELD, TIES = 4_000_000, 100_000
TEAM, REFERENCED, NEAR = 3, 5, 20  #: authors of a work, references of one, and how many colleagues one writes with


DAYS = (0, 400, 4_000, 40_000)  #: works that a day brings


def main() -> None:
    """Print processor seconds, memory and finds."""
    with tempfile.TemporaryDirectory(prefix="udsyn-followup-") as folder:
        apart(draw, Path(folder))
        apart(measure, Path(folder))


def draw(folder: Path) -> None:
    """A record in which a work's second author is a near colleague of its first."""
    add(Record.create(folder), np.random.default_rng(1), np.arange(WORKS_HELD), "first")


def add(record: Record, random: np.random.Generator, works: np.ndarray, name: str) -> None:
    """Draw these works into files of this name."""
    people, number = WORKS_HELD // 2, len(works)
    year = random.integers(2010, 2026, number).astype(np.int16)
    put(record, WORKS, name, {"work": works, "year": year, "source": np.full(number, "drawn")})
    first = random.integers(0, people, number)
    second = (first + random.integers(1, NEAR, number)) % people
    authors = np.stack([first, second, random.integers(0, people, number)], axis=1).ravel()
    put(record, AUTHORSHIPS, name, {"work": np.repeat(works, TEAM), "author": authors})
    cited = random.integers(0, WORKS_HELD, number * REFERENCED)
    put(record, REFERENCES, name, {"work": np.repeat(works, REFERENCED), "cited": cited})
    rows = {"works": number, "authorships": number * TEAM, "references": number * REFERENCED}
    part = Commit("drawn", "works", name, name, name, 0, rows)
    file = commit_file(record.path, part.source, part.entity, part.key)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(part)))


def put(record: Record, table: Table, name: str, columns: dict[str, np.ndarray]) -> None:
    """One file of a table, beside those that are there."""
    rows = len(next(iter(columns.values())))
    found = {one: pa.array(columns[one]) if one in columns else pa.nulls(rows) for one in table.columns}
    file = record.path / "tables" / table.name / f"drawn.{name}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(found), file, compression="zstd")


def measure(folder: Path) -> None:
    """All ties at once; again when nothing came; and after days that brought more and more works."""
    random = np.random.default_rng(2)
    people = WORKS_HELD // 2
    a = random.integers(0, people, TIES)
    b = (a + random.integers(1, NEAR, TIES)) % people
    sides = {"a_author": [f"A{one}" for one in a], "b_author": [f"A{one}" for one in b]}
    ties = pl.DataFrame({"tie": np.arange(TIES), "date": [dt.date(2018, 1, 1)] * TIES, **sides})
    found, spent = timed(folder, ties, frozenset())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{TIES:,} ties, {WORKS_HELD:,} works: {found.finds.height:,} finds in {spent:.1f} s of processor, ", end="")
    print(f"{memory:,.0f} MB at most")
    held = WORKS_HELD
    for number in DAYS:
        if number:
            add(Record.open(folder), random, np.arange(held, held + number), f"day{number}")
            held += number
        found, spent = timed(folder, ties, found.looked)
        print(f"then {number:,} works came: {found.finds.height:,} finds in {spent:.2f} s of processor")


def timed(folder: Path, ties: pl.DataFrame, looked: frozenset[str]) -> tuple[Followed, float]:
    start = time.process_time()
    found = follow_up(folder, ties, looked)
    return found, time.process_time() - start
