"""The gravity solver against a general-purpose Poisson regression, and its refits against full fits."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import PoissonRegressor

from udsyn.evidence.effect import gravity
from udsyn.evidence.effect.panel import Panel

COUNTRIES, YEARS, SPLIT = 7, 6, 3


def panel(seed: int = 1) -> Panel:
    random = np.random.default_rng(seed)
    first, second = np.triu_indices(COUNTRIES, 1)
    trend = np.cumsum(random.normal(0.1, 0.2, (COUNTRIES, YEARS)), axis=1)
    level = random.normal(2.5, 0.7, len(first))
    counts = random.poisson(np.exp(level[:, None] + trend[first] + trend[second])).astype(float)
    return Panel(tuple("ABCDEFG"), np.arange(2000, 2000 + YEARS), first, second, counts)


def regression(data: Panel, treated: int, seen: np.ndarray) -> tuple[float, np.ndarray]:
    """Coefficient of the agreement dummy and fitted counts, from one dummy per pair and one per country and year."""
    pairs, steps = data.counts.shape
    design = np.zeros((pairs, steps, pairs + COUNTRIES * steps + 1))
    for pair in range(pairs):
        for step in range(steps):
            design[pair, step, pair] = 1
            for country in (data.first[pair], data.second[pair]):
                design[pair, step, pairs + country * steps + step] = 1
    design[treated, SPLIT:, -1] = 1
    model = PoissonRegressor(alpha=0, fit_intercept=False, solver="newton-cholesky", max_iter=500, tol=1e-10)
    model.fit(design[seen], data.counts[seen])
    return float(model.coef_[-1]), model.predict(design.reshape(-1, design.shape[-1])).reshape(pairs, steps)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.filterwarnings("ignore:.*:scipy.linalg.LinAlgWarning", "ignore:Newton solver")
def test_equals_a_dummy_regression(seed: int) -> None:
    data, pair = panel(seed), 4
    coefficient, fitted = regression(data, pair, np.ones(data.counts.shape, dtype=bool))
    rows = gravity.stretches(data, {pair: SPLIT})
    fit = gravity.fit(rows, COUNTRIES)
    before, after = np.flatnonzero(rows.pair == pair)
    assert fit.level[after] - fit.level[before] == pytest.approx(coefficient, abs=1e-5)
    others = np.delete(np.arange(len(data.first)), pair)
    np.testing.assert_allclose(fit.expected(data, others, fit.level[others]), fitted[others], rtol=1e-5)


@pytest.mark.parametrize(("pair", "coefficient"), [(0, 0.2713363051), (4, -0.3189492823), (11, 0.8765840287)])
def test_equals_what_pyfixest_finds(pair: int, coefficient: float) -> None:
    """pyfixest 0.60, `fepois("n ~ treat + d0_0 + … + d6_5 | pair")`: a dummy per country and year, pairs absorbed."""
    first, second = np.triu_indices(COUNTRIES, 1)
    year, low, high = np.arange(YEARS), first[:, None], second[:, None]
    counts = (7 * low * low + 13 * high + 5 * year * year + 3 * low * high * year) % 29 + 1.0
    data = Panel(tuple("ABCDEFG"), 2000 + year, first, second, counts)
    rows = gravity.stretches(data, {pair: SPLIT})
    fit = gravity.fit(rows, COUNTRIES)
    before, after = np.flatnonzero(rows.pair == pair)
    assert fit.level[after] - fit.level[before] == pytest.approx(coefficient, abs=1e-9)


@pytest.mark.filterwarnings("ignore:.*:scipy.linalg.LinAlgWarning", "ignore:Newton solver")
def test_the_counterfactual_rests_on_untreated_cells_only() -> None:
    data, pair = panel(5), 2
    seen = np.ones(data.counts.shape, dtype=bool)
    seen[pair, SPLIT:] = False
    _, fitted = regression(data, 0, seen)  # pair 0 has an agreement of its own
    rows = gravity.stretches(data, {pair: SPLIT, 0: SPLIT}, drop=[pair])
    fit = gravity.fit(rows, COUNTRIES)
    expected = fit.expected(data, np.array([pair]), fit.level[[pair]])[0]
    np.testing.assert_allclose(expected, fitted[pair], rtol=1e-5)


@pytest.mark.parametrize("dropped", [True, False])
def test_refits_equal_full_fits(dropped: bool) -> None:
    data = panel(7)
    base = gravity.fit(gravity.stretches(data, {}), COUNTRIES)
    pairs = np.arange(len(data.first))
    found = gravity.refit(base, data, pairs, SPLIT, dropped=dropped)
    for pair in pairs:
        rows = gravity.stretches(data, {int(pair): SPLIT}, drop=[int(pair)] if dropped else [])
        full = gravity.fit(rows, COUNTRIES)
        exposure = np.exp(full.beta[data.first[pair]] + full.beta[data.second[pair]])
        counts = data.counts[pair]
        after = np.log(counts[SPLIT:].sum() / exposure[SPLIT:].sum())
        before = np.log(counts[:SPLIT].sum() / exposure[:SPLIT].sum())
        assert found.effect[pair] == pytest.approx(after - before, abs=1e-5)


def test_a_country_has_one_effect_whichever_side_it_stands_on() -> None:
    data = panel(3)
    order = np.random.default_rng(0).permutation(COUNTRIES)
    a, b = order[data.first], order[data.second]
    low, high = np.minimum(a, b), np.maximum(a, b)
    sorting = np.lexsort((high, low))
    shuffled = Panel(data.countries, data.years, low[sorting], high[sorting], data.counts[sorting])
    one = gravity.fit(gravity.stretches(data, {}), COUNTRIES)
    other = gravity.fit(gravity.stretches(shuffled, {}), COUNTRIES)
    every = np.arange(len(data.first))
    np.testing.assert_allclose(
        one.expected(data, every, one.level)[sorting], other.expected(shuffled, every, other.level), rtol=1e-6
    )


def test_pairs_and_country_years_without_works_are_borne() -> None:
    data = panel(4)
    data.counts[3] = 0.0
    data.counts[(data.first == 6) | (data.second == 6), 0] = 0.0
    fit = gravity.fit(gravity.stretches(data, {0: SPLIT}), COUNTRIES)
    assert np.isneginf(fit.level[3])
    assert np.isfinite(fit.level[0])
