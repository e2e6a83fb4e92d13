"""Dated lists of open and coming calls: a CSV with snapshot, list_date, code, name, open_date, close_date, budget.

One file holds several lists; the same call stands in each of them, with the dates that were known then.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from udsyn.errors import UdsynError
from udsyn.record.calls import said
from udsyn.record.calls.documents import opened, reason
from udsyn.record.calls.tables import Call, Deadline
from udsyn.record.shelf import Fault, Row

COLUMNS = ("snapshot", "list_date", "code", "name", "open_date", "close_date", "budget")


def read(path: Path, _retrieved: dt.date) -> Iterator[Row | Fault]:
    """A call for each line. Raises UdsynError where a column is missing or the file ends within a line."""
    last: tuple[str, list[str]] | None = None
    try:
        with opened(path) as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
            lines = csv.reader(text, delimiter=separator(text.readline()), strict=True)
            text.seek(0)
            header = next(lines)
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                raise UdsynError(f"{path.name} has no column {', '.join(missing)}, but {', '.join(header)[:200]}.")
            for values in lines:
                if values:
                    last = f"line {lines.line_num}", values
                    yield one_line(last[0], header, values)
            if last is not None and len(last[1]) < len(header) and not ends_a_line(path):
                raise UdsynError(f"{path.name} ends within {last[0]}. Fetch it again.")
    except (csv.Error, UnicodeDecodeError) as error:
        raise UdsynError(f"{path.name} is not a whole CSV in UTF-8: {reason(error)}. Fetch it again.") from None


def ends_a_line(path: Path) -> bool:
    with opened(path) as file:
        tail = b""
        while block := file.read(1 << 20):
            tail = block[-1:]
    return tail == b"\n"


def separator(header: str) -> str:
    return max(",;\t", key=header.count)


def one_line(where: str, header: list[str], values: list[str]) -> Row | Fault:
    said_ = dict(zip(header, values, strict=False))
    if len(values) != len(header):
        return Fault(where, f"has {len(values)} values for {len(header)} columns", ",".join(values))
    for name in ("snapshot", "code", "name"):
        if not said_[name].strip():
            return Fault(where, f"has no {name}", ",".join(values))
    days = {name: said.day(said_[name]) for name in ("list_date", "open_date", "close_date")}
    for name, found in days.items():
        if found is None and (said_[name].strip() or name == "list_date"):
            return Fault(where, f"{name} is not a day such as 2026-03-02: {said_[name]!r}", ",".join(values))
    opens, closes, listed_on = days["open_date"], days["close_date"], days["list_date"]
    if opens and closes and closes < opens:
        return Fault(where, f"closes on {closes}, before it opens on {opens}", ",".join(values))
    assert listed_on is not None
    budget = said_["budget"].strip()
    return Call(
        id=said_["code"],
        title=said_["name"],
        listed_on=listed_on,
        snapshot=said_["snapshot"],
        opens=opens,
        deadlines=(Deadline(closes),) if closes else (),
        budget=said.amount(budget),
        budget_said=said_["budget"],
        currency=said.currency(budget),
    ).row()
