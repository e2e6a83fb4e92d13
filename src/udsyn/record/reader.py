"""Turn pieces of a part into rows of the record's tables: one DuckDB connection and the named statements.

Each piece stands in a table `incoming`, one row per object, with `line` (its order), `object` (its id as an integer)
and the source's own columns; the statements of `record/sql` read from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from udsyn.errors import UdsynError
from udsyn.facts import countries
from udsyn.record.engine import duck
from udsyn.record.sources import management, registers, schema
from udsyn.record.sources.lines import Chunk, Slate, chunks, numbered
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part
from udsyn.record.tables import UNITS

#: Addresses as integers: https://openalex.org/W2741809807 → 2741809807, https://openalex.org/subfields/1904 → 1904.
MACROS = """
CREATE MACRO short_id(id) AS
  TRY_CAST(CASE WHEN starts_with(id, 'https://openalex.org/') THEN substr(id, 23) ELSE substr(id, 2) END AS BIGINT);
CREATE MACRO last_number(id) AS TRY_CAST(regexp_extract(id, '[0-9]+$') AS BIGINT)
"""

#: Gathered from works where no objects of their own are at hand.
GATHERED_FROM_WORKS = ("institutions", "topics")
#: Sources whose `incoming` has a shape of its own; all others have OpenAlex's.
SHAPES = {registers.ROR: "ror", registers.CORDIS: "cordis"}
#: Results that later statements of the same piece read.
INTERMEDIATE = ("authorships", "work_countries")
ID_FORMS = {
    **{name: entity.ids for name, entity in schema.ENTITIES.items()},
    "organisations": "^https://ror.org/[0-9a-z]+$",
}
#: Objects of a Parquet part that are read at a time.
ROWS = 50_000

#: Line number, reason, the line.
BadLine = tuple[int, str, bytes]
Rows = dict[str, pa.Table]


@cache
def statement(name: str) -> str:
    """The named SQL statement."""
    return (files("udsyn.record") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


class Reader:
    """Reads parts. `gather`: what to gather from works too; `extras`: see `schema.EXTRAS`."""

    def __init__(self, gather: Collection[str] = GATHERED_FROM_WORKS, extras: Collection[str] = ()) -> None:
        self.connection = duck(threads=1, memory_limit="700MB")
        self.connection.execute(MACROS)
        self.slate = Slate()
        self.gather, self.extras = sorted(gather), sorted(extras)
        self.skipped: Collection[int] = ()
        self.seen = 0

    def close(self) -> None:
        self.connection.close()
        self.slate.close()

    def tables(self, part: Part) -> tuple[str, ...]:
        if part.source == management.NAME:
            return ("authorships", "work_countries", "works")
        if part.source in registers.FILLS:
            return (registers.FILLS[part.source],)
        if part.entity != "works":
            return schema.ENTITIES[part.entity].fills
        extra = tuple(schema.EXTRA_TABLES[name] for name in self.extras)
        return schema.ENTITIES["works"].fills + tuple(f"{name}_of_works" for name in self.gather) + extra

    def read(
        self, part: Part, location: Location, set_aside: Callable[[list[BadLine]], None], skip: Collection[int] = ()
    ) -> Iterator[Rows]:
        """The part's rows, piece by piece; `set_aside` is told of lines that cannot be read.

        `skip` holds ordinals of objects to leave out. Raises BrokenFileError for a truncated or damaged file.
        """
        self.seen, self.skipped = 0, skip
        if part.source == management.NAME:
            yield self.management(part)
        elif part.source == registers.CORDIS:
            yield self.cordis(part)
        elif part.path.endswith(".parquet"):
            yield from self.parquet(part, location)
        else:
            with location.open(part.path) as file:
                for chunk in chunks(file, part.path, self.slate):
                    yield self.lines(part, chunk, set_aside)

    def lines(self, part: Part, chunk: Chunk, set_aside: Callable[[list[BadLine]], None]) -> Rows:
        if chunk.refused is not None:
            set_aside([(chunk.first_line, "a line without end", chunk.refused)])
            return {}
        try:
            self.parse(part, chunk.size)
        except duckdb.Error:
            lines = list(numbered(self.slate.read(chunk.size), chunk.first_line))
            bad = self.culprits(part, lines)
            set_aside(bad)
            refused = {number for number, _, _ in bad}
            good = b"\n".join(line for number, line in lines if number not in refused)
            self.slate.fill(good)
            self.parse(part, len(good))
        return self.derive(part)

    def parse(self, part: Part, size: int) -> None:
        """Read the slate into `incoming`. Raises duckdb.Error where a line is not as it should be."""
        wanted = self.columns(part)
        columns = ", ".join(f"{name}: '{type_}'" for name, type_ in wanted.items())
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE incoming AS "  # noqa: S608
            "SELECT row_number() OVER () AS line, short_id(id) AS object, object AS work, * "
            f"FROM read_json('{self.slate.path}', format = 'newline_delimited', records = true, "
            f"columns = {{{columns}}}, maximum_object_size = {max(size, 1 << 20)})"
        )
        self.demand_ids(part)

    def columns(self, part: Part) -> Mapping[str, str]:
        if part.source == registers.ROR:
            return registers.ROR_COLUMNS
        return schema.columns(part.entity, self.gather, self.extras)

    def demand_ids(self, part: Part) -> None:
        """Raise duckdb.Error where an object has no id of its kind."""
        wrong = self.connection.execute(
            "SELECT id FROM incoming WHERE id IS NULL OR NOT regexp_matches(id, $form) LIMIT 1",
            {"form": ID_FORMS[part.entity]},
        ).fetchall()
        if wrong:
            raise duckdb.InvalidInputException(f"no id of {part.entity} but {wrong[0][0]!r}")

    def culprits(self, part: Part, lines: list[tuple[int, bytes]]) -> list[BadLine]:
        """The lines that the engine refuses, found by halving."""
        if not lines:
            return []
        content = b"\n".join(line for _, line in lines)
        self.slate.fill(content)
        try:
            self.parse(part, len(content))
        except duckdb.Error as error:
            if len(lines) == 1:
                number, line = lines[0]
                return [(number, reason_of(line, error), line)]
            middle = len(lines) // 2
            return self.culprits(part, lines[:middle]) + self.culprits(part, lines[middle:])
        return []

    def parquet(self, part: Part, location: Location) -> Iterator[Rows]:
        """A part of the Parquet release, some rows at a time."""
        wanted = self.columns(part)
        path = part.path
        if location.remote:
            self.connection.register_filesystem(location.system)
            path = location.system.unstrip_protocol(path)
        try:
            total, held = self.schema(path)
        except duckdb.Error as error:
            raise UdsynError(f"{part.path} is no Parquet file that can be read ({first_line(error)}).") from None
        demand_columns(part.path, wanted, held)
        listed = ", ".join(f'CAST("{name}" AS {type_}) AS "{name}"' for name, type_ in wanted.items())
        for start in range(0, total, ROWS):
            try:
                self.connection.execute(
                    "CREATE OR REPLACE TEMP TABLE incoming AS "  # noqa: S608
                    "SELECT row_number() OVER () AS line, short_id(id) AS object, object AS work, * "
                    f"FROM (SELECT {listed} FROM read_parquet($path, file_row_number = true) "
                    "WHERE file_row_number >= $start AND file_row_number < $stop)",
                    {"path": path, "start": start, "stop": start + ROWS},
                )
                self.demand_ids(part)
            except duckdb.Error as error:
                raise UdsynError(f"{part.path}, rows {start:,} and after: {first_line(error)}.") from None
            yield self.derive(part)

    def schema(self, path: str) -> tuple[int, dict[str, Any]]:
        relation = self.connection.sql("SELECT * FROM read_parquet($path)", params={"path": path})
        (total,) = self.connection.sql("SELECT count(*) FROM read_parquet($path)", params={"path": path}).fetchall()[0]
        return int(total), dict(zip(relation.columns, relation.types, strict=True))

    def management(self, part: Part) -> Rows:
        for name, file in zip(management.FILES, part.files, strict=True):
            self.connection.execute(f"SET VARIABLE {name} = $path", {"path": file.path})
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS {statement('management_incoming')}")
        rows = self.derive(part)
        return {**rows, "institutions": self.connection.sql(statement("management_institutions")).to_arrow_table()}

    def cordis(self, part: Part) -> Rows:
        try:
            self.connection.execute(
                "CREATE OR REPLACE TEMP TABLE incoming AS SELECT row_number() OVER () AS line, "  # noqa: S608
                f"{', '.join(registers.CORDIS_COLUMNS)} FROM read_csv($path, all_varchar = true, nullstr = '')",
                {"path": part.path},
            )
        except duckdb.Error as error:
            raise UdsynError(f"{part.path} is not CORDIS's table ({first_line(error)}).") from None
        found = self.connection.execute("SELECT DISTINCT country FROM incoming WHERE country IS NOT NULL").fetchall()
        resolved = pa.table(
            {
                "label": [row[0] for row in found],
                "iso2": pa.array([countries.resolve(row[0]) for row in found], pa.string()),
            }
        )
        self.connection.register("labels", resolved)
        return self.derive(part)

    def derive(self, part: Part) -> Rows:
        """The rows of each table that the objects of `incoming` give."""
        count = self.connection.execute("SELECT count(*) FROM incoming").fetchall()[0][0]
        if skip := [ordinal - self.seen + 1 for ordinal in self.skipped if self.seen <= ordinal < self.seen + count]:
            self.connection.execute("DELETE FROM incoming WHERE line IN (SELECT unnest($skip))", {"skip": skip})
        self.seen += count
        made: Rows = {}
        for table in self.tables(part):
            sql = statement(f"{SHAPES.get(part.source, 'openalex')}_{table}")
            values = {"units": UNITS, "source": part.source}
            wanted = {name: value for name, value in values.items() if f"${name}" in sql}
            if table in INTERMEDIATE:
                self.connection.execute(f"CREATE OR REPLACE TEMP TABLE part_{table} AS {sql}", wanted)
                relation = self.connection.sql(f"SELECT * EXCLUDE (line) FROM part_{table}")  # noqa: S608
            else:
                relation = self.connection.sql(sql, params=wanted)
            made[table] = relation.to_arrow_table()
        return made


def reason_of(line: bytes, error: duckdb.Error) -> str:
    """Why a line was refused, in one line of plain words."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as found:
        return f"not JSON: {found}"
    if not isinstance(value, dict):
        return f"a JSON {type(value).__name__}, not an object"
    return first_line(error)


def first_line(error: duckdb.Error) -> str:
    """The engine's complaint without its kind, the file's name and advice about settings."""
    text = " ".join(str(error).split())
    text = re.sub(r"^(\w+ )*Error: ", "", text).split(" Try ")[0]
    return re.sub(r'^(JSON transform error|Malformed JSON) in file "[^"]*", (at byte \d+ )?in line \d+: ', "", text)[
        :300
    ]


def demand_columns(path: str, wanted: Mapping[str, str], held: Mapping[str, Any]) -> None:
    """Raise UdsynError naming the first column in which a Parquet file is not as documented."""
    for name, type_ in wanted.items():
        trouble = f"has no column {name}" if name not in held else difference(name, duckdb.sqltype(type_), held[name])
        if trouble:
            raise UdsynError(f"{path} {trouble}. The release differs from its documentation; nothing of it was read.")


def difference(name: str, wanted: Any, held: Any) -> str | None:
    """What is wrong with a column's type, or None. Scalars are cast; lists, structs and their members must be there."""
    nested = ("struct", "list", "map")
    if wanted.id not in nested:
        return f"has {held} in column {name} instead of {wanted}" if held.id in nested else None
    if wanted.id == "map":
        return None if held.id == "map" else f"has {held} in column {name} instead of {wanted}"
    if held.id != wanted.id:
        return f"has {held} in column {name} instead of a {wanted.id}"
    if wanted.id == "list":
        return difference(name, wanted.children[0][1], held.children[0][1])
    members = dict(held.children)
    for member, type_ in wanted.children:
        if member not in members:
            return f"has no column {name}.{member}"
        if trouble := difference(f"{name}.{member}", type_, members[member]):
            return trouble
    return None
