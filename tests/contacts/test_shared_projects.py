"""Projects that institutions share with home: told as a reason, by names alone, and without a change of rank."""

from __future__ import annotations

import csv
import gzip
import json
import os
from pathlib import Path

import pytest
from tests.contacts.conftest import WORKS, work_object

from udsyn import find_contacts
from udsyn.contacts.projects import key, same
from udsyn.facts.countries import resolve
from udsyn.record.ingest import ingest_openalex, ingest_register

#: project, organisation, name, country, start; as CORDIS's own table of organisations has them
PARTICIPATIONS = [
    (101, 9001, "SEOUL TEST UNIVERSITY", "KR", "2019-01-01"),
    (101, 9100, "KOBENHAVNS PROVE", "DK", "2019-01-01"),
    (101, 9101, "AARHUS TEST UNIVERSITY", "DK", "2019-01-01"),
    (102, 9001, "SEOUL TEST UNIVERSITY", "KR", "2021-06-01"),
    (102, 9102, "NO RESEARCH AT ALL APS", "DK", "2021-06-01"),
    (103, 9001, "SEOUL TEST UNIVERSITY", "KR", "2022-06-01"),
    (103, 9200, "UNIVERSITY OF LUND", "SE", "2022-06-01"),
    (104, 9002, "SEOUL TEST UNIVERSITY", "CN", "2023-06-01"),
    (104, 9100, "KOBENHAVNS PROVE", "DK", "2023-06-01"),
    (105, 9003, "BUSAN ELECTROLYSER WORKS CO", "KR", ""),
    (105, 9100, "KOBENHAVNS PROVE", "DK", ""),
]
NAMES = ("projectID", "organisationID", "name", "country", "startDate")


def register(folder: Path, columns: tuple[str, ...] = NAMES) -> Path:
    file = folder / "organization.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        write = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
        write.writerow(columns)
        write.writerows([[row[NAMES.index(name)] for name in columns] for row in PARTICIPATIONS])
    return file


def told(record: Path) -> dict[str, list[str]]:
    """Who is found, best first → what is said of projects."""
    rows = find_contacts(record, "low-temperature electrolysis", "KR", "DK")
    return {row["id"]: [said for said in row["reasons"] if "CORDIS" in said] for row in rows}


def test_shared_projects_are_told_and_move_nobody(record: Path, tmp_path: Path) -> None:
    """Two projects with Denmark; the one with Sweden, and that of a namesake in China, are not theirs with Denmark."""
    before = find_contacts(record, "low-temperature electrolysis", "KR", "DK")
    ingest_register("cordis", register(tmp_path), record)
    said = told(record)
    expected = "their institution takes part in 2 projects with DK in CORDIS's register, the last begun in 2021"
    assert said["A4"] == [f"{expected} (projects, the latest first: 102, 101)"]
    assert said["A5"] == [], "a name that is nearly theirs is not theirs"
    after = find_contacts(record, "low-temperature electrolysis", "KR", "DK")
    assert [(row["id"], row["score"]) for row in after] == [(row["id"], row["score"]) for row in before]


def test_groups_are_told_of_the_projects_of_their_institution(record: Path, tmp_path: Path) -> None:
    ingest_register("cordis", register(tmp_path), record)
    rows = find_contacts(record, "low-temperature electrolysis", "KR", "DK", list_="groups")
    told_of = {row["id"] for row in rows if any("2 projects with DK" in said for said in row["reasons"])}
    assert told_of == {"I301"}


def test_a_register_without_names_says_nothing(record: Path, tmp_path: Path) -> None:
    without = tuple(name for name in NAMES if name != "name")
    ingest_register("cordis", register(tmp_path, without), record)
    assert set(map(tuple, told(record).values())) == {()}


def test_other_names_of_ror_tell_an_institution(tmp_path: Path) -> None:
    ror = "https://ror.org/01testxx1"
    works = [work_object(work) for work in WORKS]
    for institution in (place for work in works for a in work["authorships"] for place in a["institutions"]):
        if institution["id"].endswith("I302"):
            institution["ror"] = ror
    (tmp_path / "works.jsonl").write_text("".join(json.dumps(work) + "\n" for work in works))
    ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record")
    entry = {
        "id": ror,
        "name": "Busan Electrolyser Works",
        "aliases": ["Busan Electrolyser Works Co."],
        "status": "active",
    }
    entry |= {"country_code": "KR", "types": ["company"], "relationships": []}
    (tmp_path / "ror.jsonl").write_text(json.dumps(entry) + "\n")
    ingest_register("ror", tmp_path / "ror.jsonl", tmp_path / "record")
    ingest_register("cordis", register(tmp_path), tmp_path / "record")
    assert told(tmp_path / "record")["A5"] == [
        "their institution takes part in 1 project with DK in CORDIS's register (project: 105)"
    ]


def test_names_are_the_same_without_case_accents_and_points() -> None:
    assert key("KOBENHAVNS UNIVERSITET") == key("Københavns Universitet")
    assert key("UNIVERSITATSKLINIKUM BONN") == key("Universitätsklinikum Bonn")
    assert key("UNIVERSITETET I TROMSOE") == key("Universitetet i Tromsø")
    assert key("UNIVERSITY OF SEOUL") != key("SEOUL UNIVERSITY")


def test_a_name_that_fits_two_institutions_tells_neither() -> None:
    institutions = [(1, "KR", "Institute of Tests"), (2, "KR", "INSTITUTE OF TESTS"), (3, "CN", "Institute of Tests")]
    assert same(institutions, [(7, "KR", "Institute of Tests"), (8, "CN", "Institute of tests.")]) == [(8, 3)]


def test_universities_of_real_projects_are_told_by_name() -> None:
    """48 quantum projects: 82 of their 127 universities and research organisations, by the part of ROR that is held."""
    folder = os.environ.get("UDSYN_DATA")
    if not folder:
        pytest.skip("UDSYN_DATA names no folder of real data")
    with (Path(folder) / "calls" / "cordis_quantum_organisations.psv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="|") if row["activityType"] in ("HES", "REC")]
    numbers = {name: number for number, name in enumerate(sorted({row["name"] for row in rows}))}
    organisations = [(numbers[row["name"]], resolve(row["country"]) or "", row["name"]) for row in rows]
    institutions = []
    with gzip.open(Path(folder) / "registers" / "ror_records.jsonl.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            entry = json.loads(line)
            institutions += [(number, entry["country_code"], name) for name in (entry["name"], *entry["aliases"])]
    assert (len(same(institutions, organisations)), len(numbers)) == (82, 127)
