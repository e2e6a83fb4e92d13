"""The engines that run the statements. DuckDB is here; Spark is in `udsyn.cubes.spark`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from udsyn.cubes.countries import LOOKUP_COLUMNS, lookups
from udsyn.cubes.settings import Settings
from udsyn.cubes.statements import STEPS, compiled
from udsyn.facts.countries import MERGES
from udsyn.record.engine import Record, duck, sql_text, view_sql
from udsyn.record.scope import where
from udsyn.record.tables import CUBES, TABLES, Table

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Plan:
    """What a build counts: its settings, the works in scope (SQL), and whose institutions are held.

    `kept` names the countries that a slice keeps in full; None where the record is whole.
    """

    scope: str
    settings: Settings
    kept: tuple[str, ...] | None = None

    @property
    def merges(self) -> Mapping[str, str]:
        """The codes that are counted under another."""
        return MERGES[self.settings.merge]

    def statement(self, name: str, dialect: str) -> str:
        """A statement in an engine's dialect, filled with what this build counts."""
        kept = "true" if self.kept is None else f"country IN ({', '.join(map(sql_text, self.kept))})"
        return compiled(name, dialect, {"scope": self.scope, "kept": kept, **self.settings.parameters})

    def is_table(self, name: str) -> bool:
        """Whether a step is kept as a table while the cubes are built, and not asked again by each that reads it."""
        changed = {"citations", "countries"} & self.settings.parameters.keys()
        return name in STEPS or (name == "scoped_works" and bool(changed))


#: what `work_scores` is made of, in order
SCORING = ("scoped_works", "world_cells", "reference_sets", "work_scores")


def score_works(connection: duckdb.DuckDBPyConnection, record: Record) -> None:
    """The view `work_scores` of a record that is not counted yet: the same statements, under the plainest settings."""
    plan = Plan(where(record.scope, record.sources()), Settings())
    for name in SCORING:
        connection.execute(f"CREATE TEMP VIEW {name} AS {plan.statement(name, 'duckdb')}")


class Engine(Protocol):
    """An engine runs a statement and remembers its answer by name for the statements after it."""

    def run(self, name: str, statement: str, keep: Path | None) -> None: ...

    def close(self) -> None: ...


class DuckEngine:
    """DuckDB in this process."""

    def __init__(self, record: Record, plan: Plan) -> None:
        self.plan = plan
        self.connection = duck()
        for table in TABLES.values():
            self.connection.execute(view_sql(table, record.files(table)))
        for name, rows in lookups(plan.merges).items():
            columns = ", ".join(f"{column} VARCHAR" for column in LOOKUP_COLUMNS[name])
            self.connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
            if rows:
                self.connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)  # noqa: S608

    def run(self, name: str, statement: str, keep: Path | None) -> None:
        sql = self.plan.statement(statement, "duckdb")
        if keep is None:
            kind = "TEMP TABLE" if self.plan.is_table(name) else "TEMP VIEW"
            self.connection.execute(f"CREATE {kind} {name} AS {sql}")
        else:
            self.connection.execute(copy_sql(CUBES[name], f"({sql})", keep))
            self.connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet({sql_text(str(keep))})")  # noqa: S608

    def close(self) -> None:
        self.connection.close()


def copy_sql(cube: Table, relation: str, file: Path) -> str:
    """The statement that writes a cube: its own columns and types, sorted by its keys, so that bytes do not vary."""
    columns = ", ".join(f'CAST("{column}" AS {type_}) AS "{column}"' for column, type_ in cube.columns.items())
    keys = ", ".join(f'"{column}"' for column in keys_of(cube) if column != "name")
    return (
        f"COPY (SELECT {columns} FROM {relation} ORDER BY {keys}) "  # noqa: S608
        f"TO {sql_text(str(file))} (FORMAT parquet, COMPRESSION zstd)"
    )


def keys_of(cube: Table) -> list[str]:
    """The columns that tell a cube's rows apart: those before the first count; where a row is a work, up to its id."""
    names = list(cube.columns)
    return names[: names.index("works")] if "works" in names else names[: names.index("work") + 1]
