"""Intervals of hot-spots hold the truth where works come in teams: design effects by hand, and drawn works."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from tests.places.drawn_places import drawn, holding, judged, parts_of

from udsyn.evidence.places.measures import BY_TEAM, BY_YEAR, growth, team_error

FIGURES = ("share_of_works", "mncs", "home_share")


def test_design_effects_by_hand() -> None:
    """Two teams of two and two lone works in one place, ten works in the world; drawn to the whole, which they are.

    Share: 6 of 10, residuals 4/10, teams 8/10: 16/10 + 2 x 16/100 against 6 x 16/100, 10/6. Scores 3, 3, 1, 1, 2, 2:
    residuals 1, 1, -1, -1, 0, 0, teams 2, -2, 0, 0: 8 against 4. With home both of one team and one lone work:
    residuals 1/2 and -1/2, teams 1, -1, 1/2, -1/2: 5/2 against 6/4.
    """
    works = parts_of([0] * 6, [1, 1, 2, 2, 3, 4], [3.0, 3.0, 1.0, 1.0, 2.0, 2.0], [1, 1, 0, 0, 1, 0])
    row = judged(works, {"y": 10.0, "yy": 10.0})[0]
    assert [row[name] for name in FIGURES] == pytest.approx([0.6, 2.0, 0.5])
    found = [row[name] for name in ("share_design_effect", "mncs_design_effect", "home_design_effect")]
    assert found == pytest.approx([10 / 6, 2.0, 5 / 3])


def test_a_work_without_a_score_says_nothing_of_impact() -> None:
    works = parts_of([0] * 3, [1, 2, 3], [4.0, 2.0, 0.0], [0, 0, 0]).with_columns(
        scored=pl.when(pl.col("work") == 2).then(0.0).otherwise(1.0)
    )
    assert judged(works, {"y": 10.0, "yy": 10.0})[0]["mncs"] == pytest.approx(3.0)


def test_teams_of_one_work_widen_nothing() -> None:
    row = judged(*drawn(np.random.default_rng(3), size=1))[0]
    assert [row[f"{name}_design_effect"] for name in ("share", "mncs", "home")] == pytest.approx([1.0] * 3)


def grown(draw: np.random.Generator, years: int) -> tuple[float, float, float]:
    """The trend of teams of four works, in one year or in two that follow; the true one is 5 % a year."""
    first = np.repeat(np.arange(years + 1), draw.poisson(40 * 1.05 ** np.arange(years + 1)))
    late = first + (draw.random(len(first)) < 0.5)
    works = pl.DataFrame({"team": np.tile(np.arange(len(first)), 4), "year": np.concatenate([first, late] * 2)})
    works = works.filter(pl.col("year").is_between(1, years)).with_row_index("work")
    works = works.with_columns(spot=pl.lit(0), x=pl.lit(1.0))
    connection = holding(works)
    return growth(connection.sql(BY_YEAR).pl(), connection.sql(BY_TEAM, params={"last": years}).pl(), years)[0]


@pytest.mark.parametrize("years", [3, 20])
def test_growth_with_teams_that_last_holds_the_truth(years: int) -> None:
    """200 draws: 95 % plus or minus 3 points. The spread around the trend alone falls to 91 % over twenty years."""
    draw = np.random.default_rng(years)
    held = 0
    for _ in range(200):
        _, low, high = grown(draw, years)
        held += low <= 0.05 <= high
    assert 0.915 <= held / 200 <= 0.99


def test_the_error_of_a_trend_by_hand() -> None:
    """Two teams of one work in each of years 0 and 1, flat: each team's Σ x (t - 1/2) is 0. Lone works: four of 1/4."""
    counts, t = np.array([2.0, 2.0]), np.array([-1.0, 0.0])
    teams = {"xx": 8.0, "tx": -4.0, "tt": 2.0}
    alone = {"xx": 4.0, "tx": -2.0, "tt": 2.0}
    assert team_error(0.0, counts, t, teams) == pytest.approx(0.0)
    assert team_error(0.0, counts, t, alone) == pytest.approx(1.0)  # √(4 x 1/4) over 4 x 1/4
