"""Apache Spark as the engine, for records that one machine cannot count. Needs `pip install udsyn[spark]` and Java.

The same statements, turned into Spark's dialect. Spark writes Parquet; DuckDB puts it into one sorted file, so that
the cubes are the same bytes whichever engine counted.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from udsyn.cubes.countries import LOOKUP_COLUMNS, lookups
from udsyn.cubes.engines import Plan, copy_sql
from udsyn.record.engine import Record, duck, sql_text
from udsyn.record.spark import start
from udsyn.record.tables import CUBES, TABLES


class SparkEngine:
    """Spark on this machine, or on the cluster that `spark-submit` or spark-defaults.conf name."""

    def __init__(self, record: Record, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.session = start()
        for table in TABLES.values():
            files = [str(file) for file in record.files(table)]
            frame = self.session.read.parquet(*files) if files else self.session.sql(empty_sql(table.columns))
            frame.createOrReplaceTempView(f"`{table.name}`" if table.name == "references" else table.name)
        for name, rows in lookups(plan.merges).items():
            schema = ", ".join(f"{column} string" for column in LOOKUP_COLUMNS[name])
            self.session.createDataFrame(rows, schema).createOrReplaceTempView(name)

    def run(self, name: str, statement: str, keep: Path | None) -> None:
        frame = self.session.sql(self.plan.statement(statement, "spark"))
        if keep is None and not self.plan.is_table(name):
            frame.createOrReplaceTempView(name)
            return
        parts = self.folder / f".{name}.parts"
        frame.write.parquet(str(parts))
        if keep is not None:
            with duck() as connection:
                relation = f"read_parquet({sql_text(str(parts / '*.parquet'))})"
                connection.execute(copy_sql(CUBES[name], relation, keep))
        self.session.read.parquet(str(parts)).createOrReplaceTempView(name)

    def close(self) -> None:
        self.session.stop()
        for parts in self.folder.glob(".*.parts"):
            shutil.rmtree(parts)


def empty_sql(columns: Any) -> str:
    """A table without rows, in Spark's types."""
    listed = ", ".join(f"CAST(NULL AS {spark_type(type_)}) AS `{name}`" for name, type_ in columns.items())
    return f"SELECT {listed} WHERE false"


def spark_type(type_: str) -> str:
    """What Spark calls a type of DuckDB's; a list is an array."""
    if type_.endswith("[]"):
        return f"ARRAY<{spark_type(type_.removesuffix('[]'))}>"
    return {"VARCHAR": "STRING", "REAL": "FLOAT"}.get(type_, type_)
