"""The budget line: how far the money goes down a ranking, in one pot or several agencies', with a top-up or without.

Costs and budgets are by agency. `strict`: no gap in the list, the first that does not fit ends it. `skip`: whatever
fits still goes on. Tied applications at the line stay undecided, unless the call takes the most projects that fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal

from udsyn.allocation.ranking import Number, Order

Amounts = Mapping[str, Number]  #: by agency
Rule = Literal["strict", "skip"]

MOST_TIED = 18  #: so many sets of tied applications are tried, no more


@dataclass(frozen=True)
class Line:
    """Who is funded, in the order; what is left; who stands undecided at the line, with the sets that would fit."""

    funded: tuple[str, ...]
    left: dict[str, Fraction]
    undecided: tuple[tuple[str, ...], ...] = ()
    stopped_at: str | None = None  #: the first that did not fit
    reserve: Fraction = Fraction(0)  #: what is left of a top-up that fills gaps


def exact(amount: Number) -> Fraction:
    return amount if isinstance(amount, Fraction) else Fraction(str(amount))


def fits(cost: Amounts, left: Mapping[str, Fraction], reserve: Fraction = Fraction(0)) -> bool:
    """Does each agency pay its part, and the reserve what they lack together? One without a budget pays nothing."""
    return gap([cost], left) <= reserve


def together(costs: Sequence[Amounts]) -> dict[str, Fraction]:
    agencies = dict.fromkeys(agency for cost in costs for agency in cost)
    return {agency: sum((exact(cost.get(agency, 0)) for cost in costs), Fraction(0)) for agency in agencies}


def paid(left: Mapping[str, Fraction], cost: Amounts) -> dict[str, Fraction]:
    return {agency: max(amount - exact(cost.get(agency, 0)), Fraction(0)) for agency, amount in left.items()}


def draw_line(
    order: Order,
    costs: Mapping[str, Amounts],
    budgets: Amounts,
    rule: Rule,
    most_projects: bool = False,
    top_up: Number = 0,
    virtual: Number = 0,
) -> Line:
    """The line through an order. Raises KeyError for a proposal without costs, ValueError for too many ties.

    `virtual` is the part of the top-up that is given out in proportion to budgets before (1: a virtual common pot);
    the rest fills gaps wherever they are, in the order of the list (0: a real common pot); between them: a mixed one.
    """
    left, reserve = raised(budgets, top_up, virtual)
    funded: list[str] = []
    undecided: tuple[tuple[str, ...], ...] = ()
    stopped: str | None = None

    def pay(ids: Sequence[str]) -> None:
        nonlocal left, reserve
        cost = together([costs[id_] for id_ in ids])
        reserve, left = reserve - gap([cost], left), paid(left, cost)
        funded.extend(ids)

    for place in order:
        if fits(together([costs[id_] for id_ in place]), left, reserve):
            pay(place)
            continue
        stopped = stopped or place[0]
        if len(place) > 1:
            choices = largest_sets(place, costs, left, reserve)
            if most_projects and len(choices) == 1:
                pay(choices[0])
            elif choices != ((),):
                undecided = choices
                break  # who of them is funded decides what is left for those below
        if rule == "strict":
            break
    return Line(tuple(funded), left, undecided, stopped, reserve)


def largest_sets(
    ids: Sequence[str], costs: Mapping[str, Amounts], budgets: Amounts, reserve: Number = 0
) -> tuple[tuple[str, ...], ...]:
    """All sets with the largest number of proposals that fit."""
    if len(ids) > MOST_TIED:
        raise ValueError(f"{len(ids)} are tied at the line; sets of more than {MOST_TIED} are not tried")
    left, more = {agency: exact(amount) for agency, amount in budgets.items()}, exact(reserve)
    for size in range(len(ids), 0, -1):
        found = [some for some in combinations(ids, size) if fits(together([costs[id_] for id_ in some]), left, more)]
        if found:
            return tuple(found)
    return ((),)


def gap(costs: Sequence[Amounts], budgets: Amounts) -> Fraction:
    """What the agencies lack together to pay all these, each for its own."""
    asked = together(costs)
    return sum(
        (max(amount - exact(budgets.get(agency, 0)), Fraction(0)) for agency, amount in asked.items()), Fraction(0)
    )


def spread(top_up: Number, budgets: Amounts) -> dict[str, Fraction]:
    """A top-up over agencies, in proportion to their budgets."""
    whole = sum(map(exact, budgets.values()), Fraction(0))
    return {
        agency: exact(top_up) * exact(amount) / whole if whole else Fraction(0) for agency, amount in budgets.items()
    }


def raised(budgets: Amounts, top_up: Number, virtual: Number) -> tuple[dict[str, Fraction], Fraction]:
    """The budgets with the virtual part of a top-up, and the rest of it."""
    shared = exact(virtual) * exact(top_up)
    more = spread(shared, budgets)
    return {agency: exact(amount) + more[agency] for agency, amount in budgets.items()}, exact(top_up) - shared
