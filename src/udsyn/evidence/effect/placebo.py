"""What pairs of the same size do without an agreement: the measure of chance for a single treated pair.

With one treated pair, errors clustered by pair are invalid and robust ones ignore that shocks last. So each estimator
is also run on pretended agreements in pairs of similar size, at the same date. Their log effects, each divided by a
spread that depends on the counts, are the distribution of chance: the interval is the set of effects that would not
stand out among them, the share of placebos further out than the real pair is the p-value, and both
agree.
(Abadie, Diamond & Hainmueller 2010; Conley & Taber 2011, doi:10.1162/REST_a_00049; Ferman & Pinto 2019,
doi:10.1162/rest_a_00759, on unequal sizes.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from udsyn.evidence.effect.panel import Bools, Floats, Ints, Panel
from udsyn.facts.countries import continent, groups_of
from udsyn.facts.store import groups

LEVEL = 0.95  #: coverage of intervals; 1 - LEVEL is the size of the test
FEWEST = 20  #: placebos; with fewer no 95 % interval can be had
OTHER_GROUPS = 1.0  #: as far as one standard deviation of log joint works
POWER = 0.80  #: chance with which an effect as large as the minimum detectable one is seen


@dataclass(frozen=True)
class Inference:
    """What chance leaves of one log effect. Effects are relative: 0.25 = +25 %."""

    effect: float
    low: float
    high: float
    rank: int  #: 1 when no placebo is further from the placebos' average; rank / (placebos + 1) is the p-value
    placebos: int
    mde: float

    @property
    def p_value(self) -> float:
        return self.rank / (self.placebos + 1)


def infer(log_effect: float, noise: Floats, spread: float, spreads: Floats) -> Inference:
    """Interval, rank and minimum detectable effect of `log_effect` from the log effects `noise` of placebos.

    The placebos' own average is what such pairs did anyway and is taken off. The interval is symmetric in logs and
    holds every effect that fewer than LEVEL of the placebos exceed in distance: with n exchangeable placebos it covers
    with probability ceil(LEVEL · (n + 1)) / (n + 1). The effect itself is made unbiased in per cent: chance that is
    even in logs raises exp() on average, by as much as it does for the placebos (Duan 1983, doi:10.2307/2288126).
    """
    usual = float(noise.mean())
    drawn = (noise - usual) / spreads
    lift = float(np.log(np.mean(np.exp(spread * drawn))))
    scaled = np.sort(np.abs(drawn))
    count = len(scaled)
    needed = int(np.ceil(LEVEL * (count + 1) - 1e-9))
    reach = spread * (scaled[needed - 1] if needed <= count else np.inf)
    net = log_effect - usual
    rank = 1 + int((scaled >= abs(net) / spread).sum())
    # An effect is seen when it clears `reach`; with probability POWER chance takes off less than this:
    against = spread * float(np.quantile(scaled, max(0.0, 2 * POWER - 1)))
    return Inference(
        effect=float(np.expm1(net - lift)),
        low=float(np.expm1(net - reach)),
        high=float(np.expm1(net + reach)),
        rank=rank,
        placebos=count,
        mde=float(np.expm1(reach + against)),
    )


def spreads(noise: Floats, poisson: Floats) -> tuple[Floats, float]:
    """Spread of each placebo's log effect, and the part of its variance that counts do not explain.

    The variance is that of the Poisson counts (`poisson`, see `of_counts`) and a part common to all: robustly, the
    squared scaled median deviation less the median Poisson part.
    """
    deviation = 1.4826 * np.median(np.abs(noise - np.median(noise)))
    common = max(float(deviation**2 - np.median(poisson)), 1e-4)
    return np.sqrt(common + poisson), common


def of_counts(before: Floats, after: Floats) -> Floats:
    """Variance of log(after / before) of two Poisson counts, 1/before + 1/after."""
    return np.asarray(1 / np.maximum(before, 1.0) + 1 / np.maximum(after, 1.0))


def matched(panel: Panel, pair: int, split: int, barred: set[int], placebos: int) -> Ints:
    """The `placebos` pairs most like this one before the date, of the same kind and without gaps, none barred.

    Same kind: both countries on one continent, or on two; where fewer than FEWEST of the kind are held, all kinds
    count. Alike: in joint works and, where the source tells, in the part of them that more than ten countries wrote,
    each in standard deviations; and in the groups that both belong to at the date (EU, EFTA, EEA, Nordic, OECD), since
    money and joint programmes come with them: other groups count as OTHER_GROUPS. Where fewer pairs than `placebos` are
    held, all of them are returned.
    """
    free = (panel.counts.sum(axis=1) > 0) & ~panel.gaps.any(axis=1)
    free[[pair, *barred]] = False
    apart, groups = across_continents(panel), shared_groups(panel, int(panel.years[split]))
    near = np.flatnonzero(free & (apart == apart[pair]))
    eligible = near if len(near) >= FEWEST else np.flatnonzero(free)
    distance = np.where(groups[eligible] == groups[pair], 0.0, OTHER_GROUPS)
    for trait in traits(panel, split):
        scale = trait[eligible].std() if len(eligible) else 0.0
        distance += np.abs(trait[eligible] - trait[pair]) / (scale or 1.0)
    return np.sort(eligible[np.argsort(distance, kind="stable")[:placebos]])


def traits(panel: Panel, split: int) -> list[Floats]:
    """What pairs are matched on: log joint works before the date, and the part of very large works where it is held."""
    before = panel.counts[:, :split].sum(axis=1)
    found = [np.log1p(before)]
    if panel.large is not None:
        found.append(panel.large[:, :split].sum(axis=1) / np.maximum(before, 1.0))
    return found


def shared_groups(panel: Panel, year: int) -> Ints:
    """The groups of countries to which both of each pair belong on the first day of a year, as bits."""
    day = date(year, 1, 1)
    every = [group.id for group in groups()]
    bits = np.array([sum(1 << every.index(group) for group in groups_of(code, day)) for code in panel.countries])
    return np.asarray(bits[panel.first] & bits[panel.second])


def across_continents(panel: Panel) -> Bools:
    """Whether each pair joins two continents; a code that is not known counts as a continent of its own."""
    where = [continent(code) or code for code in panel.countries]
    return np.array([where[i] != where[j] for i, j in zip(panel.first, panel.second, strict=True)])
