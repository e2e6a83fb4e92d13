"""Where no joint works by field are held, whether a joint strength is used is unknown: never zero, never "none"."""

from __future__ import annotations

import polars as pl

from udsyn.briefs import all_partners
from udsyn.briefs.asking import Country
from udsyn.briefs.document import Brief, Chart, KeyFigures, Section, Table, Text
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.verdicts import JOINT, NONE, UNDER_USED, WELL_USED

HOME = Country("DK", "Denmark")


def found(*quadrants: str) -> Result:
    rows = [
        {"name": f"Field {n}", "quadrant": quadrant, "result": f"x/{n}", "expected": 9.0, "joint_works": 3.0}
        | dict.fromkeys(("home_activity", "partner_activity", "observed_expected_low", "observed_expected_high"), 1.0)
        for n, quadrant in enumerate(quadrants)
    ]
    return Result(pl.DataFrame(rows), Provenance("strengths", "full", "somebody", extent="sample", source_works=12))


def ties() -> Result:
    row = {"partner": "KR", "works": 5.0, "year": 2020, "share": 0.1, "growth": 0.1, "observed_expected": 1.0}
    row |= {"observed_expected_low": 0.8, "observed_expected_high": 1.2}
    return Result(pl.DataFrame([row]), Provenance("ties", "full", "somebody"))


def words(section: Section) -> str:
    return " ".join(block.words for block in section.blocks if isinstance(block, Text))


def labels(section: Section) -> dict[str, str]:
    return {f.label: f.value for block in section.blocks if isinstance(block, KeyFigures) for f in block.figures}


def test_use_that_is_not_held_is_unknown_and_not_zero() -> None:
    strong = {"KR": found(JOINT, JOINT, NONE)}
    glance = labels(all_partners.at_a_glance(HOME, ties(), strong))
    assert glance["Joint strengths"] == "2"
    assert "Joint strengths under-used" not in glance
    (table, _) = all_partners.table_of_ties(HOME, ties(), strong).blocks
    assert isinstance(table, Table)
    assert {column.key for column in table.columns} & {"strong", "well", "under"} == {"strong"}
    assert (table.rows[0]["strong"], table.rows[0]["well"], table.rows[0]["under"]) == (2, None, None)
    said = words(all_partners.opportunities(HOME, strong))
    assert said.startswith("Unknown: of 2 joint strengths")
    assert "No field is held" not in said


def test_use_that_is_held_is_counted_and_zero_means_none() -> None:
    strong = {"KR": found(WELL_USED, UNDER_USED, NONE), "SE": found(WELL_USED)}
    assert labels(all_partners.at_a_glance(HOME, ties(), strong))["Joint strengths under-used"] == "1"
    assert all_partners.standing(HOME, "SE", strong)["under"] == 0
    assert "No field is held" in words(all_partners.opportunities(HOME, {"SE": found(WELL_USED)}))


def test_the_legend_names_every_letter_of_the_matrix_and_no_other() -> None:
    (chart,) = all_partners.both_strong(HOME, {"KR": found(JOINT, NONE)}).blocks
    assert isinstance(chart, Chart)
    letters = {row["KR"] for row in chart.table.rows}
    named = {part.split(":")[0].strip() for part in (chart.key or "").split(";")}
    assert {letter or "empty" for letter in letters} == named == {"J", "empty"}


def test_a_brief_from_a_sample_says_so_on_top() -> None:
    section = all_partners.both_strong(HOME, {"KR": found(JOINT, NONE)})
    brief = Brief("Title", "Subtitle", [section], banner="Generated.")
    assert brief.on_top == ("Generated. A sample, not the world (somebody): shares and ranks are of the works held.")
