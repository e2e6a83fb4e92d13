"""Indicators as plain arithmetic: one short function each, with its source and a worked number.

Every function takes anything that knows + - * / and **: a `Fraction`, a float, a NumPy array or a Polars expression.
The same code therefore answers the exact tests and the command line. Nothing here rounds, reads or guards against
zero: callers decide what an empty country means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

#: Fraction, float, NumPy array or Polars expression
Number = Any


# Specialisation -------------------------------------------------------------------------------------------------


def activity_index(country_field: Number, country: Number, field: Number, world: Number) -> Number:
    """Share of the field in the country's output over its share in the world's: 1 is the world's mix.

    Also called revealed comparative advantage or specialisation index (Frame 1977; Schubert & Braun 1986,
    doi 10.1007/BF02017249). Worked: 30 of 40 against 100 of 400 → 3.
    """
    return (country_field / country) / (field / world)


def rsi(activity: Number) -> Number:
    """Relative specialisation index (AI - 1) / (AI + 1), from -1 to 1. Worked: 3 → 1/2, 1/3 → -1/2.

    Its upper bound depends on the size of the field, so it is not comparable between fields
    (Stare & Kejžar 2014, doi 10.1016/j.joi.2014.04.004).
    """
    return (activity - 1) / (activity + 1)


def tanh_specialisation(activity: Number) -> Number:
    """tanh(ln AI) = (AI² - 1) / (AI² + 1), from -1 to 1 (Grupp's RPA / 100). Worked: 3 → 4/5, 1/3 → -4/5."""
    return (activity * activity - 1) / (activity * activity + 1)


# Pairs: c joint works, p_i output of i, links_i = sum of c over i's partners, total = sum of c over all pairs -------


def salton(c: Number, p_i: Number, p_j: Number) -> Number:
    """Salton's cosine c / √(Pi Pj) (Salton & McGill 1983). Worked: 6 of 100 and 50 → 0.084853."""
    return c / (p_i * p_j) ** 0.5


def jaccard(c: Number, p_i: Number, p_j: Number) -> Number:
    """Joint works over the works of either, c / (Pi + Pj - c). Worked: 6 of 100 and 50 → 1/24."""
    return c / (p_i + p_j - c)


def inclusion(c: Number, smaller: Number) -> Number:
    """Joint works over the smaller output, c / min(Pi, Pj). Worked: 6 of 50 → 3/25."""
    return c / smaller


def affinity(c: Number, links_i: Number, links_j: Number, total: Number) -> Number:
    """Probabilistic affinity index PAI = 2T c / (Ci Cj) (Zitt, Bassecoulard & Okubo 2000, doi 10.1023/A:1005632319799).

    The same as association strength (van Eck & Waltman 2009, doi 10.1002/asi.21075). A country has no ties with
    itself, so a value above 1 is not "more than expected": see `expected`. Worked: 6, 9, 7, T = 10 → 40/21.
    """
    return 2 * total * c / (links_i * links_j)


def luukkonen(c: Number, links_i: Number, links_j: Number, total: Number) -> Number:
    """(c / Ci) / (Cj / (T - Ci)) (Luukkonen, Persson & Sivertsen 1992, doi 10.1177/016224399201700106).

    Its neutral value is near 1/2 with T = the number of links, near 1 with T = twice that.
    Worked: 6, 9, 7, T = 10 → 2/21.
    """
    return (c / links_i) / (links_j / (total - links_i))


def ric(c: Number, links_x: Number, links_y: Number, total: Number) -> Number:
    """Relative intensity of collaboration of X with Y: (c / Cx) / ((Cy - c) / (T - Cx)). Asymmetric.

    Fuchs, Sivertsen & Rousseau 2021, doi 10.1007/s11192-021-04110-x. When all links are equal its value is 1/2, not 1,
    because a link that X is not part of has two ends: print `ric_neutral` beside it. Worked: 6, 9, 7, T = 10 → 2/3.
    """
    return (c / links_x) / ((links_y - c) / (total - links_x))


def ric_log_variance(c: Number, links_x: Number, links_y: Number, total: Number) -> Number:
    """Variance of ln RIC, read as a risk ratio: 1/c - 1/Cx + 1/(Cy - c) - 1/(T - Cx) (doi 10.2478/jdis-2022-0021)."""
    return 1 / c - 1 / links_x + 1 / (links_y - c) - 1 / (total - links_x)


def nsf_index(c: Number, international_i: Number, international_j: Number, international_world: Number) -> Number:
    """NSF's index of international collaboration (Cij / Ci) / (Cj / Cw), C counting international works once each.

    National Science Board, Science & Engineering Indicators: the share of i's international works that are with j, over
    j's share of all international works of the world.
    """
    return (c / international_i) / (international_j / international_world)


# Citation impact ------------------------------------------------------------------------------------------------


def citation_score(citations: Number, expected: Number) -> Number:
    """Citations over the mean of the reference set; 1 where that mean is 0 (CWTS convention), as all are then equal."""
    return citations / expected if expected else 1 + 0 * citations


def in_window(citations_by_year: Mapping[int, int], year: int, years: int) -> int:
    """Citations up to `years` years, the year of publication first; earlier ones count too.

    Worked: 2 in 2020, 3 in 2021, 5 in 2022, published 2020, two years → 5.
    """
    return sum(count for at, count in citations_by_year.items() if at < year + years)


def without_self(authors: Set[Any], citing: Iterable[Set[Any]]) -> int:
    """Citing works that share no author with the cited one. Worked: {c, e} cited by {a}, {b, c}, {d} → 2."""
    return sum(not (authors & others) for others in citing)


def total_normalised(weights: Number, scores: Number) -> Number:
    """Total normalised citation score TNCS = Σ w s. Worked: weights 1/2 and 1, scores 5/2 and 1 → 9/4."""
    return sum(weight * score for weight, score in zip(weights, scores, strict=True))


def mean_normalised(weights: Number, scores: Number) -> Number:
    """MNCS: the weighted mean of citation scores, never the ratio of sums (Waltman et al. 2011,
    doi 10.1016/j.joi.2010.08.001). Worked: scores 10/4 and 1/1 at weights 1/2 and 1 → 3/2."""
    return sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights)


# Diversity ------------------------------------------------------------------------------------------------------


def rao_stirling(shares: Number, distances: Number) -> Number:
    """Rao-Stirling diversity Σ p_i p_j d_ij over ordered pairs (Stirling 2007, doi 10.1098/rsif.2007.0213).

    Twice the value over unordered pairs. Worked: two halves at distance 0.8 → 2/5 (unordered 1/5). CWTS advises
    against ranking by such indicators: they measure the classification as much as the research.
    """
    return sum(p * q * distances[i][j] for i, p in enumerate(shares) for j, q in enumerate(shares) if i != j)


def true_diversity(rao: Number) -> Number:
    """Number of equally used categories, 1 / (1 - RS) (Zhang, Rousseau & Glänzel 2016). Worked: 2/5 → 5/3."""
    return 1 / (1 - rao)


def rate(part: Number, whole: Number) -> Number:
    """A part of a whole: the share of a country's works that are of a kind. Worked: 3 of 4 works → 3/4."""
    return part / whole
