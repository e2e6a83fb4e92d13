"""Intervals from placebos: they cover, and they agree with the rank."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from udsyn.evidence.effect.panel import Panel
from udsyn.evidence.effect.placebo import infer, matched


@given(
    st.floats(-2, 2),
    st.lists(st.floats(-1, 1), min_size=20, max_size=120, unique=True),
    st.floats(0.1, 2),
)
def test_the_interval_leaves_out_zero_exactly_when_the_rank_says_so(
    value: float, noise: list[float], spread: float
) -> None:
    found = infer(value, np.array(noise), spread, np.ones(len(noise)))
    assert found.low <= found.high
    assert 1 <= found.rank <= found.placebos + 1
    edge = min(abs(found.low), abs(found.high)) < 1e-9
    assert edge or (found.p_value <= 0.05 + 1e-12) == (not found.low <= 0 <= found.high)


def test_covers_with_heavy_tails_and_unequal_spreads() -> None:
    random = np.random.default_rng(11)
    spreads = random.uniform(0.1, 0.4, (4000, 101))
    draws = spreads * random.standard_t(3, spreads.shape)
    hits = []
    for row, spread in zip(draws, spreads, strict=True):
        found = infer(0.3 + row[0], row[1:], float(spread[0]), spread[1:])
        hits.append(found.low <= np.expm1(0.3) <= found.high)
    assert abs(np.mean(hits) - 0.95) < 0.011


def test_too_few_placebos_give_no_finite_interval() -> None:
    found = infer(1.0, np.linspace(-1, 1, 10), 1.0, np.ones(10))
    assert np.isinf(found.high)


def test_the_minimum_detectable_effect_is_seen_four_times_in_five() -> None:
    random = np.random.default_rng(5)
    seen = []
    for _ in range(3000):
        draw = 0.2 * random.standard_normal(301)
        mde = np.log1p(infer(0.0, draw[1:], 1.0, np.ones(300)).mde)
        seen.append(infer(mde + draw[0], draw[1:], 1.0, np.ones(300)).low > 0)
    assert abs(np.mean(seen) - 0.8) < 0.03


def test_matching_takes_the_nearest_of_the_same_kind_and_no_barred_pair() -> None:
    countries = ("AU", "BR", "CN", "DE", "DK", "FI", "FR", "IN", "JP", "KR", "NO", "SE")
    first, second = np.triu_indices(len(countries), 1)
    counts = np.repeat(np.arange(100.0, 100.0 + len(first))[:, None], 4, axis=1)
    data = Panel(countries, np.arange(2000, 2004), first, second, counts)
    pair = data.pair("DK", "KR")
    barred = {data.pair("DK", "JP")}
    chosen = [data.names[p] for p in matched(data, pair, 2, barred, 6)]
    assert len(chosen) == 6
    assert "DK-JP" not in chosen
    assert "DK-KR" not in chosen
    assert not {"DK-FI", "DK-SE", "JP-KR"} & set(chosen)
    # too few of a kind: all kinds count
    few = [data.names[p] for p in matched(data, data.pair("DE", "DK"), 2, {data.pair("CN", "IN")}, 40)]
    assert len(few) == 40
    assert "DK-KR" in few
