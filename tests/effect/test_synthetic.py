"""Synthetic control and synthetic difference-in-differences against a general optimiser and known answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from udsyn.evidence.effect.synthetic import simplex_weights, synthetic_control, synthetic_did


@pytest.mark.parametrize("ridge", [0.0, 0.5])
def test_weights_equal_a_general_optimiser(ridge: float) -> None:
    random = np.random.default_rng(2)
    x, y = random.normal(size=(12, 5)), random.normal(size=12)
    found = simplex_weights(x, y, ridge)
    centred, target = x - x.mean(axis=0), y - y.mean()
    slow = minimize(
        lambda w: ((centred @ w - target) ** 2).sum() + ridge * (w**2).sum(),
        np.full(5, 0.2),
        bounds=[(0, 1)] * 5,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 1000},
    ).x
    np.testing.assert_allclose(found, slow, atol=2e-4)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


@pytest.mark.parametrize("estimate", [synthetic_control, synthetic_did])
def test_finds_a_known_effect_without_noise(estimate: object) -> None:
    random = np.random.default_rng(3)
    factors = np.cumsum(random.normal(size=(2, 20)), axis=1)
    donors = random.dirichlet([1, 1], 12) @ factors + random.normal(size=(12, 1))
    unit = 0.5 * donors[2] + 0.5 * donors[7] + 3.0
    unit[12:] += 0.4
    found = estimate(unit, donors, 12)  # type: ignore[operator]
    assert found.effect == pytest.approx(0.4, abs=0.06)
    assert found.weights.sum() == pytest.approx(1)


def test_a_constant_shift_of_the_unit_changes_nothing() -> None:
    random = np.random.default_rng(4)
    donors, unit = random.normal(size=(8, 14)), random.normal(size=14)
    assert synthetic_did(unit, donors, 8).effect == pytest.approx(synthetic_did(unit + 5, donors, 8).effect)
