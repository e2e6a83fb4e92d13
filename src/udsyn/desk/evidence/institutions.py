"""Institutions of the record, looked up while an organisation is written down: name, ROR id, place, kind."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.desk.kernel.search import fold
from udsyn.record.engine import MANIFEST, Record
from udsyn.record.tables import INSTITUTIONS

LISTED = 8
#: the record's types of institutions in the desk's words
KINDS = {
    "education": "university",
    "facility": "institute",
    "company": "company",
    "government": "authority",
    "funder": "funder",
    "healthcare": "hospital",
}


@dataclass(frozen=True)
class Institution:
    """What the record knows of an institution."""

    ror: str
    name: str
    country: str
    city: str
    kind: str


def look_up(question: str) -> list[Institution]:
    """Institutions whose name or ROR id holds every word, the shortest names first; none without a record."""
    held = institutions()
    words = fold(question).split()
    if held is None or not words or len(fold(question)) < 3:
        return []
    matching = [pl.col("folded").str.contains(word, literal=True) for word in words]
    found = held.filter(pl.all_horizontal(matching)).sort(pl.col("folded").str.len_chars(), "folded").head(LISTED)
    return [as_institution(row) for row in found.to_dicts()]


def by_ror(ror: str) -> Institution | None:
    held = institutions()
    rows = [] if held is None else held.filter(pl.col("ror") == ror).to_dicts()
    return as_institution(rows[0]) if rows else None


def as_institution(row: dict[str, Any]) -> Institution:
    kind = KINDS.get(row["type"] or "", "unknown")
    return Institution(row["ror"], row["name"], row["country"] or "", row["city"] or "", kind)


def institutions() -> pl.DataFrame | None:
    """ror, name, country, city, type, folded: once per state of the record."""
    folder = os.environ.get("UDSYN_RECORD")
    manifest = Path(folder or "", MANIFEST)
    return read(folder, manifest.stat().st_mtime_ns) if folder and manifest.is_file() else None


@lru_cache(maxsize=1)
def read(folder: str, stamp: int) -> pl.DataFrame | None:
    record = Record.open(folder)
    if not record.holds(INSTITUTIONS):
        return None
    with record.connect() as connection:
        rows = connection.sql("SELECT ror, name, country, city, type FROM institutions WHERE ror IS NOT NULL").pl()
    short = rows.with_columns(ror=pl.col("ror").str.replace(r"^.*/", ""))
    words = [fold(f"{row['name']} {row['city'] or ''} {row['ror']}") for row in short.to_dicts()]
    return short.with_columns(folded=pl.Series(words, dtype=pl.String)).filter(pl.col("name").is_not_null())
