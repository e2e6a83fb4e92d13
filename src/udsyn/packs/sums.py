"""Sums of costs against their bounds, exactly: as fractions, in one money, with what is not known left open."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from udsyn.packs.outcomes import MISSING, Outcome, at, key_at
from udsyn.packs.parts import Cap, Condition, Rate

Holds = Callable[[Condition, Any], Outcome]  #: does a condition hold for a thing of the case?


@dataclass(frozen=True)
class Money:
    """The money of the bounds, and what one unit of each is worth: {"DKK": 1, "EUR": 7.46}."""

    currency: str | None = None
    rates: Mapping[str, Any] = field(default_factory=dict)

    def read(self, thing: Any, path: str, currency: str | None) -> Fraction | None:
        """The amount at a path in a currency. One that names no currency is in that one. None: not known."""
        amount, own = number(at(thing, path)), at(thing, "currency")
        if amount is None or amount < 0 or own is MISSING or own == currency:
            return amount if amount is None or amount >= 0 else None
        worth, unit = number(self.rates.get(own)), number(self.rates.get(currency or ""))
        return amount * worth / unit if worth and unit else None


@dataclass(frozen=True)
class Found:
    """A sum beside its bound: the worst one where a cap has several. `of` is the partner or country it is for."""

    outcome: Outcome
    total: Fraction | None = None
    bound: Fraction | None = None
    of: Any = None
    currency: str | None = None
    missing: str = ""  #: what is not known


@dataclass
class Sums:
    """What is known of sums by key, and whether something could still be added to them."""

    known: dict[Any, Fraction] = field(default_factory=dict)
    open: bool = False

    def add(self, key: Any, amount: Fraction) -> None:
        self.known[key] = self.known.get(key, Fraction(0)) + amount


def number(value: Any) -> Fraction | None:
    """A finite number as it is written (0.1 is a tenth); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Fraction)) or not math.isfinite(value):
        return None
    return value if isinstance(value, Fraction) else Fraction(str(value))


def within(cap: Cap, case: Any, money: Money, holds: Holds) -> Found:
    """Do the sums keep to the cap's bound?"""
    currency = cap.currency or money.currency
    costs = at(case, cap.sum)
    if not isinstance(costs, (list, tuple)):
        return Found(Outcome.UNKNOWN, missing=cap.sum)
    sums = added(costs, cap.where, cap.per, lambda cost: money.read(cost, cap.amount, currency), holds)
    bounds = bounds_of(cap, case, money, holds)
    if bounds is None:
        return Found(Outcome.UNKNOWN, missing=cap.times or cap.of or "")
    keys = list(sums.known) or ([] if cap.per else [None])
    found = [judged(cap, sums, key, bounds(key), currency) for key in keys]
    worst = sorted(found, key=lambda one: (SEVERITY[one.outcome], distance(one)))
    if worst and worst[0].outcome is not Outcome.MET:
        return worst[0]
    if sums.open and not (cap.is_minimum and cap.per is None):
        return Found(Outcome.UNKNOWN, currency=currency, missing=cap.sum)
    return worst[0] if worst else Found(Outcome.MET, Fraction(0), currency=currency)


SEVERITY = {Outcome.NOT_MET: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2}


def distance(found: Found) -> Fraction:
    """How near a sum is to its bound, negative where it lies far beyond; the worst comes first."""
    if found.total is None or found.bound is None:
        return Fraction(0)
    return -abs(found.total - found.bound) if found.outcome is Outcome.NOT_MET else abs(found.total - found.bound)


def judged(cap: Cap, sums: Sums, key: Any, bound: Fraction | None, currency: str | None) -> Found:
    """One sum against its bound. An amount that is not known yet only adds to it."""
    total = sums.known.get(key, Fraction(0))
    if bound is None:
        return Found(Outcome.UNKNOWN, total, None, key, currency, cap.of or "")
    if cap.is_minimum:
        outcome = Outcome.MET if total >= bound else Outcome.UNKNOWN if sums.open else Outcome.NOT_MET
    else:
        outcome = Outcome.MET if total <= bound else Outcome.NOT_MET
    return Found(outcome, total, bound, key, currency)


def bounds_of(cap: Cap, case: Any, money: Money, holds: Holds) -> Callable[[Any], Fraction | None] | None:
    """The bound of each key; None where nothing is known of what a share is taken of."""
    fixed = number(cap.at_most if cap.at_most is not None else cap.at_least)
    if fixed is not None:
        times = Fraction(1) if cap.times is None else number(at(case, cap.times))
        return None if times is None else lambda key: fixed * times
    whole, part = at(case, cap.of or ""), cap.part
    if not isinstance(whole, (list, tuple)):
        share, base = number(part), number(whole)
        return (lambda key: share * base) if share is not None and base is not None else None
    currency = cap.currency or money.currency

    def worth(thing: Any) -> Fraction | None:
        amount, share = money.read(thing, cap.of_amount, currency), share_of(part, thing, holds)
        return None if amount is None or share is None else amount * share

    base_sums = added(whole, cap.of_where, cap.per, worth, holds)
    return lambda key: None if base_sums.open else base_sums.known.get(key, Fraction(0))


def share_of(part: float | tuple[Rate, ...] | None, thing: Any, holds: Holds) -> Fraction | None:
    """The first rate that fits a thing. None where none does, or where one before might."""
    if not isinstance(part, tuple):
        return number(part)
    for rate in part:
        fit = Outcome.MET if rate.where is None else holds(rate.where, thing)
        if fit is not Outcome.NOT_MET:
            return number(rate.share) if fit is Outcome.MET else None
    return None


def added(
    things: list[Any] | tuple[Any, ...],
    where: Condition | None,
    per: str | None,
    amount: Callable[[Any], Fraction | None],
    holds: Holds,
) -> Sums:
    """The sums of things that fit, by their key."""
    sums = Sums()
    for thing in things:
        fit = Outcome.MET if where is None else holds(where, thing)
        if fit is Outcome.NOT_MET:
            continue
        key, value = key_at(thing, per) if per else None, amount(thing)
        if fit is Outcome.UNKNOWN or key is MISSING or value is None:
            sums.open = True
        else:
            sums.add(key, value)
    return sums
