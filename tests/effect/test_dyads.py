"""Funded dyads against matched unfunded ones."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from udsyn.errors import UsageError
from udsyn.evidence.effect import matched_effect


def dyads(planted: float, seed: int, funded: int = 60, others: int = 900) -> pl.DataFrame:
    """Funding goes to dyads with stronger ties; joint works after depend on ties, size, luck and funding."""
    random = np.random.default_rng(seed)
    number = funded + others
    group = random.integers(0, 3, number)
    strength = random.normal(0.4, 0.8, number)
    size = random.poisson(np.exp(4 + 0.4 * strength))
    prior = random.poisson(np.exp(strength + 0.5))
    chance = np.exp(0.3 * np.log1p(prior))
    picked = np.zeros(number, dtype=bool)
    picked[random.choice(number, funded, replace=False, p=chance / chance.sum())] = True
    luck = random.gamma(2.0, 0.5, number)
    mean = (1 + prior) ** 0.8 * 1.2**group * luck * np.where(picked, 1 + planted, 1.0)
    return pl.DataFrame(
        {
            "dyad": [f"D{n:04d}" for n in range(number)],
            "group": group.tolist(),
            "prior": prior.tolist(),
            "size": size.tolist(),
            "after": random.poisson(mean).tolist(),
            "funded": picked.tolist(),
        }
    )


@pytest.mark.parametrize("planted", [0.0, 0.5])
def test_recovers_what_was_planted_although_the_strong_are_funded(planted: float) -> None:
    found = [matched_effect(dyads(planted, seed)) for seed in range(60)]
    assert abs(np.mean([one.effect for one in found]) - planted) < 0.06
    assert 0.86 <= np.mean([one.low <= planted <= one.high for one in found]) <= 1.0
    assert max(one.balance["prior"] for one in found) < 0.15


def test_a_plain_comparison_would_be_wrong() -> None:
    frame = dyads(0.0, 1)
    plain = frame.group_by("funded").agg(pl.col("after").mean()).sort("funded")["after"]
    assert plain[1] / plain[0] > 1.1


def test_order_does_not_matter_and_too_few_are_refused() -> None:
    frame = dyads(0.5, 3)
    assert matched_effect(frame) == matched_effect(frame.sample(fraction=1, shuffle=True, seed=2))
    with pytest.raises(UsageError, match="10 are needed"):
        matched_effect(frame.filter(~pl.col("funded") | (pl.col("dyad") < "D0050")))
