"""De minimis aid: the room that an undertaking has left on a day, Regulation (EU) 2023/2831.

Aid counts for three years from the day it was granted. Who counts together is the *single undertaking*: all that are
linked on that day. Each regulation has its own ceiling, in a pack of its own, which names the regulations whose aid
counts towards it. A merger brings the aid of both along, a split gives it to the part that used it, else by share of
equity; entries keep their original date. An award that would pass the ceiling is refused as a whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from udsyn.packs.clock import add_working_days
from udsyn.packs.language import PackError
from udsyn.packs.store import load, shipped

CENT = Decimal("0.01")
MERGER, SPLIT = "merger", "split"
GENERAL = "de-minimis"  #: the pack of the general regulation


@dataclass(frozen=True)
class Award:
    date: dt.date
    amount: Decimal  #: EUR, discounted to the day of granting
    undertaking: str
    used_by: str | None = None  #: the part of the undertaking that used it, which a split gives it to
    regulation: str = GENERAL  #: the pack under which it was granted


@dataclass(frozen=True)
class Event:
    """`sources` go into `shares`: a merger into one, a split into parts by their share of equity."""

    date: dt.date
    kind: str
    sources: tuple[str, ...]
    shares: Mapping[str, Decimal]


@dataclass(frozen=True)
class Link:
    """Two undertakings that are one, from a day on and before another; open where not known."""

    a: str
    b: str
    begins: dt.date | None
    ends: dt.date | None


@dataclass(frozen=True)
class Case:
    awards: tuple[Award, ...]
    links: tuple[Link, ...]
    events: tuple[Event, ...]
    asked: Decimal
    undertaking: str


@dataclass(frozen=True)
class Room:
    room: Decimal
    ceiling: Decimal
    counted: tuple[Award, ...]
    asked: Decimal
    may_grant: Decimal

    @property
    def used(self) -> Decimal:
        """What counts towards the ceiling, which may pass it where companies became one."""
        return sum((award.amount for award in self.counted), Decimal(0))


def room_on(case: Case, day: dt.date, regulation: str = GENERAL) -> Room:
    """What may still be granted on a day under a regulation, and whether all that is asked may be.

    Raises PackError for a regulation that is none, and for a day on which it does not stand.
    """
    values = rules_on(day, regulation)
    ceiling, years, counts = Decimal(values["ceiling"]), int(values["years"]), values["counts"]
    awards = [
        award
        for award in case.awards
        if award.regulation in counts and award.date <= day < years_later(award.date, years)
    ]
    known_as = {case.undertaking}
    for event in sorted((event for event in case.events if event.date <= day), key=lambda event: event.date):
        awards = [part for award in awards for part in carried(award, event)]
        if event.kind == MERGER and known_as & set(event.sources):
            known_as |= set(event.shares)
    one = linked(known_as, [link for link in case.links if holds(link, day)])
    counted = tuple(sorted((a for a in awards if a.undertaking in one), key=lambda a: (a.date, a.undertaking)))
    room = max(ceiling - sum((award.amount for award in counted), Decimal(0)), Decimal(0))
    return Room(room, ceiling, counted, case.asked, case.asked if case.asked <= room else Decimal(0))


def rules_on(day: dt.date, regulation: str = GENERAL) -> Mapping[str, Any]:
    """ceiling (EUR), years, register_days and counts (the regulations whose aid counts) on a day."""
    values = load(regulation, on=day).values
    if not {"ceiling", "years", "register_days", "counts"} <= values.keys():
        raise PackError(f"{regulation} is no regulation of de minimis aid; there are {', '.join(regulations())}.")
    return values


def regulations() -> tuple[str, ...]:
    """The packs that set a ceiling of de minimis aid, the general one first."""
    held = (id_ for id_, packs in shipped().items() if "register_days" in packs[-1].values)
    return tuple(sorted(held, key=lambda id_: (id_ != GENERAL, id_)))


def register_by(granted: dt.date, country: str, regulation: str = GENERAL) -> dt.date:
    """The last day for the entry in the register, by the working days of a country."""
    return add_working_days(granted, rules_on(granted, regulation)["register_days"], country)


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day so many years on. After 29 February it is 1 March: aid counts a day longer rather than too short."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def holds(link: Link, day: dt.date) -> bool:
    return (link.begins is None or link.begins <= day) and (link.ends is None or day < link.ends)


def linked(names: set[str], links: Iterable[Link]) -> set[str]:
    """Everybody who is one undertaking with these."""
    links, found, more = list(links), set(names), True
    while more:
        joined = {name for link in links if {link.a, link.b} & found for name in (link.a, link.b)}
        more = not joined <= found
        found |= joined
    return found


def carried(award: Award, event: Event) -> list[Award]:
    """What becomes of an award in a merger or split."""
    if award.undertaking not in event.sources:
        return [award]
    if event.kind == MERGER:
        return [replace(award, undertaking=next(iter(event.shares)))]
    if award.date > event.date:
        return [award]
    if award.used_by is not None:
        return [replace(award, undertaking=award.used_by)]
    parts = list(event.shares.items())
    amounts = [(award.amount * share).quantize(CENT, ROUND_HALF_UP) for _name, share in parts[:-1]]
    amounts.append(award.amount - sum(amounts, Decimal(0)))
    return [replace(award, undertaking=name, amount=amount) for (name, _), amount in zip(parts, amounts, strict=True)]


# Reading -------------------------------------------------------------------------------------------------------------


def parse(case: Any) -> Case:
    """A case from JSON: awards {date, amount, undertaking}, links {a, b, from, to}, events {date, kind, from, to},
    asked, undertaking. In a split `to` is one name, or names with their shares; an award may say `used_by`, and under
    which `regulation` it was granted.
    """
    if not isinstance(case, Mapping):
        raise PackError("a case is one JSON object.")
    awards = [
        Award(
            day_of(row, "date", where),
            money(row.get("amount"), where),
            text(row, "undertaking", where),
            text(row, "used_by", where) if row.get("used_by") is not None else None,
            text(row, "regulation", where) if row.get("regulation") is not None else GENERAL,
        )
        for where, row in rows(case, "awards")
    ]
    links = [
        Link(
            text(row, "a", where), text(row, "b", where), perhaps_day(row, "from", where), perhaps_day(row, "to", where)
        )
        for where, row in rows(case, "links")
    ]
    events = [event_of(row, where) for where, row in rows(case, "events")]
    asked = money(case.get("asked", 0), "asked")
    return Case(tuple(awards), tuple(links), tuple(events), asked, text(case, "undertaking", "the case"))


def event_of(row: Mapping[str, Any], where: str) -> Event:
    kind = row.get("kind")
    if kind not in (MERGER, SPLIT):
        raise PackError(f"{where}: kind is merger or split, not {kind!r:.40}.")
    sources, goals = row.get("from"), row.get("to")
    named = [sources] if isinstance(sources, str) else sources
    if not isinstance(named, list) or not named or not all(isinstance(name, str) for name in named):
        raise PackError(f"{where}: `from` names who merges or splits.")
    return Event(day_of(row, "date", where), kind, tuple(named), shares_of(goals, kind, where))


def shares_of(goals: Any, kind: str, where: str) -> dict[str, Decimal]:
    if isinstance(goals, str):
        return {goals: Decimal(1)}
    if isinstance(goals, list) and len(goals) == 1 and isinstance(goals[0], str):
        return {goals[0]: Decimal(1)}
    if kind == MERGER or not isinstance(goals, Mapping) or not goals:
        raise PackError(f"{where}: `to` is one name; in a split also names with their shares of equity.")
    shares = {str(name): money(share, where) for name, share in goals.items()}
    whole = sum(shares.values())
    if not whole:
        raise PackError(f"{where}: the shares add up to nothing.")
    return {name: share / whole for name, share in shares.items()}


def rows(case: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    found = case.get(name) or []
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise PackError(f"{name}: a list of objects is wanted.")
    return [(f"{name}, {place}", row) for place, row in enumerate(found, 1)]


def text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise PackError(f"{where}: {name} is missing.")
    return value


def day_of(row: Mapping[str, Any], name: str, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(str(row.get(name)))
    except ValueError:
        raise PackError(f"{where}: {name} is not a day such as 2026-03-16.") from None


def perhaps_day(row: Mapping[str, Any], name: str, where: str) -> dt.date | None:
    return None if row.get(name) is None else day_of(row, name, where)


def money(value: Any, where: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e12:
        raise PackError(f"{where}: {value!r:.40} is not an amount.")
    return Decimal(str(value))
