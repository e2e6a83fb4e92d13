"""Both strong: what is planted is found, what rests on luck or on few works is not."""

import os
from pathlib import Path

import pytest
from tests.evidence.strengths_proof import DRAWS, all_calls, false_part, main, power, use_row, uses
from tests.written import as_written

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.profile import profile
from udsyn.evidence.strengths import MIN_WORKS, strengths, strengths_in, strengths_with
from udsyn.evidence.verdicts import (
    CITED_BELOW,
    GROWING,
    JOINT,
    NONE,
    QUADRANTS,
    TOO_FEW,
    UNDER_USED,
    WELL_USED,
    above_average_p,
    both_q,
    decide,
    growing_p,
)
from udsyn.record.sources.panels import ingest_panel


def panel(folder: Path, counts: dict[str, list[int]], world: list[int]) -> Path:
    """A record of countries × fields from whole counts."""
    lines = ["country,field,year,works"]
    for country, values in {**counts, "WORLD": world}.items():
        lines += [f"{country},field {n},2020,{value}" for n, value in enumerate(values)]
        lines.append(f"{country},all,2020,{sum(values)}")
    (folder / "fields.csv").write_text("\n".join(lines) + "\n")
    ingest_panel(folder / "record", folder / "fields.csv", "fields", source="made")
    return folder / "record"


def test_a_field_of_seven_works_cannot_top_the_list(tmp_path: Path) -> None:
    world = [100_000, 100_000, 100_000, 300]
    record = panel(tmp_path, {"DK": [300, 100, 100, 7], "KR": [900, 300, 300, 7]}, world)
    rows = strengths(record, "DK", "KR", counting="full").records()
    assert rows[0]["id"] == "field 0"
    assert rows[-1]["id"] == "field 3", "listed last, and not hidden"
    assert rows[-1]["home_activity"] > 5
    assert rows[-1]["home_activity_damped"] < 1.4
    assert rows[0]["quadrant"] == JOINT


@pytest.mark.parametrize(("works", "few"), [(19, True), (20, False)])
def test_a_field_of_under_twenty_works_has_too_few(tmp_path: Path, works: int, few: bool) -> None:
    for home, partner in ((works, 300), (300, works)):
        held = {"DK": [300, 100, 100, home], "KR": [900, 300, 300, partner]}
        folder = tmp_path / f"{home}-{partner}"
        folder.mkdir()
        record = panel(folder, held, [100_000, 100_000, 100_000, 9_000])
        (row,) = (row for row in strengths(record, "DK", "KR", counting="full").records() if row["id"] == "field 3")
        assert (row["quadrant"] == "too few works") is few


def test_the_reader_changes_the_weights_and_sees_what_hangs_on_them(counted: Path) -> None:
    usual = {row["id"]: row for row in strengths(counted, "DK", "KR").records()}
    by_impact = strengths(counted, "DK", "KR", weights={"specialisation": 0, "impact": 2}).records()
    assert [row["rank"] for row in by_impact] == list(range(1, len(by_impact) + 1))
    for row in usual.values():
        assert row["rank_best"] <= row["rank"] <= row["rank_worst"]
    with pytest.raises(UsageError, match="no weight"):
        strengths(counted, "DK", "KR", weights={"fame": 1})
    with pytest.raises(UsageError, match="all weights are 0"):
        strengths(counted, "DK", "KR", weights={"specialisation": 0, "impact": 0})


def test_the_same_settings_give_the_same_rows(counted: Path) -> None:
    assert strengths(counted, "DK", "KR").records() == strengths(counted, "DK", "KR").records()
    assert strengths(counted, "DK", "KR", seed=2).provenance.seed == 2


def test_a_partner_that_is_average_is_not_called_strong() -> None:
    """At the boundary: home truly strong in twelve fields, the partner in four of them and exactly average else."""
    found = all_calls(seeds=2, works=60_000, boundary=True)
    assert sum(one.wrong for one in found) == 0
    assert power(found) >= 0.4


def test_a_planted_strength_is_found() -> None:
    found = all_calls(seeds=1, works=60_000, boundary=False)
    assert all(one.planted for one in found)
    assert sum(one.wrong for one in found) == 0


@pytest.mark.parametrize("expected", [2, 10, 50])
def test_a_use_as_expected_is_seldom_called_anything(expected: int) -> None:
    """Of eight fields with nothing to tell a verdict falls in one set of ten at most: 1.25 % of fields, and chance."""
    told = uses(1.0, expected, draws=2000, seed=3)
    assert told[UNDER_USED] + told[WELL_USED] <= 0.0125 + 3 * (0.0125 * 0.9875 / 2000) ** 0.5
    assert uses(1.2, expected, draws=2000, seed=4)[UNDER_USED] <= 0.005


def test_a_use_far_from_expectation_is_called() -> None:
    assert uses(0.5, 50, draws=800, seed=5)[UNDER_USED] >= 0.9
    assert uses(1.6, 50, draws=800, seed=6)[WELL_USED] >= 0.9


@pytest.mark.prove
def test_verdicts_are_right_in_full(tmp_path: Path) -> None:
    """What `make proof-pages` writes to docs/strengths_proof.md."""
    found = main(tmp_path / "strengths_proof.md")
    as_written((tmp_path / "strengths_proof.md").read_text(encoding="utf-8"), "strengths_proof.md")
    assert false_part(found["boundary"]) <= 0.10
    assert power(found["boundary"]) >= 0.5
    assert false_part(found["strong"]) <= 0.10
    for (true, _), told in found["told"].items():
        wrong = told[WELL_USED] if true < 1 else told[UNDER_USED] if true > 1 else sum(told.values())
        assert wrong <= 0.0125 + 3 * (0.0125 * 0.9875 / (8 * DRAWS)) ** 0.5


#: Denmark in the NCSES panel, 2013-2022 over 2003-2012, by hand from its rows: whole counts and fractional ones
DANISH = {
    "biological and biomedical sciences": (0.10, -0.11),
    "chemistry": (0.03, -0.16),
    "natural resources and conservation": (0.02, -0.24),
    "astronomy and astrophysics": (0.89, 0.11),
}


def test_growth_is_that_of_the_counting_asked_for(tmp_path: Path) -> None:
    record = real_panel(tmp_path / "record")
    for counting in ("full", "fractional"):
        rows = {row["id"]: row for row in strengths(record, "DK", "KR", counting=counting).records()}
        for field, (full, fractional) in DANISH.items():
            row = rows[field]
            assert (round(row["home_growth_full"], 2), round(row["home_growth_fractional"], 2)) == (full, fractional)
            assert row["home_growth"] == row[f"home_growth_{counting}"]
            assert row["home_growth_low"] < row["home_growth"] < row["home_growth_high"]


def test_a_panel_says_which_design_effect_it_assumes(tmp_path: Path) -> None:
    found = strengths(real_panel(tmp_path / "record"), "DK", "KR")
    assert any("a design effect of 2.5 is assumed" in note for note in found.notes)
    assert {row["home_design_effect"] for row in found.records()} == {2.5}


def real_panel(record: Path) -> Path:
    folder = os.environ.get("UDSYN_DATA")
    if not folder:
        pytest.skip("UDSYN_DATA names no folder of real data")
    ingest_panel(record, Path(folder) / "panels" / "ncses_articles_by_country_field_year_2003_2022.csv.gz", "fields")
    return record


def test_works_that_are_cited_less_are_no_joint_strength() -> None:
    row = {**use_row(50.0, 5.0), "home_mncs_high": 0.97, "partner_mncs_high": 1.4}
    other = {**use_row(50.0, 5.0), "home_mncs_high": 1.03, "partner_mncs_high": 1.4}
    decide([row, other], 0.9)
    assert (row["quadrant"], other["quadrant"]) == (CITED_BELOW, WELL_USED)


def test_one_side_growing_is_told_with_its_smallest_change_that_matters() -> None:
    """A growth of 12 % is told from 10 % only where it is measured finely; one of 9 % never is."""
    assert growing_p(0.12, 1e-5) < 0.001
    assert growing_p(0.12, 0.01) > 0.4
    assert growing_p(0.09, 1e-6) > 0.99
    rows = [{**use_row(0, 1), "partner_activity_p": 0.6, "partner_growth_p": p} for p in (1e-4, 0.3)]
    decide(rows, 0.9)
    assert [row["quadrant"] for row in rows] == [GROWING, NONE]


def test_q_values_of_two_sides_by_hand() -> None:
    """Home passes 0.1 in three fields, the partner in four, both in two: 2 max(4 p1, 3 p2) over the rank."""
    found = both_q([0.001, 0.002, 0.05, 0.5, None], [0.004, 0.02, 0.7, 0.001, 0.001], 0.1)
    assert found[:2] == pytest.approx([2 * 3 * 0.004, 2 * 3 * 0.02 / 2])
    assert found[2:] == [1.0, 1.0, 1.0]


def test_an_average_count_is_not_above_average() -> None:
    """The exact binomial tail: at least 60 of 100 with a chance of a half, 0.02844; at least the half, 0.5398."""
    assert above_average_p(60, 100, 50, 100) == pytest.approx(0.028444, abs=1e-6)
    assert above_average_p(50, 100, 50, 100) == pytest.approx(0.539795, abs=1e-6)
    assert above_average_p(0, 100, 50, 100) == 1.0
    assert above_average_p(60, 100, 50, 40) > above_average_p(60, 100, 50, 100), "fewer effective works tell less"


@pytest.mark.parametrize("level", ["field", "subfield", "topic"])
def test_every_level_names_quadrants_and_their_sensitivity(counted: Path, level: str) -> None:
    rows = strengths(counted, "DK", "KR", level=level).records()
    held = profile(counted, "DK", level=level).rows
    assert {row["id"] for row in rows} == set(held["id"].to_list()), "small ones are listed too"
    assert {row["quadrant"] for row in rows} <= set(QUADRANTS)
    moved = strengths(
        counted, "DK", "KR", level=level, weights={"specialisation": 0, "impact": 0, "growth": 1}
    ).records()
    assert [row["id"] for row in moved] != [row["id"] for row in rows]
    for row in rows:
        assert row["rank_best"] <= row["rank"] <= row["rank_worst"]
        assert (row["quadrant"] == TOO_FEW) == (min(row["home_works"], row["partner_works"]) < MIN_WORKS)


def test_a_country_that_a_panel_lacks_is_unknown_and_not_zero(tmp_path: Path) -> None:
    record = panel(tmp_path, {"DK": [300, 100, 100], "KR": [900, 300, 300]}, [100_000, 100_000, 100_000])
    for asked in (
        lambda: strengths(record, "DK", "HK"),
        lambda: strengths(record, "HK", "DK"),
        lambda: profile(record, "HK"),
    ):
        with pytest.raises(NotHeld, match="made holds nothing on HK, so that its works are unknown, not zero"):
            asked()
    assert list(strengths_with(record, ["KR", "HK"], "DK")) == ["KR"]
    compared = strengths_in(record, ["KR", "HK"], "DK", unit="field/field 0")
    assert compared.rows["partner"].to_list() == ["KR"]
    assert "nothing held on HK in made." in compared.notes
