"""Science × technology of a pair: the planted users of Danish electrolysis meet Danish science, counted as by hand."""

from __future__ import annotations

import csv
import json
from collections import defaultdict

import polars as pl
import pytest
from click.testing import CliRunner

from udsyn import world
from udsyn.briefs import charts
from udsyn.briefs.asking import named
from udsyn.briefs.document import Chart
from udsyn.briefs.html import svg
from udsyn.briefs.sections import Pair
from udsyn.briefs.technology import section
from udsyn.cli import udsyn
from udsyn.cubes.build import build_cubes
from udsyn.errors import UsageError
from udsyn.evidence.technology.crossed import BOTH, FEW, NEITHER, OURS, THEIRS, crossed, meets
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.patents import load


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("crossed")
    truth = world.build(out / "world", works=6_000, seed=5)["patents"]
    ingest_openalex(out / "world", out / "record", lambda _: None)
    build_cubes(out / "record")
    load(out / "record", out / "world" / world.FAMILIES, "google", source="generated")
    load(out / "record", out / "world" / world.CITATIONS, "citations", source="generated", licence="generated")
    return out / "world", out / "record", truth


def test_the_planted_field_comes_first(made):
    """So few works leave wide intervals of science; the industry's lies above 1."""
    _, record, truth = made
    first = crossed(record, "DK", "KR", level="topic").rows.to_dicts()[0]
    assert first["id"] == f"T{truth['topic']}"
    assert first["home_science"] > 1
    assert first["partner_technology_low"] > 1
    turned = crossed(record, "KR", "DK", level="topic").rows.to_dicts()[0]
    assert (turned["id"], turned["home_technology"]) == (first["id"], first["partner_technology"])


def test_families_are_counted_as_by_hand(made):
    folder, record, _ = made
    with Record.open(record).connect() as connection:
        topic_of = dict(connection.execute("SELECT work, topic FROM works_in_scope WHERE topic IS NOT NULL").fetchall())
    cited = defaultdict(set)
    with (folder / world.CITATIONS).open(newline="") as lines:
        for row in csv.DictReader(lines):
            topic = topic_of.get(int(row["work"][1:]))
            if topic and int(row["confidence"]) >= 4 and row["by"] != "examiner":
                cited[row["patent"].split("-")[1]].add(topic)
    expected: dict[str, float] = defaultdict(float)
    for family, applicants in (
        pl.read_parquet(folder / world.FAMILIES).select("family_id", "assignee_harmonized").rows()
    ):
        for topic in cited[family]:
            for one in applicants:
                if one["country_code"] == "KR":
                    expected[f"T{topic}"] += 1 / len(applicants) / len(cited[family])
    rows = crossed(record, "DK", "KR", level="topic").rows
    told = {id_: families for id_, families in rows.select("id", "partner_technology_families").iter_rows() if families}
    assert told == pytest.approx(dict(expected))


@pytest.mark.parametrize(
    ("home", "partner", "verdict"),
    [
        ((1.2, 0.5, 30), (0.4, 1.1, 30), OURS),
        ((1.2, 0.5, 30), (0.4, 1.1, 19), NEITHER),
        ((0.4, 1.1, 30), (1.2, 0.5, 30), THEIRS),
        ((1.2, 1.1, 30), (1.2, 1.1, 30), BOTH),
        ((1.2, 0.5, 1), (0.4, 1.1, 1), FEW),
        ((None, None, 30), (0.4, 1.1, 30), NEITHER),
    ],
)
def test_a_meeting_is_told_only_where_both_intervals_lie_above_one(home, partner, verdict):
    row = {
        f"{side}_{name}": value
        for side, values in (("home", home), ("partner", partner))
        for name, value in zip(("science_low", "technology_low", "technology_families"), values, strict=True)
    }
    assert meets(row, 20) == verdict


def test_the_picture_stands_in_the_brief_with_its_numbers(made):
    _, record, _ = made
    found = section(Record.open(record), Pair(named("DK"), named("KR")))
    (chart,) = [block for block in found.blocks if isinstance(block, Chart)]
    assert "Science of Denmark, technology of South Korea" in chart.alt
    assert chart.table.rows
    for width in (340, 900):
        drawn = svg(chart.draw, width)
        assert drawn.count("Science of ") >= 2
    assert charts.LEAST < 1 < charts.MOST


def test_the_command_and_what_it_refuses(made):
    _, record, _ = made
    told = CliRunner().invoke(
        udsyn, ["technology", "crossed", "--home", "DK", "--partner", "KR", "--record", str(record), "--format", "json"]
    )
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)[0]["meets"]
    with pytest.raises(UsageError, match="no level"):
        crossed(record, "DK", "KR", level="galaxy")
