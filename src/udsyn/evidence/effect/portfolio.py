"""Instruments side by side: how many of their ties lasted, what one lasting tie cost, and which of them differ.

Shares carry Wilson's interval. A cost per lasting tie is what the cohort cost divided by its lasting ties; its interval
is the same cost divided by the ends of the share's. Two instruments differ only where their shares do by Newcombe's
interval of a difference at a level that holds for all pairs together (Bonferroni); nothing is ranked otherwise.

Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from udsyn.evidence.intervals import LEVEL, share_interval


@dataclass(frozen=True)
class Lasting:
    """Of `of` pairs old enough to tell, those that lasted."""

    part: int
    of: int

    @property
    def share(self) -> float | None:
        return self.part / self.of if self.of else None

    def interval(self, level: float = LEVEL) -> tuple[float, float] | None:
        """Wilson's interval of the share; None where no pair is old enough."""
        share = self.share
        if share is None:
            return None
        low, high = share_interval(share, self.of, level)
        return (low or 0.0, 1.0 if high is None else high)


@dataclass(frozen=True)
class Each:
    """What one lasting tie cost. `value` is None where none lasted, `high` where the cost may be any amount above."""

    value: float | None
    low: float
    high: float | None


def per_lasting(cost: float, lasting: Lasting) -> Each | None:
    """The cost of a cohort per tie of it that lasted; None where no pair is old enough."""
    bounds = lasting.interval()
    if bounds is None:
        return None
    least, most = (share * lasting.of for share in bounds)
    return Each(cost / lasting.part if lasting.part else None, cost / most, cost / least if lasting.part else None)


def difference(a: Lasting, b: Lasting, level: float = LEVEL) -> tuple[float, float] | None:
    """Newcombe's interval of share a minus share b; None where either has no pair old enough."""
    one, other = a.interval(level), b.interval(level)
    if one is None or other is None or a.share is None or b.share is None:
        return None
    apart = a.share - b.share
    return (
        apart - sqrt((a.share - one[0]) ** 2 + (other[1] - b.share) ** 2),
        apart + sqrt((one[1] - a.share) ** 2 + (b.share - other[0]) ** 2),
    )


def told_apart(held: Mapping[str, Lasting]) -> list[tuple[str, str]]:
    """Pairs of instruments whose shares differ by more than chance, the one with the higher share first."""
    pairs = [(one, other) for one, other in combinations(held, 2) if held[one].of and held[other].of]
    level = 1 - (1 - LEVEL) / len(pairs) if pairs else LEVEL
    found = []
    for one, other in pairs:
        bounds = difference(held[one], held[other], level)
        if bounds is not None and bounds[0] > 0:
            found.append((one, other))
        elif bounds is not None and bounds[1] < 0:
            found.append((other, one))
    return found
