"""Joint works with a listed body, by year and field, with the works; and the proof of names on invented lists."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.invented_lists import body, whole

from udsyn.cli import udsyn
from udsyn.evidence.safeguards import asking, bodies, exposure, proof
from udsyn.record.engine import Record
from udsyn.record.lists.load import load

TODAY = dt.date(2026, 11, 27)


@pytest.fixture(scope="module")
def record(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world, with its largest institution of a country on an invented list."""
    folder = tmp_path_factory.mktemp("listed")
    shutil.copytree(ingested, folder / "record")
    largest = max((one for one in bodies.all_of(folder / "record") if one.body.country), key=lambda one: one.works)
    country = largest.body.country or ""
    rows = [
        body("1", largest.body.name, address=f"1 First Street, {country_name(country)}", startDate="1.1.2015"),
        body("2", "Institute of Wave Mechanics and Tidal Engineering"),
        body("3", "Orenburg Spray Works"),
    ]
    load(folder / "record", whole(folder, "32014R9833", rows), "eu-acts")
    return folder / "record"


def country_name(code: str) -> str:
    from udsyn.facts import countries

    return countries.name(code)


def test_exposure_counts_each_joint_work_once_and_leads_to_it(record: Path) -> None:
    (listed,) = [row for row in asking.screen(record, TODAY) if row["verdict"] == "is"]
    with Record.open(record).connect() as connection:
        country, works = connection.sql(
            f"""SELECT country, count(DISTINCT work) FROM authorships
            WHERE work IN (SELECT work FROM authorships WHERE institution = {listed["id"][1:]})
            AND country <> '{listed["country"]}' GROUP BY 1 ORDER BY 2 DESC, 1"""
        ).fetchall()[0]
    rows = exposure.exposure(record, "country", country, TODAY)
    assert sum(row["works"] for row in rows) == works > 0
    assert all(row["listed_then"] == (row["year"] >= 2015) for row in rows)
    assert all(len(row["addresses"]) == min(row["works"], exposure.ADDRESSES) for row in rows)
    assert rows[0]["addresses"][0].startswith("https://openalex.org/W")


def test_altered_names_are_found_and_others_left_alone(record: Path) -> None:
    rows = {row["kind"]: row for row in proof.recall(asking.lists_of(record), 3, 1, TODAY)}
    assert rows["homoglyphs"]["rate"] == rows["invisible characters"]["rate"] == rows["legal form"]["rate"] == 1
    false = proof.false_alarms(asking.lists_of(record), record, 500, 1, TODAY)
    assert false["rate"] <= 0.01


def test_commands_say_what_is_wrong(record: Path, tmp_path: Path) -> None:
    from udsyn.errors import UdsynError, UsageError

    def run(*words: str) -> object:
        return (
            CliRunner().invoke(udsyn, ["safeguards", *words, "--record", str(record)], catch_exceptions=True).exception
        )

    assert isinstance(run("check"), UsageError)
    assert isinstance(run("check", "--ror", "nonsense"), UsageError)
    assert isinstance(run("check", "--name", "– …"), UsageError)
    assert "holds no organisation" in str(run("check", "--ror", "https://ror.org/0aaaaaa00"))
    assert isinstance(run("exposure"), UsageError)
    assert isinstance(run("exposure", "--author", "W1"), UsageError)
    Record.create(tmp_path / "empty")
    empty = CliRunner().invoke(udsyn, ["safeguards", "screen", "--record", str(tmp_path / "empty")]).exception
    assert isinstance(empty, UdsynError)
    assert "no list is loaded" in str(empty)
