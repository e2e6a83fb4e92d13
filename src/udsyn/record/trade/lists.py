"""Labels of schemes and concordances between them, from CSV files that the user has."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Iterator
from pathlib import Path

from udsyn.errors import UdsynError
from udsyn.record.shelf import Fault, Row

#: what the column with a label is called, where a file has one language
LABELS = ("label", "desc", "description", "title", "name")
#: HS → ISIC Rev. 4, as the concordance package writes it
HS_ISIC = ("HS_6d", "ISIC4_4d")
STEP = ("from", "to")


def rows_of(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a CSV, also gzipped, by column, with their numbers; every cell is text."""
    try:
        with (gzip.open if is_gzip(file) else open)(file, "rt", encoding="utf-8-sig", newline="") as lines:
            for row in (reader := csv.DictReader(lines)):
                yield reader.line_num, {name: (text or "").strip() for name, text in row.items() if name}
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise UdsynError(f"{file.name} cannot be read to its end: {error}.") from None


def labels(file: Path, scheme: str, language: str = "en") -> Iterator[Row | Fault]:
    """Labels by code: one column with labels in `language`, or a column for each language, named by its ISO code."""
    scheme, columns = scheme.lower(), dict[str, str]()
    for number, row in rows_of(file):
        names = {name.lower(): name for name in row}
        if not columns:
            columns = label_columns(file, names, language)
        code = row[names["code"]]
        said = {tongue: row[name] for tongue, name in columns.items() if row[name]}
        if not code or not said:
            yield Fault(f"line {number}", "a code and a label are needed", str(row))
            continue
        for tongue, label in said.items():
            yield Row("labels", {"scheme": scheme, "code": plain(code, scheme), "language": tongue, "label": label})


def label_columns(file: Path, names: dict[str, str], language: str) -> dict[str, str]:
    """Language → the column that holds its labels. Raises UdsynError where there is none."""
    one = [names[name] for name in LABELS if name in names]
    found = {language: one[0]} if one else {name: held for name, held in names.items() if len(name) == 2}
    if "code" not in names or not found:
        raise UdsynError(f"{file.name} has no columns of labels: code and desc, or code and en, da, ...")
    return found


def steps(file: Path, source: str, target: str) -> Iterator[Row | Fault]:
    """A concordance: columns from, to and, where the source weighs them, weight; or the HS → ISIC file's own.

    Without weights a code is split equally among those that it leads to, and each row says so.
    """
    held: dict[str, dict[str, float | None]] = {}
    for number, row in rows_of(file):
        left, right = HS_ISIC if HS_ISIC[0] in row else STEP
        if left not in row or right not in row:
            raise UdsynError(f"{file.name} has no columns {left} and {right}.")
        weight = number_of(row.get("weight"))
        if not row[left] or not row[right] or (weight is not None and not 0 <= weight <= 1):
            yield Fault(f"line {number}", "two codes and a weight of 0 to 1 are needed", str(row))
            continue
        held.setdefault(plain(row[left], source), {})[plain(row[right], target)] = weight
    for code, targets in held.items():
        stated = all(weight is not None for weight in targets.values())
        for to_code, weight in targets.items():
            share = weight if stated else 1 / len(targets)
            values = {"from": source, "from_code": code, "to": target, "to_code": to_code}
            yield Row("steps", values | {"weight": share, "stated": stated})


def number_of(text: str | None) -> float | None:
    """A weight; None where none is stated, and what is no number is none that fits (nan)."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return math.nan


def plain(code: str, scheme: str) -> str:
    """A code as it is compared: CPV without its check digit, HS without points."""
    return (
        code.split("-")[0] if scheme.startswith("cpv") else code.replace(".", "") if scheme.startswith("hs") else code
    )


def is_gzip(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(2) == b"\x1f\x8b"
