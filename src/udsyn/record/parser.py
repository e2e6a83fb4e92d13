"""Parse JSON lines into the wanted columns: scanned where that pays, by the engine's strict parser where not.

Both ways give the same rows. The scanner (see `sources.scan`) passes over what nobody reads and understands almost
every line; what it does not understand, and whatever is wrong, is for the engine to read or to refuse with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from udsyn.record.sources.lines import Chunk, Slate

#: Bytes of JSON handed over at a time: the scanner's stay in the processor's cache, the engine's bound memory.
SCANNED_BYTES, PARSED_BYTES = 4 << 20, 48 << 20

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
        self.leaves = None
        if scan:
            from udsyn.record.sources.leaves import Leaves

            self.leaves = Leaves(columns) if Leaves.can_read(columns) else None
        self.bytes = SCANNED_BYTES if self.leaves else PARSED_BYTES

    def read(self, chunk: Chunk) -> tuple[pa.Table, list[BadLine]]:
        """The rows of a chunk in the order of its lines, and the lines that cannot be read."""
        if self.leaves is None:
            try:
                return self.parse(chunk.text), []
            except duckdb.Error:
                rows, _, bad = self.parse_each(chunk.lines())
                return rows, bad
        rows, numbers, others = self.leaves.read(chunk.text)
        wrong = np.concatenate([others, numbers[~has_id(rows, self.ids)], undecodable(chunk)])
        if not len(wrong):
            return rows, []
        again = set((wrong + chunk.first_line).tolist())
        parsed, found, bad = self.parse_each([line for line in chunk.lines() if line[0] in again])
        right = ~np.isin(numbers, wrong)
        numbers = np.concatenate([numbers[right] + chunk.first_line, np.array(found, np.int64)])
        both = pa.concat_tables([rows.filter(pa.array(right)), parsed.cast(rows.schema)])
        return both.take(np.argsort(numbers)), bad

    def parse(self, lines: bytes | np.ndarray) -> pa.Table:
        """The engine's reading. Raises duckdb.Error where a line is not as it should be."""
        self.slate.fill(lines)
        columns = ", ".join(f"{name}: '{type_}'" for name, type_ in self.columns.items())
        rows = self.connection.sql(
            f"SELECT * FROM read_json('{self.slate.path}', format = 'newline_delimited', records = true, "  # noqa: S608
            f"columns = {{{columns}}}, maximum_object_size = {max(len(lines), 1 << 20)})"
        ).to_arrow_table()
        wrong = rows["id"].filter(pa.array(~has_id(rows, self.ids)))
        if len(wrong):
            raise duckdb.InvalidInputException(f"no id of {self.entity} but {wrong[0].as_py()!r}")
        return rows

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


def has_id(rows: pa.Table, form: str) -> np.ndarray:
    """Which rows have an id of this form."""
    found: np.ndarray = pc.match_substring_regex(rows["id"], form).fill_null(False).to_numpy()
    return found


def undecodable(chunk: Chunk) -> np.ndarray:
    """The lines, counted from 0, that are not UTF-8."""
    bounds = pa.py_buffer(np.array([0, len(chunk.text)], np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, bounds, pa.py_buffer(chunk.text)]).validate(full=True)
    except pa.ArrowInvalid:
        wrong = [number for number, line in chunk.lines() if not is_text(line)]
        return np.array(wrong, np.int64) - chunk.first_line
    return np.array([], np.int64)


def is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


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
