"""The gravity model: expected joint works = pair level × first country's year effect × second country's year effect.

Poisson pseudo-maximum likelihood (Santos Silva & Tenreyro 2006, doi:10.1162/rest.88.4.641) on undirected pairs. A
country has ONE effect per year, whichever side of the pair it stands on, so the two sides cannot be given to a library
as two separate fixed effects. The pair levels are profiled out in closed form; what is left is a Newton iteration on
the country-year effects, whose Hessian is assembled from one T × T block per pair.

An agreement splits its pair into two rows, one for the years before and one for the years after, each with a level of
its own: the effect is the difference of the two levels, which is exactly the coefficient of an agreement dummy. Leaving
the second row out instead gives the counterfactual of a pair that is never compared with itself after treatment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from udsyn.errors import UdsynError
from udsyn.evidence.effect.panel import Bools, Floats, Ints, Panel

TOLERANCE = 1e-8  #: largest relative gap left between observed and fitted country-year totals
REFIT_TOLERANCE = 1e-6  #: the same for the refits of pretended agreements
MAX_STEPS = 200


@dataclass(frozen=True)
class Rows:
    """Stretches of pairs that share a level: counts[r, t] where seen[r, t], zero elsewhere."""

    first: Ints
    second: Ints
    counts: Floats
    seen: Bools
    pair: Ints


@dataclass(frozen=True)
class Factor:
    """Cholesky factor; a slight ridge stands in for the directions that the levels absorb (they change no fit)."""

    lower: Floats

    @classmethod
    def of(cls, matrix: Floats) -> Factor:
        from scipy.linalg import cholesky  # SciPy is loaded where it is used: not every question needs it

        size = len(matrix)
        matrix[np.arange(size), np.arange(size)] += 1e-9 * matrix.trace() / size + 1e-12
        return cls(cholesky(matrix, lower=True, overwrite_a=True, check_finite=False))

    def solve(self, right: Floats) -> Floats:
        """The steps that close the gaps `right`, whatever dimensions come before those of countries and years."""
        from scipy.linalg import cho_solve

        found = cho_solve((self.lower, True), right.reshape(-1, len(self.lower)).T, check_finite=False)
        return np.asarray(found.T.reshape(right.shape))


@dataclass(frozen=True)
class Fit:
    """A fitted model. beta[c, t] are log country-year effects; level[r] the log level of each row."""

    rows: Rows
    beta: Floats
    level: Floats
    factor: Factor  #: of the information on the country-year effects

    def expected(self, panel: Panel, pairs: Ints, level: Floats) -> Floats:
        """Expected works of `pairs` at the given log levels, in every year of the panel."""
        return np.asarray(np.exp(level[:, None] + self.beta[panel.first[pairs]] + self.beta[panel.second[pairs]]))


def stretches(panel: Panel, splits: Mapping[int, int], drop: Sequence[int] = ()) -> Rows:
    """One row per pair; a pair in `splits` (pair → index of its first treated year) has one row before and one after.

    The after-rows of the pairs in `drop` are left out: those cells are not used at all, and no more are gaps.
    """
    pairs, steps = panel.counts.shape
    time = np.arange(steps)
    order = list(range(pairs)) + [pair for pair in sorted(splits) if pair not in drop]
    pair = np.array(order)
    seen = panel.seen[pair]
    for row, number in enumerate(order):
        if number in splits:
            seen[row] &= time < splits[number] if row < pairs else time >= splits[number]
    counts = np.where(seen, panel.counts[pair], 0.0)
    return Rows(panel.first[pair], panel.second[pair], counts, seen, pair)


def totals(rows: Rows, values: Floats, countries: int) -> Floats:
    """Sum of values[..., r, t] over the rows of each country: shape (..., countries, T)."""
    return np.asarray(incidence(rows, countries) @ values)


def incidence(rows: Rows, countries: int) -> Floats:
    """1 where a row belongs to a country, shape (countries, R)."""
    row = np.arange(len(rows.first))
    found = np.zeros((countries, len(row)))
    found[rows.first, row] = found[rows.second, row] = 1.0
    return found


def profile(rows: Rows, beta: Floats) -> tuple[Floats, Floats]:
    """Log levels and expected works of each row, given the country-year effects (a row without works expects none)."""
    exposure = np.where(rows.seen, np.exp(beta[rows.first] + beta[rows.second]), 0.0)
    sums = rows.counts.sum(axis=1)
    scale = exposure.sum(axis=1)
    ratio = np.divide(sums, scale, out=np.zeros_like(sums), where=scale > 0)
    with np.errstate(divide="ignore"):
        return np.log(ratio), ratio[:, None] * exposure


def hessian(rows: Rows, expected: Floats, countries: int) -> Floats:
    """Information on the country-year effects with the levels profiled out, (countries·T) square."""
    steps = expected.shape[1]
    sums = expected.sum(axis=1)
    share = np.divide(expected, sums[:, None], out=np.zeros_like(expected), where=sums[:, None] > 0)
    blocks = -expected[:, :, None] * share[:, None, :]
    blocks[:, np.arange(steps), np.arange(steps)] += expected
    own = incidence(rows, countries) @ blocks.reshape(len(blocks), -1)
    each = np.arange(countries)
    whole = np.zeros((countries, countries, steps, steps))
    whole[each, each] = own.reshape(countries, steps, steps)
    once = np.unique(rows.pair, return_index=True)[1]
    again = np.setdiff1d(np.arange(len(blocks)), once)  # the years after of pairs with an agreement
    for a, b in ((rows.first, rows.second), (rows.second, rows.first)):
        whole[a[once], b[once]] = blocks[once]
        np.add.at(whole, (a[again], b[again]), blocks[again])
    return np.ascontiguousarray(whole.transpose(0, 2, 1, 3)).reshape(countries * steps, countries * steps)


def balance(rows: Rows, beta: Floats, observed: Floats, sweeps: int) -> Floats:
    """Multiplicative sweeps that make country-year totals agree (symmetric iterative proportional fitting)."""
    for _ in range(sweeps):
        _, expected = profile(rows, beta)
        fitted = totals(rows, expected, len(beta))
        both = (fitted > 0) & (observed > 0)
        beta = beta + 0.5 * np.log(np.divide(observed, fitted, out=np.ones_like(observed), where=both))
    return beta


def fit(rows: Rows, countries: int, start: Floats | None = None) -> Fit:
    """Maximise the Poisson likelihood. A country-year without any works is left out."""
    observed = totals(rows, rows.counts, countries)
    empty = observed <= 0
    if empty.any():
        rows = replace(rows, seen=rows.seen & ~(empty[rows.first] | empty[rows.second]))
    beta = np.zeros_like(observed) if start is None else start.copy()
    beta = balance(rows, beta, observed, 12)
    for _ in range(MAX_STEPS):
        _, expected = profile(rows, beta)
        gap = observed - totals(rows, expected, countries)
        factor = Factor.of(hessian(rows, expected, countries))
        if np.max(np.abs(gap) / (observed + 1)) < TOLERANCE:
            return Fit(rows, beta, profile(rows, beta)[0], factor)
        step = factor.solve(gap)
        beta = beta + step / max(1.0, np.abs(step).max())
    raise UdsynError("the gravity model did not converge; use fewer countries or more years.")


@dataclass(frozen=True)
class Refits:
    """The model refitted once per pretended agreement. beta[b, c, t] and effect[b] belong to pairs[b]."""

    pairs: Ints
    beta: Floats
    effect: Floats


def refit(base: Fit, panel: Panel, pairs: Ints, split: int, *, dropped: bool) -> Refits:
    """What the model says when each of `pairs`, one at a time, is given an agreement from year index `split` on.

    Each refit starts from `base` and reuses its Hessian. With `dropped` the years after are left out of the model and
    the log effect is log(observed / counterfactual); without, they have a level of their own (an agreement dummy).
    Every pair must have exactly one row in the base fit that covers all years.
    """
    rows = base.rows
    row = row_of(rows, pairs)
    first, second = rows.first[row], rows.second[row]
    each = np.arange(len(pairs))
    counts, countries = rows.counts, len(base.beta)
    held = totals(rows, counts, countries) > 0
    observed = np.repeat(totals(rows, counts, countries)[None], len(pairs), axis=0)
    after = counts[row, split:]
    if dropped:
        observed[each, first, split:] -= after
        observed[each, second, split:] -= after
    before, later = counts[row, :split].sum(axis=1), after.sum(axis=1)
    joint = Joint.of(rows, held)
    beta = np.repeat(base.beta[None], len(pairs), axis=0)
    active = each
    for _ in range(MAX_STEPS):
        power = np.exp(beta[active]) * held
        fitted, level = joint.totals(power)
        at, one, other = np.arange(len(active)), first[active], second[active]
        own = power[at, one] * power[at, other]
        change = -own * level[at, one, other][:, None]
        change[:, :split] += own[:, :split] * ratio(before[active], own[:, :split])[:, None]
        if not dropped:
            change[:, split:] += own[:, split:] * ratio(later[active], own[:, split:])[:, None]
        fitted[at, one] += change
        fitted[at, other] += change
        gap = observed[active] - fitted
        beta[active] += np.clip(base.factor.solve(gap), -1, 1)
        active = active[np.abs(gap / (observed[active] + 1)).max(axis=(1, 2)) > REFIT_TOLERANCE]
        if not len(active):
            break
    exposure = np.exp(beta[each, first] + beta[each, second]) * rows.seen[row]
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.log(ratio(later, exposure[:, split:])) - np.log(ratio(before, exposure[:, :split]))
    return Refits(pairs, beta, effect)


@dataclass(frozen=True)
class Joint:
    """Joint works as a matrix of countries, for many models at once: pairs with all years seen, and the rows of others.

    With power[c, t] the country-year effects, a pair of i and j expects level · power[i] · power[j]; the sum over years
    and the sum over partners are then two matrix products.
    """

    works: Floats
    rest: Rows
    ends: Floats

    @classmethod
    def of(cls, rows: Rows, held: Bools) -> Joint:
        """held[c, t]: the country-years with any works."""
        whole = (rows.seen == (held[rows.first] & held[rows.second])).all(axis=1)
        works = np.zeros((len(held), len(held)))
        works[rows.first[whole], rows.second[whole]] = rows.counts[whole].sum(axis=1)
        part = ~whole
        rest = Rows(rows.first[part], rows.second[part], rows.counts[part], rows.seen[part], rows.pair[part])
        return cls(works + works.T, rest, incidence(rest, len(held)))

    def totals(self, power: Floats) -> tuple[Floats, Floats]:
        """Expected totals of country-years, and the level of each pair, for power[b, c, t]."""
        scale = power @ power.swapaxes(1, 2)
        level = np.divide(self.works, scale, out=np.zeros_like(scale), where=scale > 0)
        expected = power[:, self.rest.first] * power[:, self.rest.second] * self.rest.seen
        sums = expected.sum(axis=2)
        expected *= np.divide(self.rest.counts.sum(axis=1), sums, out=np.zeros_like(sums), where=sums > 0)[:, :, None]
        return power * (level @ power) + self.ends @ expected, level


def ratio(works: Floats, exposure: Floats) -> Floats:
    """Works per unit of exposure, row by row."""
    total = exposure.sum(axis=1)
    return np.asarray(np.divide(works, total, out=np.zeros_like(works), where=total > 0))


def row_of(rows: Rows, pairs: Ints) -> Ints:
    """The one row of each pair."""
    found = {int(pair): row for row, pair in reversed(list(enumerate(rows.pair)))}
    return np.array([found[int(pair)] for pair in pairs])
