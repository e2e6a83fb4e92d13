"""Rising topics: planted risers are found, small numbers are not mistaken for growth, and the back-test is honest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from udsyn.errors import UsageError
from udsyn.evidence.places.emerging import (
    COLUMNS,
    DETAILS,
    RISING,
    SURE,
    Panel,
    backtest,
    emerging,
    escore,
    growth,
    listed,
    rose,
)

YEARS = np.arange(2010, 2025)


def planted(seed: int, topics: int = 1500, risers: int = 12) -> tuple[Panel, np.ndarray]:
    """Topics of very unequal size without trend, and risers from 2020 on, as the generated corpus plants them."""
    rng = np.random.default_rng(seed)
    size = rng.gamma(0.8, 9.0, topics)
    trend = 1.04 ** (YEARS - 2010)
    rate = size[:, None] * trend
    chosen = rng.choice(topics, risers, replace=False)
    rate[chosen] += np.maximum(YEARS - 2019, 0) * rng.uniform(1.5, 5.0, risers)[:, None]
    works = rng.poisson(rate).astype(float)
    return Panel(np.arange(topics), YEARS, works, works.sum(axis=0)), np.isin(np.arange(topics), chosen)


def test_planted_risers_are_found_over_ten_seeds() -> None:
    called = hits = expected = found = best = 0
    for seed in range(10):
        panel, riser = planted(seed)
        large = riser & (panel.works[:, YEARS >= 2020].sum(axis=1) >= 50)
        trend = growth(panel)
        rising = listed(panel) & (trend.above(RISING) >= SURE)
        called, hits = called + rising.sum(), hits + (rising & riser).sum()
        expected, found = expected + large.sum(), found + (rising & large).sum()
        score = np.where(listed(panel), trend.quantile(0.1), -np.inf)
        best += large[np.argsort(-score)[: large.sum()]].sum()
    assert hits / called >= 0.97
    assert found / expected >= 0.55
    assert best / expected >= 0.7


def test_without_risers_almost_nothing_is_called() -> None:
    called = 0
    for seed in range(4):
        panel, _ = planted(seed, risers=0)
        called += int((listed(panel) & (growth(panel).above(RISING) >= SURE)).sum())
    assert called == 0


def test_few_works_are_drawn_to_no_growth_and_many_are_not() -> None:
    panel, _ = planted(3, risers=0)
    few = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2.0])
    many = np.array([5, 5, 5, 5, 5, 5, 6, 8, 11, 15, 21, 29, 40, 56, 78.0])
    works = np.vstack([panel.works, few, many])
    trend = growth(Panel(np.arange(len(works)), YEARS, works, works.sum(axis=0)))
    assert abs(trend.mean[-2]) < 0.05
    assert trend.mean[-1] > 0.25
    assert (trend.quantile(0.025) <= trend.quantile(0.5)).all()
    assert (trend.quantile(0.5) <= trend.quantile(0.975)).all()


def test_growth_does_not_depend_on_order() -> None:
    panel, _ = planted(4, topics=300)
    order = np.random.default_rng(0).permutation(300)
    shuffled = Panel(panel.members[order], YEARS, panel.works[order], panel.world)
    assert np.allclose(growth(shuffled).mean, growth(panel).mean[order], atol=1e-12)


def test_escore_by_hand() -> None:
    # World 100, 100, ... : every root is 10. Base 0 0 1, active 1 1 2 3 4 6 8.
    works = np.array([[0, 0, 1, 1, 1, 2, 3, 4, 6, 8.0]])
    panel = Panel(np.array([1]), np.arange(2010, 2020), works, np.full(10, 100.0))
    trend = 18 / 30 - 4 / 30
    recent = 10 * (14 / 20 - 7 / 20)
    slope = 10 * (0.8 - 0.3) / 3
    assert escore(panel)[0] == pytest.approx(2 * trend + recent + slope)
    old = Panel(panel.members, panel.years, np.array([[5, 5, 5, 1, 1, 2, 3, 4, 6, 8.0]]), panel.world)
    assert np.isnan(escore(old)[0]), "a term with more than half as many base as active records does not emerge"


def test_what_rose_must_be_beyond_chance() -> None:
    world = np.full(6, 1000.0)
    works = np.array([[10, 10, 10, 30, 30, 30], [1, 0, 1, 1, 2, 1], [300, 300, 300, 310, 310, 310.0]])
    panel = Panel(np.arange(3), np.arange(2015, 2021), works, world)
    assert rose(panel, 2017).tolist() == [True, False, False]


def test_backtest_beats_what_grew_most_last_year() -> None:
    # Two years after the start a trend is to be seen; last year's difference is mostly luck.
    rows = [backtest(planted(seed)[0], [2021]) for seed in range(4)]
    mean = {
        rule: np.mean([row.filter(rule=rule)["precision_20"][0] for row in rows])
        for rule in ("udsyn", "escore", "grew most last year")
    }
    assert mean["udsyn"] > mean["grew most last year"]
    assert mean["udsyn"] >= mean["escore"]


def test_a_trend_needs_four_years() -> None:
    panel, _ = planted(1, topics=50)
    with pytest.raises(UsageError, match="4 years"):
        growth(panel.last(3))


def test_risers_of_a_generated_world_come_first(small_world: tuple[Path, dict[str, Any]]) -> None:
    record, truth = small_world
    result = emerging(record, details=True, home="DK")
    assert result.rows.columns == [*COLUMNS, *DETAILS]
    first = result.rows.head(len(truth["rising_topics"]) + 2)["id"].to_list()
    found = sum(f"T{topic}" in first for topic in truth["rising_topics"])
    assert found >= len(truth["rising_topics"]) - 1
    assert emerging(record).rows.columns == list(COLUMNS)
    assert (result.rows["team_share"].fill_null(0) <= 0.5).all()
    for probability, rising in result.rows.select("probability", "rising").iter_rows():
        assert rising is (probability >= 0.9)
    assert set(result.rows["rising"]) == {True, False}


@pytest.mark.parametrize(
    ("recent", "shown"),
    [
        ([7, 0, 0, 0, 0], False),
        ([3, 4, 0, 0, 0], False),
        ([3, 2, 2, 0, 0], True),
        ([2, 2, 2, 0, 0], False),
        ([0, 0, 1, 1, 5], True),
    ],
)
def test_a_topic_is_listed_from_seven_works_in_three_of_five_years_on(recent: list[int], shown: bool) -> None:
    works = np.array([[9.0] * 10 + [float(count) for count in recent]])
    assert listed(Panel(np.array([1]), YEARS, works, works.sum(axis=0))).tolist() == [shown]


def test_a_country_and_a_level_narrow_the_question(small_world: tuple[Path, dict[str, Any]]) -> None:
    record, _ = small_world
    whole, korea = emerging(record, level="field").rows, emerging(record, level="field", partner="KR").rows
    assert korea["works"].sum() < whole["works"].sum()
    with pytest.raises(UsageError, match="no level"):
        emerging(record, level="domain")


def test_the_command_says_nothing_but_its_notes(small_world: tuple[Path, dict[str, Any]]) -> None:
    """A library that complains at the end of the process would stand on stderr, too."""
    asked = ["evidence", "emerging", "--limit", "1", "--record", str(small_world[0])]
    done = subprocess.run([sys.executable, "-m", "udsyn", *asked], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1].startswith("intervals: works are taken as independent;")
