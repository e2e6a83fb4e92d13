"""The wanted members of JSON lines as one Arrow table, with the types of the engine's own reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from udsyn.record.sources import scan

INTEGERS = {"smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64()}
#: A value needs at least so many bytes of text, nearly always: room for values is made by this.
BYTES_A_VALUE = 48


@dataclass(frozen=True)
class Node:
    """A wanted member: its name, kind and members (a list has one, its element)."""

    name: str
    kind: int
    type: Any
    children: tuple[Node, ...] = ()


def node_of(name: str, type_: Any) -> Node:
    """The member of a DuckDB type. Raises KeyError for types that are not read here."""
    if type_.id == "struct":
        return Node(name, scan.STRUCT, None, tuple(node_of(child, inner) for child, inner in type_.children))
    if type_.id == "list":
        return Node(name, scan.LIST, None, (node_of("item", type_.children[0][1]),))
    if type_.id in INTEGERS:
        return Node(name, scan.INTEGER, INTEGERS[type_.id])
    simple = {
        "varchar": (scan.TEXT, pa.string()),
        "boolean": (scan.BOOLEAN, pa.bool_()),
        "float": (scan.REAL, pa.float32()),
        "double": (scan.REAL, pa.float64()),
    }
    return Node(name, *simple[type_.id])


class Leaves:
    """Reads JSON lines into the given columns (name → DuckDB type)."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        members = tuple(node_of(name, duckdb.sqltype(type_)) for name, type_ in columns.items())
        self.nodes: list[Node] = []
        rows: list[list[int]] = []
        self.place(Node("", scan.STRUCT, None, members), 0, rows)
        self.tree = np.array(rows, np.int64)
        self.names = np.zeros((len(rows), 2 + max(len(node.name) for node in self.nodes)), np.uint8)
        self.slots = np.zeros((len(rows), scan.SLOTS), np.int64)
        for row, node in enumerate(self.nodes):
            name = node.name.encode()
            self.names[row, : len(name) + 1] = [len(name), *name]
            if node.kind == scan.STRUCT:
                child = row + 1
                while child < self.tree[row, scan.AFTER]:
                    key = self.nodes[child].name.encode()
                    at = scan.slot.py_func(len(key), key[0], key[-1])
                    while self.slots[row, at]:
                        at = (at + 1) % scan.SLOTS
                    self.slots[row, at] = child
                    child = int(self.tree[child, scan.AFTER])
        self.counts = np.zeros(len(rows), np.int64)
        self.values = np.empty((len(rows), 0), np.int64)
        self.places = np.empty(scan.LONGEST + 256, np.int32)

    @staticmethod
    def can_read(columns: Mapping[str, str]) -> bool:
        """Whether all of these types are known here."""
        try:
            return bool([node_of(name, duckdb.sqltype(type_)) for name, type_ in columns.items()])
        except KeyError:
            return False

    def place(self, node: Node, ordinal: int, rows: list[list[int]]) -> None:
        row = len(rows)
        self.nodes.append(node)
        info = np.iinfo(node.type.to_pandas_dtype()) if node.kind == scan.INTEGER else None
        rows.append([node.kind, 0, int(info.min) if info else 0, int(info.max) if info else 0, ordinal])
        for number, child in enumerate(node.children):
            self.place(child, number, rows)
        rows[row][scan.AFTER] = len(rows)

    def read(self, text: np.ndarray) -> tuple[pa.Table, np.ndarray, np.ndarray]:
        """The columns of the lines that are understood, their numbers from 0, and the numbers of the others.

        `text` holds whole lines; `scan.PADDING` bytes more must lie behind it.
        """
        room = max(1024, len(text) // BYTES_A_VALUE, self.values.shape[1])
        while True:
            if self.values.shape[1] < room:
                self.values = np.empty((len(self.nodes), room), np.int64)
                self.lines = np.empty((2, room), np.int64)
            self.counts[:] = 0
            understood, others = scan.scan(
                text, self.places, self.tree, self.slots, self.names, self.values, self.counts, *self.lines
            )
            if understood >= 0:
                break
            room *= 2
        columns = pa.Table.from_struct_array(self.array(text, 0))
        return columns, self.lines[0, :understood].copy(), self.lines[1, :others].copy()

    def array(self, text: np.ndarray, row: int) -> pa.Array:
        node, values = self.nodes[row], self.values[row, : self.counts[row]]
        if node.kind == scan.TEXT:
            offsets = np.empty(len(values) + 1, np.int32)
            out = np.empty(int((values & 0xFFFFFFFF)[values != scan.NULL].sum()) + 8, np.uint8)
            missing = scan.copied(text, values, offsets, out)
            valid = pa.py_buffer(np.packbits(values != scan.NULL, bitorder="little")) if missing else None
            return pa.Array.from_buffers(pa.string(), len(values), [valid, pa.py_buffer(offsets), pa.py_buffer(out)])
        null = values == scan.NULL
        mask = pa.array(null) if null.any() else None
        if node.kind == scan.STRUCT:
            children, names, child = [], [], row + 1
            while child < self.tree[row, scan.AFTER]:
                children.append(self.array(text, child))
                names.append(self.nodes[child].name)
                child = int(self.tree[child, scan.AFTER])
            return pa.StructArray.from_arrays(children, names, mask=mask)
        if node.kind == scan.LIST:
            offsets = np.zeros(len(values) + 1, np.int32)
            np.cumsum(np.where(null, 0, values), out=offsets[1:])
            return pa.ListArray.from_arrays(pa.array(offsets), self.array(text, row + 1), mask=mask)
        if node.kind == scan.REAL:
            values = values.view(np.float64)
        if node.kind == scan.BOOLEAN:
            values = values.astype(bool)
        return pa.array(values.astype(node.type.to_pandas_dtype()), mask=null if mask is not None else None)
