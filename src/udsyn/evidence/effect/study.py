"""One agreement studied: four estimators, each judged by the same pretended agreements in pairs of similar size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from udsyn.errors import UsageError
from udsyn.evidence.effect import gravity
from udsyn.evidence.effect.panel import Floats, Ints, Panel
from udsyn.evidence.effect.placebo import FEWEST, Inference, infer, matched, of_counts, spreads
from udsyn.evidence.effect.synthetic import Synthetic, synthetic_control, synthetic_did
from udsyn.evidence.threads import one_thread

SYNTHETIC = {"synthetic_control": synthetic_control, "synthetic_did": synthetic_did}
ESTIMATORS = ("ppml", "event_study", *SYNTHETIC)
WINDOW = 10  #: years on either side of the first treated year
PLACEBOS = 100
FEWEST_BEFORE, FEWEST_AFTER = 4, 2  #: years
FEWEST_WORKS = 50  #: joint works before the date
PLACEBO_LEAD = 5  #: the placebo year lies this many years before the real one
WEIGHTY = 0.01  #: donors with more weight than this are named and left out one at a time
HALF = 0.5  #: added to counts before taking logs of single years


class TooLittleError(UsageError):
    """The pair has too little data for an honest answer; the message says what is missing."""


@dataclass(frozen=True)
class Agreement:
    """A treated pair and its first treated year."""

    home: str
    partner: str
    year: int

    @property
    def pair(self) -> tuple[str, str]:
        first, second = sorted((self.home, self.partner))
        return first, second


@dataclass(frozen=True)
class Finding:
    """What one estimator says. gaps are yearly log deviations from the counterfactual, noise_gaps those of placebos."""

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
    donors: tuple[tuple[str, float], ...] = ()
    without_one: tuple[float, float] | None = None  #: range of the effect when one donor at a time is left out


@dataclass(frozen=True)
class Study:
    """All findings on one agreement."""

    agreement: Agreement
    years: Ints
    split: int
    before: float
    after: float
    placebos: tuple[str, ...]
    findings: tuple[Finding, ...]
    placebo_year: tuple[int, Inference] | None = None
    others: tuple[Agreement, ...] = field(default=())

    def __getitem__(self, estimator: str) -> Finding:
        return next(finding for finding in self.findings if finding.estimator == estimator)


@one_thread()
def examine(
    panel: Panel,
    agreement: Agreement,
    known: tuple[Agreement, ...] = (),
    *,
    window: int | None = WINDOW,
    placebos: int = PLACEBOS,
    pool: Ints | None = None,
    with_placebo_year: bool = True,
) -> Study:
    """Estimate the effect of one agreement on joint works.

    panel: joint works of all pairs and years (`pair_panel`). known: every agreement that is known, so that a treated
    pair is no comparison. window: years on either side (None: all years of the panel). pool: the pairs that are given
    pretended agreements, instead of the nearest `placebos`. Raises TooLittleError with the reason where the data cannot
    carry an answer.
    """
    panel = around(panel, agreement, window)
    pair = panel.pair(*agreement.pair)
    split = split_of(panel, agreement)
    refuse_too_little(panel, pair, split, agreement)
    splits = treated_splits(panel, known)
    if pool is None:
        pool = compared_with(panel, agreement, splits, placebos)
    splits[pair] = split
    model = untreated(panel, split, splits, pool)
    findings = (
        dummy_finding(panel, pair, split, pool, dummies(panel, split, splits, pool, model.base.beta)),
        event_finding(panel, pair, split, pool, model),
        *synthetic_findings(panel, pair, split, pool, model, synthetic_noise(panel, split, pool, model)),
    )
    year = placebo_year(panel, agreement, known, placebos) if with_placebo_year else None
    counts = panel.counts[pair]
    names = panel.names
    return Study(
        agreement,
        panel.years,
        split,
        float(counts[:split].sum()),
        float(counts[split:].sum()),
        tuple(names[p] for p in pool),
        findings,
        year,
        tuple(other for other in known if other.pair != agreement.pair),
    )


def around(panel: Panel, agreement: Agreement, window: int | None) -> Panel:
    """The years on either side of the date."""
    return panel if window is None else panel.between(agreement.year - window, agreement.year + window - 1)


def split_of(panel: Panel, agreement: Agreement) -> int:
    """Index of the first treated year."""
    return agreement.year - int(panel.years[0]) if len(panel.years) else 0


def compared_with(panel: Panel, agreement: Agreement, splits: Mapping[int, int], placebos: int) -> Ints:
    """The pairs that are given pretended agreements; refuses where they are too few."""
    pair = panel.pair(*agreement.pair)
    pool = matched(panel, pair, split_of(panel, agreement), set(splits) | {pair}, placebos)
    if len(pool) < FEWEST:
        raise TooLittleError(
            f"{agreement.home}-{agreement.partner} from {agreement.year}: only {len(pool)} pairs to "
            f"compare with, {FEWEST} are needed. Use a panel with more countries (--countries)."
        )
    return pool


def refuse_too_little(panel: Panel, pair: int, split: int, agreement: Agreement) -> None:
    """Say what is missing, where something is."""
    name = f"{agreement.home}-{agreement.partner} from {agreement.year}"
    years = f"{panel.years[0]}-{panel.years[-1]}" if len(panel.years) else "no years"
    after = len(panel.years) - split
    if split < FEWEST_BEFORE:
        raise TooLittleError(
            f"{name}: {max(split, 0)} years before the date are held ({years}), {FEWEST_BEFORE} are needed."
        )
    if after < FEWEST_AFTER:
        raise TooLittleError(
            f"{name}: {max(after, 0)} years from the date on are held ({years}), {FEWEST_AFTER} are needed."
        )
    works = panel.counts[pair, :split].sum()
    if works < FEWEST_WORKS:
        raise TooLittleError(f"{name}: {works:.0f} joint works before the date ({years}), {FEWEST_WORKS} are needed.")


def treated_splits(panel: Panel, known: tuple[Agreement, ...]) -> dict[int, int]:
    """Pair → index of its first treated year (0 when that lies before the panel); later ones are left out."""
    splits: dict[int, int] = {}
    for agreement in known:
        if agreement.year <= panel.years[-1] and set(agreement.pair) <= set(panel.countries):
            pair = panel.pair(*agreement.pair)
            index = max(0, agreement.year - int(panel.years[0]))
            splits[pair] = min(index, splits.get(pair, index))
    return splits


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
    gap = gaps(panel.counts[pair], beta[panel.first[pair]] + beta[panel.second[pair]], split)
    noise_gaps = placebo_gaps(panel, pool, model.refits, split)
    effect = float(level[after] - level[before])
    return finding("ppml", effect, model.refits.effect, gap, noise_gaps, panel, pair, pool, split)


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
    exposure = beta[panel.first[pair]] + beta[panel.second[pair]]
    observed, expected = panel.counts[pair], np.exp(exposure)
    after = observed[split:].sum() / expected[split:].sum()
    before = observed[:split].sum() / expected[:split].sum()
    effect = float(np.log(after) - np.log(before))
    gap, noise_gaps = gaps(observed, exposure, split), placebo_gaps(panel, pool, model.refits, split)
    return finding("event_study", effect, model.refits.effect, gap, noise_gaps, panel, pair, pool, split)


def synthetic_noise(panel: Panel, split: int, pool: Ints, model: Untreated) -> dict[str, list[Synthetic]]:
    """Both synthetic estimators for each pretended agreement, with the rest of the pool as donors."""
    logs = np.log(panel.counts[pool] + HALF)
    found: dict[str, list[Synthetic]] = {name: [] for name in SYNTHETIC}
    for number, beta in enumerate(model.refits.beta):
        donors = logs - beta[panel.first[pool]] - beta[panel.second[pool]]
        for name, estimate in SYNTHETIC.items():
            found[name].append(estimate(donors[number], np.delete(donors, number, axis=0), split))
    return found


def synthetic_findings(
    panel: Panel, pair: int, split: int, pool: Ints, model: Untreated, noise: Mapping[str, list[Synthetic]]
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
        mine = finding(name, real.effect, effects, real.gap, noise_gaps, panel, pair, pool, split)
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


def gaps(observed: Floats, exposure: Floats, split: int) -> Floats:
    """Yearly log deviation from the counterfactual, whose level is that of the years before."""
    level = np.log((observed[..., :split].sum(axis=-1) + HALF) / np.exp(exposure[..., :split]).sum(axis=-1))
    return np.asarray(np.log(observed + HALF) - exposure - level[..., None])


def placebo_gaps(panel: Panel, pool: Ints, refits: gravity.Refits, split: int) -> Floats:
    """The same for each pretended agreement, under the model fitted for it."""
    each = np.arange(len(pool))
    exposure = refits.beta[each, panel.first[pool]] + refits.beta[each, panel.second[pool]]
    return gaps(panel.counts[pool], exposure, split)


def finding(
    estimator: str,
    log_effect: float,
    noise: Floats,
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
    return judged(estimator, log_effect, noise, gap, noise_gaps, poisson, of_counts(before[pool], after[pool]), split)


def judged(
    estimator: str,
    log_effect: float,
    noise: Floats,
    gap: Floats,
    noise_gaps: Floats,
    poisson: float,
    poissons: Floats,
    split: int,
) -> Finding:
    """The same with the variances that counts explain: of the pair (`poisson`), of the placebos (`poissons`)."""
    each, common = spreads(noise, poissons)
    spread = float(np.sqrt(common + poisson))
    slopes = trend(noise_gaps[:, :split])
    slope = float(trend(gap[None, :split])[0])
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
    )


def trend(series: Floats) -> Floats:
    """Least-squares slope of each row."""
    time = np.arange(series.shape[1]) - (series.shape[1] - 1) / 2
    return np.asarray(series @ time / (time @ time))


def placebo_year(
    panel: Panel, agreement: Agreement, known: tuple[Agreement, ...], placebos: int
) -> tuple[int, Inference] | None:
    """The event study with a date that lies too early, on the years before the real one; None with too few of them."""
    early = panel.between(int(panel.years[0]), agreement.year - 1)
    split = len(early.years) - PLACEBO_LEAD
    pair = early.pair(*agreement.pair)
    if split < FEWEST_BEFORE or early.counts[pair, :split].sum() < FEWEST_WORKS:
        return None
    splits = treated_splits(early, known)
    pool = matched(early, pair, split, set(splits) | {pair}, placebos)
    if len(pool) < FEWEST:
        return None
    model = untreated(early, split, {**splits, pair: split}, pool)
    return agreement.year - PLACEBO_LEAD, event_finding(early, pair, split, pool, model).inference
