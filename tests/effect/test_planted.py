"""Planted effects in generated panels: bias, coverage, size. Reduced here; `make prove` runs 1,000 draws."""

from __future__ import annotations

import pytest
from tests.written import as_written

from udsyn.evidence.effect.proof import DRAWS, measure
from udsyn.evidence.effect.simulation import TOGETHER, World, operating, proof_page, trials

ESTIMATORS = {"ppml", "event_study", "synthetic_control", "synthetic_did", TOGETHER}


def chance(share: float, draws: int) -> float:
    """Three standard errors of a share that is drawn so often."""
    return float(3 * (share * (1 - share) / draws) ** 0.5)


def test_planted_effects_are_found_and_covered() -> None:
    draws = 60
    world = World(countries=20)
    found = operating([one for seed in range(draws) for one in trials(seed, (0.0, 0.25), world)])
    assert {one.estimator for one in found} == ESTIMATORS
    for one in found:
        assert one.draws == draws
        assert one.coverage >= 0.95 - chance(0.95, draws), one
        assert abs(one.bias) < 1.3 + 2 * one.bias_error, one
        if one.planted == 0:
            assert one.called <= 0.05 + chance(0.05, draws), one


@pytest.mark.prove
def test_a_thousand_draws_cover_and_are_unbiased() -> None:
    found = measure()
    as_written(proof_page(found, World()), "effect_proof.md")
    for one in found:
        assert 0.93 <= one.coverage <= 0.97, one
        assert abs(one.bias) < 1.3 + 1.96 * one.bias_error, one
        if one.planted == 0:
            assert one.called <= 0.05 + 1.96 * (0.05 * 0.95 / DRAWS) ** 0.5, one
