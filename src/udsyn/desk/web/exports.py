"""A list as CSV, Excel or JSON: the same rows and columns that the reader sees, all pages of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Column
from udsyn.desk.kernel.wording import in_words, is_blank

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def plain(row: Any, column: Column, actor: Actor) -> Any:
    """A value for data: the state in words, dates as ISO, what is empty as nothing, rows by their name."""
    if column.name == "state":
        return str(row.state_label(actor))
    value = column.value(row)
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return str(value)


def spoken(row: Any, column: Column, actor: Actor) -> Any:
    """The same for a sheet that people read: codes as their labels, and what is empty in a word."""
    value = plain(row, column, actor)
    return str(column.blank_word(row)) if is_blank(value) else str_of(in_words(row, column.name, value))


def str_of(value: Any) -> Any:
    """Labels are lazy, and no sheet takes those."""
    return str(value) if isinstance(value, Promise) else value


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def write(rows: Iterable[Any], columns: Sequence[Column], actor: Actor, form: str) -> bytes:
    names = ["id", *(str(column.label) for column in columns)]
    say = plain if form == "json" else spoken
    values = [[row.pk, *(say(row, column, actor) for column in columns)] for row in rows]
    if form == "json":
        keys = ["id", *(column.name for column in columns)]
        return json.dumps([dict(zip(keys, v, strict=True)) for v in values], ensure_ascii=False, indent=1).encode()
    values = [[harmless(value) for value in line] for line in values]
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(names)
        writer.writerows(values)
        return text.getvalue().encode("utf-8-sig")
    from openpyxl import Workbook  # seldom asked for, and long to load

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Udsyn")
    sheet.append(names)
    for line in values:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
