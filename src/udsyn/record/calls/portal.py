"""What the EU portal's files and its search share: dates, budgets, kinds of calls.

Deadlines are wall clocks in Brussels. A budget stands under a key with all topics that share it: it is divided, not
added.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from udsyn.record.calls import said
from udsyn.record.calls.tables import Deadline

BRUSSELS = "Europe/Brussels"
TOPIC, CASCADE = "1", "8"
PAGE = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/topic-details/"


@dataclass(frozen=True)
class Money:
    """What a topic has: its part of the budget, how many share it, least and most per award, how many awards."""

    budget: float | None = None
    shared_by: int | None = None
    least: float | None = None
    most: float | None = None
    awards: int | None = None


def told(topic: str, title: str, overview: object) -> dict[str, Any]:
    """What is told of every call of the portal alike, as columns of a call: who pays, how much, and where it stands."""
    return {
        "id": topic,
        "title": said.plain_text(title) or title,
        "funder": "European Commission",
        "currency": "EUR",
        "url": PAGE + topic.lower(),
        **asdict(money(overview, topic)),
    }


def deadlines(days: Iterable[tuple[dt.date, str | None]], model: object) -> tuple[Deadline, ...]:
    """Deadlines in their order; numbered as stages where the model says that there are two."""
    staged = "two" in str(model or "").lower() or "2" in str(model or "")
    return tuple(
        Deadline(day, clock, BRUSSELS if clock else None, number if staged else None)
        for number, (day, clock) in enumerate(sorted(set(days), key=lambda one: one[0]), 1)
    )


def money(overview: object, topic: str) -> Money:
    """A topic's money from the portal's budget overview (an object, or the text of one)."""
    if isinstance(overview, str):
        try:
            overview = json.loads(overview)
        except ValueError:
            return Money()
    pots = overview.get("budgetTopicActionMap") if isinstance(overview, Mapping) else None
    if not isinstance(pots, Mapping):
        return Money()
    actions = [(one, pot) for pot in pots.values() if isinstance(pot, list) for one in pot if isinstance(one, Mapping)]
    own = [(one, pot) for one, pot in actions if names(one, topic)] or (actions if len(actions) == 1 else [])
    if not own:
        return Money()
    parts = [part_of(one, pot) for one, pot in own]
    known = [amount for amount, _ in parts if amount is not None]
    return Money(
        sum(known) if known else None,
        max(shared for _, shared in parts),
        least_of(said.amount(one.get("minContribution")) for one, _ in own),
        max((said.amount(one.get("maxContribution")) or 0 for one, _ in own), default=0) or None,
        sum(whole(one.get("expectedGrants")) or 0 for one, _ in own) or None,
    )


def names(action: Mapping[str, Any], topic: str) -> bool:
    """Is it the topic's own action? Its name begins with the id: `HORIZON-CL5-2026-01-D3-02 - HORIZON-IA ...`."""
    return str(action.get("action") or "").split(" ")[0].lower() == topic.lower()


def part_of(action: Mapping[str, Any], pot: list[Any]) -> tuple[float | None, int]:
    """A topic's part of a pot and how many share it: those under the same key that name the very same amounts."""
    years = action.get("budgetYearMap")
    amounts = [said.amount(value) for value in years.values()] if isinstance(years, Mapping) else []
    known = [value for value in amounts if value]
    sharing = {
        str(one.get("action") or "").split(" ")[0].lower()
        for one in pot
        if isinstance(one, Mapping) and one.get("budgetYearMap") == years
    }
    return (sum(known) / len(sharing) if known else None), len(sharing)


def least_of(amounts: Iterable[float | None]) -> float | None:
    return min((one for one in amounts if one), default=None)


def whole(value: object) -> int | None:
    number = said.amount(value)
    return int(number) if number is not None and number > 0 else None
