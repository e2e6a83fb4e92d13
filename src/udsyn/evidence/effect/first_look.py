"""A first look at agreements, of the kind that is often published: one model, all years, no check; why it misleads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from udsyn.evidence.effect import gravity
from udsyn.evidence.effect.findings import Settings
from udsyn.evidence.effect.panel import pair_panel
from udsyn.evidence.effect.placebo import matched
from udsyn.evidence.effect.study import Agreement, Study, treated_splits
from udsyn.evidence.threads import one_thread
from udsyn.evidence.words import change
from udsyn.facts.countries import name

EARLIER = 9  #: years before the first agreement with which the first look begins


@dataclass(frozen=True)
class Plain:
    """What a plain gravity model over all years says of one agreement, and what it says of pretended ones."""

    agreement: Agreement
    years: tuple[int, int]
    effect: float
    usual: float  #: what it says of pretended agreements on average
    spread: float  #: standard deviation of their log effects

    @property
    def detectable(self) -> float:
        """What would stand out from them at the 5 % level, if they were normal."""
        return float(np.expm1(1.96 * self.spread))


@one_thread()
def first_look(pairs: pl.DataFrame, studies: Sequence[Study], settings: Settings) -> list[Plain]:
    """The gravity model with a dummy per agreement, over all years from EARLIER years before the first one on."""
    if not studies:
        return []
    known = tuple(study.agreement for study in studies)
    years = min(agreement.year for agreement in known) - EARLIER, int(max(study.years[-1] for study in studies))
    panel = pair_panel(pairs, settings.countries, {code for one in known for code in one.pair}, years)
    splits = treated_splits(panel, known)
    base = gravity.fit(gravity.stretches(panel, splits), len(panel.countries))
    found = []
    for agreement in known:
        pair = panel.pair(*agreement.pair)
        before, after = np.flatnonzero(base.rows.pair == pair)
        pool = matched(panel, pair, splits[pair], set(splits), settings.placebos)
        pretended = gravity.refit(base, panel, pool, splits[pair], dropped=False).effect
        pretended = pretended[np.isfinite(pretended)]
        effect = float(np.expm1(base.level[after] - base.level[before]))
        usual = float(np.expm1(pretended.mean()))
        found.append(Plain(agreement, years, effect, usual, float(pretended.std(ddof=1))))
    return found


def first_look_table(found: Sequence[Plain]) -> str:
    """The plain figures beside what the same model says of pretended agreements."""
    if not found:
        return ""
    first, last = found[0].years
    intro = (
        f"The plain gravity model over all years {first}-{last}, with a dummy for each agreement and no check, beside "
        "what it says of pretended agreements in pairs of similar size: their average, the standard deviation of their "
        "logs, and from where on an effect stands out of such a spread. What pretended agreements gain on average is "
        "no agreement's work, and a longer period widens the spread, because shocks last and add up."
    )
    lines = [intro, "", "| partner, from | plain figure | pretended | log spread | stands out from |", "|---" * 5 + "|"]
    for one in found:
        lines.append(
            f"| {name(one.agreement.partner)}, {one.agreement.year} | {change(one.effect)} | {change(one.usual)} | "
            f"{one.spread:.2f} | {change(one.detectable)} |"
        )
    return "\n".join(lines)
