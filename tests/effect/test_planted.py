"""Planted effects in generated panels: bias, coverage, size. Reduced here; `make prove` runs 1,000 draws."""

from __future__ import annotations

from udsyn.evidence.effect.simulation import World, operating, trials


def test_planted_effects_are_found_and_covered() -> None:
    draws = 60
    world = World(countries=26)
    found = operating([one for seed in range(draws) for one in trials(seed, (0.0, 0.25), world)])
    assert {one.estimator for one in found} == {"ppml", "event_study", "synthetic_control", "synthetic_did"}
    for one in found:
        assert one.draws == draws
        assert one.coverage >= 0.87, one
        assert abs(one.bias) < 3.5 + 2 * one.bias_error, one
        if one.planted == 0:
            assert one.called <= 0.13, one
