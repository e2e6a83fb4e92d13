"""Intervals against numbers from tables, formulas written out once more, and a plain bootstrap over single works."""

from __future__ import annotations

import math

import numpy as np
import pytest

from udsyn.evidence.intervals import (
    effective,
    effective_each,
    mean_error,
    mean_interval,
    poisson_interval,
    pooled,
    ratio_interval,
    share_interval,
    z_of,
)

Z95, Z80 = 1.959963984540054, 1.2815515655446004


def test_the_normal_quantile_of_a_two_sided_level() -> None:
    assert z_of() == pytest.approx(Z95)
    assert z_of(0.8) == pytest.approx(Z80)


def test_effective_works() -> None:
    assert effective(np.array([1.0, 1.0, 1.0]), np.array([1.0, 1.0, 1.0])) == 3
    assert effective(np.array([0.5, 1.0]), np.array([0.25, 1.0])) == pytest.approx(1.8)
    assert effective(np.zeros(2), np.zeros(2)) == 0


def test_shares_have_wilsons_interval() -> None:
    """7 of 20, by hand from the published formula, and the ends of the scale."""
    assert share_interval(0.35, 20) == pytest.approx((0.1811918, 0.5671457), abs=1e-6)
    assert share_interval(0.0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-6)
    assert share_interval(1.0, 10) == pytest.approx((0.7224672, 1.0), abs=1e-6)
    assert share_interval(0.5, 0.5)[0] is not None
    assert share_interval(0.5, 0) == share_interval(0.5, -1) == (None, None)
    low, high = share_interval(0.35, 20, 0.8)
    assert 0.1811918 < low < 0.35 < high < 0.5671457


def test_a_unit_of_weight_is_worth_kishs_works_or_the_weight_itself() -> None:
    assert effective_each(10, 6, 2) == pytest.approx(0.3)
    assert effective_each(10, None, 2) == effective_each(10, 0, 2) == effective_each(0, 6, 2) == pytest.approx(0.5)


def test_ratios_have_a_normal_interval_on_the_logarithm() -> None:
    assert ratio_interval(2.0, 0.25) == pytest.approx((2 / math.exp(Z95 / 2), 2 * math.exp(Z95 / 2)))
    assert ratio_interval(2.0, 0.25, 0.8) == pytest.approx((2 / math.exp(Z80 / 2), 2 * math.exp(Z80 / 2)))


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.688879), (1, 0.025318, 5.571643), (5, 1.623486, 11.668332)]
)
def test_counts_have_garwoods_interval(count: int, low: float, high: float) -> None:
    """Garwood 1936, table of 95 % limits."""
    assert poisson_interval(count) == pytest.approx((low, high), abs=1e-5)


def test_a_weighted_mean_and_its_error() -> None:
    """Weights 1 and 3, values 2 and 6: mean 5, error √(1·9 + 9·1) / 4."""
    weights, values = np.array([1.0, 3.0]), np.array([2.0, 6.0])
    assert mean_error(weights, weights**2, values) == pytest.approx((5.0, math.sqrt(18) / 4))


def test_nearly_equal_values_are_put_together() -> None:
    weights = np.array([1.0, 2.0, 0.0, 1.0, 1.0])
    values = np.array([1.0, 1.001, 5.0, 2.0, 0.0])
    sums, squares, means = pooled(weights, weights**2, values)
    found = np.array([means, sums, squares]).T[np.argsort(means)]
    assert found == pytest.approx(np.array([[0.0, 1, 1], [3.002 / 3, 3, 5], [2.0, 1, 1]]))
    apart = pooled(np.ones(2), np.ones(2), np.array([1.0, 1.02]))
    assert len(apart[0]) == 2, "two per cent apart is another value"


def plain_bootstrap(scores: np.ndarray, draws: int) -> tuple[float, float]:
    """Works drawn one by one with replacement; t on the logarithm; ends turned as Efron & Tibshirani turn them."""
    lot = np.random.default_rng(5)
    mean, error = scores.mean(), scores.std() / math.sqrt(len(scores))
    ts = []
    for _ in range(draws):
        drawn = lot.choice(scores, len(scores))
        if drawn.mean() > 0 and drawn.std() > 0:
            own = drawn.std() / math.sqrt(len(drawn)) / drawn.mean()
            ts.append((math.log(drawn.mean()) - math.log(mean)) / own)
    low, high = np.quantile(ts, [0.025, 0.975])
    return mean * math.exp(-high * error / mean), mean * math.exp(-low * error / mean)


@pytest.mark.parametrize("size", [30, 200])
def test_means_have_the_interval_of_a_plain_bootstrap_over_works(size: int) -> None:
    scores = np.random.default_rng(size).lognormal(0, 1.2, size)
    ones = np.ones(size)
    low, high = mean_interval(ones, ones, scores, seed=1, draws=6000)
    expected = plain_bootstrap(scores, 6000)
    assert (math.log(low), math.log(high)) == pytest.approx(tuple(map(math.log, expected)), abs=0.06)
    above, below = math.log(high / scores.mean()), math.log(scores.mean() / low)
    assert above > 1.2 * below, "citation scores are skewed: the truth may lie further above than below"


def test_weights_are_units_of_drawing_and_not_works() -> None:
    """A hundred works at half weight tell as much as a hundred at full weight."""
    scores, ones = np.random.default_rng(2).lognormal(0, 1, 100), np.ones(100)
    whole = mean_interval(ones, ones, scores, seed=1, draws=4000)
    halves = mean_interval(ones / 2, ones / 4, scores, seed=1, draws=4000)
    assert halves == pytest.approx(whole, rel=1e-9)
    assert mean_interval(ones, ones, scores, seed=1) == mean_interval(ones, ones, scores, seed=1)
    assert mean_interval(ones, ones, scores, seed=1) != mean_interval(ones, ones, scores, seed=2)


def test_means_of_next_to_nothing_are_unknown() -> None:
    def interval(*scores: float) -> tuple[float | None, float | None]:
        ones = np.ones(len(scores))
        return mean_interval(ones, ones, np.array(scores), seed=1)

    assert interval(1.0) == interval(0.0, 0.0, 0.0) == interval(2.0, 2.0, 2.0, 2.0) == (None, None)
    assert interval(1.0, 2.0) == (None, None), "most draws of two works hold no difference"
    assert None not in interval(*np.linspace(1, 3, 12))
