"""PP(top x %): the share of works among the most cited of their reference set, with ties shared out.

Waltman & Schreiber 2013, doi 10.1002/asi.22775. In a set of N works, n_> are cited more than the threshold c* and n_=
exactly c* times, with n_> < xN <= n_> + n_=. Works above count 1, works at c* count (xN - n_>) / n_=. The world's
share is then x exactly. All comparisons are between integers, so that every engine finds the same threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Threshold:
    """Where the top begins: `above` works have more than `citations` citations, `ties` have exactly that many."""

    works: int
    citations: int
    above: int
    ties: int
    percent: int

    @property
    def tie_credit(self) -> Fraction:
        """What a work at the threshold counts."""
        return Fraction(self.works * self.percent - 100 * self.above, 100 * self.ties)


def threshold(histogram: Mapping[int, int], percent: int) -> Threshold:
    """The threshold of a reference set given as citations → works (not empty), for the top `percent` (1 to 100)."""
    works = sum(histogram.values())
    above = 0
    for citations in sorted(histogram, reverse=True):
        ties = histogram[citations]
        if works * percent <= 100 * (above + ties):
            return Threshold(works, citations, above, ties, percent)
        above += ties
    raise ValueError("an empty reference set has no threshold")


def credit(citations: int, at: Threshold) -> Fraction:
    """What a work with so many citations counts: 1 above the threshold, a part at it, 0 below.

    Worked (PathOS): 0, 1, 2, 2, 3 citations, top 50 % → 0, 0, 3/4, 3/4, 1.
    """
    if citations == at.citations:
        return at.tie_credit
    return Fraction(int(citations > at.citations))


def credits_of(citations: Sequence[int], percent: int) -> list[Fraction]:
    """The credit of each work of a reference set."""
    histogram: dict[int, int] = {}
    for count in citations:
        histogram[count] = histogram.get(count, 0) + 1
    at = threshold(histogram, percent)
    return [credit(count, at) for count in citations]
