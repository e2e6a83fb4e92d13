"""Turn pieces of a part into rows of the record's tables: one DuckDB connection and the named statements.

Each piece stands in a view `incoming`, one row per object, with `line` (its order), `object` (its id as an integer)
and the source's own columns; the statements of `record/sql` read from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from udsyn.errors import UdsynError
from udsyn.facts import countries
from udsyn.record import columnar
from udsyn.record.engine import duck
from udsyn.record.parser import BadLine, Parser, first_line
from udsyn.record.sources import documents, management, registers, schema
from udsyn.record.sources.lines import Chunk, Slate, chunks
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part
from udsyn.record.tables import UNITS

#: Addresses as integers: https://openalex.org/W2741809807 → 2741809807, https://openalex.org/subfields/1904 → 1904.
#: What is an integer already stays as it is.
MACROS = """
CREATE MACRO
  short_id(id BIGINT) AS id,
  (id VARCHAR) AS coalesce(
    TRY_CAST(CASE WHEN starts_with(id, 'https://openalex.org/') THEN substr(id, 23) ELSE substr(id, 2) END AS BIGINT),
    TRY_CAST(regexp_extract(id, '^https?://(?:api[.])?openalex[.]org/(?:[a-z-]+/)?[A-Za-z]([0-9]{1,18})$', 1) AS BIGINT)
  );
CREATE MACRO
  last_number(id BIGINT) AS id,
  (id VARCHAR) AS TRY_CAST(regexp_extract(id, '[0-9]+$') AS BIGINT)
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
#: Values (objects and the elements of their lists) that the statements turn into rows at a time.
PIECE_VALUES = 500_000

Rows = dict[str, pa.Table]


@cache
def statement(name: str) -> str:
    """The named SQL statement."""
    return (files("udsyn.record") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


class Reader:
    """Reads parts. `gather`: what to gather from works too; `extras`: see `schema.EXTRAS`; `scan`: see `Parser`."""

    def __init__(
        self, gather: Collection[str] = GATHERED_FROM_WORKS, extras: Collection[str] = (), scan: bool = False
    ) -> None:
        self.connection = duck(threads=1, memory_limit="700MB")
        self.connection.execute(MACROS)
        self.slate = Slate()
        self.gather, self.extras, self.scan = sorted(gather), sorted(extras), scan
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

    def columns(self, part: Part) -> Mapping[str, str]:
        if part.source == registers.ROR:
            return registers.ROR_COLUMNS
        return schema.columns(part.entity, self.gather, self.extras)

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
        else:
            in_columns = part.path.endswith(".parquet")
            objects = self.parquet(part, location) if in_columns else self.lines(part, location, set_aside)
            for piece in pieces(objects):
                yield self.derive(part, self.identified(piece))

    def lines(self, part: Part, location: Location, set_aside: Callable[[list[BadLine]], None]) -> Iterator[pa.Table]:
        """The objects of a part of JSON lines, chunk by chunk."""
        form, columns = ID_FORMS[part.entity], self.columns(part)
        if part.entity == "works":
            columns = {**columns, documents.CUT: "BOOLEAN"}
        parser = Parser(self.connection, self.slate, part.entity, columns, form, self.scan)
        with location.open(part.path) as packed, documents.as_lines(packed, part.path) as file:
            documents.demand_objects(file, part.path)
            for chunk in chunks(file, part.path, parser.bytes):
                first = parser.line
                objects, bad = parser.read(chunk)
                if part.entity == "works":
                    objects, cut = without_cut(objects, chunk, first)
                    bad = sorted(bad + cut)
                set_aside(bad)
                yield objects

    def parquet(self, part: Part, location: Location) -> Iterator[pa.Table]:
        """The objects of a part of the Parquet release, some rows at a time."""
        with location.open(part.path) as file:
            form, columns = ID_FORMS[part.entity], self.columns(part)
            yield from columnar.objects_in(self.connection, file, part.path, part.entity, columns, form)

    def management(self, part: Part) -> Rows:
        for name, file in zip(management.FILES, part.files, strict=True):
            self.connection.execute(f"SET VARIABLE {name} = $path", {"path": file.path})
        rows = self.derive(part, self.connection.sql(statement("management_incoming")).to_arrow_table())
        return {**rows, "institutions": self.connection.sql(statement("management_institutions")).to_arrow_table()}

    def cordis(self, part: Part) -> Rows:
        table = "read_csv($path, all_varchar = true, nullstr = '', null_padding = true)"
        try:
            held = self.connection.sql(f"FROM {table}", params={"path": part.path})
            columns = registers.cordis_columns(held.columns, part.path)
            listed = ", ".join(f'"{name}" AS {ours}' if name else f"NULL AS {ours}" for ours, name in columns.items())
            incoming = self.connection.sql(
                f"SELECT row_number() OVER () AS line, {listed} FROM {table}",  # noqa: S608
                params={"path": part.path},
            ).to_arrow_table()
        except duckdb.Error as error:
            raise UdsynError(f"{part.path} is not CORDIS's table ({first_line(error)}).") from None
        found = incoming["country"].unique().drop_null().to_pylist()
        resolved = pa.array([countries.resolve(label) for label in found], pa.string())
        self.connection.register("labels", pa.table({"label": pa.array(found, pa.string()), "iso2": resolved}))
        return self.derive(part, incoming)

    def identified(self, objects: pa.Table) -> pa.Table:
        """The objects with their line (from 1) and their id as an integer, under the two names that statements use."""
        self.connection.register("objects", objects)
        named = self.connection.sql(
            "SELECT row_number() OVER () AS line, short_id(id) AS object, object AS work FROM objects"
        ).to_arrow_table()
        self.connection.unregister("objects")
        for name in objects.column_names:
            named = named.append_column(name, objects[name])
        return named

    def derive(self, part: Part, incoming: pa.Table) -> Rows:
        """The rows of each table that the incoming objects give."""
        ordinals = np.arange(self.seen, self.seen + len(incoming))
        self.seen += len(incoming)
        if self.skipped:
            incoming = incoming.filter(pa.array(~np.isin(ordinals, list(self.skipped))))
        self.connection.register("incoming", incoming)
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
        self.connection.unregister("incoming")
        return made


def without_cut(objects: pa.Table, chunk: Chunk, first: int) -> tuple[pa.Table, list[BadLine]]:
    """Works without those whose authors a list of the API has cut off, and these as lines to be set aside."""
    is_cut = pc.fill_null(objects[documents.CUT], False)
    objects = objects.drop_columns([documents.CUT])
    if not pc.any(is_cut).as_py():
        return objects, []
    cut = [(number, documents.CUT_REASON, line) for number, line in chunk.lines(first) if documents.is_cut(line)]
    return objects.filter(pc.invert(is_cut)), cut


def pieces(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Tables put together, or cut, into pieces worth a round of statements: wherever they began, the same pieces.

    Where no table has a row, one piece without rows.
    """
    held: list[pa.Table] = []
    values, any_rows, table = 0, False, None
    for table in tables:
        sizes = np.cumsum(sizes_of(table)) + values
        while len(sizes) and sizes[-1] >= PIECE_VALUES:
            cut = int(np.searchsorted(sizes, PIECE_VALUES)) + 1
            yield pa.concat_tables([*held, rows_of(table, 0, cut)])
            table, held, values, any_rows = rows_of(table, cut, len(table)), [], 0, True
            sizes = sizes[cut:] - sizes[cut - 1]
        if len(table):
            held.append(table)
            values = int(sizes[-1])
    if held:
        yield pa.concat_tables(held)
    elif table is not None and not any_rows:
        yield table


def rows_of(table: pa.Table, start: int, stop: int) -> pa.Table:
    """Some rows as a table of its own: the engine does not read structs within a slice."""
    if (start, stop) == (0, len(table)):
        return table
    places = np.arange(start, stop)
    return table.take(pa.Array.from_buffers(pa.int64(), len(places), [None, pa.py_buffer(places)]))


def sizes_of(table: pa.Table) -> np.ndarray:
    """How many values each row holds: itself and the elements of its lists."""
    sizes = np.ones(len(table), np.int64)
    for name in table.column_names:
        if pa.types.is_list(table[name].type):
            sizes += np.array([length or 0 for length in pc.list_value_length(table[name]).to_pylist()], np.int64)
    return sizes
