"""Follow-up: 100,000 ties against four million drawn works, and a second look when nothing came since."""

from __future__ import annotations

import datetime as dt
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from tests.evidence.made_records import write

from benchmarks import apart
from udsyn.evidence.followup import follow_up
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, REFERENCES, WORKS

WORKS_HELD, TIES = 4_000_000, 100_000
TEAM, REFERENCED, NEAR = 3, 5, 20  #: authors of a work, references of one, and how many colleagues one writes with


def main() -> None:
    """Print processor seconds, memory and finds."""
    with tempfile.TemporaryDirectory(prefix="udsyn-followup-") as folder:
        apart(draw, Path(folder))
        apart(measure, Path(folder))


def draw(folder: Path) -> None:
    """A record in which a work's second author is a near colleague of its first."""
    random = np.random.default_rng(1)
    record, people, works = Record.create(folder), WORKS_HELD // 2, np.arange(WORKS_HELD)
    year = random.integers(2010, 2026, WORKS_HELD).astype(np.int16)
    write(record, WORKS, {"work": works, "year": year, "source": np.full(WORKS_HELD, "drawn")})
    first = random.integers(0, people, WORKS_HELD)
    second = (first + random.integers(1, NEAR, WORKS_HELD)) % people
    authors = np.stack([first, second, random.integers(0, people, WORKS_HELD)], axis=1).ravel()
    write(record, AUTHORSHIPS, {"work": np.repeat(works, TEAM), "author": authors})
    ends = random.integers(0, WORKS_HELD, (2, WORKS_HELD * REFERENCED))
    write(record, REFERENCES, {"work": ends[0], "cited": ends[1]})


def measure(folder: Path) -> None:
    random = np.random.default_rng(2)
    people = WORKS_HELD // 2
    a = random.integers(0, people, TIES)
    b = (a + random.integers(1, NEAR, TIES)) % people
    sides = {"a_author": [f"A{one}" for one in a], "b_author": [f"A{one}" for one in b]}
    ties = pl.DataFrame({"tie": np.arange(TIES), "date": [dt.date(2018, 1, 1)] * TIES, **sides})
    start = time.process_time()
    found = follow_up(folder, ties)
    whole = time.process_time() - start
    again = follow_up(folder, ties, found.looked)
    second = time.process_time() - start - whole
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{TIES:,} ties, {WORKS_HELD:,} works: {found.finds.height:,} finds in {whole:.1f} s of processor")
    print(f"again, nothing came: {again.finds.height} finds in {second:.1f} s of processor; {memory:,.0f} MB at most")
