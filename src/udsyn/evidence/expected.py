"""Joint works that two countries would have if partners were chosen by size alone: quasi-independence.

A country has no ties with itself, so plain independence (row sum × column sum / total) expects too little of every
other pair. Quasi-independence keeps the empty diagonal: e_ij = a_i a_j for i ≠ j, with every country's row sum equal
to the observed one (Goodman 1968, Journal of the American Statistical Association 63). Fitted per field and year and
then summed, so that two countries that work on the same subjects are not mistaken for friends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def quasi_independence(links: Matrix, tolerance: float = 1e-12, rounds: int = 100_000) -> Matrix:
    """Expected links, n × n with a zero diagonal, for a symmetric n × n matrix of observed links.

    Row sums are those of `links` to within `tolerance` of the largest. Two or three countries are always fitted
    exactly (nothing is left to compare). A country with half of all links can only be met in the limit; the fit then
    stops after `rounds`.
    """
    sums = links.sum(axis=1)
    size = np.sqrt(np.maximum(sums, 0.0))
    for _ in range(rounds):
        fitted = size * (size.sum() - size)
        if np.max(np.abs(fitted - sums), initial=0.0) <= tolerance * max(1.0, float(np.max(sums, initial=0.0))):
            break
        ratio = np.divide(sums, fitted, out=np.ones_like(sums), where=fitted > 0)
        size = size * np.sqrt(ratio)
    expected = np.outer(size, size)
    np.fill_diagonal(expected, 0.0)
    return expected
