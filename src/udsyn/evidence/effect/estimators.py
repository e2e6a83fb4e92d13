"""Four estimators of one pair's effect, each judged by the same pretended agreements in pairs of similar size.

Two fit joint works as counts (`ppml`, `event_study`) and take years of none; two compare logs of single years
(`synthetic_control`, `synthetic_did`) and say nothing where a year has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from udsyn.evidence.effect import gravity
from udsyn.evidence.effect.panel import Bools, Floats, Ints, Panel
from udsyn.evidence.effect.placebo import FEWEST, Inference, infer, of_counts, spreads
from udsyn.evidence.effect.synthetic import Synthetic, synthetic_control, synthetic_did

SYNTHETIC = {"synthetic_control": synthetic_control, "synthetic_did": synthetic_did}
ESTIMATORS = ("ppml", "event_study", *SYNTHETIC)
WEIGHTY = 0.01  #: donors with more weight than this are named and left out one at a time
HALF = 0.5  #: added to counts before taking logs of single years; never to none


@dataclass(frozen=True)
class Finding:
    """What one estimator says. gap are yearly log deviations from the counterfactual, noise_gaps those of placebos.

    noise[n] is the log effect of the pretended agreement in pairs[n], peers[h] that of another home's with the partner.
    """

    estimator: str
    log_effect: float
    noise: Floats
    spread: float
    spreads: Floats
    inference: Inference
    gap: Floats
    noise_gaps: Floats
    pretrend: float  #: log points a year before the date, more than in the placebos
    pretrend_p: float
    poisson: float  #: variance of log_effect that the pair's counts explain; `poissons` the same for the placebos
    poissons: Floats
    pairs: Ints
    peers: Floats
    donors: tuple[tuple[str, float], ...] = ()
    without_one: tuple[float, float] | None = None  #: range of the effect when one donor at a time is left out


@dataclass(frozen=True)
class Dummies:
    """The gravity model with a dummy for every known agreement, and refitted for every pretended one."""

    base: gravity.Fit
    refits: gravity.Refits


def dummies(panel: Panel, split: int, splits: Mapping[int, int], pool: Ints, start: Floats | None = None) -> Dummies:
    """Fit on all cells; `start` are country-year effects to start from."""
    base = gravity.fit(gravity.stretches(panel, splits), len(panel.countries), start)
    return Dummies(base, gravity.refit(base, panel, pool, split, dropped=False))


def dummy_finding(panel: Panel, pair: int, split: int, pool: Ints, model: Dummies) -> Finding:
    """`ppml`: the difference of the pair's levels after and before, homogeneous over time."""
    beta, level = model.base.beta, model.base.level
    before, after = np.flatnonzero(model.base.rows.pair == pair)
    gap = gaps(panel.counts[pair], beta[panel.first[pair]] + beta[panel.second[pair]], split, panel.seen[pair])
    noise_gaps = placebo_gaps(panel, pool, model.refits, split)
    effect = float(level[after] - level[before])
    noise, peers = np.split(model.refits.effect, [len(pool)])
    return finding("ppml", effect, noise, peers, gap, noise_gaps, panel, pair, pool, split)


@dataclass(frozen=True)
class Untreated:
    """The gravity model fitted on untreated cells only, and refitted for every pretended agreement."""

    base: gravity.Fit
    refits: gravity.Refits


def untreated(panel: Panel, split: int, splits: Mapping[int, int], pool: Ints) -> Untreated:
    """Fit on all cells of untreated pairs and the years before treatment of the others."""
    base = gravity.fit(gravity.stretches(panel, splits, drop=list(splits)), len(panel.countries))
    return Untreated(base, gravity.refit(base, panel, pool, split, dropped=True))


def event_finding(panel: Panel, pair: int, split: int, pool: Ints, model: Untreated) -> Finding:
    """`event_study`: the counterfactual of each treated year is imputed from untreated cells only.

    Borusyak, Jaravel & Spiess 2024, doi:10.1093/restud/rdae007; for Poisson Wooldridge 2023, doi:10.1093/ectj/utad016.
    """
    beta = model.base.beta
    exposure, seen = beta[panel.first[pair]] + beta[panel.second[pair]], panel.seen[pair]
    observed, expected = panel.counts[pair], np.where(seen, np.exp(exposure), 0.0)
    before, after = (observed[part].sum() / expected[part].sum() for part in halves(split))
    effect = float(np.log(after) - np.log(before))
    gap, noise_gaps = gaps(observed, exposure, split, seen), placebo_gaps(panel, pool, model.refits, split)
    noise, peers = np.split(model.refits.effect, [len(pool)])
    return finding("event_study", effect, noise, peers, gap, noise_gaps, panel, pair, pool, split)


def synthetic_noise(
    panel: Panel, split: int, pool: Ints, model: Untreated, donors: Bools
) -> dict[str, list[Synthetic]]:
    """Both synthetic estimators for each pretended agreement in the pool's `donors`, the rest being donors."""
    pool = pool[donors]
    logs = np.log(panel.counts[pool] + HALF)
    found: dict[str, list[Synthetic]] = {name: [] for name in SYNTHETIC}
    for number, beta in enumerate(model.refits.beta[: len(donors)][donors]):
        series = logs - beta[panel.first[pool]] - beta[panel.second[pool]]
        for name, estimate in SYNTHETIC.items():
            found[name].append(estimate(series[number], np.delete(series, number, axis=0), split))
    return found


def synthetic_peers(panel: Panel, split: int, pool: Ints, peers: Ints, model: Untreated) -> dict[str, Floats]:
    """Both synthetic estimators for the pretended agreement of each other home; nan for one with a year of none."""
    logs = np.log(panel.counts + HALF)
    found = {name: np.full(len(peers), np.nan) for name in SYNTHETIC}
    for number in np.flatnonzero(never_none(panel, peers)):
        beta, peer = model.refits.beta[len(model.refits.beta) - len(peers) + number], peers[number]
        series = logs - beta[panel.first] - beta[panel.second]
        for name, estimate in SYNTHETIC.items():
            found[name][number] = estimate(series[peer], series[pool[pool != peer]], split).effect
    return found


def synthetic_findings(
    panel: Panel,
    pair: int,
    split: int,
    pool: Ints,
    model: Untreated,
    noise: Mapping[str, list[Synthetic]],
    peers: Mapping[str, Floats] = {},
) -> tuple[Finding, ...]:
    """Synthetic control and synthetic difference-in-differences of the pair, the pool being its donors."""
    beta, names = model.base.beta, panel.names
    logs = np.log(panel.counts + HALF) - beta[panel.first] - beta[panel.second]
    own, donors = logs[pair], logs[pool]
    found = []
    for name, estimate in SYNTHETIC.items():
        real = estimate(own, donors, split)
        effects = np.array([one.effect for one in noise[name]])
        noise_gaps = np.array([one.gap for one in noise[name]])
        others = peers.get(name, np.empty(0))
        mine = finding(name, real.effect, effects, others, real.gap, noise_gaps, panel, pair, pool, split)
        weighty = [int(n) for n in np.argsort(-real.weights, kind="stable") if real.weights[n] > WEIGHTY]
        left_out = [estimate(own, np.delete(donors, n, axis=0), split).effect for n in weighty]
        shift = np.log1p(mine.inference.effect) - real.effect
        found.append(
            replace(
                mine,
                donors=tuple((names[pool[n]], float(real.weights[n])) for n in weighty),
                without_one=(float(np.expm1(min(left_out) + shift)), float(np.expm1(max(left_out) + shift))),
            )
        )
    return tuple(found)


def gaps(observed: Floats, exposure: Floats, split: int, seen: Bools | None = None) -> Floats:
    """Yearly log deviation from the counterfactual, whose level is that of the years before; nan where not `seen`."""
    seen = np.ones(observed.shape, dtype=bool) if seen is None else seen
    expected = np.where(seen, np.exp(exposure), 0.0)[..., :split].sum(axis=-1)
    level = np.log((observed[..., :split].sum(axis=-1) + HALF) / expected)
    return np.where(seen, np.log(observed + HALF) - exposure - level[..., None], np.nan)


def placebo_gaps(panel: Panel, pool: Ints, refits: gravity.Refits, split: int) -> Floats:
    """The same for each pretended agreement, under the model fitted for it."""
    each = np.arange(len(pool))
    exposure = refits.beta[each, panel.first[pool]] + refits.beta[each, panel.second[pool]]
    return gaps(panel.counts[pool], exposure, split)


def finding(
    estimator: str,
    log_effect: float,
    noise: Floats,
    peers: Floats,
    gap: Floats,
    noise_gaps: Floats,
    panel: Panel,
    pair: int,
    pool: Ints,
    split: int,
) -> Finding:
    """Judge one estimate by its placebos."""
    usable = np.isfinite(noise)
    noise, noise_gaps, pool = noise[usable], noise_gaps[usable], pool[usable]
    before, after = panel.counts[:, :split].sum(axis=1), panel.counts[:, split:].sum(axis=1)
    # the pair's own later count under no effect: what it would be, not what an effect made of it
    untreated_after = after[pair] / np.exp(log_effect - noise.mean())
    poisson = float(of_counts(before[pair], untreated_after))
    poissons = of_counts(before[pool], after[pool])
    return judged(estimator, log_effect, noise, gap, noise_gaps, poisson, poissons, split, pool, peers)


def judged(
    estimator: str,
    log_effect: float,
    noise: Floats,
    gap: Floats,
    noise_gaps: Floats,
    poisson: float,
    poissons: Floats,
    split: int,
    pool: Ints,
    peers: Floats,
) -> Finding:
    """The same with the variances that counts explain: of the pair (`poisson`), of the placebos (`poissons`)."""
    each, common = spreads(noise, poissons)
    spread = float(np.sqrt(common + poisson))
    held = np.flatnonzero(np.isfinite(gap[:split]))
    slopes = trend(noise_gaps[:, held], held)
    slope = float(trend(gap[None, held], held)[0])
    excess = slope - float(slopes.mean())
    further = int((np.abs(slopes - slopes.mean()) / each >= abs(excess) / spread).sum())
    return Finding(
        estimator,
        log_effect,
        noise,
        spread,
        each,
        infer(log_effect, noise, spread, each),
        gap,
        noise_gaps,
        excess,
        (1 + further) / (1 + len(slopes)),
        poisson,
        poissons,
        pool,
        peers,
    )


def trend(series: Floats, years: Ints) -> Floats:
    """Least-squares slope of each row over the years."""
    time = years - years.mean()
    return np.asarray(series @ time / (time @ time))


def halves(split: int) -> tuple[slice, slice]:
    """The years before the first treated one, and those from it on."""
    return slice(0, max(split, 0)), slice(max(split, 0), None)


def never_none(panel: Panel, pool: Ints) -> Bools:
    """Which pairs of the pool have joint works in every year, so that logs of each can be had."""
    return np.asarray((panel.counts[pool] > 0).all(axis=1))


def no_logs(panel: Panel, pair: int, pool: Ints, donors: Bools) -> str | None:
    """Why the estimators on logs of single years have no answer, or None where they have one."""
    none = panel.years[panel.counts[pair] == 0]
    if len(none):
        return f"no joint works are held in {listed(none)}, and this estimator takes logs of every year."
    if donors.sum() < FEWEST:
        return (
            f"only {donors.sum()} of {len(pool)} pairs to compare with have joint works in every year, {FEWEST} are "
            "needed by an estimator that takes logs of every year."
        )
    return None


def listed(years: Iterable[int]) -> str:
    return ", ".join(str(year) for year in years)
