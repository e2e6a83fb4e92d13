"""Where the cubes count Greenland in Denmark, places do too: expected values are counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from udsyn.cubes.build import build_cubes
from udsyn.evidence.places import gazetteer
from udsyn.evidence.places.emerging import emerging
from udsyn.evidence.places.hotspots import hotspots
from udsyn.record.ingest import ingest_openalex

PLACES = {
    "I1": ("GL", "Nuuk", 64.18, -51.72),
    "I2": ("DK", "Aarhus", 56.16, 10.20),
    "I3": ("KR", "Daejeon", 36.35, 127.38),
}
#: (year, the institutions of its authors): Greenland alone writes twelve works with Korea, Denmark three
ONCE = [(2018 + number, ("I1", "I3")) for number in range(4)] + [(2021, ("I2", "I3")), (2021, ("I1", "I2"))]
WORKS = 3 * ONCE


def authorship(number: int, institution: str) -> dict[str, object]:
    country = PLACES[institution][0]
    return {
        "author": {"id": f"A{number}{institution[1]}", "display_name": f"Author {number}"},
        "author_position": "first",
        "countries": [country],
        "institutions": [
            {"id": institution, "display_name": institution, "country_code": country, "type": "education"}
        ],
    }


@pytest.fixture
def record(tmp_path: Path) -> Path:
    topic = {
        "id": "T10030",
        "display_name": "Ice",
        "score": 1.0,
        "subfield": {"id": "2101", "display_name": "S"},
        "field": {"id": "21", "display_name": "Energy"},
        "domain": {"id": "3", "display_name": "D"},
    }
    lines = [
        {
            "id": f"W{number}",
            "title": f"Ice {number}",
            "publication_year": year,
            "type": "article",
            "is_retracted": False,
            "is_paratext": False,
            "is_xpac": False,
            "cited_by_count": number,
            "updated_date": "2022-06-01",
            "primary_topic": topic,
            "topics": [topic],
            "authorships": [authorship(number, institution) for institution in team],
        }
        for number, (year, team) in enumerate(WORKS, 1)
    ]
    institutions = [
        {
            "id": id_,
            "display_name": f"Institute of {city}",
            "country_code": country,
            "type": "education",
            "geo": {"city": city, "latitude": lat, "longitude": lon},
        }
        for id_, (country, city, lat, lon) in PLACES.items()
    ]
    for entity, rows in (("works", lines), ("institutions", institutions)):
        folder = tmp_path / "data" / entity
        folder.mkdir(parents=True)
        (folder / f"{entity}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    ingest_openalex(tmp_path / "data", tmp_path / "record")
    return tmp_path / "record"


def korean_spot(record: Path) -> dict[str, object]:
    rows = hotspots(record, home="DK").rows.to_dicts()
    return next(row for row in rows if "KR" in row["countries"])


def test_without_a_policy_greenland_is_no_part_of_denmark(record: Path) -> None:
    build_cubes(record)
    assert korean_spot(record)["home_works"] == 3
    assert emerging(record, "DK", level="topic", year=2021, details=True).rows["home_works"].to_list() == [6]


def test_with_the_realm_counted_as_one_its_works_are_home_works(record: Path) -> None:
    build_cubes(record, merge="realm")
    assert korean_spot(record)["home_works"] == 15
    (row,) = emerging(record, "DK", level="topic", year=2021, details=True).rows.to_dicts()
    assert row["home_works"] == len(WORKS)
    spots = hotspots(record, home="KR").rows.to_dicts()
    assert {row["countries"] for row in spots} == {"DK", "KR"}


def test_a_city_of_what_is_counted_in_a_country_is_found() -> None:
    found = [gazetteer.find(*at) for at in (("Nuuk", "DK"), ("Hong Kong", "CN"), ("Nuuk", "KR"))]
    assert [city and city.country for city in found] == ["GL", "HK", None]
