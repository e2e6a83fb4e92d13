"""Generated panels with a known effect, whose pair shocks are as large, as lasting and as heavy-tailed as real ones.

The constants were measured on the 45 largest countries of OpenAlex 1990-2023 (panel of 2024-08-27, 982 pairs without a
Danish agreement): residuals of the gravity model, log(observed / expected), less the variance of a Poisson count.
Their variance grows in proportion to the distance in years (a random walk) plus a part that does not last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from udsyn.evidence.effect import estimators as one
from udsyn.evidence.effect.gravity import fit, stretches
from udsyn.evidence.effect.panel import Floats, Ints, Panel
from udsyn.evidence.effect.placebo import Inference, matched
from udsyn.evidence.effect.pooled import together
from udsyn.evidence.effect.study import PLACEBOS

TOGETHER = "all as one"
WALK = 0.068  #: standard deviation of a year's lasting log shock, in a pair with REFERENCE joint works a year
PASSING = 0.085  #: the same for shocks that last one year
REFERENCE = 170.0  #: joint works a year at which WALK and PASSING were measured
WALK_POWER = -0.21  #: larger pairs are steadier: WALK × (works / REFERENCE) ** WALK_POWER
PASSING_POWER = -0.35
WALK_TAIL, PASSING_TAIL = 5.0, 3.0  #: degrees of freedom of Student's t
UNEVEN = 0.35  #: some pairs are less steady than others of their size: standard deviation of the log of their scale
LARGEST = 20_000.0  #: joint works before the date in the largest pair that is treated
CATCH_UP = -0.0105  #: smaller pairs grow faster: log growth a year per unit of log size


@dataclass(frozen=True)
class World:
    """How large a generated panel is."""

    countries: int = 32
    years: int = 20
    first_year: int = 2002
    split: int = 10  #: index of the first treated year


def draw(
    seed: int, world: World, effects: tuple[float, ...], smallest: float, largest: float
) -> tuple[list[Panel], int]:
    """Panels that differ only in the effect of one treated pair, and that pair.

    The pair has between `smallest` and `largest` expected joint works in the years before. effects are relative
    (0.25 = +25 %).
    """
    random = np.random.default_rng(seed)
    first, second = np.triu_indices(world.countries, 1)
    time = np.arange(world.years) - world.split
    size = np.sort(random.normal(0, 1.05, world.countries))[::-1]
    growth = random.normal(0.035, 0.02, world.countries)
    wobble = np.cumsum(random.normal(0, 0.03, (world.countries, world.years)), axis=1)
    country = size[:, None] + growth[:, None] * time + wobble
    affinity = random.normal(0, 0.7, len(first))
    level = affinity + size[first] + size[second]
    level += np.log(300.0) - np.median(level)
    catch_up = CATCH_UP * (level - level.mean())[:, None] * time
    trend = level[:, None] + (country - size[:, None])[first] + (country - size[:, None])[second] + catch_up
    mean = np.exp(trend + pair_shocks(random, np.exp(trend)))
    before = mean[:, : world.split].sum(axis=1)
    eligible = np.flatnonzero((before >= smallest) & (before <= largest))
    treated = int(random.choice(eligible))
    counts = random.poisson(mean).astype(float)
    codes = tuple(f"{number:02d}" for number in range(world.countries))
    years: Ints = world.first_year + np.arange(world.years)
    panels = []
    for effect in effects:
        changed = counts.copy()
        after = mean[treated, world.split :] * (1 + effect)
        changed[treated, world.split :] = np.random.default_rng((seed, 2)).poisson(after)
        panels.append(Panel(codes, years, first, second, changed))
    return panels, treated


def pair_shocks(random: np.random.Generator, works: Floats) -> Floats:
    """Log shocks of each pair and year from its expected works: a random walk plus passing noise, with heavy tails."""
    scale = works / REFERENCE
    uneven = np.exp(random.normal(0, UNEVEN, (len(works), 1)) - UNEVEN**2)
    lasting = WALK * scale**WALK_POWER * student(random, WALK_TAIL, works.shape)
    passing = PASSING * scale**PASSING_POWER * student(random, PASSING_TAIL, works.shape)
    return np.asarray(uneven * (np.cumsum(lasting, axis=1) + passing))


def student(random: np.random.Generator, tail: float, shape: tuple[int, ...]) -> Floats:
    """Student's t scaled to unit variance, cut at five standard deviations as no yearly count jumps a hundredfold."""
    return np.asarray(np.clip(random.standard_t(tail, shape) * np.sqrt((tail - 2) / tail), -5, 5))


@dataclass(frozen=True)
class Trial:
    """One estimate in one generated panel, beside the planted effect."""

    seed: int
    planted: float
    estimator: str
    effect: float
    low: float
    high: float
    rank: int
    placebos: int
    mde: float

    @property
    def covers(self) -> bool:
        return self.low <= self.planted <= self.high

    @property
    def called(self) -> bool:
        return not self.low <= 0 <= self.high


def trials(seed: int, effects: tuple[float, ...], world: World = World(), smallest: float = 600) -> Iterator[Trial]:
    """All estimators on one generated panel, each alone and taken as one, once for each planted effect.

    What rests on untreated cells alone is the same whatever the effect and is computed once; so are the placebos of
    `ppml`, whose log effects differ by less than 1e-3 between planted effects.
    """
    panels, pair = draw(seed, world, effects, smallest, LARGEST)
    split = world.split
    pool = matched(panels[0], pair, split, {pair}, PLACEBOS)
    model = one.untreated(panels[0], split, {pair: split}, pool)
    donors = one.never_none(panels[0], pool)
    noise = one.synthetic_noise(panels[0], split, pool, model, donors)
    dummies = one.dummies(panels[0], split, {pair: split}, pool, model.base.beta)
    for planted, panel in zip(effects, panels, strict=True):
        base = fit(stretches(panel, {pair: split}), world.countries, dummies.base.beta)
        findings = (
            one.dummy_finding(panel, pair, split, pool, replace(dummies, base=base)),
            one.event_finding(panel, pair, split, pool, model),
            *one.synthetic_findings(panel, pair, split, pool[donors], model, noise),
        )
        for found in findings:
            yield trial(seed, planted, found.estimator, found.inference)
        yield trial(seed, planted, TOGETHER, together(findings).inference)


def trial(seed: int, planted: float, estimator: str, said: Inference) -> Trial:
    return Trial(seed, planted, estimator, said.effect, said.low, said.high, said.rank, said.placebos, said.mde)


@dataclass(frozen=True)
class Operating:
    """How an estimator fares over many panels. Bias in points of effect; log_bias in log points (×100)."""

    planted: float
    estimator: str
    draws: int
    bias: float
    bias_error: float
    log_bias: float
    coverage: float
    called: float
    median_mde: float


def operating(trials: Sequence[Trial]) -> list[Operating]:
    """Bias (with its standard error), coverage and share called an effect, per planted effect and estimator."""
    found = []
    for planted in sorted({trial.planted for trial in trials}):
        for estimator in (*one.ESTIMATORS, TOGETHER):
            mine = [trial for trial in trials if trial.planted == planted and trial.estimator == estimator]
            effect = np.array([trial.effect for trial in mine])
            found.append(
                Operating(
                    planted,
                    estimator,
                    len(mine),
                    100 * float(effect.mean() - planted),
                    100 * float(effect.std(ddof=1) / np.sqrt(len(effect))),
                    100 * float(np.log1p(effect).mean() - np.log1p(planted)),
                    float(np.mean([trial.covers for trial in mine])),
                    float(np.mean([trial.called for trial in mine])),
                    float(np.median([trial.mde for trial in mine])),
                )
            )
    return found


def proof_page(found: Sequence[Operating], world: World) -> str:
    """The figures of `operating` as a Markdown page."""
    head = f"""# Proof: planted effects

Written by `make proof-pages`. Each draw is a generated panel of
{world.countries} countries and {world.years} years whose pair shocks are as large, as lasting and as heavy-tailed as
those of the real panel (constants in `udsyn/evidence/effect/simulation.py`); one pair with at least 600 joint works
before the date is treated. Intervals are meant to cover in 95 % of the draws. *Called* is the share of draws in which
the interval leaves out zero: for a planted effect of 0 the size of the test, for the others its power. Bias is in
points of effect, with its standard error. *All as one* is the test that the verdict rests on.

| planted | estimator | draws | bias (points) | log bias (×100) | coverage | called an effect | median detectable |
|---|---|---|---|---|---|---|---|
"""
    return head + "".join(
        f"| {one.planted:+.0%} | {one.estimator} | {one.draws} | {one.bias:+.1f} ± {one.bias_error:.1f} | "
        f"{one.log_bias:+.1f} | {one.coverage:.1%} | {one.called:.1%} | {one.median_mde:+.0%} |\n"
        for one in found
    )
