"""Dated tables of sensitive fields of research, which a house or a country keeps: rows of words and topics.

A CSV in UTF-8, a field a line. Columns: list, edition, id, title, source (each must be filled in); words (phrases with
semicolons between them; `quantum comput*` is the beginning of its last word), topics (OpenAlex's, such as T10682, with
semicolons), valid_from and valid_to (days, months or years), where they are known. None is shipped with Udsyn.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from udsyn.errors import UdsynError
from udsyn.record.engine import Record
from udsyn.record.lists import dates
from udsyn.record.lists.listing import distinct
from udsyn.record.shelf import Fault, Loaded, Row, Shelf

NAME, FIELDS = "fields", "fields"
REQUIRED = ("list", "edition", "id", "title", "source")
DATES = ("valid_from", "valid_to")
TOPIC = re.compile(r"T\d{1,9}")
TABLES: Mapping[str, pl.Schema] = {
    FIELDS: pl.Schema(
        dict.fromkeys(
            ("list", "edition", "id", "title", "cited", *DATES), pl.String()
        )  # the shelf's source is the file
        | dict.fromkeys(("words", "topics"), pl.List(pl.String()))
    )
}


def shelf_of(record: Path | str) -> Shelf:
    return Shelf(Path(record), "fields", TABLES)


def load(record: Path | str, table: Path, retrieved: dt.date | None = None, licence: str | None = None) -> Loaded:
    """Load a table of fields; one that is held already is left alone. Raises UdsynError where it cannot be read."""
    Record.create(record)
    day = retrieved or dt.date.today()
    return shelf_of(record).load(table, f"{NAME} {table.stem}", read, retrieved=day, licence=licence)


def read(path: Path) -> Iterator[Row | Fault]:
    """A row for each field; a line that lacks what a trigger must say is a fault.

    Raises UdsynError for another file.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            if missing := [name for name in REQUIRED if name not in (lines.fieldnames or ())]:
                raise UdsynError(f"{path} is no table of fields: it has no column {', '.join(missing)}.")
            for cells in lines:
                yield of(cells, f"line {lines.line_num}")
    except (UnicodeDecodeError, csv.Error) as error:
        raise UdsynError(f"{path} cannot be read as CSV in UTF-8 ({error}). Save it as CSV (UTF-8).") from None


def of(cells: Mapping[str, str | None], where: str) -> Row | Fault:
    said = {name: (cells.get(name) or "").strip() for name in (*REQUIRED, *DATES, "words", "topics")}
    text = ",".join(said.values())
    if None in cells:
        return Fault(where, "more cells than the header has", text)
    if empty := [name for name in REQUIRED if not said[name]]:
        return Fault(where, f"no {', '.join(empty)}", text)
    topics = distinct(said["topics"].split(";"))
    if wrong := [topic for topic in topics if not TOPIC.fullmatch(topic)]:
        return Fault(where, f"{wrong[0]} is no topic of OpenAlex: they are T and a number", text)
    days = {name: dates.read(said[name]) for name in DATES}
    if wrong := [name for name in DATES if said[name] and days[name] is None]:
        return Fault(where, f"{wrong[0]} {said[wrong[0]]!r} is no date", text)
    if days["valid_from"] and days["valid_to"] and days["valid_to"] < days["valid_from"]:
        return Fault(where, "ends before it begins", text)
    named = {name: said[name] for name in ("list", "edition", "id", "title")} | {"cited": said["source"]}
    return Row(FIELDS, {**named, **days, "words": distinct(said["words"].split(";")), "topics": topics})
