"""Read OpenAlex files into a record: part by part, each wholly or not at all, broken lines set aside with a reason."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from udsyn.errors import UdsynError
from udsyn.record import parts as store
from udsyn.record.engine import Record, sql_text
from udsyn.record.parts import Commit
from udsyn.record.sources import management, openalex
from udsyn.record.sources.lines import BrokenFileError, Chunk, chunks, lines_of
from udsyn.record.sources.openalex import JSON_COLUMNS
from udsyn.record.sources.part import Part
from udsyn.record.tables import TABLES, UNITS

#: OpenAlex's addresses as integers: https://openalex.org/W2741809807 → 2741809807, .../subfields/1904 → 1904.
MACROS = """
CREATE MACRO short_id(id) AS
  TRY_CAST(CASE WHEN starts_with(id, 'https://openalex.org/') THEN substr(id, 23) ELSE substr(id, 2) END AS BIGINT);
CREATE MACRO last_number(id) AS TRY_CAST(regexp_extract(id, '[0-9]+$') AS BIGINT)
"""

#: Per entity, the tables that its objects fill, in the order in which their statements build on one another.
FILLS: Mapping[str, tuple[str, ...]] = {
    "works": ("authorships", "work_countries", "works", "work_topics", "references"),
    "institutions": ("institutions",),
    "topics": ("topics",),
}
#: Gathered from works where a source has no such objects of its own.
HARVESTS = ("institutions_of_works", "topics_of_works")
#: Results that later statements of the same chunk read.
INTERMEDIATE = ("authorships", "work_countries")
QUOTED_BYTES = 200
#: Tables made from what all parts gathered.
COMPOSED = ("institutions", "topics")

Row = dict[str, Any]
#: Line number, reason, the line.
BadLine = tuple[int, str, bytes]


@cache
def statement(name: str) -> str:
    """The named SQL statement."""
    return (files("udsyn.record") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@dataclass
class Outcome:
    """What an ingest did."""

    works: int = 0
    authorships: int = 0
    institutions: int = 0
    topics: int = 0
    quarantined: int = 0
    unchanged: int = 0
    parts: int = 0
    broken: list[str] = field(default_factory=list)

    def add(self, commit: Commit) -> None:
        self.parts += 1
        self.quarantined += commit.quarantined
        for name in ("works", "authorships", "institutions", "topics"):
            setattr(self, name, getattr(self, name) + commit.rows.get(name, 0))

    def row(self, seconds: float) -> Row:
        counts = {name: value for name, value in vars(self).items() if name != "broken"}
        return {**counts, "seconds": round(seconds, 3)}


class Reader:
    """A DuckDB connection that turns chunks of JSON lines into the record's tables."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": 1, "memory_limit": "800MB"})
        self.connection.execute(MACROS)
        self.memory = os.memfd_create("udsyn-chunk")

    def close(self) -> None:
        self.connection.close()
        os.close(self.memory)

    def rows(self, part: Part, lines: bytes, tables: tuple[str, ...]) -> dict[str, pa.Table]:
        """The rows of each table that these lines give. Raises duckdb.Error where a line is not as expected."""
        self.parse(part.entity, lines)
        return self.derive(part, tables)

    def derive(self, part: Part, tables: tuple[str, ...]) -> dict[str, pa.Table]:
        """The rows of each table that the objects of `incoming` give."""
        made = {}
        for table in tables:
            sql = statement(f"openalex_{table}")
            wanted = {name: value for name, value in (("units", UNITS), ("source", part.source)) if f"${name}" in sql}
            if table in INTERMEDIATE:
                self.connection.execute(f"CREATE OR REPLACE TEMP TABLE part_{table} AS {sql}", wanted)
                relation = self.connection.sql(f"SELECT * EXCLUDE (line) FROM part_{table}")  # noqa: S608
            else:
                relation = self.connection.sql(sql, params=wanted)
            made[table] = relation.to_arrow_table()
        return made

    def parse(self, entity: str, lines: bytes) -> None:
        os.ftruncate(self.memory, len(lines))
        os.pwrite(self.memory, lines, 0)
        columns = ", ".join(f"{sql_text(name)}: {sql_text(type_)}" for name, type_ in JSON_COLUMNS[entity].items())
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE incoming AS "  # noqa: S608
            "SELECT row_number() OVER () AS line, short_id(id) AS object, object AS work, * "
            f"FROM read_json('/proc/self/fd/{self.memory}', format = 'newline_delimited', records = true, "
            f"columns = {{{columns}}}, maximum_object_size = {max(len(lines), 1 << 20)})"
        )
        if self.connection.execute("SELECT line FROM incoming WHERE object IS NULL LIMIT 1").fetchall():
            raise duckdb.InvalidInputException("no id")

    def careful_rows(
        self, part: Part, chunk: Chunk, tables: tuple[str, ...]
    ) -> tuple[dict[str, pa.Table], list[BadLine]]:
        """As `rows`, but line by line where the engine refused: the good lines' rows and the bad lines with reasons."""
        good: list[tuple[int, bytes]] = []
        bad: list[BadLine] = []
        for number, line in lines_of(chunk):
            reason = complaint(line)
            if reason:
                bad.append((number, reason, line))
            else:
                good.append((number, line))
        bad += self.culprits(part.entity, good)
        refused = {number for number, _, _ in bad}
        lines = b"\n".join(line.rstrip(b"\r\n") for number, line in good if number not in refused)
        return self.rows(part, lines, tables), sorted(bad)

    def culprits(self, entity: str, lines: list[tuple[int, bytes]]) -> list[BadLine]:
        """The lines that the engine refuses, found by halving."""
        if not lines:
            return []
        try:
            self.parse(entity, b"\n".join(line.rstrip(b"\r\n") for _, line in lines))
        except duckdb.Error as error:
            if len(lines) == 1:
                return [(lines[0][0], reason_of(error), lines[0][1])]
            middle = len(lines) // 2
            return self.culprits(entity, lines[:middle]) + self.culprits(entity, lines[middle:])
        return []


def complaint(line: bytes) -> str | None:
    """Why a line is no object with an id, or None."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return f"not JSON: {error}"
    if not isinstance(value, dict):
        return f"a JSON {type(value).__name__}, not an object"
    if not isinstance(value.get("id"), str):
        return "no id"
    return None


def reason_of(error: duckdb.Error) -> str:
    """The engine's complaint in one line, without its advice about settings."""
    text = " ".join(str(error).split())
    return text.split(" Try ")[0].partition("Error: ")[2][:300] or text[:300]


def ingest_openalex(src: Path | str, record_path: Path | str, say: Callable[[str], None] = lambda _: None) -> Row:
    """Read OpenAlex files into the record at `record_path`; what is held already is left alone.

    `src` is a snapshot's root, its data folder, an entity folder or one file. Returns one object with the rows added
    (works, authorships, ...), `quarantined` lines, `unchanged` parts, and `seconds`. Raises UsageError for a source
    that holds nothing, UdsynError when a file is truncated (after everything else was read).
    """
    started = time.monotonic()
    src = Path(src)
    found = [management.part(src)] if management.found_in(src) else openalex.find_parts(src)
    record = Record.create(record_path)
    outcome = Outcome()
    store.sweep(record.path)
    commits = {(c.source, c.entity, c.key): c for c in store.commits(record.path)}
    prints = {c.fingerprint for c in commits.values()}
    reader = Reader()
    try:
        for part in found:
            print_, size = store.fingerprint(part.files)
            if print_ in prints:
                outcome.unchanged += 1
                continue
            old = commits.get((part.source, part.entity, part.key))
            generation = old.generation + 1 if old else 0
            commit = Commit(part.source, part.entity, part.key, str(part.path), print_, size, generation=generation)
            say(f"reading {part.path}")
            try:
                read_part(reader, record, part, commit, outcome)
            except BrokenFileError as error:
                outcome.broken.append(str(error))
    finally:
        reader.close()
    store.sweep(record.path)
    compose(record)
    describe(record)
    if outcome.broken:
        raise UdsynError(" ".join(outcome.broken))
    return outcome.row(time.monotonic() - started)


def read_part(reader: Reader, record: Record, part: Part, commit: Commit, outcome: Outcome) -> None:
    """Read one part into Parquet files and commit it."""
    with PartWriter(record.path, commit) as writer:
        if part.source == management.NAME:
            writer.write(management_rows(reader, part))
        else:
            with part.path.open("rb") as file:
                read_lines(reader, part, chunks(file, str(part.path)), writer)
    outcome.add(writer.finish())


def read_lines(reader: Reader, part: Part, pieces: Iterator[Chunk], writer: PartWriter) -> None:
    tables = FILLS[part.entity] + (HARVESTS if part.entity == "works" else ())
    for chunk in pieces:
        if chunk.refused:
            writer.set_aside([(chunk.first_line, chunk.refused, chunk.lines)])
            continue
        try:
            writer.write(reader.rows(part, chunk.lines, tables))
        except duckdb.Error:
            rows, bad = reader.careful_rows(part, chunk, tables)
            writer.write(rows)
            writer.set_aside(bad)


def management_rows(reader: Reader, part: Part) -> dict[str, pa.Table]:
    for name, file in management.FILES.items():
        reader.connection.execute(f"SET VARIABLE {name} = {sql_text(str(part.path / file))}")
    reader.connection.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS {statement('management_incoming')}")
    rows = reader.derive(part, ("authorships", "work_countries", "works"))
    institutions = reader.connection.sql(statement("management_institutions")).to_arrow_table()
    return {**rows, "institutions": institutions}


class PartWriter:
    """The Parquet files of one part, written beside, put in place together when the part is complete."""

    def __init__(self, root: Path, commit: Commit) -> None:
        self.root, self.commit = root, commit
        self.writers: dict[str, pq.ParquetWriter] = {}
        self.counts: dict[str, int] = {}
        self.quarantine: list[Row] = []

    def __enter__(self) -> PartWriter:
        return self

    def file(self, table: str) -> Path:
        """Where a table's rows go. Institutions and topics are gathered first; `compose` makes their tables."""
        kept = table in TABLES and table not in COMPOSED
        return self.root / ("tables" if kept else "gathered") / table / f"{self.commit.stem}.parquet"

    def beside(self, table: str) -> Path:
        return self.file(table).with_name(f".{self.commit.stem}.tmp")

    def write(self, rows: Mapping[str, pa.Table]) -> None:
        for table, content in rows.items():
            if table not in self.writers:
                self.file(table).parent.mkdir(parents=True, exist_ok=True)
                self.writers[table] = pq.ParquetWriter(
                    self.beside(table), content.schema, compression="zstd", compression_level=1
                )
            self.writers[table].write_table(content)
            self.counts[table] = self.counts.get(table, 0) + content.num_rows

    def set_aside(self, bad: list[BadLine]) -> None:
        """Remember lines that could not be read."""
        self.quarantine += [
            {
                "file": self.commit.path,
                "line": number,
                "reason": reason,
                "text": line[:QUOTED_BYTES].decode("utf-8", "replace"),
            }
            for number, reason, line in bad
        ]

    def __exit__(self, kind: object, *_: object) -> None:
        for writer in self.writers.values():
            writer.close()
        if kind is not None:
            for table in self.writers:
                self.beside(table).unlink(missing_ok=True)

    def finish(self) -> Commit:
        """Put the files in place; the commit is written last."""
        for table in self.writers:
            self.beside(table).replace(self.file(table))
        if self.quarantine:
            file = self.root / store.QUARANTINE / f"{self.commit.stem}.jsonl"
            store.write_atomically(file, b"".join(orjson.dumps(row) + b"\n" for row in self.quarantine))
        done = replace(self.commit, rows=self.counts, quarantined=len(self.quarantine))
        store.write_commit(self.root, done)
        return done


def compose(record: Record) -> None:
    """Make the tables of institutions and topics from what was gathered: own objects first, then what works name."""
    with duckdb.connect() as connection:
        connection.execute(MACROS)
        for table in COMPOSED:
            own = sorted((record.path / "gathered" / table).glob("*.parquet"))
            named = sorted((record.path / "gathered" / f"{table}_of_works").glob("*.parquet"))
            if not own and not named:
                continue
            connection.execute(f"CREATE VIEW own_{table} AS {union_of(table, own)}")
            connection.execute(f"CREATE VIEW named_{table} AS {union_of(table, named)}")
            file = record.path / "tables" / table / f"{table}.parquet"
            beside = file.with_name(f".{file.name}.tmp")
            file.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(
                f"COPY ({statement(f'compose_{table}')}) TO {sql_text(str(beside))} (FORMAT parquet, COMPRESSION zstd)"
            )
            beside.replace(file)


def union_of(table: str, found: list[Path]) -> str:
    """The gathered rows of a table with the rank of the file that they come from."""
    columns = ", ".join(f'CAST(NULL AS {type_}) AS "{name}"' for name, type_ in TABLES[table].columns.items())
    nothing = f"SELECT {columns}, CAST(NULL AS VARCHAR[]) AS lineage, 0 AS rank WHERE false"
    rows = [f"SELECT *, {i} AS rank FROM read_parquet({sql_text(str(file))})" for i, file in enumerate(found)]  # noqa: S608
    return " UNION ALL BY NAME ".join([nothing, *rows])


def describe(record: Record) -> None:
    """Write down, per source of works, how many it has, the date that they stand at and the columns that it lacks."""
    with record.connect() as connection:
        columns = [column for column in TABLES["works"].columns if column not in ("work", "source", "authors")]
        counted = ", ".join(f'count("{column}") AS "{column}"' for column in columns)
        rows = connection.sql(
            f"SELECT source, count(*) AS works, CAST(max(updated) AS VARCHAR) AS latest, {counted} "  # noqa: S608
            "FROM works GROUP BY source ORDER BY source"
        ).to_arrow_table()
    about = {
        row["source"]: {
            "works": row["works"],
            "snapshot": row["latest"],
            "lacks": [column for column in columns if not row[column]],
        }
        for row in rows.to_pylist()
    }
    manifest = record.manifest()
    if about != {name: manifest["sources"].get(name) for name in about}:
        manifest["sources"] |= about
        record.write_manifest(manifest)
