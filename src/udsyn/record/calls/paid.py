"""Which topic paid which project, and what projects are about: CORDIS's tables, for the history of calls.

cordis-topics   projectID, topic, title (of the topic)        cordis-labels   projectID, euroSciVocPath, euroSciVocTitle
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from udsyn.errors import UdsynError, UsageError
from udsyn.record.calls.documents import opened, reason
from udsyn.record.shelf import Fault, Loaded, Row, Shelf

PAID = pl.Schema({"project": pl.String(), "topic": pl.String(), "title": pl.String()})
LABELS = pl.Schema({"project": pl.String(), "path": pl.String(), "label": pl.String()})
#: form → the table that it fills, and its columns in the file
TABLES = {
    "cordis-topics": ("paid", PAID, ("projectID", "topic", "title")),
    "cordis-labels": ("labels", LABELS, ("projectID", "euroSciVocPath", "euroSciVocTitle")),
}


def shelf_of(record: Path | str, form: str) -> Shelf:
    """The shelf of a form. Raises UsageError where there is none."""
    if form not in TABLES:
        raise UsageError(f"no form {form}; there are {', '.join(TABLES)}.")
    table, schema, _ = TABLES[form]
    return Shelf(Path(record), table, {table: schema})


def load_paid(
    record: Path | str, file: Path | str, form: str, source: str = "cordis", licence: str = "CC BY 4.0"
) -> Loaded:
    """Load one of CORDIS's tables into a record. Raises UdsynError where it is not that table."""
    return shelf_of(record, form).load(Path(file), source, reader(form), licence=licence)


def reader(form: str) -> Callable[[Path], Iterator[Row | Fault]]:
    table, schema, columns = TABLES[form]

    def read(path: Path) -> Iterator[Row | Fault]:
        try:
            with opened(path) as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
                head = text.readline()
                text.seek(0)
                lines = csv.DictReader(text, delimiter=max(",;\t|", key=head.count))
                missing = [name for name in columns if name not in (lines.fieldnames or ())]
                if missing:
                    raise UdsynError(f"{path.name} has no column {', '.join(missing)}, but {head.strip()[:200]}.")
                for line in lines:
                    values = [(line[name] or "").strip() for name in columns]
                    if values[0] and values[1]:
                        yield Row(table, dict(zip(schema, values, strict=True)))
                    else:
                        yield Fault(f"line {lines.line_num}", f"has no {columns[0 if values[1] else 1]}", str(values))
        except (csv.Error, UnicodeDecodeError) as error:
            raise UdsynError(f"{path.name} is not a whole CSV in UTF-8: {reason(error)}. Fetch it again.") from None

    return read
