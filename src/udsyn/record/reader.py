"""Turn pieces of a part into rows of the record's tables: one DuckDB connection and the named statements.

Each piece stands in a view `incoming`, one row per object, with `line` (its order), `object` (its id as an integer)
and the source's own columns; the statements of `record/sql` read from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from udsyn.record import columnar
from udsyn.record.engine import duck
from udsyn.record.parser import BadLine, Parser
from udsyn.record.sources import documents
from udsyn.record.sources.lines import Chunk, Slate, chunks
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part
from udsyn.record.sources.source import Asked, Source, named
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

#: Results that later statements of the same piece read.
INTERMEDIATE = ("authorships", "work_countries")
#: Values (objects and the elements of their lists) that the statements turn into rows at a time.
PIECE_VALUES = 500_000

Rows = dict[str, pa.Table]
SetAside = Callable[[list[BadLine]], None]
#: What is gathered from works where no objects of their own are at hand.
EVERYTHING = Asked(gather=("institutions", "topics"))


@dataclass(frozen=True)
class Job:
    """A part that is being read, with what a source needs for it: where it stands, what is wanted, and the engine."""

    part: Part
    location: Location
    asked: Asked
    set_aside: SetAside
    connection: duckdb.DuckDBPyConnection
    slate: Slate
    scan: bool

    def objects(self, columns: Mapping[str, str], ids: str, cut_off: bool = False) -> Iterator[pa.Table]:
        """The objects of a file of JSON or Parquet, in pieces worth a round of statements, with `line` and `object`.

        `columns` are the fields wanted with their types, `ids` is the form of an object's id. Lines that cannot be
        read are set aside; with `cut_off` also works whose authors a list of the API has cut off.
        """
        in_columns = self.part.path.endswith(".parquet")
        for piece in pieces(self.parquet(columns, ids) if in_columns else self.lines(columns, ids, cut_off)):
            yield self.identified(piece)

    def lines(self, columns: Mapping[str, str], ids: str, cut_off: bool) -> Iterator[pa.Table]:
        """The objects of a file of JSON, chunk by chunk."""
        if cut_off:
            columns = {**columns, documents.CUT: "BOOLEAN"}
        parser = Parser(self.connection, self.slate, self.part.entity, columns, ids, self.scan)
        with (
            self.location.open(self.part.path) as packed,
            documents.as_lines(packed, self.part.path) as file,
        ):
            documents.demand_objects(file, self.part.path)
            for chunk in chunks(file, self.part.path, parser.bytes):
                first = parser.line
                objects, bad = parser.read(chunk)
                if cut_off:
                    objects, cut = without_cut(objects, chunk, first)
                    bad = sorted(bad + cut)
                self.set_aside(bad)
                yield objects

    def parquet(self, columns: Mapping[str, str], ids: str) -> Iterator[pa.Table]:
        """The objects of a file of Parquet, some rows at a time."""
        with self.location.open(self.part.path) as file:
            yield from columnar.objects_in(self.connection, file, self.part.path, self.part.entity, columns, ids)

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


class Reader:
    """Reads parts of any source. `scan`: see `Parser`."""

    def __init__(self, asked: Asked = EVERYTHING, scan: bool = False) -> None:
        self.connection = duck(threads=1, memory_limit="700MB")
        self.connection.execute(MACROS)
        self.slate = Slate()
        self.asked, self.scan = asked, scan

    def close(self) -> None:
        self.connection.close()
        self.slate.close()

    def read(self, part: Part, location: Location, set_aside: SetAside, skip: Collection[int] = ()) -> Iterator[Rows]:
        """The part's rows, piece by piece; `set_aside` is told of lines that cannot be read.

        `skip` holds ordinals of objects to leave out. Raises BrokenFileError for a truncated or damaged file.
        """
        source, seen = named(part.source), 0
        job = Job(part, location, self.asked, set_aside, self.connection, self.slate, self.scan)
        for incoming in source.incoming(job):
            ordinals = np.arange(seen, seen + len(incoming))
            seen += len(incoming)
            if skip:
                incoming = incoming.filter(pa.array(~np.isin(ordinals, list(skip))))
            yield self.derive(source, part, incoming)

    def derive(self, source: Source, part: Part, incoming: pa.Table) -> Rows:
        """The rows of each table that the incoming objects give."""
        self.connection.register("incoming", incoming)
        made: Rows = {}
        for table in source.tables(part, self.asked):
            sql = source.statement(table)
            values = {"units": UNITS, "source": source.name}
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
