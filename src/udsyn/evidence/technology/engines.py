"""What runs the large statements over patents: this machine, or Spark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from udsyn.evidence.technology.families import Patents, open_patents
from udsyn.record.engine import Place, Record
from udsyn.record.patents import patents

DUCKDB = "duckdb"


@contextmanager
def open_on(engine: str, place: Place, source: str | None = None, works: bool = False) -> Iterator[Patents]:
    """`open_patents`, with the large statements run by an engine: duckdb or spark."""
    with open_patents(place, source, works) as held:
        if engine == DUCKDB:
            yield held
            return
        from udsyn.evidence.technology.spark import on_spark  # long to load, and seldom asked for

        path = place.path if isinstance(place, Record) else Path(place)
        with on_spark(held, list(patents(path).held())) as spark:
            yield spark
