"""Small OpenAlex-shaped snapshots for the tests of the record."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from udsyn.record.engine import Record
from udsyn.record.tables import TABLES

OPENALEX = "https://openalex.org/"
COUNTRIES = ("DK", "KR", "SE", "US", None)


def institution(number: int) -> dict[str, Any]:
    return {
        "id": f"{OPENALEX}I{number}",
        "display_name": f"Institution {number}",
        "ror": f"https://ror.org/0{number:08d}",
        "country_code": COUNTRIES[number % len(COUNTRIES)],
        "type": "education",
        "lineage": [f"{OPENALEX}I{number}"],
    }


def topic(number: int) -> dict[str, Any]:
    return {
        "id": f"{OPENALEX}T{10_000 + number}",
        "display_name": f"Topic {number}",
        "score": 0.9,
        "subfield": {"id": f"{OPENALEX}subfields/{1100 + number % 7}", "display_name": f"Subfield {number % 7}"},
        "field": {"id": f"{OPENALEX}fields/11", "display_name": "Field"},
        "domain": {"id": f"{OPENALEX}domains/1", "display_name": "Domain"},
    }


def work(number: int, updated: str = "2026-01-01", **changes: Any) -> dict[str, Any]:
    """A work that its number determines."""
    dice = random.Random(number)
    authors = [
        {
            "author_position": "first" if seq == 0 else "middle",
            "author": {"id": f"{OPENALEX}A{dice.randrange(500)}", "display_name": f"Author {seq} of {number}"},
            "institutions": [institution(dice.randrange(1, 40)) for _ in range(dice.randrange(3))],
            "countries": [],
            "is_corresponding": seq == 0,
            "raw_affiliation_strings": [f"Laboratory {seq}"],
        }
        for seq in range(dice.randrange(5))
    ]
    topics = [topic(dice.randrange(60)) for _ in range(dice.randrange(3))]
    return {
        "id": f"{OPENALEX}W{number}",
        "doi": f"https://doi.org/10.1000/{number}",
        "title": f"Wörk {number}",
        "publication_year": 2015 + number % 10,
        "publication_date": f"{2015 + number % 10}-02-03",
        "language": "en",
        "type": ("article", "review", "dataset")[number % 3],
        "authorships": authors,
        "cited_by_count": number % 17,
        "is_retracted": number % 50 == 0,
        "is_paratext": False,
        "is_xpac": number % 20 == 0,
        "primary_topic": topics[0] if topics else None,
        "topics": topics,
        "referenced_works": [f"{OPENALEX}W{dice.randrange(1, 1000)}" for _ in range(dice.randrange(6))],
        "abstract_inverted_index": {"An": [0], "abstract": [1, 3], "of": [2]},
        "counts_by_year": [{"year": 2025, "cited_by_count": number % 17}],
        "updated_date": f"{updated}T00:00:00",
    } | changes


def lines(objects: Iterable[Any]) -> bytes:
    return b"".join((item if isinstance(item, bytes) else orjson.dumps(item)) + b"\n" for item in objects)


def write(file: Path, objects: Iterable[Any]) -> Path:
    """Write objects (or raw lines) as JSON lines, gzipped where the name says so."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = lines(objects)
    file.write_bytes(gzip.compress(content, mtime=0) if file.suffix == ".gz" else content)
    return file


def partition(root: Path, updated: str, works: Sequence[Any], part: int = 0, entity: str = "works") -> Path:
    return write(root / "data" / entity / f"updated_date={updated}" / f"part_{part:03d}.gz", works)


def content(record: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in its order."""
    with Record.open(record).connect() as connection:
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in TABLES}
