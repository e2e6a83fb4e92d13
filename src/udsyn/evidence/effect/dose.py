"""Whether more of an instrument did more: pairs by how many ties they had in their first year.

Only the first year is counted. Who writes together is brought together again, so that later ties are as much a result
as a cause; those of the first year came before any year that counts as *after*. How many they were was still chosen
and not drawn, and the rows say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.special import ndtr, ndtri

from udsyn.evidence.effect.instruments import (
    InstrumentEffect,
    Row,
    in_ledger,
    members_of,
    over_time,
    starts,
)
from udsyn.evidence.effect.joint import Joint
from udsyn.evidence.effect.staggered import Ratio, staggered
from udsyn.evidence.effect.verdict import bounds, compared
from udsyn.evidence.intervals import LEVEL
from udsyn.evidence.words import stated
from udsyn.record.engine import Place, Record

#: what a dose is called, and its least and most ties in the first year
DOSES = {"1": (1, 1), "2": (2, 2), "3 or more": (3, np.inf)}
CHOSEN = "How many ties a pair had was chosen, not drawn: those with more may differ in other ways."


def dose_effect(place: Place, ledger: Path, question: str, *, source: str | None = None) -> InstrumentEffect:
    """What one, two, and three or more ties in the first year did to joint works, after the row of all pairs.

    ledger, question and errors as in `instrument_effect`. A dose that too few pairs had is a row without an effect.
    """
    joint, said = in_ledger(Record.open(place), ledger, question, source)
    return InstrumentEffect([over_time(joint, question, 0), *by_dose(joint, question)], joint.provenance, said)


def by_dose(joint: Joint, question: str) -> Iterator[Row]:
    """A row per dose that any pair had; from the second on, also set against the first."""
    held = {name: only(joint, *ends) for name, ends in DOSES.items()}
    held = {name: part for name, part in held.items() if any(pair.treated_from is not None for pair in part.pairs)}
    base: Ratio | None = None
    for number, (name, part) in enumerate(held.items()):
        row = replace(over_time(part, question, 0), dose=name)
        found = staggered(part.works, starts(part), members_of(part.pairs))
        if len(held) == 1:
            row = replace(row, verdict=f"No pair had another dose than {name}, so that doses cannot be compared.")
        elif number == 0:
            base = found
        elif base is not None and found is not None:
            row = replace(row, verdict=f"{row.verdict} {against(base, found, next(iter(held)), len(held) - 1)}")
        yield row


def only(joint: Joint, least: float, most: float) -> Joint:
    """The pairs of one dose, and all that were never treated."""
    kept = [pair.treated_from is None or least <= pair.dose <= most for pair in joint.pairs]
    pairs = [pair for pair, keep in zip(joint.pairs, kept, strict=True) if keep]
    return replace(joint, pairs=pairs, works=joint.works[np.array(kept, dtype=bool)])


def against(base: Ratio, found: Ratio, first: str, looks: int) -> str:
    """One dose against the first: the ratio of both ratios, at a level that holds for all `looks` (Bonferroni).

    Both are compared with the same pairs, whose chance cancels; it is left in, so that the interval is rather too wide.
    """
    apart = float(np.log1p(found.high) + np.log1p(found.low) - np.log1p(base.high) - np.log1p(base.low)) / 2
    error = float(np.hypot(found.error, base.error))
    wide = float(ndtri(1 - (1 - LEVEL) / looks / 2)) * error
    p_value = min(1.0, 2 * looks * float(ndtr(-abs(apart) / error))) if error > 0 else 1.0
    range_ = bounds(float(np.expm1(apart - wide)), float(np.expm1(apart + wide)))
    told = "unlikely to be chance" if p_value <= 1 - LEVEL else "not to be told from chance"
    return (
        f"Against pairs with {first}: {compared(float(np.expm1(apart)))} ({range_}, {stated('p', p_value)} over all "
        f"doses), {told}. {CHOSEN}"
    )
