"""Staggered difference-in-differences on joint works, as a ratio: 0.25 = +25 %.

For each first year g and each year t after it, what the pairs treated in g wrote in t stands against what they wrote
before g, times the growth over the same years of pairs not treated by t: those never treated, and those treated later.
No pair is compared with one that is treated already (Callaway & Sant'Anna 2021, doi:10.1016/j.jeconom.2020.12.001); the
ratio takes the place of the difference (Wooldridge 2023, doi:10.1093/ectj/utad016). Pairs are added up before the ratio
is taken, so that one without joint works before counts like any other. The year of the tie itself counts on no side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from udsyn.evidence.effect.panel import Bools, Floats, Ints

NEVER = 1 << 30  #: the first year of a pair that was never treated
SPAN = 5  #: years that count before, and after
FEWEST_YEARS = 2  #: before a first year
FEWEST_WORKS = 10.0  #: of the untreated in the years before, for a year to be compared
FEWEST_PAIRS = 10


@dataclass(frozen=True)
class Ratio:
    """A ratio of joint works to those expected, and how sure it is. error: standard error of its logarithm."""

    effect: float
    low: float
    high: float
    error: float
    p_value: float
    works: float
    expected: float
    treated: int  #: pairs that are compared
    untreated: int  #: pairs that some of them are compared with
    without_before: int  #: treated pairs without a joint work before

    @property
    def statistic(self) -> float:
        """How far the logarithm lies from zero, in standard errors."""
        return abs(float(np.log(self.works / self.expected))) / self.error if self.error > 0 else 0.0


@dataclass(frozen=True)
class Windows:
    """Years before and after a first year, as distances from it."""

    before: tuple[int, ...] = tuple(range(-SPAN, 0))
    after: tuple[int, ...] = tuple(range(1, SPAN + 1))


#: pretended: the same pairs, two of the years before against those before them
PRETREND = Windows(before=(-5, -4, -3), after=(-2, -1))


def staggered(works: Floats, first: Ints, members: Ints, windows: Windows | None = None) -> Ratio | None:
    """Joint works of treated pairs against those expected of them; None where too little can be compared.

    works: pairs × years. first: the index of the year of each pair's first tie, NEVER for none. members: pairs × 2, who
    is in the pair: pairs that share a member are not independent.
    """
    windows = windows or Windows()
    pairs, years = works.shape
    observed = expected = 0.0
    gained, due, based = np.zeros(pairs), np.zeros(pairs), np.zeros(pairs)  # each pair's part in what moves the ratio
    used, against, earlier = np.zeros(pairs, bool), np.zeros(pairs, bool), np.zeros(pairs)
    for start in np.unique(first[first < NEVER]):
        before = [start + step for step in windows.before if 0 <= start + step < years]
        if len(before) < FEWEST_YEARS:
            continue
        mine = first == start
        prior = works[:, before].sum(axis=1)
        earlier += np.where(mine, prior, 0.0)
        for year in (start + step for step in windows.after if 0 <= start + step < years):
            free = first > max(year, start)
            base, later = float(prior[free].sum()), float(works[free, year].sum())
            if base < FEWEST_WORKS or later <= 0 or free.sum() < FEWEST_PAIRS:
                continue
            growth = later / base
            cell = float(prior[mine].sum()) * growth
            observed += float(works[mine, year].sum())
            expected += cell
            gained += np.where(mine, works[:, year], 0.0)
            due += np.where(mine, prior * growth, 0.0)
            due += np.where(free, cell * works[:, year] / later, 0.0)
            based += np.where(free, cell * prior / base, 0.0)
            used |= mine
            against |= free
    if observed <= 0 or expected <= 0 or used.sum() < FEWEST_PAIRS:
        return None
    above, below = centred(gained / observed + based / expected, first), centred(due / expected, first)
    error = spread(above - below, members)
    # the mean of a quotient lies above the quotient of the means by what stands below it varies, less what both share
    effect = observed / expected * (1 + float((above * below).sum()) - float((below**2).sum()))
    counts = int(used.sum()), int(against.sum()), int((used & (earlier <= 0)).sum())
    return ratio(float(np.log(observed / expected)), error, effect, observed, counts)


def after_only(works: Floats, entry: Ints, treated: Bools, members: Ints, span: int = SPAN) -> Ratio | None:
    """Joint works after the tie of those who took part, against those of the same year who did not, pair for pair.

    For pairs that wrote nothing together before: there is nothing to measure growth by. entry: the index of the year of
    each pair's first tie, whatever became of it. None where too little can be compared.
    """
    pairs, years = works.shape  # a tie before the first year has no known before, and is left out
    above, below, used, observed, expected = np.zeros(pairs), np.zeros(pairs), np.zeros(pairs, bool), 0.0, 0.0
    for start in np.unique(entry):
        mine, others = (entry == start) & treated, (entry == start) & ~treated
        if not (mine.any() and others.any() and 0 <= start < years - 1):
            continue
        later = works[:, [start + step for step in range(1, span + 1) if start + step < years]].sum(axis=1)
        each = mine.sum() / others.sum()
        above += np.where(mine, later, 0.0)
        below += np.where(others, later * each, 0.0)
        used |= mine | others
        observed += float(later[mine].sum())
        expected += float(later[others].sum() * each)
    counts = int((used & treated).sum()), int((used & ~treated).sum()), int((used & treated).sum())
    if min(counts) < FEWEST_PAIRS or observed <= 0 or expected < FEWEST_WORKS:
        return None
    group = entry * 2 + treated
    above, below = centred(above / observed, group), centred(below / expected, group)
    error = spread(above - below, members)
    effect = observed / expected * (1 - float((below**2).sum()))
    return ratio(float(np.log(observed / expected)), error, effect, observed, counts)


def centred(parts: Floats, first: Ints) -> Floats:
    """Parts less the mean of those treated in the same year: how many were treated when is given, not drawn."""
    _, group = np.unique(first, return_inverse=True)
    return parts - (np.bincount(group, weights=parts) / np.bincount(group))[group]


def ratio(log: float, error: float, effect: float, works: float, counts: tuple[int, int, int]) -> Ratio:
    """The interval and p-value of a ratio with this logarithm; effect: the ratio, corrected for being a quotient."""
    size = counts[0]
    wide = float(stdtrit(size - 1, 0.975)) * error
    p_value = float(2 * stdtr(size - 1, -abs(log) / error)) if error > 0 else 1.0
    low, high = float(np.expm1(log - wide)), float(np.expm1(log + wide))
    return Ratio(effect - 1, low, high, error, p_value, works, works / float(np.exp(log)), *counts)


def spread(parts: Floats, members: Ints) -> float:
    """Standard error of a sum of parts, one a pair: pairs that share a member may move together (Aronow, Samii &
    Assenova 2015, doi:10.1093/pan/mpv018)."""
    alone = float((parts**2).sum())
    of_member = np.bincount(members.ravel(), weights=np.repeat(parts, 2))
    shared = float((of_member**2).sum()) - alone
    return float(np.sqrt(max(alone, shared)))


def pretended(works: Floats, first: Ints, members: Ints, draws: int, seed: int = 1) -> list[float]:
    """What the same first years say when they are dealt out among the pairs at random: statistics without an effect."""
    random = np.random.default_rng(seed)
    found = (staggered(works, random.permutation(first), members) for _ in range(draws))
    return [one.statistic for one in found if one is not None]
