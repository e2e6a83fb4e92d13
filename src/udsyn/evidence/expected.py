"""Joint works that two countries would have if partners were chosen by size alone: quasi-independence.

A country has no ties with itself, so plain independence (row sum × column sum / total) expects too little of every
other pair. Quasi-independence keeps the empty diagonal: e_ij = a_i a_j for i ≠ j, with every country's row sum equal
to the observed one (Goodman 1968, Journal of the American Statistical Association 63). Fitted per field and year and
then summed, so that two countries that work on the same subjects are not mistaken for friends.

Iterative proportional fitting leads to the same table, but slowly where one country has nearly half of all links. For a
symmetric table only one number has to be found: with S = Σ a_i, the row sum a_i (S - a_i) = C_i is a quadratic equation
in a_i, and the a_i must add up to S.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_STEPS = 200
NEAR = 4e-16  #: of a number, its last bits


def quasi_independence(links: Array) -> Array:
    """Expected links, n × n with a zero diagonal, for a symmetric n × n table of observed links ≥ 0.

    Two or three countries are always fitted exactly: nothing is left to compare.
    """
    return expected_from_sums(links.sum(axis=1))


def expected_from_sums(sums: Array) -> Array:
    """Expected links from the observed row sums alone (each at most half of their total)."""
    expected = np.zeros((len(sums), len(sums)))
    held = np.flatnonzero(sums > 0)
    if len(held) < 2:
        return expected
    own = sums[held].astype(np.float64)
    largest = int(np.argmax(own))
    rest = own.sum() - own[largest]
    if own[largest] >= rest * (1 - 1e-12):  # every link has the largest country at one end
        block = np.zeros((len(held), len(held)))
        block[largest, :] = block[:, largest] = own
    else:
        sizes = sizes_of(own, largest)
        block = np.outer(sizes, sizes)
    np.fill_diagonal(block, 0.0)
    expected[np.ix_(held, held)] = block
    return expected


def expected_of_pair(sums: Array, i: int, j: int) -> float:
    """The expected links of one pair, from the observed row sums."""
    return float(expected_from_sums(sums)[i, j])


def sizes_of(sums: Array, largest: int) -> Array:
    """The a_i with a_i (S - a_i) = C_i and Σ a_i = S. Only the largest country may take the larger of its two roots."""

    def smaller_roots(total: float) -> Array:
        return 2 * sums / (total + np.sqrt(np.maximum(total * total - 4 * sums, 0.0)))

    others = np.arange(len(sums)) != largest
    lowest = 2 * float(np.sqrt(sums[largest]))
    balanced = smaller_roots(lowest).sum() >= lowest

    def excess(total: float) -> float:
        roots = smaller_roots(total)
        return float(roots.sum() - total if balanced else roots[others].sum() - roots[largest])

    highest = 2 * lowest
    while (excess(highest) > 0) == balanced:
        highest *= 2
    total = root(excess, lowest, highest)
    roots = smaller_roots(total)
    if not balanced:
        roots[largest] = total - roots[others].sum()
    return roots


def root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where a continuous function changes its sign between two ends, to the last bits: Newton's idea with secants, kept
    between the ends (Dowell & Jarratt 1971, BIT 11, "Illinois"). SciPy's costs half a second to load."""
    at_low, at_high = excess(low), excess(high)
    if at_low == 0 or at_high == 0:
        return low if at_low == 0 else high
    for _ in range(MOST_STEPS):
        between = high - at_high * (high - low) / (at_high - at_low)
        at_between = excess(between)
        if at_between == 0 or abs(between - high) <= NEAR * abs(between):
            return between
        if (at_between > 0) == (at_high > 0):
            at_low /= 2
        else:
            low, at_low = high, at_high
        high, at_high = between, at_between
    return high
