"""Apache Spark as the engine of the large statements, where one machine cannot count the families.

The same statements, turned into Spark's dialect by sqlglot, over the same Parquet files. What they answer is small and
goes back to DuckDB, which reads the record's works and finishes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.cubes.spark import empty_sql
from udsyn.cubes.statements import translated
from udsyn.evidence.technology.families import Patents, files_of, views
from udsyn.record.engine import sql_text
from udsyn.record.patents import TABLES
from udsyn.record.patents.tables import SQL_TYPES
from udsyn.record.shelf import About
from udsyn.record.spark import start


@dataclass(frozen=True)
class OnSpark(Patents):
    """Views on Spark beside those of DuckDB; `folder` is where tables that both read are written."""

    session: Any = None
    folder: Path = Path()

    def ask(self, query: str, **given: Any) -> pl.DataFrame:
        answer = Path(tempfile.mkdtemp(dir=self.folder))
        self.session.sql(spoken(query, given)).write.mode("overwrite").parquet(str(answer))
        return pl.read_parquet(answer / "*.parquet")

    def name(self, view: str, query: str) -> None:
        super().name(view, query)
        self.session.sql(spoken(query, {})).createOrReplaceTempView(view)

    def keep(self, table: str, query: str, **given: Any) -> None:
        parts = self.folder / table
        self.session.sql(spoken(query, given)).write.parquet(str(parts))
        self.session.read.parquet(str(parts)).createOrReplaceTempView(table)
        self.connection.read_parquet(str(parts / "*.parquet")).create_view(table)

    def lend(self, table: str, query: str, **given: Any) -> None:
        super().keep(table, query, **given)
        file = self.folder / f"{table}.parquet"
        self.connection.execute(f"COPY {table} TO {sql_text(str(file))} (FORMAT parquet)")
        self.session.read.parquet(str(file)).createOrReplaceTempView(table)


@contextmanager
def on_spark(held: Patents, shelves: list[tuple[Path, About]]) -> Iterator[OnSpark]:
    """The same patents with a session of Spark beside them. Raises UdsynError where PySpark or Java is missing."""
    session = start()
    try:
        for table, schema in TABLES.items():
            empty = session.sql(empty_sql({name: SQL_TYPES[str(type_)] for name, type_ in schema.items()}))
            parts = [
                session.read.parquet(str(file)).selectExpr("*", f"{sql_text(source)} AS source")
                for file, source in files_of(shelves, table, held.source)
            ]
            whole = reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), parts, empty)
            whole.createOrReplaceTempView(table)
        for view, query in views().items():
            session.sql(spoken(query, {})).createOrReplaceTempView(view)
        with tempfile.TemporaryDirectory(prefix="udsyn-spark-") as folder:
            yield OnSpark(held.connection, held.source, held.terms, session, Path(folder))
    finally:
        session.stop()


def spoken(query: str, given: Mapping[str, Any]) -> str:
    """A statement in Spark's dialect with its parameters filled in."""
    from sqlglot import expressions

    return translated(query, "spark", {name: expressions.convert(value) for name, value in given.items()})
