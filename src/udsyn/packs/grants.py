"""The terms of a grant, as a call's pack says them, and what they say of a change: free, or to be asked for.

The pack that holds at the award governs a grant for as long as it runs. What its terms do not say is never free.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from udsyn.packs.days import months_moved, months_on
from udsyn.packs.parts import Said, Share, Text

LINES, TWO_FIGURES = "lines", "two_figures"
Kind = Literal["duration", "budget", "partner", "administrator"]
Months = Annotated[int, Field(ge=0, le=240)]


class Instalment(Said):
    """A share of the grant, so many months after it begins; `after_report`: only when its report is accepted."""

    share: Annotated[float, Field(gt=0, le=1)]
    months: Months = 0
    after_report: bool = False


class Moving(Said):
    """How a kind of change is judged. Which threshold belongs to which kind: `months` to the duration, counted from the
    dates at the award; `below`, a share of the whole grant, to the budget; `free` to partner and administrator."""

    clause: str
    source: str
    says: Text
    months: Months | None = None
    below: Share | None = None
    free: bool = False
    days_before: Annotated[int, Field(ge=0, le=366)] | None = None  #: before the end; later, it is asked for
    asks: tuple[Text, ...] = ()  #: what a request must contain


class GrantTerms(Said):
    """Everything that follows the award. `two_figures`: the kinds of institution that account in two figures a year
    (spent this year, unspent from before); all others account once, by the lines of the approved budget."""

    clause: str
    source: str
    months: Months | None = None  #: how long it runs at most, as awarded
    changes: dict[Kind, Moving] = Field(default_factory=dict)
    instalments: tuple[Instalment, ...] = ()
    report_months: Months | None = None  #: after the end
    accounts_months: Months | None = None  #: after the end of the time that is accounted for
    two_figures: tuple[str, ...] = ()
    audit_above: Annotated[float, Field(ge=0)] | None = None  #: an auditor signs the accounts of larger grants
    remind_days: tuple[Annotated[int, Field(ge=0, le=366)], ...] = (30, 7, 0)

    @model_validator(mode="after")
    def whole(self) -> GrantTerms:
        if sum(Decimal(str(one.share)) for one in self.instalments) > 1:
            raise ValueError("the instalments are more than the grant")
        return self


@dataclass(frozen=True)
class Judged:
    """What the terms say of a change. `why`: within, beyond, late, asked or not_said; `bound` is the threshold and
    `found` what the change comes to (months, or a share of the grant), where it is measured."""

    free: bool
    why: str
    found: float | None = None
    bound: float | None = None
    moving: Moving | None = None


def judge_duration(
    terms: GrantTerms, original: tuple[dt.date, dt.date], new: tuple[dt.date, dt.date], ends: dt.date, today: dt.date
) -> Judged:
    """Another beginning or end, against the dates at the award. `ends`: the end that holds until now."""
    said = terms.changes.get("duration")
    found = max(months_moved(was, becomes) for was, becomes in zip(original, new, strict=True))
    if said is None or said.months is None:
        return Judged(False, "not_said", found, None, said)
    if said.days_before is not None and (ends - today).days < said.days_before:
        return Judged(False, "late", (ends - today).days, said.days_before, said)
    free = found <= said.months
    return Judged(free, "within" if free else "beyond", found, said.months, said)


def judge_budget(terms: GrantTerms, awarded: Mapping[str, Decimal], new: Mapping[str, Decimal]) -> Judged:
    """Other lines, against the budget at the award: what is moved in all, so that many small moves count together."""
    said, total = terms.changes.get("budget"), sum(awarded.values(), Decimal())
    moved = sum((max(amount - awarded.get(line, Decimal()), Decimal()) for line, amount in new.items()), Decimal())
    found = float(moved / total) if total else None
    if said is None or said.below is None or found is None:
        return Judged(False, "not_said", found, None, said)
    free = moved < Decimal(str(said.below)) * total
    return Judged(free, "within" if free else "beyond", found, said.below, said)


def judge_who(terms: GrantTerms, kind: Kind) -> Judged:
    """Another partner or administrator: free where the terms say so in words."""
    said = terms.changes.get(kind)
    if said is None:
        return Judged(False, "not_said")
    return Judged(said.free, "within" if said.free else "asked", moving=said)


def shape_of(terms: GrantTerms, institution: str) -> str:
    """How an institution of this kind accounts: `two_figures` or `lines`."""
    return TWO_FIGURES if institution in terms.two_figures else LINES


def instalments_of(terms: GrantTerms, amount: Decimal, starts: dt.date) -> list[tuple[dt.date, Decimal, bool]]:
    """(day, amount, waits for the report) of each; what rounding leaves is in the last where they are the whole."""
    shares = [Decimal(str(one.share)) for one in terms.instalments]
    parts = [(amount * share).quantize(Decimal("0.01")) for share in shares]
    if parts and sum(shares) == 1:
        parts[-1] = amount - sum(parts[:-1], Decimal())
    days = [months_on(starts, one.months) for one in terms.instalments]
    return [(day, part, one.after_report) for day, part, one in zip(days, parts, terms.instalments, strict=True)]
