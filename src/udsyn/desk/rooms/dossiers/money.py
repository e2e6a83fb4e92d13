"""What was spent, added up without losing what is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from udsyn.desk.kernel.dossiers import Cost
from udsyn.desk.tools.numbers import decimal


@dataclass
class Spent:
    """The sum of some costs: money by currency, hours, and of how many lines each is not known."""

    lines: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)
    no_money: int = 0
    hours: float = 0.0
    no_hours: int = 0

    @property
    def hours_known(self) -> bool:
        return self.lines > self.no_hours

    @property
    def all_hours(self) -> bool:
        return self.lines > 0 and not self.no_hours

    @property
    def all_money(self) -> bool:
        return self.lines > 0 and not self.no_money


def add_up(costs: Iterable[Cost], until: dt.date | None = None) -> Spent:
    """The sum of costs; with `until`, of those that are known to have arisen by then."""
    spent = Spent()
    for cost in costs:
        if until is not None and (cost.date is None or cost.date > until):
            continue
        spent.lines += 1
        if cost.money is None:
            spent.no_money += 1
        else:
            spent.money[cost.currency] = spent.money.get(cost.currency, Decimal(0)) + cost.money
        if cost.hours is None:
            spent.no_hours += 1
        else:
            spent.hours += cost.hours
    return spent


def money_words(spent: Spent) -> str:
    """What it cost in money; what is not known is said, and is never nothing."""
    if not spent.money:
        return _("not known")
    sums = ", ".join(f"{decimal(amount, 0, group=True)} {currency}" for currency, amount in sorted(spent.money.items()))
    return sums if not spent.no_money else _("at least %(sum)s") % {"sum": sums} + not_of(spent.no_money, spent.lines)


def hours_words(spent: Spent, unit: str = "") -> str:
    """What it cost in hours of work."""
    if not spent.hours_known:
        return _("not known")
    hours = f"{decimal(spent.hours, 1)} {unit}".strip()
    return hours if spent.all_hours else _("at least %(sum)s") % {"sum": hours} + not_of(spent.no_hours, spent.lines)


def not_of(part: int, whole: int) -> str:
    return " " + _("(of %(part)s of %(whole)s lines it is not known)") % {"part": part, "whole": whole}
