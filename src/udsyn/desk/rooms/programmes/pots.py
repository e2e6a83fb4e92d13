"""Who pays: one pot, or several agencies that each pay for their own countries, with a top-up between them.

All amounts are in the money of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from udsyn.allocation.budget import gap, raised
from udsyn.desk.rooms.programmes.models import Call
from udsyn.packs import Pack
from udsyn.packs.calls import Agency
from udsyn.packs.sums import Money

POT = "call"  #: one pot, named for the line
NOBODY = ""  #: pays what is asked in a country for which no agency pays: nothing
SHARES = {"virtual": 1.0, "real": 0.0}


@dataclass(frozen=True)
class Pots:
    """Budgets by agency; `virtual`: the part of the top-up that is given out in proportion to them."""

    budgets: Mapping[str, Fraction]
    top_up: Fraction = Fraction(0)
    virtual: Fraction = Fraction(0)

    def pays(self, costs: list[dict[str, Fraction]]) -> bool:
        budgets, reserve = raised(self.budgets, self.top_up, self.virtual)
        return gap(costs, budgets) <= reserve


def payers(pack: Pack) -> list[Agency]:
    """The agencies of a joint call; none where one pot pays."""
    found = [one for one in pack.agencies if one.countries]
    return found if len(found) > 1 else []


def pots_of(call: Call, said: Mapping[str, Any] | None = None) -> Pots:
    """What there is to give, as the call says; `said`: other sums, by agency, as `top_up` and as `virtual`."""
    pack, said = call.pack, said or {}
    agencies, budget = payers(pack), pack.budget
    if not agencies:
        return Pots({POT: number(said.get(POT), call.money)})
    share = SHARES.get(budget.pot, budget.virtual) if budget and budget.pot else None
    return Pots(
        {one.id: number(said.get(one.id), in_the_calls_money(pack, one)) for one in agencies},
        number(said.get("top_up"), budget.top_up if budget else None),
        number(said.get("virtual"), share),
    )


def number(*given: Any) -> Fraction:
    """The first that is there, exactly; nothing is no money."""
    return next((Fraction(str(one)) for one in given if one is not None), Fraction(0))


def in_the_calls_money(pack: Pack, agency: Agency) -> Fraction | None:
    """An agency's budget; None where it has none, or no rate says what its money is worth."""
    held = {"amount": agency.budget, "currency": agency.currency or pack.currency}
    return Money(pack.currency, pack.values.get("rates", {})).read(held, "amount", pack.currency)


def costs_of(case: Mapping[str, Any], pack: Pack) -> dict[str, Fraction]:
    """What an application asks of each agency, from its case as it was handed in."""
    agencies = {country: one.id for one in payers(pack) for country in one.countries}
    if not agencies:
        return {POT: number(case.get("amount"))}
    money, found = Money(pack.currency, case.get("rates", {})), dict[str, Fraction]()
    for cost in case.get("budget", ()):
        amount, pays = money.read(cost, "asked", pack.currency), agencies.get(cost.get("country"), NOBODY)
        found[pays] = found.get(pays, Fraction(0)) + (amount or 0)
    return {pays: amount for pays, amount in found.items() if amount}
