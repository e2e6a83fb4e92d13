"""Several looks taken together: all estimators of one agreement, and several agreements, which is what gives power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Protocol

import numpy as np

from udsyn.evidence.effect.estimators import Finding
from udsyn.evidence.effect.panel import Floats
from udsyn.evidence.effect.placebo import Inference, infer

DRAWS = 999  #: sets of pretended agreements, one for each real one
SEED = 20_070_901


class Judged(Protocol):
    """A log effect with what chance does to it: the log effects of placebos and the spread of each."""

    @property
    def log_effect(self) -> float: ...
    @property
    def noise(self) -> Floats: ...
    @property
    def spread(self) -> float: ...
    @property
    def spreads(self) -> Floats: ...
    @property
    def peers(self) -> Floats: ...


@dataclass(frozen=True)
class Together:
    """All estimators of one agreement as one finding, and the range of their effects."""

    log_effect: float
    noise: Floats
    spread: float
    spreads: Floats
    peers: Floats
    inference: Inference
    lowest: float
    highest: float
    estimators: int


def together(findings: Sequence[Finding]) -> Together:
    """One judgement from all estimators that speak, so that no one has to choose among them after the fact.

    Each log effect, less what placebos did on average, is divided by its spread; the mean over estimators is ranked
    among the same means of the placebos. Four looks at the same works are one test, whose size is that of one.
    """
    common = reduce(np.intersect1d, [finding.pairs for finding in findings])
    spread = len(findings) / sum(1 / finding.spread for finding in findings)
    drawn, own, peers = [], [], []
    for finding in findings:
        usual, place = finding.noise.mean(), np.searchsorted(finding.pairs, common)
        drawn.append((finding.noise[place] - usual) / finding.spreads[place])
        own.append((finding.log_effect - usual) / finding.spread)
        peers.append((finding.peers - usual) / finding.spread)
    noise, effect = spread * np.mean(drawn, axis=0), spread * float(np.mean(own))
    spreads = np.full(len(noise), spread)
    effects = [finding.inference.effect for finding in findings]
    return Together(
        effect,
        noise,
        spread,
        spreads,
        spread * np.mean(peers, axis=0),
        infer(effect, noise, spread, spreads),
        min(effects),
        max(effects),
        len(findings),
    )


@dataclass(frozen=True)
class Pool:
    """Several agreements as one, and the same figure of other homes with pretended agreements of the same partners."""

    log_effect: float
    noise: Floats
    inference: Inference
    peers: Floats

    @property
    def called(self) -> int:
        """How many of the other homes would be called an effect at the 5 % level, though they signed nothing."""
        ones = np.ones(len(self.noise))
        return sum(infer(float(peer), self.noise, 1.0, ones).p_value <= 0.05 for peer in self.peers)


def pool(judged: Sequence[Judged], homes: Sequence[Sequence[str]]) -> Pool:
    """The average log effect, each agreement weighted by the inverse of its variance.

    Chance is measured on DRAWS sets of pretended agreements: one placebo drawn from the pool of each agreement,
    averaged with the same weights. Seeded: the same studies give the same figures. homes[a] are whose agreements
    judged[a].peers are; a home that has less than half of the weight is left out.
    """
    weights = np.array([one.spread**-2 for one in judged])
    weights /= weights.sum()
    random = np.random.default_rng(SEED)
    effect, noise = 0.0, np.zeros(DRAWS)
    sums: dict[str, tuple[float, float]] = {}
    for weight, one, codes in zip(weights, judged, homes, strict=True):
        usual = float(one.noise.mean())
        scaled = (one.noise - usual) / one.spreads
        effect += float(weight) * (one.log_effect - usual)
        noise += weight * one.spread * random.choice(scaled, DRAWS)
        for code, peer in zip(codes, one.peers, strict=True):
            total, held = sums.get(code, (0.0, 0.0))
            if np.isfinite(peer):
                sums[code] = total + float(weight) * (float(peer) - usual), held + float(weight)
    peers = np.array([total / held for total, held in sums.values() if held >= 0.5])
    return Pool(effect, noise, infer(effect, noise, 1.0, np.ones(DRAWS)), peers)


def rank_among(own: float, peers: Floats) -> tuple[int, int]:
    """The place of a figure among those of other homes, 1 = none is as high, and how many others there are."""
    held = peers[np.isfinite(peers)]
    return 1 + int((held >= own).sum()), len(held)
