"""Joint projects against a count by hand, in findings and briefs; and what the status says of panels."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from udsyn.briefs.all_partners import partners_brief
from udsyn.briefs.country import country_brief
from udsyn.cli import udsyn as command
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.projects import in_words, joint_projects, totals
from udsyn.record import report
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_register
from udsyn.record.sources.panels import ingest_panel

CODES = ("DK", "KR", "EL", "UK", "SE")
ISO = {"EL": "GR", "UK": "GB"}


def drawn(seed: int) -> list[dict[str, str]]:
    """Participations of 60 projects, some of unknown date, some organisations twice."""
    chance = Random(seed)
    rows = []
    for project in range(1, 61):
        year = chance.choice(["2015", "2016", ""])
        for number in range(chance.randint(1, 6)):
            organisation = chance.randint(1, 12)
            start = f"{year}-03-01" if year else ""
            role = "coordinator" if number == 0 else "participant"
            rows.append(
                {"rcn": str(project), "role": role, "pic": str(organisation), "type": "HES", "contribution": "1"}
                | {"country": CODES[organisation % len(CODES)], "start_date": start, "end_date": ""}
            )
    return rows


def by_hand(rows: list[dict[str, str]], home: str) -> dict[tuple[str, int | None], list[int]]:
    members: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    leads: dict[str, str] = {}
    years: dict[str, int | None] = {}
    for row in rows:
        country = ISO.get(row["country"], row["country"])
        members[row["rcn"]][country].add(row["pic"])
        years[row["rcn"]] = int(row["start_date"][:4]) if row["start_date"] else None
        if row["role"] == "coordinator":
            leads[row["rcn"]] = country
    counts: dict[tuple[str, int | None], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for project, countries in members.items():
        for partner in countries.keys() - {home} if home in countries else ():
            cell = counts[partner, years[project]]
            for place, more in enumerate(
                (1, leads[project] == home, leads[project] == partner, len(countries[home]), len(countries[partner]))
            ):
                cell[place] += more
    return dict(counts)


def register(folder: Path, rows: list[dict[str, str]]) -> Path:
    with (folder / "projects.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    ingest_register("cordis", folder / "projects.csv", folder / "record")
    return folder / "record"


@pytest.mark.parametrize("seed", [1, 2])
def test_joint_projects_are_those_counted_by_hand(tmp_path: Path, seed: int) -> None:
    rows = drawn(seed)
    record = register(tmp_path, rows)
    found = {row[:2]: list(row[2:]) for row in joint_projects(record, "DK").rows.iter_rows()}
    assert found == by_hand(rows, "DK")
    alone = joint_projects(record, "DK", partner="GR", years=(2015, 2015)).rows
    assert [list(row[2:]) for row in alone.iter_rows()] == [by_hand(rows, "DK")["GR", 2015]]
    most = totals(joint_projects(record, "DK"))
    assert most["projects"].to_list() == sorted(most["projects"].to_list(), reverse=True)


def test_what_is_not_held_is_said_and_never_a_zero(tmp_path: Path) -> None:
    empty = Record.create(tmp_path / "empty").path
    with pytest.raises(NotHeld, match="no register of projects is held"):
        joint_projects(empty, "DK")
    assert in_words(empty, "DK", "KR") is None
    record = register(tmp_path, drawn(1))
    with pytest.raises(UsageError, match="come from cordis"):
        joint_projects(record, "DK", source="ncses")
    none = joint_projects(record, "DK", partner="JP")
    assert none.rows.is_empty()
    assert any("holds no joint projects of DK with JP" in note for note in none.notes)


def test_the_command_says_what_the_register_is(tmp_path: Path) -> None:
    record = register(tmp_path, drawn(1))
    told = CliRunner().invoke(
        command, ["evidence", "projects", "--home", "DK", "--record", str(record), "--format", "json"]
    )
    assert told.exit_code == 0, told.stderr
    assert {(row["source"], row["extent"], row["definition"]) for row in json.loads(told.stdout)} == {
        ("cordis", "sample", "joint-projects")
    }
    assert "projects held" in told.stderr


def test_briefs_set_joint_projects_beside_joint_works(tmp_path: Path) -> None:
    rows = drawn(1)
    record = register(tmp_path, rows)
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("year,c1,c2,works\n2020,DK,KR,10\n2020,DK,SE,30\n2020,KR,SE,20\n2021,DK,KR,12\n", encoding="utf-8")
    ingest_panel(record, pairs, "pairs")
    counted = sum(cell[0] for (partner, _), cell in by_hand(rows, "DK").items() if partner == "KR")
    (section,) = [one for one in country_brief(record, "KR", "DK").sections if one.id == "projects"]
    assert f"take part in {counted:,} projects together" in section.blocks[0].words  # type: ignore[union-attr]
    (ties,) = [one for one in partners_brief(record, "DK").sections if one.id == "ties"]
    (korea,) = [row for row in ties.blocks[0].rows if row["partner"] == "KR"]  # type: ignore[union-attr]
    assert korea["projects"] == counted
    panels = {row["name"]: row for row in report.status(record) if row["what"] == "panel"}
    assert panels["pairs: pair_year"]["value"] == 4
    assert panels["pairs: pair_year"]["note"].startswith("2020-2021, 3 countries")
