"""What a brief says is said of the right thing: gaps are no zeros, lists can be told apart, commands can be pasted."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from udsyn import briefs, facts
from udsyn.briefs import sections
from udsyn.briefs.asking import Country
from udsyn.briefs.both_strong import both_strong
from udsyn.briefs.document import Brief, Cards, Chart, KeyFigure, KeyFigures, Section, Text, source_rows
from udsyn.briefs.funds import in_words, said
from udsyn.briefs.instruments import section as section_of_facts
from udsyn.briefs.partners import people_table
from udsyn.briefs.sections import Pair, enumerated
from udsyn.briefs.technology import of_users
from udsyn.evidence.effect.panel import implausible
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.verdicts import JOINT
from udsyn.record.sources.panels import ingest_panel

PAIR = Pair(Country("DK", "Denmark"), Country("KR", "South Korea"))
ORIGIN = Provenance("strengths", "fractional (as the source counts)", "somebody")


def panel(folder: Path, works: dict[int, int]) -> Path:
    """A record of a panel in which Denmark and Korea write so many joint works a year, and others always write some."""
    lines = [f"DK,KR,{year},{count}" for year, count in works.items() if count]
    lines += [f"{a},{b},{year},{count}" for year in works for a, b, count in (("DK", "SE", 90), ("KR", "SE", 80))]
    file = folder / "pairs.csv"
    file.write_text("\n".join(["c1,c2,year,works", *lines]) + "\n", encoding="utf-8")
    ingest_panel(folder / "record", file, "pairs", source="somebody", snapshot="2024-01-01")
    return folder / "record"


def section(brief: Brief, name: str) -> Section:
    return next(one for one in brief.sections if one.id == name)


def words(found: Section) -> str:
    return " ".join(block.words for block in found.blocks if isinstance(block, Text))


def values_of(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that the first layer of a chart draws."""
    found: list[dict[str, Any]] = json.loads(drawn["layer"][0]["data"]["values"])
    return found


def test_a_gap_between_years_of_many_is_unknown_in_the_brief_and_a_small_zero_is_none(tmp_path: Path) -> None:
    works = {2010: 0, 2011: 2, 2012: 0, 2013: 30, 2014: 0, 2015: 40, 2016: 41}
    found = section(briefs.country_brief(panel(tmp_path, works), "KR", "DK"), "copublications")
    chart = next(block for block in found.blocks if isinstance(block, Chart))
    shown = {row["year"]: row["works"] for row in chart.table.rows}
    assert shown == {2010: 0, 2011: 2, 2012: 0, 2013: 30, 2014: None, 2015: 40, 2016: 41}
    assert "2014: unknown." in words(found)
    assert "2012" not in words(found)
    assert [value["works"] for value in values_of(chart.draw(600).to_dict())] == [shown[year] for year in works]


def test_a_year_of_none_is_a_gap_from_ten_works_around_it_on() -> None:
    """A Poisson count of mean 10 is 0 once in 22,026; the bound is the smaller neighbour, and 9 is no reason."""
    counts = pl.DataFrame([[10.0, 0.0, 10.0], [9.0, 0.0, 50.0], [0.0, 10.0, 11.0], [0.0, 0.0, 0.0]]).transpose()
    gaps = implausible(counts.to_numpy())
    assert gaps.tolist() == [[False, True, False], [False, False, False], [True, False, False], [False] * 3]


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        (["Energy"], "Energy"),
        (["Energy", "Physics"], "Energy and Physics"),
        (["Energy", "Immunology and Microbiology"], "Energy; and Immunology and Microbiology"),
        (["A, B and C", "D", "E"], "A, B and C; D; and E"),
    ],
)
def test_names_with_an_and_of_their_own_can_be_told_apart(names: list[str], listed: str) -> None:
    assert enumerated(names) == listed


def test_the_command_to_the_cells_can_be_pasted_where_a_field_has_spaces() -> None:
    address = "strengths/DK/KR/fractional/all/field/health sciences"
    brief = Brief("a", "b", [Section("s", "S", [KeyFigures([KeyFigure("x", "1", "", ORIGIN, address)])])])
    assert shlex.split(source_rows(brief)[0]["explain"]) == ["udsyn", "evidence", "explain", address]


def test_a_table_of_both_countings_says_both() -> None:
    row = {"works_full": 10.0, "works_fractional": 4.0}
    held = [(PAIR.home, Result(pl.DataFrame([row]), ORIGIN)), (PAIR.partner, Result(pl.DataFrame([row]), ORIGIN))]
    table = sections.side_by_side(held, "2003-2022")
    assert table.origin is not None
    assert table.origin.counting == "full and fractional (as the source counts)"
    alone = sections.side_by_side([(one, Result(r.rows.drop("works_full"), ORIGIN)) for one, r in held], "2003-2022")
    assert alone.origin == ORIGIN


def test_what_intervals_rest_on_stands_beside_the_first_of_them() -> None:
    said_of = "intervals: a design effect of 2.5 is assumed for teams, because somebody names no authors."
    row = {"partner": "KR", "works": 5.0, "year": 2020, "share": 0.1, "growth": 0.1, "observed_expected": 1.0}
    row |= {"observed_expected_low": 0.8, "observed_expected_high": 1.2, "design_effect": 2.5, "result": "x"}
    row |= dict.fromkeys(("ric", "salton", "ric_neutral", "nsf_index", "expected"))
    ties = Result(pl.DataFrame([row]), Provenance("ties", "full", "somebody"), (said_of, "year: 2020."))
    glance = sections.at_a_glance(PAIR, ties, {}, None, [], "2020")
    assert said_of[1:] in words(glance)
    assert "year: 2020." not in words(glance)
    assert said_of[1:] in words(sections.tie_against_others(PAIR, ties, {}))


@pytest.mark.parametrize(("mncs", "unknown"), [(None, True), (1.1, False)])
def test_impact_that_no_source_holds_is_said_to_be_unknown(mncs: float | None, unknown: bool) -> None:
    ends = ("", "_low", "_high")
    row: dict[str, Any] = {"name": "Physics", "quadrant": JOINT, "result": "x", "strong_q": 0.01, "joint_works": None}
    for side in ("home", "partner"):
        row |= {f"{side}_{key}{end}": 1.5 for key in ("activity", "share", "growth") for end in ends}
        row |= {f"{side}_mncs{end}": mncs for end in ends}
        row |= {f"{side}_growth_full": 0.1, f"{side}_design_effect": 2.5}
    row |= {f"observed_expected{end}": None for end in ends}
    found = both_strong(PAIR, Result(pl.DataFrame([row]), ORIGIN), "2003-2022")
    assert ("cited is unknown (somebody has no citations)" in words(found)) is unknown


def test_reasons_name_countries_and_leave_other_capitals_alone() -> None:
    reasons = ["has published with DK: 6 works, the last in 2023", "path from KR: A B", "topics: DK proteins: W1 “x”"]
    table = people_table("People", [{"name": "A B", "reasons": reasons}], None, PAIR)
    assert table.rows[0]["why"] == (
        "has published with Denmark: 6 works, the last in 2023; path from South Korea: A B; topics: DK proteins"
    )


def test_open_calls_are_counted_in_a_sentence() -> None:
    rows = [{"verdict": verdict} for verdict in ("money", "money", "no_money", "read_text")]
    assert said(dt.date(2026, 1, 15), rows) == (
        "On 2026-01-15, 4 of the calls that are held are open: 2 with money for both, 1 without money for at least one "
        "of them, 1 whose text decides."
    )


def test_clauses_name_countries_and_keep_no_underscore() -> None:
    clause = "DK money: Member state. EUR 5; KR no_money: Pillar II only. XY not_allowed: no; ZZ read_text: it"
    assert in_words(clause, {"DK": "Denmark", "KR": "South Korea"}) == (
        "Denmark, money: Member state. EUR 5; South Korea, no money: Pillar II only. XY, not allowed: no; "
        "ZZ, read the text: it."
    )


@pytest.mark.parametrize(
    ("works", "place"),
    [
        ([9, 5, 3], "no. 2 of 3 partners of Denmark"),
        ([5, 5, 3], "no. 1 of 3 partners of Denmark (level with 1 other)"),
        ([5, 5, 5], "no. 1 of 3 partners of Denmark (level with 2 others)"),
    ],
)
def test_partners_of_as_many_works_share_a_place(works: list[int], place: str) -> None:
    rows = [
        {"partner": code, "works": n, "year": 2020, "result": "x"}
        for code, n in zip(["SE", "KR", "NO"], works, strict=True)
    ]
    ties = Result(pl.DataFrame(rows), Provenance("ties", "full", "somebody"))
    glance = sections.at_a_glance(PAIR, ties, {}, None, [], "2020")
    figures = next(block for block in glance.blocks if isinstance(block, KeyFigures)).figures
    assert figures[0].detail == f"all fields; {place}"
    assert ("level with" in words(glance)) is ("level with" in place)


@pytest.mark.parametrize(("next_high", "told"), [(0.59, True), (0.60, False), (0.9, False)])
def test_the_first_firm_is_not_ahead_of_the_next_where_intervals_meet(next_high: float, told: bool) -> None:
    first = {"rank": 1, "name": "A", "share": 0.8, "share_low": 0.60, "share_high": 0.9, "reasons": ["x"]}
    second = {**first, "rank": 2, "name": "B", "share": 0.5, "share_low": 0.4, "share_high": next_high}
    found = Result(pl.DataFrame([first, second]), Provenance("technology-users", "fractional", "somebody"))
    text = of_users(PAIR, found)[0]
    assert isinstance(text, Text)
    assert ("not told from chance" in text.words) is not told


def test_what_followed_an_agreement_stands_in_the_order_of_its_dates() -> None:
    """China's register entry names 2010 before 2008."""
    brief_of = section_of_facts(Pair(Country("DK", "Denmark"), Country("CN", "China")))
    cards = next(block for block in brief_of.blocks if isinstance(block, Cards))
    dates = [label for label, _ in cards.cards[0].lines if label[:4].isdigit()]
    assert dates == sorted(dates)
    assert len(dates) == len(facts.agreements("CN", home="DK")[0].follow_up) >= 3
