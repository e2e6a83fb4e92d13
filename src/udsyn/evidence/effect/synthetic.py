"""Synthetic control and synthetic difference-in-differences for one treated unit.

Outcomes are log joint works less both countries' year effects, so that what is left is the pair's own affinity.
Levels are not matched, only movements: each series has an intercept (Doudchenko & Imbens 2016, doi:10.3386/w22791;
Ferman & Pinto 2021, doi:10.3982/QE1596).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from udsyn.evidence.effect.panel import Floats

SUM_WEIGHT = 1e4  #: how much harder than the fit the weights are held to add up to one


@dataclass(frozen=True)
class Synthetic:
    """Log effect, the weight of each donor, and the yearly gap between unit and synthetic unit."""

    effect: float
    weights: Floats
    gap: Floats


def simplex_weights(predictors: Floats, target: Floats, ridge: float = 0.0) -> Floats:
    """Weights w ≥ 0 adding up to one that minimise |predictors @ w - target|² + ridge · |w|², intercept taken out."""
    from scipy.optimize import nnls  # SciPy is loaded where it is used: not every question needs it

    predictors = predictors - predictors.mean(axis=0)
    target = target - target.mean()
    size = predictors.shape[1]
    scale = SUM_WEIGHT * max(float(np.abs(predictors).max(initial=0.0)), float(np.sqrt(ridge)), 1e-12)
    rows = [predictors, np.full((1, size), scale)]
    aims = [target, np.array([scale])]
    if ridge > 0:
        rows.insert(1, np.sqrt(ridge) * np.eye(size))
        aims.insert(1, np.zeros(size))
    weights = nnls(np.vstack(rows), np.concatenate(aims))[0]
    return np.asarray(weights / weights.sum())


def synthetic_control(unit: Floats, donors: Floats, split: int) -> Synthetic:
    """Abadie, Diamond & Hainmueller (2010, doi:10.1198/jasa.2009.ap08746) with an intercept.

    unit[t], donors[n, t]; the first treated year has index `split`.
    """
    weights = simplex_weights(donors[:, :split].T, unit[:split])
    gap = unit - weights @ donors
    gap = gap - gap[:split].mean()
    return Synthetic(float(gap[split:].mean()), weights, gap)


def synthetic_did(unit: Floats, donors: Floats, split: int) -> Synthetic:
    """Arkhangelsky et al. (2021, doi:10.1257/aer.20190159): weights on donors and on the years before."""
    before, after = donors[:, :split], donors[:, split:]
    noise = float(np.diff(before, axis=1).std(ddof=1))
    ridge = np.sqrt(after.shape[1]) * noise**2 * split
    weights = simplex_weights(before.T, unit[:split], ridge)
    years = simplex_weights(before, after.mean(axis=1), 1e-12 * noise**2 * len(donors))
    gap = unit - weights @ donors
    gap = gap - years @ gap[:split]
    return Synthetic(float(gap[split:].mean()), weights, gap)
