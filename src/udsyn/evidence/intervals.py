"""How far a number could have come out differently: 95 % intervals for means, shares and ratios of counts.

Means of citation scores: a studentised bootstrap on the logarithm, drawn over works. Each work is drawn a Poisson
number of times; from a histogram, a cell of n works with weights w is drawn Poisson(n_eff) times with
n_eff = (Σw)² / Σw² and weight Σw² / Σw each, which has the mean and the variance of drawing its works one by one.
Studentising is what keeps the coverage near 95 % for skewed citation counts, where the plain percentile interval falls
below 90 % (Efron & Tibshirani 1993, chapters 12 and 14). Shares: Wilson's interval with the effective number of works.
Reference sets are taken as given.
"""

from __future__ import annotations

from math import exp, lgamma, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Interval = tuple[float | None, float | None]

LEVEL = 0.95
DRAWS = 1000
#: scores closer than 1 % are drawn as one, so that a large country costs no more than a small one
SCORE_STEP = 0.01
UNKNOWN: Interval = (None, None)


def z_of(level: float = LEVEL) -> float:
    """The normal quantile of a two-sided level: 1.96 for 95 %."""
    return NormalDist().inv_cdf((1 + level) / 2)


def effective(weights: Array, squares: Array) -> float:
    """Kish's effective number of works (Σw)² / Σw²; 0 when there are none."""
    total = float(squares.sum())
    return float(weights.sum()) ** 2 / total if total > 0 else 0.0


def mean_interval(weights: Array, squares: Array, values: Array, seed: int, draws: int = DRAWS) -> Interval:
    """The interval of a weighted mean of non-negative values, for cells with sums of weights and of their squares.

    Unknown for fewer than two effective works, for a mean of zero, or where all values are equal.
    """
    weights, squares, values = pooled(weights, squares, values)
    if effective(weights, squares) < 2:
        return UNKNOWN
    mean, error = mean_error(weights, squares, values)
    if mean <= 0 or error <= 1e-12 * mean:
        return UNKNOWN
    each = squares / weights
    drawn = np.random.default_rng(seed).poisson(weights / each, size=(draws, len(weights))).astype(np.float64)
    total = drawn @ each
    means = np.divide(drawn @ (each * values), total, out=np.zeros(draws), where=total > 0)
    second = drawn @ (each**2 * values**2) - 2 * means * (drawn @ (each**2 * values)) + means**2 * (drawn @ each**2)
    held = (means > 0) & (second > 1e-12 * total**2)
    if held.sum() < draws / 2:
        return UNKNOWN
    means, errors = means[held], np.sqrt(second[held]) / total[held]
    studentised = (np.log(means) - np.log(mean)) / (errors / means)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(studentised, [tail, 1 - tail])
    return float(mean * np.exp(-high * error / mean)), float(mean * np.exp(-low * error / mean))


def mean_error(weights: Array, squares: Array, values: Array) -> tuple[float, float]:
    """A weighted mean and its standard error √Σw²(x - mean)² / Σw."""
    mean = float(weights @ values / weights.sum())
    return mean, float(np.sqrt(squares @ (values - mean) ** 2) / weights.sum())


def pooled(weights: Array, squares: Array, values: Array) -> tuple[Array, Array, Array]:
    """The same cells with those of nearly equal value put together; cells without weight dropped."""
    held = weights > 0
    weights, squares, values = weights[held], squares[held], values[held]
    step = np.full(len(values), -np.inf)
    np.divide(np.log(values, out=step, where=values > 0), SCORE_STEP, out=step, where=values > 0)
    _, group = np.unique(np.round(step), return_inverse=True)

    def per_group(amounts: Array) -> Array:
        return np.asarray(np.bincount(group, amounts), dtype=np.float64)

    sums = per_group(weights)
    return sums, per_group(squares), per_group(weights * values) / sums


def share_interval(share: float, works: float, level: float = LEVEL) -> Interval:
    """Wilson's interval of a share among an effective number of works (Wilson 1927; Brown, Cai & DasGupta 2001)."""
    if works <= 0:
        return UNKNOWN
    z = z_of(level)
    middle = (share + z * z / (2 * works)) / (1 + z * z / works)
    half = z / (1 + z * z / works) * np.sqrt(share * (1 - share) / works + z * z / (4 * works * works))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def activity_interval(count: float, total: float, average: float, each: float) -> Interval:
    """The interval of an activity index: Wilson's for the field's share in the country, over its share in the world.

    `count` of the country's `total` are in the field, where `average` would be if it did as the world does; a unit of
    weight is `each` effective works.
    """
    if not average:
        return UNKNOWN
    low, high = share_interval(count / total, total * each)
    return (None if low is None else low * total / average), (None if high is None else high * total / average)


def effective_each(count: float, works: float | None, design_effect: float) -> float:
    """Effective works per unit of weight: Kish's number of works (else `count`) over their weight and the effect."""
    return (works or count) / count / design_effect if count else 1 / design_effect


def ratio_interval(ratio: float, log_variance: float, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a positive ratio whose logarithm has the given variance (normal on the log scale)."""
    factor = float(np.exp(z_of(level) * np.sqrt(log_variance)))
    return ratio / factor, ratio * factor


def poisson_interval(count: float, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval of a count (Garwood 1936)."""
    tail = (1 - level) / 2
    return gamma_quantile(count, tail) if count > 0 else 0.0, gamma_quantile(count + 1, 1 - tail)


def gamma_quantile(shape: float, share: float) -> float:
    """The x below which a gamma variable of unit scale lies with a probability, to ten digits; shape > 0.

    Newton's steps on the logarithms of both, where the distribution is concave, so that they cannot run away; the start
    is Wilson & Hilferty's (1931) or, where that is below it, the bound by the first term of the series. SciPy has the
    same (`gammaincinv`, the test's oracle), but takes longer to load than a question on ties takes to answer.
    """
    cube = 1 - 1 / (9 * shape) + NormalDist().inv_cdf(share) / (3 * sqrt(shape))
    x = max(shape * cube**3, exp((log(share) + lgamma(shape + 1)) / shape))
    denominators = shape + np.arange(1, 60 + int(12 * sqrt(shape)))  # beyond these, terms are below 1e-17 of the first
    for _ in range(50):
        series = 1 + float(np.cumprod(x / denominators).sum())  # P(x) = x^a e^-x / Γ(a + 1) × series
        excess = shape * log(x) - x - lgamma(shape + 1) + log(series) - log(share)
        step = excess * series / shape  # d log P / d log x = a / series
        x *= exp(-step)
        if abs(step) < 1e-12:
            break
    return x
