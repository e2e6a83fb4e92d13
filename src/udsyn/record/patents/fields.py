"""Fields of technology by beginnings of symbols: a concordance such as WIPO's table of 35 fields, saved as CSV.

Field_number, Field_en, IPC_code     a code is a subclass (H01M) or a main group (A61K 8, A61K-008, A61K0008, A61K8/%)
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from udsyn.errors import UdsynError
from udsyn.record.shelf import Fault, Row

CODE = re.compile(r"([A-H]\d\d[A-Z])(?:[ -]*0*([1-9]\d{0,3}))?(?:/.*)?")
#: what a column may be called → the column
NAMES = {
    "field": ("field_number", "field number", "field"),
    "name": ("field_en", "field_name", "name"),
    "symbol": ("ipc_code", "ipc code", "ipc", "cpc", "symbol"),
}


def read(file: Path) -> Iterator[Row | Fault]:
    """A row per beginning of a symbol: symbol (H01M, A61K8), field, name. Raises UdsynError where columns lack."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        rows = csv.reader(lines, delimiter=max(",;\t", key=first.count))
        header = [name.strip().lower() for name in next(rows, [])]
        spots = {column: spot_of(header, names) for column, names in NAMES.items()}
        missing = [NAMES[column][0] for column, spot in spots.items() if spot is None]
        if missing:
            raise UdsynError(f"{file.name} has no column {', '.join(missing)}: save the table as CSV with its header.")
        for number, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            told = {column: row[spot].strip() for column, spot in spots.items() if spot is not None and spot < len(row)}
            code = CODE.fullmatch(told.get("symbol", "").upper().rstrip("% "))
            if code and told.get("field"):
                yield Row("class_field", {**told, "symbol": code[1] + (code[2] or "")})
            else:
                yield Fault(f"line {number}", "has no symbol of a subclass or main group, or no field", ",".join(row))


def spot_of(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)
