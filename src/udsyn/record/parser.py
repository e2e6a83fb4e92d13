"""Parse JSON lines into the wanted columns: scanned where that pays, by the engine's strict parser where not.

Both ways give the same rows. The scanner (see `sources.scan`) passes over what nobody reads and understands almost
every line; what it does not understand, and whatever is wrong, is for the engine to read or to refuse with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from udsyn.record.sources.lines import Chunk, Slate

if TYPE_CHECKING:
    from udsyn.record.sources.leaves import Leaves

#: Bytes of JSON handed over at a time: the scanner's stay in the processor's cache, the engine's bound memory.
SCANNED_BYTES, PARSED_BYTES = 8 << 20, 48 << 20

#: Types of whole numbers of which no fraction is rounded away, with the least and the largest that they hold.
WHOLE = {"SMALLINT": (-(2**15), 2**15 - 1), "INTEGER": (-(2**31), 2**31 - 1)}

#: Line number, reason, the line.
BadLine = tuple[int, str, bytes]
Line = tuple[int, bytes]


class Parser:
    """Reads chunks of one entity's objects. `ids` is the form of their ids, without which no object is accepted."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        slate: Slate,
        entity: str,
        columns: Mapping[str, str],
        ids: str,
        scan: bool,
    ) -> None:
        self.connection, self.slate = connection, slate
        self.entity, self.columns, self.ids = entity, columns, ids
        self.leaves = leaves_for(columns) if scan else None
        self.bytes = SCANNED_BYTES if self.leaves else PARSED_BYTES
        self.line = 1  # the number of the next chunk's first line

    def read(self, chunk: Chunk) -> tuple[pa.Table, list[BadLine]]:
        """The rows of a file's next chunk in the order of its lines, and the lines that cannot be read."""
        first = self.line
        if chunk.refused is not None:
            self.line += 1
            return self.alike(self.parse(b"")), [(first, "a line without end", chunk.refused)]
        if self.leaves is None:
            self.line += chunk.text.tobytes().count(b"\n")
            try:
                return self.parse(chunk.text), []
            except duckdb.Error:
                rows, _, bad = self.parse_each(chunk.lines(first))
                return rows, bad
        rows, numbers, others, lines = self.leaves.read(chunk.text)
        self.line += lines
        wrong = np.concatenate([others, numbers[~has_id(rows, self.ids)]])
        if not len(wrong):
            return rows, []
        parsed, found, bad = self.parse_each([line for line in chunk.lines(first) if line[0] - first in wrong])
        right = ~np.isin(numbers, wrong)
        both = pa.concat_tables([rows.filter(pa.array(right)), self.alike(parsed)])
        return both.take(np.argsort(np.concatenate([numbers[right], np.array(found, np.int64) - first]))), bad

    def alike(self, parsed: pa.Table) -> pa.Table:
        """The engine's rows with the types of the scanner's, where there is one."""
        return self.leaves.alike(parsed, self.numbers) if self.leaves else parsed

    def numbers(self, macro: str, texts: Collection[str]) -> dict[str, int | None]:
        """Each text's number by one of the engine's macros."""
        sql = f"SELECT text, {macro}(text) FROM (SELECT unnest(CAST($texts AS VARCHAR[])) AS text)"  # noqa: S608
        return dict(self.connection.execute(sql, {"texts": list(texts)}).fetchall())

    def parse(self, lines: bytes | np.ndarray) -> pa.Table:
        """The engine's reading. Raises duckdb.Error where a line is not as it should be."""
        self.slate.fill(lines)
        try:
            rows = self.ask(len(lines))
        except UnicodeDecodeError:  # the engine cut its complaint within a letter
            raise duckdb.InvalidInputException("not of the documented kind") from None
        demand_ids(rows, self.entity, self.ids)
        return rows

    def ask(self, size: int) -> pa.Table:
        read = {name: "DOUBLE" if type_ in WHOLE else type_ for name, type_ in self.columns.items()}
        columns = ", ".join(f"{name}: '{type_}'" for name, type_ in read.items())
        whole = ", ".join(whole_number(name, type_) for name, type_ in self.columns.items() if type_ in WHOLE)
        chosen = f"* REPLACE ({whole})" if whole else "*"
        return self.connection.sql(
            f"SELECT {chosen} FROM read_json('{self.slate.path}', format = 'newline_delimited', records = true, "  # noqa: S608
            f"columns = {{{columns}}}, maximum_object_size = {max(size, 1 << 20)})"
        ).to_arrow_table()

    def parse_each(self, lines: list[Line]) -> tuple[pa.Table, list[int], list[BadLine]]:
        """The rows of the lines that the engine accepts, the numbers of those lines, and the lines that it refuses."""
        bad = self.culprits(lines)
        refused = {number for number, _, _ in bad}
        good = [(number, line) for number, line in lines if number not in refused]
        return self.parse(b"\n".join(line for _, line in good)), [number for number, _ in good], bad

    def culprits(self, lines: list[Line]) -> list[BadLine]:
        """The lines that the engine refuses, found by halving."""
        if not lines:
            return []
        try:
            self.parse(b"\n".join(line for _, line in lines))
        except duckdb.Error as error:
            if len(lines) == 1:
                number, line = lines[0]
                return [(number, reason_of(line, error), line)]
            middle = len(lines) // 2
            return self.culprits(lines[:middle]) + self.culprits(lines[middle:])
        return []


def whole_number(name: str, type_: str) -> str:
    """SQL of a number as a whole one of its type; the engine itself would round 2020.7."""
    low, high = WHOLE[type_]
    wrong = f"error('Failed to cast ' || {name} || ' of {name} to {type_}')"
    fits = f"{name} % 1 = 0 AND {name} BETWEEN {low} AND {high}"
    return f"CASE WHEN {name} IS NULL OR ({fits}) THEN CAST({name} AS {type_}) ELSE {wrong} END AS {name}"


def has_id(rows: pa.Table, form: str) -> np.ndarray:
    """Which rows have an id of this form."""
    return np.array(pc.match_substring_regex(rows["id"], form).to_pylist(), bool)


def demand_ids(rows: pa.Table, entity: str, form: str) -> None:
    """Raise duckdb.Error where an object has no id of its kind."""
    given = has_id(rows, form)
    if not given.all():
        wrong = rows["id"][int(given.argmin())].as_py()
        raise duckdb.InvalidInputException(f"no id of {entity} but {wrong!r}")


def leaves_for(columns: Mapping[str, str]) -> Leaves | None:
    """The scanner for these columns; None where a type is not for it, or where it has no place to keep its code."""
    return known_leaves(tuple(columns.items()))


@cache
def known_leaves(columns: tuple[tuple[str, str], ...]) -> Leaves | None:
    try:
        from udsyn.record.sources.leaves import Leaves

        return Leaves(dict(columns))
    except (KeyError, RuntimeError):
        return None


def reason_of(line: bytes, error: duckdb.Error) -> str:
    """Why a line was refused, in one line of plain words."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as found:
        return f"not JSON: {found}"
    if not isinstance(value, dict):
        return f"a JSON {type(value).__name__}, not an object"
    return first_line(error)


def first_line(error: Exception) -> str:
    """The engine's complaint without its kind, the file's name and advice about settings."""
    text = " ".join(str(error).split())
    text = re.sub(r"^(\w+ )*Error: ", "", text).split(" Try ")[0]
    return re.sub(r'^(JSON transform error|Malformed JSON) in file "[^"]*", (at byte \d+ )?in line \d+: ', "", text)[
        :300
    ]
