"""Who paid for what two countries did together, counted again from the works themselves."""

from __future__ import annotations

import json
import random
from collections import defaultdict

import pytest
from click.testing import CliRunner
from tests.openalex_world import OPENALEX, in_scope, make_works, write_snapshot

from udsyn.briefs.asking import named
from udsyn.briefs.funds import paid_before
from udsyn.briefs.sections import Pair
from udsyn.cli import udsyn
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.funds.funders import EUROPEAN, funders
from udsyn.record.ingest import ingest_openalex, ingest_register

PAIR = ("DK", "KR")


def made(folder):
    """Works of which two thirds name one or two of four funders, half with a number."""
    works = make_works(400, seed=3)
    draw = random.Random(5)
    for work in works:
        chosen = draw.sample(range(1, 5), draw.choice([0, 1, 2]))
        work["funders"] = [{"id": f"{OPENALEX}F{n}", "display_name": f"Fund {n}"} for n in chosen]
        work["awards"] = [
            {"funder_id": f"{OPENALEX}F{n}", "funder_award_id": f"N-{draw.randrange(9)}"}
            for n in chosen
            if draw.random() < 0.5
        ]
    write_snapshot(folder / "world", works)
    ingest_openalex(folder / "world", folder / "record", extras=("funders",))
    return works


def by_hand(works):
    """Funder → (works, numbers), of works in scope with authors in both countries; and how many name any."""
    found, numbers, told = defaultdict(set), defaultdict(set), set()
    for work in works:
        countries = {code for one in work["authorships"] for code in one["countries"]}
        if in_scope(work) and set(PAIR) <= countries:
            for one in work["funders"]:
                found[one["id"]].add(work["id"])
                told.add(work["id"])
            for one in work["awards"]:
                numbers[one["funder_id"]].add(one["funder_award_id"])
    return {
        id_.rsplit("/", 1)[1]: (len(of), len(numbers[id_]), pytest.approx(len(of) / len(told)))
        for id_, of in found.items()
    }, len(told)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("funders")
    return folder / "record", made(folder)


def test_joint_works_are_counted_by_funder(record):
    place, works = record
    found = funders(place, *PAIR)
    expected, told = by_hand(works)
    assert told > 5
    rows = found.rows.to_dicts()
    assert {row["id"]: (row["works"], row["awards"], row["share"]) for row in rows} == expected
    assert [row["works"] for row in rows] == sorted((row["works"] for row in rows), reverse=True)
    assert found.notes[0].startswith(f"{told} of ")
    assert "may have paid all the same" in found.notes[-1]


def test_other_years_are_left_out(record):
    place, works = record
    expected, _ = by_hand([work for work in works if work["publication_year"] <= 2019])
    rows = funders(place, *PAIR, years=(1900, 2019)).rows.to_dicts()
    assert {row["id"]: row["works"] for row in rows} == {id_: of for id_, (of, _, _) in expected.items()}


def test_cordis_is_a_row_beside_them(tmp_path):
    file = tmp_path / "projects.csv"
    file.write_text(
        "projectID;organisationID;name;country;role;ecContribution;startDate\n"
        "1;11;A;DK;coordinator;5;2021-01-01\n1;12;B;KR;participant;0;2021-01-01\n2;11;A;DK;coordinator;5;2022-01-01\n"
    )
    ingest_register("cordis", file, tmp_path / "record")
    (row,) = funders(tmp_path / "record", *PAIR).rows.to_dicts()
    assert (row["name"], row["projects"], row["first_year"], row["works"]) == (EUROPEAN, 1, 2021, None)


def test_what_is_not_held_is_told(tmp_path):
    write_snapshot(tmp_path / "world", make_works(20, seed=1))
    ingest_openalex(tmp_path / "world", tmp_path / "record")
    with pytest.raises(NotHeld, match="--with funders"):
        funders(tmp_path / "record", *PAIR)
    with pytest.raises(UsageError):
        funders(tmp_path / "record", "DK", "Atlantis")


def test_the_command_and_the_brief(record):
    place, _ = record
    told = CliRunner().invoke(
        udsyn, ["funds", "funders", "--home", "DK", "--partner", "KR", "--record", str(place), "--format", "json"]
    )
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)
    assert rows[0]["name"].startswith("Fund ")
    blocks = paid_before(place, Pair(named("DK"), named("KR")))
    assert blocks[0].rows[0]["name"] == rows[0]["name"]
