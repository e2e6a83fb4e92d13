"""The wanted members of JSON lines as one Arrow table, with the types of the engine's own reader.

Only ids of which statements want the number are integers here (see `schema.SHORT_IDS`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from udsyn.record.sources import scan
from udsyn.record.sources.schema import LAST_NUMBERS, SHORT_IDS

INTEGERS = {"smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64()}
LEAVES = {
    "varchar": (scan.TEXT, pa.string()),
    "boolean": (scan.BOOLEAN, pa.bool_()),
    "float": (scan.REAL, pa.float32()),
    "double": (scan.REAL, pa.float64()),
    **{name: (scan.INTEGER, type_) for name, type_ in INTEGERS.items()},
}
#: The engine's macros for what is an integer here and a text there.
MACROS = {scan.SHORT_ID: "short_id", scan.LAST_NUMBER: "last_number"}
#: A value needs at least so many bytes of text, nearly always: room for values is made by this.
BYTES_A_VALUE = 48


@dataclass(frozen=True)
class Node:
    """A wanted member: its name, kind, Arrow type and members (a list has one, its element)."""

    name: str
    kind: int
    type: Any
    children: tuple[Node, ...] = ()


def node_of(name: str, type_: Any, path: str) -> Node:
    """The member of a DuckDB type. Raises KeyError for types that are not read here."""
    if type_.id == "struct":
        children = tuple(node_of(child, inner, f"{path}.{child}") for child, inner in type_.children)
        return Node(name, scan.STRUCT, pa.struct([(child.name, child.type) for child in children]), children)
    if type_.id == "list":
        element = node_of("item", type_.children[0][1], path)
        return Node(name, scan.LIST, pa.list_(element.type), (element,))
    if path in SHORT_IDS or path in LAST_NUMBERS:
        return Node(name, scan.SHORT_ID if path in SHORT_IDS else scan.LAST_NUMBER, pa.int64())
    return Node(name, *LEAVES[type_.id])


class Leaves:
    """Reads JSON lines into the given columns (name → DuckDB type). Raises KeyError for types not known here."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        members = tuple(node_of(name, duckdb.sqltype(type_), name) for name, type_ in columns.items())
        self.root = Node("", scan.STRUCT, pa.struct([(member.name, member.type) for member in members]), members)
        self.nodes: list[Node] = []
        rows: list[list[int]] = []
        self.plant(self.root, 0, rows)
        self.tree = np.array(rows, np.int64)
        self.names = np.zeros((len(rows), 1 + max(len(node.name) for node in self.nodes)), np.uint8)
        self.slots = np.zeros((len(rows), scan.SLOTS), np.int64)
        for row, node in enumerate(self.nodes):
            name = node.name.encode()
            self.names[row, : len(name) + 1] = [len(name), *name]
            for child in self.members(row) if node.kind == scan.STRUCT else ():
                key = self.nodes[child].name.encode()
                at = scan.slot.py_func(len(key), key[0], key[-1])
                while self.slots[row, at]:
                    at = (at + 1) % scan.SLOTS
                self.slots[row, at] = child
        self.counts = np.zeros(len(rows), np.int64)
        self.values = np.empty((len(rows), 0), np.int64)
        self.places = np.empty(scan.LONGEST + 256, np.int32)

    def plant(self, node: Node, ordinal: int, rows: list[list[int]]) -> None:
        """Add a member and those within it to the scanner's tree, in preorder."""
        row, bounds = len(rows), (0, 0)
        if node.kind == scan.INTEGER:
            limits = np.iinfo(node.type.to_pandas_dtype())
            bounds = int(limits.min), int(limits.max)
        self.nodes.append(node)
        rows.append([node.kind, 0, *bounds, ordinal])
        for number, child in enumerate(node.children):
            self.plant(child, number, rows)
        rows[row][scan.AFTER] = len(rows)

    def members(self, row: int) -> Iterator[int]:
        """The rows of a struct's members, or of a list's element."""
        child = row + 1
        while child < self.tree[row, scan.AFTER]:
            yield child
            child = int(self.tree[child, scan.AFTER])

    def read(self, text: np.ndarray) -> tuple[pa.Table, np.ndarray, np.ndarray, int]:
        """The columns of the lines that are understood, their numbers from 0, those of the others, and how many lines.

        `text` holds whole lines; `lines.PADDING` bytes more must lie behind it.
        """
        room = max(1024, len(text) // BYTES_A_VALUE, self.values.shape[1])
        while True:
            if self.values.shape[1] < room:
                self.values = np.empty((len(self.nodes), room), np.int64)
                self.numbers = np.empty((2, room), np.int64)
            self.counts[:] = 0
            understood, others, lines = scan.scan(
                text, self.places, self.tree, self.slots, self.names, self.values, self.counts, *self.numbers
            )
            if lines != scan.FULL:
                break
            room *= 2
        columns = pa.Table.from_struct_array(self.array(text, 0))
        return columns, self.numbers[0, :understood].copy(), self.numbers[1, :others].copy(), lines

    def array(self, text: np.ndarray, row: int) -> pa.Array:
        """The noted values of a member and of those within it."""
        node, values = self.nodes[row], self.values[row, : self.counts[row]]
        null = values == scan.NULL
        missing = int(np.count_nonzero(null))
        valid = pa.py_buffer(np.packbits(~null, bitorder="little")) if missing else None
        if node.kind == scan.STRUCT:
            children = [self.array(text, child) for child in self.members(row)]
            return pa.Array.from_buffers(node.type, len(values), [valid], missing, children=children)
        if node.kind == scan.LIST:
            offsets = np.zeros(len(values) + 1, np.int32)
            np.cumsum(np.where(null, 0, values) if missing else values, out=offsets[1:])
            elements = [self.array(text, row + 1)]
            buffers = [valid, pa.py_buffer(offsets)]
            return pa.Array.from_buffers(node.type, len(values), buffers, missing, children=elements)
        if node.kind == scan.TEXT:
            offsets = np.empty(len(values) + 1, np.int32)
            out = np.empty(int((values & scan.SIZE).sum()) + 8, np.uint8)
            scan.copied(text, values, offsets, out)
            buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(out)]
            return pa.Array.from_buffers(node.type, len(values), buffers, missing)
        if node.kind == scan.BOOLEAN:
            content: np.ndarray = np.packbits(values == 1, bitorder="little")
        elif node.kind == scan.REAL:
            content = values.view(np.float64).astype(node.type.to_pandas_dtype())
        else:
            content = values.astype(node.type.to_pandas_dtype())
        return pa.Array.from_buffers(node.type, len(values), [valid, pa.py_buffer(content)], missing)

    def alike(self, rows: pa.Table, numbers: Callable[[str, Collection[str]], Mapping[str, int | None]]) -> pa.Table:
        """The engine's rows with the types of this reader's; `numbers(macro, texts)` are the engine's own for ids."""
        plain, found = rows.to_pylist(), {kind: set[str]() for kind in MACROS}
        for row in plain:
            replaced(self.root, row, lambda kind, text: found[kind].add(text))
        known = {kind: numbers(macro, found[kind]) for kind, macro in MACROS.items()}
        changed = [replaced(self.root, row, lambda kind, text: known[kind][text]) for row in plain]
        return pa.Table.from_pylist(changed, pa.schema(self.root.type))


def replaced(node: Node, value: Any, number: Callable[[int, str], Any]) -> Any:
    """A value with `number(kind, text)` in place of its ids."""
    if value is None:
        return None
    if node.kind == scan.STRUCT:
        return {child.name: replaced(child, value[child.name], number) for child in node.children}
    if node.kind == scan.LIST:
        return [replaced(node.children[0], element, number) for element in value]
    return number(node.kind, value) if node.kind in MACROS else value
