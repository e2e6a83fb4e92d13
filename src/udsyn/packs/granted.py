"""What may be granted of what is asked for: nothing where a rule is against it, else all of it within every bound."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from udsyn.packs.judge import Verdict, judge
from udsyn.packs.language import Pack
from udsyn.packs.outcomes import Outcome


@dataclass(frozen=True)
class Granted:
    """Sums rounded to cents.

    amount: None where something is against it or not known. against: those rules. cut: the rules whose bounds lie below
    what is asked for, the lowest first.
    """

    asked: Decimal | None
    amount: Decimal | None
    currency: str | None
    against: tuple[Verdict, ...]
    cut: tuple[Verdict, ...]


def granted(pack: Pack, case: Mapping[str, Any], on: dt.date) -> Granted | None:
    """What a pack lets be granted; None where it has no rule that cuts a sum."""
    cuts = {rule.id for rule in pack.rules if rule.cuts}
    if not cuts:
        return None
    found = [verdict for verdict in judge(pack, case, on) if verdict.asked]
    bounds = [verdict.sum for verdict in found if verdict.rule in cuts and verdict.sum]
    asked = next((one.total for one in bounds if one.total is not None), None)
    against = tuple(one for one in found if one.outcome is not Outcome.MET and not is_cut(one, cuts))
    cut = sorted((one for one in found if is_cut(one, cuts)), key=bound_of)
    amount = None if against or asked is None else min([asked, *map(bound_of, cut)])
    currency = next((one.currency for one in bounds if one.currency), pack.currency)
    return Granted(in_cents(asked), in_cents(amount), currency, against, tuple(cut))


def in_cents(amount: Fraction | None) -> Decimal | None:
    """Half a cent counts as one."""
    return None if amount is None else Decimal(math.floor(amount * 100 + Fraction(1, 2))) / 100


def is_cut(verdict: Verdict, cuts: set[str]) -> bool:
    """Is more asked for than the bound of a rule that cuts?"""
    return verdict.rule in cuts and verdict.outcome is Outcome.NOT_MET


def bound_of(verdict: Verdict) -> Fraction:
    """The bound that was passed."""
    assert verdict.sum is not None
    assert verdict.sum.bound is not None
    return verdict.sum.bound
