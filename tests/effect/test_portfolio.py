"""Instruments side by side: shares, cost per lasting tie, and which differ, against published figures and draws."""

from __future__ import annotations

import numpy as np
import pytest

from udsyn.evidence.effect.portfolio import Lasting, difference, per_lasting, told_apart


def test_the_difference_is_newcombes_own_example():
    """Newcombe 1998, table II: 56/70 against 48/80 is 0.2000 (0.0524 to 0.3339) by method 10; 9/10 against 3/10."""
    assert difference(Lasting(56, 70), Lasting(48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(Lasting(9, 10), Lasting(3, 10)) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_a_cost_per_lasting_tie_has_the_ends_of_the_share():
    """Wilson of 10/40 is 0.1419 to 0.4019, by hand from the formula."""
    found = per_lasting(1000.0, Lasting(10, 40))
    assert found is not None
    assert found.value == 100
    assert (found.low, found.high) == pytest.approx((1000 / (40 * 0.40194), 1000 / (40 * 0.14187)), rel=1e-4)


def test_none_that_lasted_has_no_cost_and_no_upper_end():
    found = per_lasting(1000.0, Lasting(0, 12))
    assert found is not None
    assert (found.value, found.high) == (None, None)
    assert found.low == pytest.approx(1000 / (12 * 0.2425), rel=1e-3)  # at least so much
    assert per_lasting(1000.0, Lasting(0, 0)) is None


def test_a_share_without_pairs_says_nothing():
    assert Lasting(0, 0).share is None
    assert Lasting(0, 0).interval() is None
    assert told_apart({"a": Lasting(0, 0), "b": Lasting(5, 5)}) == []


def test_instruments_alike_are_told_apart_in_at_most_one_portfolio_of_twenty():
    draw = np.random.default_rng(26)
    wrong = 0
    for _ in range(600):
        parts = draw.binomial(80, 0.3, 4)
        wrong += bool(told_apart({str(n): Lasting(int(part), 80) for n, part in enumerate(parts)}))
    assert wrong / 600 <= 0.065


def test_instruments_that_differ_are_named_higher_first():
    assert told_apart({"a": Lasting(5, 100), "b": Lasting(60, 100), "c": Lasting(8, 100)}) == [("b", "a"), ("b", "c")]
