"""Awards as a CSV file, out and in: a line each. Lists stand in one cell as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from udsyn.record.awards.award import Award, award_of, plain

COLUMNS = tuple(one.name for one in fields(Award))
STRUCTURED = ("holder", "partners", "lines", "paid")


def write(awards: Iterable[Award]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for award in awards:
        writer.writerow({name: cell(name, value) for name, value in plain(award).items()})
    return text.getvalue().encode()


def cell(name: str, value: Any) -> str:
    if name in STRUCTURED:
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def read(data: bytes) -> list[Award]:
    """Raises ValueError for a file with other columns."""
    reader = csv.DictReader(io.StringIO(data.decode()))
    if missing := set(COLUMNS) - set(reader.fieldnames or ()):
        raise ValueError(f"the first line lacks {', '.join(sorted(missing))}.")
    return [award_of({name: value(name, row[name]) for name in COLUMNS}) for row in reader]


def value(name: str, text: str) -> Any:
    if name in STRUCTURED:
        return json.loads(text)
    return text == "True" if name == "development" else text
