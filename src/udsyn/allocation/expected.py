"""Expected ranks of what a panel has graded, with intervals: how sure is the order?

A grade is the panel's mean, what the proposal is better than that, how mild its assessor is, and chance (Heyard, Ott,
Salanti and Egger 2022, doi:10.1080/2330443X.2022.2086190, with the priors of their package). The expected rank of a
proposal is 1 and the probability, for each other one, that it is better. Given how far proposals and chance spread it
is known exactly; over the two spreads it is summed on a grid, so that nothing is drawn but the intervals' ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from udsyn.allocation.ranking import Order
from udsyn.allocation.reading import CaseError, ids, listed, number

Floats = NDArray[np.float64]
Grades = Mapping[str, Mapping[str, float]]  #: proposal → assessor → grade; a missing one is a conflict or an absence

WIDEST = 2.0  #: each standard deviation lies evenly between 0 and this
MILDNESS = 0.5  #: standard deviation of how mild assessors are
STEPS = 24  #: of the grid on each side; 48 change no expected rank by more than 0.01
DRAWS = 4_000


@dataclass(frozen=True)
class Expected:
    """A proposal's mean grade, its expected rank (1 is best), and between which ranks it lies as often as asked."""

    id: str
    mean: float | None  #: None: nobody graded it
    rank: float
    low: int
    high: int


def parse(case: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Check a case: proposals, assessors, grades (a row per proposal, null where there is none; high is good)."""
    proposals, assessors = ids(case.get("proposals"), "proposals"), ids(case.get("assessors"), "assessors")
    rows = listed(case.get("grades"), "grades")
    if len(rows) != len(proposals) or any(len(listed(row, "grades")) != len(assessors) for row in rows):
        raise CaseError(f"grades: {len(proposals)} rows of {len(assessors)} are wanted.")
    return {
        proposal: {
            who: number(grade, f"grade of {who} for {proposal}")
            for who, grade in zip(assessors, row, strict=True)
            if grade is not None
        }
        for proposal, row in zip(proposals, rows, strict=True)
    }


def expected_ranks(grades: Grades, share: float = 0.5, seed: int = 0) -> list[Expected]:
    """Every proposal, best first; its rank lies in low to high with the probability `share`.

    Raises ValueError for a share that is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError("a share lies between 0 and 1")
    given = [(p, who, grade) for p, of in enumerate(grades.values()) for who, grade in of.items()]
    if not given:
        return [Expected(id_, None, (len(grades) + 1) / 2, 1, len(grades)) for id_ in grades]
    worlds = list(posteriors(given, len(grades)))
    weights = np.exp(np.array([world[0] for world in worlds]) - max(world[0] for world in worlds))
    weights /= weights.sum()
    ranks = sum(weight * ranks_of(mean, spread) for weight, (_, mean, spread) in zip(weights, worlds, strict=True))
    low, high = interval(weights, worlds, share, seed)
    found = [
        Expected(id_, sum(of.values()) / len(of) if of else None, round(float(rank), 4), int(first), int(last))
        for (id_, of), rank, first, last in zip(grades.items(), ranks, low, high, strict=True)
    ]
    return sorted(found, key=lambda one: one.rank)


def not_told_apart(ranks: Sequence[Expected], last: str) -> Order:
    """The order, with all at one place whom the panel has not told apart from the last that the money reaches.

    They are those whose interval holds its expected rank, the provisional line; between them lots are drawn. Whoever
    lies wholly on either side of it keeps the place of their expected rank.
    """
    line = next(one.rank for one in ranks if one.id == last)
    between = tuple(sorted(one.id for one in ranks if one.low <= line <= one.high or one.rank == line))
    apart = [one for one in ranks if one.id not in between]
    better, worse = (in_places([one for one in apart if (one.rank < line) == side]) for side in (True, False))
    return (*better, between, *worse)


def in_places(ranks: Sequence[Expected]) -> Order:
    """By expected rank; equal ones share a place."""
    ordered = sorted(ranks, key=lambda one: one.rank)
    return tuple(tuple(sorted(one.id for one in same)) for _rank, same in groupby(ordered, key=lambda one: one.rank))


def posteriors(given: list[tuple[int, str, float]], proposals: int) -> Iterator[tuple[float, Floats, Floats]]:
    """Each point of the grid: its logarithmic weight, and mean and covariance of how good the proposals are."""
    people = {who: proposals + n for n, who in enumerate(dict.fromkeys(who for _, who, _ in given))}
    grades = np.array([grade for _, _, grade in given])
    grades = grades - grades.mean()
    design = np.zeros((len(given), proposals + len(people)))
    design[range(len(given)), [p for p, _, _ in given]] = 1.0
    design[range(len(given)), [people[who] for _, who, _ in given]] = 1.0
    square, product, whole = design.T @ design, design.T @ grades, float(grades @ grades)
    half = (np.arange(STEPS) + 0.5) / STEPS * WIDEST
    for chance in half * np.sqrt(2):
        for spread in half:
            prior = np.concatenate([np.full(proposals, spread**-2), np.full(len(people), MILDNESS**-2)])
            precision = square / chance**2 + np.diag(prior)
            covariance = np.linalg.inv(precision)
            mean = covariance @ product / chance**2
            weight = np.log(prior_of_chance(chance)) - len(given) * np.log(chance)
            weight += (np.log(prior).sum() - np.linalg.slogdet(precision)[1]) / 2
            weight -= (whole - product @ mean) / chance**2 / 2
            yield weight, mean[:proposals], covariance[:proposals, :proposals]


def prior_of_chance(chance: float) -> float:
    """Density, up to a factor, of the root of the squares' sum of two spreads that lie evenly in 0 to WIDEST: an
    assessor's taste in one proposal, and chance itself, which single grades cannot tell apart."""
    corner = 2 * np.arccos(WIDEST / chance) if chance > WIDEST else 0.0
    return float(chance * (np.pi / 2 - corner))


def ranks_of(mean: Floats, spread: Floats) -> Floats:
    """Expected ranks where the proposals' worths are normal."""
    from scipy.special import ndtr  # SciPy is loaded where it is used

    variance = np.diag(spread)
    apart = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * spread, 1e-12))
    better = ndtr((mean[None, :] - mean[:, None]) / apart)
    return np.asarray(1 + better.sum(axis=1) - np.diag(better))


def interval(
    weights: Floats, worlds: list[tuple[float, Floats, Floats]], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The ends of each rank's interval, from worths that are drawn from the grid."""
    lot = np.random.default_rng(seed)
    times = lot.multinomial(DRAWS, weights)
    drawn = np.concatenate(
        [
            lot.multivariate_normal(mean, spread, size=count, method="cholesky")
            for count, (_, mean, spread) in zip(times, worlds, strict=True)
            if count
        ]
    )
    ranks = 1 + np.argsort(np.argsort(-drawn, axis=1), axis=1)
    ends = np.quantile(ranks, [(1 - share) / 2, (1 + share) / 2], axis=0, method="nearest")
    return ends[0].astype(np.int64), ends[1].astype(np.int64)
