"""Invented lists in the forms that are read: bodies and people that exist nowhere."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

TAIL = (
    *("recordId", "programKey", "annex", "measure", "startDate", "reason", "schema", "name", "alias", "weakAlias"),
    *("previousName", "country", "nationality", "jurisdiction", "birthDate", "position", "address", "notes"),
)
Rows = Iterable[Mapping[str, str]]


def whole(folder: Path, act: str, rows: Rows) -> Path:
    """A consolidated act."""
    return write(folder / f"{act}.csv", ["celex", *TAIL], ({"celex": act, **row} for row in rows))


def amending(folder: Path, act: str, amended: str, rows: Rows) -> Path:
    """An act that changes another."""
    said = {"amendedCelex": amended, "amendmentCelex": act}
    return write(folder / f"{act}.csv", [*said, *TAIL], ({**said, **row} for row in rows))


def body(number: str, name: str, **said: str) -> dict[str, str]:
    """A listed body of the country that threatens others, unless it says otherwise."""
    return {
        "recordId": number,
        "programKey": "EU-RUS",
        "annex": "IV",
        "measure": "Export control",
        "startDate": "25.2.2022",
        "schema": "LegalEntity",
        "name": name,
        "address": "1 First Street, Omsk, Russian Federation",
    } | said


def sensitive(path: Path, rows: Rows) -> Path:
    """A table of sensitive fields of research."""
    always = {"list": "Fields of waves", "edition": "first", "source": "invented for a test", "valid_from": "2025"}
    return write(path, [*always, "id", "title", "words", "topics", "valid_to"], ({**always, **row} for row in rows))


def write(path: Path, header: list[str], rows: Rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return path
