"""Titles of classes: a CSV symbol, title, or a list as CPC publishes it (symbol, level, title between tabs)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from udsyn.errors import UdsynError
from udsyn.record.shelf import Fault, Row

SYMBOL = re.compile(r"[A-HY](\d\d([A-Z](\d{1,4}/\d{2,6})?)?)?")


def read(file: Path) -> Iterator[Row | Fault]:
    """A row per symbol. Raises UdsynError where the first line is neither a header nor a symbol of CPC."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        named = "symbol" in first.lower() and "title" in first.lower()
        separator = "\t" if "\t" in first else ","
        if not named and not SYMBOL.fullmatch(first.split(separator)[0].strip()):
            raise UdsynError(
                f"{file.name} has not the columns symbol, title, and its first line begins with no symbol."
            )
        rows = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_MINIMAL if named else csv.QUOTE_NONE)
        header = [name.strip().lower() for name in next(rows)] if named else []
        spots = (header.index("symbol"), header.index("title")) if named else (0, -1)
        for number, row in enumerate(rows, start=2 if named else 1):
            if not row:
                continue
            symbol, title = (row[spot].strip() if spot < len(row) else "" for spot in spots)
            if symbol and title and len(row) > 1:
                yield Row("class_title", {"symbol": symbol.replace(" ", ""), "title": title})
            else:
                yield Fault(f"line {number}", "has no symbol or no title", separator.join(row))
