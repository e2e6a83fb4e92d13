"""Works of one team tell less: design effects by hand, and intervals that hold the truth of clustered draws."""

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from tests.evidence.teams_proof import all_coverage, main
from tests.written import as_written

from udsyn.evidence.profile import profile, specialisation
from udsyn.evidence.rates import rates
from udsyn.evidence.shares import share
from udsyn.evidence.strengths import strengths
from udsyn.evidence.teams import count_effects, effects_of, mean_effects, share_effects
from udsyn.evidence.ties import ties

#: three teams of two works; field a has half of them
WORKS = pl.DataFrame(
    {
        "team": [1, 1, 2, 2, 3, 3],
        "member": ["a", "a", "b", "b", "a", "b"],
        "weight": [1.0] * 6,
        "score": [3.0, 3.0, 1.0, 1.0, 2.0, 2.0],
    }
)


def pooled(found: float, whole: float, teams: int) -> float:
    """A member's own effect drawn to the whole one, which weighs as twenty teams."""
    return (teams * found + 20 * whole) / (teams + 20)


def test_the_design_effect_of_a_share_by_hand() -> None:
    """Residuals ±1/2: teams add up to 1, -1 and 0, so 2 against 6/4."""
    own = Fraction(2) / Fraction(6, 4)
    assert share_effects(WORKS).whole == pytest.approx(float(own))
    assert share_effects(WORKS).of("a") == pytest.approx(float(own))


def test_the_design_effect_of_a_mean_by_hand() -> None:
    """All in one: residuals 1, 1, -1, -1, 0, 0; teams 2, -2, 0, so 8 against 4."""
    whole = WORKS.with_columns(member=pl.lit("all"))
    assert mean_effects(whole, "score").of("all") == pytest.approx(2.0)


def test_the_design_effect_of_a_count_by_hand() -> None:
    """Field a: teams of two and of one, so (4 + 1) / 3; never drawn to others where each stands alone."""
    assert count_effects(WORKS, "member", 0).of("a") == pytest.approx(5 / 3)
    assert count_effects(WORKS, "member", 0).of("absent") == 1.0


def test_few_teams_are_drawn_to_the_whole() -> None:
    found = effects_of(
        pl.DataFrame({"member": ["a", "b"], "teams": [5, 500], "drawn": [10.0, 900.0], "single": [2, 300]})
    )
    whole = 910 / 302
    assert found.whole == pytest.approx(whole)
    assert found.of("a") == pytest.approx(pooled(5, whole, 5))
    assert found.of("b") == pytest.approx(pooled(3, whole, 500))


def test_a_team_does_not_make_an_interval_narrower() -> None:
    alone = effects_of(pl.DataFrame({"member": ["a"], "teams": [9], "drawn": [1.0], "single": [4.0]}))
    assert alone.of("a") == 1.0


def test_intervals_of_teams_hold_the_truth() -> None:
    """100 draws: 95 % plus or minus 2.2 points each; without the design effect an activity index falls below 85 %."""
    for figure, covered in all_coverage(100).items():
        assert 0.9 <= covered <= 0.995, figure
    bare = all_coverage(40, measured=False)
    assert bare["activity index of a field"] < 0.85
    assert bare["diversity of what is cited"] < 0.85


@pytest.mark.prove
def test_intervals_of_teams_hold_the_truth_in_full(tmp_path: Path) -> None:
    """1,000 draws: what `make proof-pages` writes to docs/teams_proof.md."""
    found = main(tmp_path / "teams_proof.md")
    as_written((tmp_path / "teams_proof.md").read_text(encoding="utf-8"), "teams_proof.md")
    for figure, covered in found.items():
        assert 0.93 <= covered <= 0.97, figure


def test_the_design_effect_is_printed_and_the_same_however_many_years_are_asked_for(counted: Path) -> None:
    for found in (share(counted, "DK"), rates(counted, "DK"), ties(counted, "DK", "KR", years=(2019, 2023))):
        columns = [name for name in found.rows.columns if name.startswith("design_effect")]
        assert columns
        assert all(value >= 1 for name in columns for value in found.rows[name])
        assert any("design effect of teams" in note for note in found.notes)
    every = {row["year"]: row for row in share(counted, "DK").rows.to_dicts()}
    assert share(counted, "DK", years=(2021, 2021)).rows.to_dicts()[0] == every[2021]
    assert {"mncs_design_effect", "top_design_effect"} <= set(profile(counted, "DK").rows.columns)


def test_the_activity_of_a_profile_has_the_interval_of_a_strength(counted: Path) -> None:
    sides = {row["id"]: row for row in strengths(counted, "DK", "KR", counting="fractional").records()}
    rows = profile(counted, "DK", counting="fractional").records()
    for row in rows:
        low, high = row["activity_low"], row["activity_high"]
        assert low is None or low <= row["activity_index"] <= high
        assert row["id"] not in sides or low == pytest.approx(sides[row["id"]]["home_activity_low"])
    assert any(row["activity_low"] is not None for row in rows)


@pytest.mark.parametrize("level", ["all", "field", "subfield", "topic"])
@pytest.mark.parametrize("counting", ["full", "fractional"])
def test_specialisation_alone_is_that_of_a_profile(counted: Path, level: str, counting: str) -> None:
    for years in (None, (2018, 2020)):
        whole = profile(counted, "DK", level=level, counting=counting, years=years).rows
        alone = specialisation(counted, "DK", level=level, counting=counting, years=years)
        assert alone.height > 0
        floats = [name for name, kind in alone.schema.items() if kind == pl.Float64]
        assert alone.drop(floats).equals(whole.select(alone.columns).drop(floats))
        for name in floats:
            assert alone[name].to_list() == pytest.approx(whole[name].to_list(), rel=1e-12, nan_ok=True), name
