"""A part that is being read: what a source needs to turn its file into objects, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from udsyn.record import columnar
from udsyn.record.parser import BadLine, Parser
from udsyn.record.sources import documents
from udsyn.record.sources.lines import Chunk, Slate, chunks
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part

SetAside = Callable[[list[BadLine]], None]
#: Values (objects and the elements of their lists) that the statements turn into rows at a time.
PIECE_VALUES = 500_000


@dataclass(frozen=True)
class Asked:
    """What is wanted of works: institutions and topics to gather from them, and what is read on request only."""

    gather: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()


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
