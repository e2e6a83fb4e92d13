"""One agreement studied: which pairs it is compared with, what the data can carry, and what the estimators say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from udsyn.errors import UsageError
from udsyn.evidence.effect.estimators import (
    SYNTHETIC,
    Finding,
    dummies,
    dummy_finding,
    event_finding,
    halves,
    listed,
    never_none,
    no_logs,
    synthetic_findings,
    synthetic_noise,
    synthetic_peers,
    untreated,
)
from udsyn.evidence.effect.panel import Bools, Ints, Panel
from udsyn.evidence.effect.placebo import FEWEST, Inference, matched
from udsyn.evidence.threads import one_thread

WINDOW = 10  #: years on either side of the first treated year
PLACEBOS = 100
FEWEST_BEFORE, FEWEST_AFTER = 4, 2  #: years
FEWEST_WORKS = 50  #: joint works before the date
PLACEBO_LEAD = 5  #: the placebo year lies this many years before the real one


class TooLittleError(UsageError):
    """The pair has too little data for an honest answer; the message says what is missing."""


@dataclass(frozen=True)
class Agreement:
    """A treated pair, its first treated year, and what began then: an agreement, or a centre that was opened."""

    home: str
    partner: str
    year: int
    what: str = "agreement"

    @property
    def pair(self) -> tuple[str, str]:
        first, second = sorted((self.home, self.partner))
        return first, second


@dataclass(frozen=True)
class Study:
    """All findings on one agreement. silent: why an estimator says nothing. gaps: years that are unknown, not zero."""

    agreement: Agreement
    years: Ints
    split: int
    before: float
    after: float
    placebos: tuple[str, ...]
    findings: tuple[Finding, ...]
    placebo_year: tuple[int, Inference] | None = None
    others: tuple[Agreement, ...] = ()
    silent: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[int, ...] = ()
    homes: tuple[str, ...] = ()  #: whose pretended agreements with the same partner are the findings' `peers`

    def __getitem__(self, estimator: str) -> Finding:
        return next(finding for finding in self.findings if finding.estimator == estimator)

    def __contains__(self, estimator: str) -> bool:
        return any(finding.estimator == estimator for finding in self.findings)


@one_thread()
def examine(
    panel: Panel,
    agreement: Agreement,
    known: tuple[Agreement, ...] = (),
    *,
    window: int | None = WINDOW,
    placebos: int = PLACEBOS,
    pool: Ints | None = None,
    homes: Sequence[str] = (),
    with_placebo_year: bool = True,
) -> Study:
    """Estimate the effect of one agreement on joint works.

    panel: joint works of all pairs and years (`pair_panel`). known: every agreement that is known, so that a treated
    pair is no comparison. window: years on either side (None: all years of the panel). pool: the pairs that are given
    pretended agreements, instead of the nearest `placebos`. homes: other countries that are given the same agreement,
    to rank this one among them. Raises TooLittleError with the reason where the data cannot
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
    homes, peers = other_homes(panel, agreement.partner, homes, splits)
    pretended = np.concatenate([pool, peers])
    model = untreated(panel, split, splits, pretended)
    findings: tuple[Finding, ...] = (
        dummy_finding(panel, pair, split, pool, dummies(panel, split, splits, pretended, model.base.beta)),
        event_finding(panel, pair, split, pool, model),
    )
    donors = never_none(panel, pool)
    reason = no_logs(panel, pair, pool, donors)
    if reason is None:
        noise = synthetic_noise(panel, split, pool, model, donors)
        others = synthetic_peers(panel, split, pool[donors], peers, model)
        findings += synthetic_findings(panel, pair, split, pool[donors], model, noise, others)
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
        dict.fromkeys(SYNTHETIC, reason) if reason else {},
        tuple(int(gap) for gap in panel.years[panel.gaps[pair]]),
        tuple(homes),
    )


def other_homes(panel: Panel, partner: str, homes: Sequence[str], treated: Collection[int]) -> tuple[list[str], Ints]:
    """Those of `homes` whose pair with the partner can be given a pretended agreement, and these pairs."""
    found = {home: panel.pair(home, partner) for home in homes if home != partner}
    held: Bools = np.asarray(panel.counts.any(axis=1) & ~panel.gaps.any(axis=1))
    kept = {home: pair for home, pair in found.items() if held[pair] and pair not in treated}
    return list(kept), np.array(list(kept.values()), dtype=np.int64)


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
            f"only {len(pool)} pairs to compare with, {FEWEST} are needed. "
            "Use a panel with more countries (--countries)."
        )
    return pool


def refuse_too_little(panel: Panel, pair: int, split: int, agreement: Agreement) -> None:
    """Say what is missing, where something is."""
    years = f"{panel.years[0]}-{panel.years[-1]}" if len(panel.years) else "no years"
    if panel.gaps[pair].any():
        years += f" without {listed(panel.years[panel.gaps[pair]])}"
    before, after = (int(panel.seen[pair, part].sum()) for part in halves(split))
    if before < FEWEST_BEFORE:
        raise TooLittleError(f"{before} years before the date are held ({years}), {FEWEST_BEFORE} are needed.")
    if after < FEWEST_AFTER:
        raise TooLittleError(f"{after} years from the date on are held ({years}), {FEWEST_AFTER} are needed.")
    works = panel.counts[pair, :split].sum()
    if works < FEWEST_WORKS:
        held = f"{panel.years[0]}-{agreement.year - 1}"
        raise TooLittleError(f"{works:.0f} joint works before the date ({held}), {FEWEST_WORKS} are needed.")


def treated_splits(panel: Panel, known: tuple[Agreement, ...]) -> dict[int, int]:
    """Pair → index of its first treated year (0 when that lies before the panel); later ones are left out."""
    splits: dict[int, int] = {}
    for agreement in known:
        if agreement.year <= panel.years[-1] and set(agreement.pair) <= set(panel.countries):
            pair = panel.pair(*agreement.pair)
            index = max(0, agreement.year - int(panel.years[0]))
            splits[pair] = min(index, splits.get(pair, index))
    return splits


def placebo_year(
    panel: Panel, agreement: Agreement, known: tuple[Agreement, ...], placebos: int
) -> tuple[int, Inference] | None:
    """The event study with a date that lies too early, on the years before the real one; None with too few of them."""
    early = panel.between(int(panel.years[0]), agreement.year - 1)
    split = len(early.years) - PLACEBO_LEAD
    pair = early.pair(*agreement.pair)
    before, after = (int(early.seen[pair, part].sum()) for part in halves(split))
    if before < FEWEST_BEFORE or after < FEWEST_AFTER or early.counts[pair, :split].sum() < FEWEST_WORKS:
        return None
    splits = treated_splits(early, known)
    pool = matched(early, pair, split, set(splits) | {pair}, placebos)
    if len(pool) < FEWEST:
        return None
    model = untreated(early, split, {**splits, pair: split}, pool)
    return agreement.year - PLACEBO_LEAD, event_finding(early, pair, split, pool, model).inference
