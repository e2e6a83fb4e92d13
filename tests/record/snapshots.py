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


def author(number: int, updated: str = "2026-01-01", **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{OPENALEX}A{number}",
        "orcid": f"https://orcid.org/0000-0000-0000-{number:04d}",
        "display_name": f"Author {number}",
        "works_count": number,
        "cited_by_count": 3 * number,
        "summary_stats": {"2yr_mean_citedness": 1.5, "h_index": number % 9, "i10_index": 2},
        "affiliations": [
            {"institution": institution(1 + number % 7), "years": [2020, 2018, 2019]},
            {"institution": institution(2 + number % 7), "years": [2016]},
        ],
        "last_known_institutions": [institution(1 + number % 7)],
        "updated_date": f"{updated}T00:00:00",
    } | changes


def venue(number: int, updated: str = "2026-01-01", **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{OPENALEX}S{number}",
        "display_name": f"Journal {number}",
        "issn_l": f"1234-{number:04d}",
        "type": "journal",
        "host_organization_name": "Publisher",
        "country_code": "DK",
        "is_oa": number % 2 == 0,
        "is_in_doaj": False,
        "works_count": number,
        "cited_by_count": number,
        "updated_date": updated,
    } | changes


def funder(number: int, updated: str = "2026-01-01", **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{OPENALEX}F{number}",
        "display_name": f"Foundation {number}",
        "country_code": "DK",
        "ids": {"ror": f"https://ror.org/0f{number:07d}"},
        "homepage_url": None,
        "works_count": number,
        "awards_count": 2,
        "cited_by_count": number,
        "updated_date": updated,
    } | changes


def award(number: int, updated: str = "2026-01-01", **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{OPENALEX}G{number}",
        "display_name": f"Grant {number}",
        "funder_award_id": f"9041-{number:05d}B",
        "funder": {"id": f"{OPENALEX}F{1 + number % 4}", "display_name": f"Foundation {1 + number % 4}"},
        "amount": 1000.5 * number,
        "currency": "DKK",
        "funding_type": "research",
        "funder_scheme": None,
        "start_date": "2020-01-01",
        "end_date": "2023-12-31",
        "funded_outputs": [f"{OPENALEX}W{number}", f"{OPENALEX}W{number + 1}"],
        "updated_date": updated,
    } | changes


def level(entity: str, number: int, updated: str = "2026-01-01") -> dict[str, Any]:
    """A subfield, field or domain with its parents."""
    above = {
        "field": {"id": f"{OPENALEX}fields/11", "display_name": "Field"},
        "domain": {"id": f"{OPENALEX}domains/1", "display_name": "Domain"},
    }
    parents = {"subfields": ("field", "domain"), "fields": ("domain",), "domains": ()}[entity]
    return {
        "id": f"{OPENALEX}{entity}/{number}",
        "display_name": f"{entity} {number}",
        **{name: above[name] for name in parents},
        "updated_date": updated,
    }


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
