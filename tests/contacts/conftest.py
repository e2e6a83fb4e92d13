"""A small record written out by hand: a Danish group, a Korean group, and one Swede who knows both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from udsyn.record.ingest import ingest_openalex

OA = "https://openalex.org/"

#: author → name, institution, country
PEOPLE = {
    1: ("Ane Holm", 101, "DK"),
    2: ("Bo Krag", 101, "DK"),
    3: ("Siv Ek", 201, "SE"),
    4: ("Min-ji Seo", 301, "KR"),
    5: ("Jun Baek", 302, "KR"),
    6: ("Hana Yoo", 303, "KR"),
    7: ("M. Seo", 301, "KR"),
    8: ("Far Away", 401, "BR"),
}
INSTITUTIONS = {
    101: ("Aarhus Test University", "education"),
    201: ("Lund Test Institute", "education"),
    301: ("Seoul Test University", "education"),
    302: ("Busan Electrolyser Works", "company"),
    303: ("Daejeon Test Institute", "facility"),
    401: ("Recife Test University", "education"),
}
TOPICS = {10001: "Electrolysis and fuel cells", 10002: "Owls and other raptors"}

#: work → title, year, topic, authors in order
WORKS: dict[int, tuple[str, int, int, list[int]]] = {
    11: ("Nickel electrodes for alkaline water electrolysis", 2024, 10001, [1, 2]),
    12: ("Membranes for water electrolysis at low temperature", 2023, 10001, [2, 3]),
    13: ("Durability of low-temperature electrolysis cells", 2025, 10001, [3, 4]),
    14: ("Low-temperature water electrolysis in practice", 2024, 10001, [4, 5]),
    15: ("Scaling alkaline electrolysis plants", 2022, 10001, [5]),
    16: ("Breeding of barn owls in farmland", 2025, 10002, [6]),
    17: ("수전해 촉매 연구", 2024, 10001, [5, 6]),
    18: ("Elektrolyse til grøn omstilling", 2021, 10001, [1]),
    19: ("Electrolysis electrodes revisited", 2019, 10001, [7, 5]),
    20: ("Owls of the southern coast", 2015, 10002, [8]),
}
#: work → abstract
ABSTRACTS = {15: "Bipolar plates corrode under start and stop.", 16: "Voles matter to owls."}


def authorship(author: int, place: int, size: int) -> dict[str, Any]:
    name, institution, country = PEOPLE[author]
    return {
        "author": {"id": f"{OA}A{author}", "display_name": name},
        "author_position": "first" if place == 0 else "last" if place == size - 1 else "middle",
        "is_corresponding": place == 0,
        "institutions": [
            {
                "id": f"{OA}I{institution}",
                "display_name": INSTITUTIONS[institution][0],
                "country_code": country,
                "type": INSTITUTIONS[institution][1],
            }
        ],
        "countries": [country],
        "raw_affiliation_strings": [],
    }


def work_object(work: int, updated: str = "2026-01-01") -> dict[str, Any]:
    title, year, topic, authors = WORKS[work]
    field = {"id": f"{OA}fields/{21 if topic == 10001 else 11}", "display_name": "Energy"}
    about = {
        "id": f"{OA}T{topic}",
        "display_name": TOPICS[topic],
        "score": 0.9,
        "subfield": {"id": f"{OA}subfields/2102", "display_name": "Energy"},
        "field": field,
        "domain": {"id": f"{OA}domains/3", "display_name": "Physical Sciences"},
    }
    return {
        "id": f"{OA}W{work}",
        "doi": f"https://doi.org/10.1234/test.{work}",
        "title": title,
        "publication_year": year,
        "publication_date": f"{year}-05-01",
        "type": "article",
        "language": "en",
        "authorships": [authorship(author, place, len(authors)) for place, author in enumerate(authors)],
        "primary_topic": about,
        "topics": [about],
        "is_retracted": False,
        "is_paratext": False,
        "cited_by_count": 3,
        "referenced_works": [],
        "abstract_inverted_index": {word: [place] for place, word in enumerate(ABSTRACTS.get(work, "").split())},
        "funders": [{"id": f"{OA}F9", "display_name": "Wind Fund"}] if work == 14 else [],
        "awards": [{"funder_id": f"{OA}F9", "funder_award_id": "WF-7"}] if work == 14 else [],
        "updated_date": updated,
    }


@pytest.fixture(scope="package")
def shared_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contacts")
    source = folder / "works.jsonl"
    source.write_text("".join(json.dumps(work_object(work)) + "\n" for work in WORKS), encoding="utf-8")
    ingest_openalex(source, folder / "record", extras=("abstracts", "funders"))
    return folder / "record"


@pytest.fixture
def record(shared_record: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    import shutil

    return Path(shutil.copytree(shared_record, tmp_path / "record"))
