"""Home beside its pair: what its joint works with all countries did, and which other homes it is ranked among.

An agreement can draw joint works from home's other ties (diversion) or lift them too (spill-over). The pair's figure
is too high in the first case and too low in the second; home's total says which it may be.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl

from udsyn.evidence.effect.panel import Bools, Panel, filled_totals
from udsyn.evidence.effect.placebo import FEWEST, Inference, infer
from udsyn.evidence.effect.study import Agreement
from udsyn.evidence.effect.synthetic import synthetic_did
from udsyn.evidence.threads import one_thread

HOMES = 15  #: other homes that are given the same agreements


def others_like(panel: Panel, home: str, barred: Collection[str], number: int) -> list[str]:
    """The countries nearest to home in joint works with all others, in that order; none of `barred`."""
    size = {
        code: float(np.log1p(panel.counts[(panel.first == i) | (panel.second == i)].sum()))
        for i, code in enumerate(panel.countries)
    }
    free = [code for code in panel.countries if code not in {home, *barred}]
    return sorted(free, key=lambda code: abs(size[code] - size[home]))[:number]


@one_thread()
def total_effect(rows: pl.DataFrame, panel: Panel, agreement: Agreement) -> Inference | None:
    """What home's joint works with all countries did from the date on, against those of other countries.

    rows: joint works of all pairs, columns c1, c2, year, works. Synthetic difference-in-differences of the log totals,
    with the panel's other countries (without the partner) as donors and as placebos. None where home has a year of
    none, where no year lies on either side of the date, or where fewer than FEWEST others are held.
    """
    totals = filled_totals(rows, panel.countries, panel.years)
    split = agreement.year - int(panel.years[0])
    kept: Bools = np.asarray((totals > 0).all(axis=1))
    kept[panel.countries.index(agreement.partner)] = False
    own = panel.countries.index(agreement.home)
    if not kept[own] or not 2 <= split < len(panel.years) or kept.sum() <= FEWEST:
        return None
    logs = np.log(totals)
    kept[own] = False
    donors = logs[kept]
    effect = synthetic_did(logs[own], donors, split).effect
    noise = [synthetic_did(unit, np.delete(donors, n, axis=0), split).effect for n, unit in enumerate(donors)]
    return infer(effect, np.array(noise), 1.0, np.ones(len(noise)))
