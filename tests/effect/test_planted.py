"""Planted effects in generated panels: bias, coverage, size. Reduced here; `make prove` runs 1,000 draws."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from udsyn.evidence.effect.simulation import Trial, World, operating, proof_page, trials

ESTIMATORS = {"ppml", "event_study", "synthetic_control", "synthetic_did"}
EFFECTS = (0.0, 0.10, 0.25, 1.0)
DRAWS = 1000


def test_planted_effects_are_found_and_covered() -> None:
    draws = 60
    world = World(countries=26)
    found = operating([one for seed in range(draws) for one in trials(seed, (0.0, 0.25), world)])
    assert {one.estimator for one in found} == ESTIMATORS
    for one in found:
        assert one.draws == draws
        assert one.coverage >= 0.87, one
        assert abs(one.bias) < 2 + 2 * one.bias_error, one
        if one.planted == 0:
            assert one.called <= 0.13, one


def one_draw(seed: int) -> list[Trial]:
    return list(trials(seed, EFFECTS))


@pytest.mark.prove
def test_a_thousand_draws_cover_and_are_unbiased() -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        found = operating([one for draw in workers.map(one_draw, range(DRAWS), chunksize=5) for one in draw])
    Path("docs/effect_proof.md").write_text(proof_page(found, World()), encoding="utf-8")
    for one in found:
        assert 0.93 <= one.coverage <= 0.97, one
        assert abs(one.bias) < 2 + 1.96 * one.bias_error, one
        if one.planted == 0:
            assert one.called <= 0.05 + 1.96 * (0.05 * 0.95 / DRAWS) ** 0.5, one
