"""Where a record lives on disk and how it is read.

RECORD/record.json                     version, sources, scope
RECORD/tables/<table>/*.parquet        works, authorships, ... read from sources
RECORD/corrected/<table>/*.parquet     parts with countries that the user corrected, read instead of those in tables
RECORD/cubes/<cube>.parquet            counted from works
RECORD/panels/<source>/<cube>.parquet  cubes that somebody else counted
RECORD/shelves/<kind>/...              what the doors and the lists hold
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from udsyn.errors import UdsynError, UsageError
from udsyn.record import scope as scoping
from udsyn.record.parts import committed_files, write_atomically
from udsyn.record.scope import Scope
from udsyn.record.slice import Slice
from udsyn.record.tables import CUBES, TABLES, Table

if TYPE_CHECKING:
    import duckdb

MANIFEST = "record.json"
#: Of how a record is laid out. A newer one is refused, never guessed at.
VERSION = 1
#: the folder of what is loaded for the doors and the lists, see `udsyn.record.shelf`
SHELVES = "shelves"
#: the folder of files that stand for those that were read, see `udsyn.record.corrections`
CORRECTED = "corrected"


@dataclass(frozen=True)
class Record:
    """A record on disk. `Record.open` refuses a folder that holds none; `Record.create` makes one."""

    path: Path

    @classmethod
    def open(cls, path: Place) -> Record:
        """The record at a path; a record that is open already is returned as it is."""
        if isinstance(path, Record):
            return path
        record = cls(Path(path))
        if not record.manifest_file.is_file():
            raise UsageError(f"{path} holds no record. Make one with `udsyn ingest ... --record {path}`.")
        return record

    @classmethod
    def create(cls, path: Path | str) -> Record:
        """Open the record at `path`, making an empty one where there is none."""
        record = cls(Path(path))
        if not record.manifest_file.is_file():
            record.path.mkdir(parents=True, exist_ok=True)
            record.write_manifest({"version": VERSION, "sources": {}})
        return record

    @property
    def manifest_file(self) -> Path:
        return self.path / MANIFEST

    def manifest(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(self.manifest_file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise UdsynError(f"{self.manifest_file} is not readable ({error}). Restore it or ingest anew.") from None
        if not isinstance(content, dict) or not isinstance(content.get("sources"), dict):
            raise UdsynError(f"{self.manifest_file} does not describe a record. Restore it or ingest anew.")
        if content.get("version", VERSION) > VERSION:
            raise UdsynError(
                f"{self.path} was written by a newer Udsyn (record version {content['version']}; this one reads "
                f"{VERSION}). Update with `pip install -U udsyn`."
            )
        return content

    def write_manifest(self, content: dict[str, Any]) -> None:
        write_atomically(self.manifest_file, json.dumps(content, indent=1, ensure_ascii=False).encode())

    def files(self, table: Table) -> list[Path]:
        """The Parquet files that hold a table or a cube, in a fixed order."""
        if table.name in TABLES:
            corrected = self.path / CORRECTED / table.name
            held = committed_files(self.path, table.name)
            return [corrected / file.name if (corrected / file.name).is_file() else file for file in held]
        counted = self.path / "cubes" / f"{table.name}.parquet"
        panels = sorted((self.path / "panels").glob(f"*/{table.name}.parquet"))
        return ([counted] if counted.is_file() else []) + panels

    @property
    def scope(self) -> Scope:
        """Which works count; stored with the record."""
        return Scope.from_json(self.manifest().get("scope"))

    @property
    def stamp(self) -> str:
        """What stands in every result for what counts: the scope, and the corrections that hold."""
        corrections = self.manifest().get("corrections")
        return self.scope.hash + (f"+corrected-{corrections}" if corrections else "")

    @property
    def slice(self) -> Slice | None:
        """The countries that are kept in full; None where the record is whole."""
        stored = self.manifest().get("slice")
        return Slice.from_json(stored) if stored else None

    def sources(self) -> dict[str, dict[str, Any]]:
        """What the manifest says of each source: columns that it lacks, its snapshot, its extent, ..."""
        found: dict[str, dict[str, Any]] = self.manifest()["sources"]
        return found

    def snapshot(self, source: str) -> str | None:
        """The date that a source's data stand at (ISO), or None when it does not say."""
        found: str | None = self.manifest()["sources"].get(source, {}).get("snapshot")
        return found

    def holds(self, table: Table) -> bool:
        return bool(self.files(table))

    def has_shelf(self, kind: str) -> bool:
        """Whether anything was loaded for a door or a list (calls, patents, ...); told without loading its readers."""
        return (self.path / SHELVES / kind).is_dir()

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A DuckDB connection with one view per table and cube; what is not held is an empty view.

        `works_in_scope` has the columns of `works` and holds those that count.
        """
        with duck() as connection, telling_of_damage(self):
            self.name_views(connection)
            yield connection

    def name_views(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the views that `connect` promises."""
        for table in (*TABLES.values(), *CUBES.values()):
            connection.execute(view_sql(table, self.files(table)))
        counts = scoping.where(self.scope, self.sources())
        connection.execute(f"CREATE VIEW works_in_scope AS SELECT * FROM works WHERE {counts}")  # noqa: S608

    def cube(self, cube: Table, source: str | None = None) -> pl.DataFrame:
        """A cube as a Polars frame (of one source where named); empty with the right columns when not held."""
        files = self.files(cube)
        if not files:
            return pl.DataFrame(schema=dict.fromkeys(cube.columns, pl.Null))
        with telling_of_damage(self):
            frame = pl.concat([pl.read_parquet(file) for file in files], how="diagonal_relaxed")
        return frame if source is None else frame.filter(pl.col("source") == source)


@contextmanager
def telling_of_damage(record: Record) -> Iterator[None]:
    """Turn an engine's complaint of a file of the record into an error for people."""
    try:
        yield
    except Exception as error:
        said = " ".join(str(error).split())
        if not complains_of_a_file(error) or not (
            isinstance(error, pl.exceptions.PolarsError) or str(record.path) in said
        ):
            raise
        raise UdsynError(
            f"a file of the record {record.path} is damaged ({said[:200]}). Count cubes again with `udsyn cubes`, load "
            "a panel again, or restore the record from a copy."
        ) from None


def complains_of_a_file(error: Exception) -> bool:
    """Whether an engine could not read what it was given."""
    if isinstance(error, pl.exceptions.PolarsError | OSError):
        return True
    import duckdb  # only when something went wrong: cubes are read without it

    return isinstance(error, duckdb.IOException | duckdb.InvalidInputException)


class Reading(Record):
    """A record that many questions are asked of while nothing changes it: each file is read once.

    `Reading.of(record)` makes one; `connect` gives a cursor on one database, so that temporary tables stay apart.
    """

    @classmethod
    def of(cls, place: Place) -> Reading:
        return place if isinstance(place, Reading) else cls(Record.open(place).path)

    @cached_property
    def _manifest(self) -> dict[str, Any]:
        return super().manifest()

    @cached_property
    def _files(self) -> dict[str, list[Path]]:
        return {}

    @cached_property
    def _cubes(self) -> dict[str, pl.DataFrame]:
        return {}

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        connection = duck()
        self.name_views(connection)
        return connection

    def manifest(self) -> dict[str, Any]:
        return self._manifest

    def files(self, table: Table) -> list[Path]:
        if table.name not in self._files:
            self._files[table.name] = super().files(table)
        return self._files[table.name]

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with telling_of_damage(self), self._connection.cursor() as cursor:
            yield cursor

    def cube(self, cube: Table, source: str | None = None) -> pl.DataFrame:
        if cube.name not in self._cubes:
            self._cubes[cube.name] = super().cube(cube)
        frame = self._cubes[cube.name]
        return frame if source is None else frame.filter(pl.col("source") == source)


#: what a question is asked of
Place = Record | Path | str


def duck(**settings: str | int) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection that prints nothing of its own: stdout is for data."""
    import duckdb  # loaded where it is used: a cube is read without a database

    connection = duckdb.connect(config=dict(settings))
    # DuckDB refuses the setting in a notebook that cannot draw the bar; then there is none to turn off
    with suppress(duckdb.InvalidInputException):
        connection.execute("SET enable_progress_bar = false")
    return connection


def view_sql(table: Table, files: list[Path]) -> str:
    """The statement that names a table's files as one view."""
    if files:
        listed = sql_files(files)
        return f'CREATE VIEW "{table.name}" AS SELECT * FROM read_parquet({listed}, union_by_name = true)'  # noqa: S608
    empty = ", ".join(f'CAST(NULL AS {type_}) AS "{name}"' for name, type_ in table.columns.items())
    return f'CREATE VIEW "{table.name}" AS SELECT {empty} WHERE false'


def sql_files(files: Iterable[Path]) -> str:
    """Files as an SQL list of their names."""
    return f"[{', '.join(sql_text(str(file)) for file in files)}]"


def sql_text(value: str) -> str:
    """A string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
