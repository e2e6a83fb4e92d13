"""From what people wish to the solver's problem and back, and why a wish did not come true. Pure: no database.

People are known by their numbers, a meeting by its two people: `12-17`, the smaller number first.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from udsyn.meetings import Event, schedule_event
from udsyn.meetings.event import Meeting, Participant, Priority
from udsyn.meetings.explain import at_sight
from udsyn.meetings.replan import Change, replan

SOLVED = ("optimal", "feasible")
#: of the time, what the question may take whether all wishes fit
FIRST_TRY = 0.4


@dataclass(frozen=True)
class Who:
    """Somebody who takes part: their organisation and group (empty: of none), and the slots in which they are away."""

    number: int
    house: str = ""
    group: str = ""
    away: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Want:
    by: int
    whom: int
    rank: int = 1


@dataclass(frozen=True)
class Asked:
    """All that an event asks for."""

    slots: int
    tables: int
    people: tuple[Who, ...]
    wants: tuple[Want, ...] = ()
    musts: frozenset[str] = frozenset()
    nevers: frozenset[str] = frozenset()
    may_ask: frozenset[tuple[str, str]] = frozenset()  #: (group, group); none: everybody may ask everybody
    one_of_a_house: bool = False
    fixed: tuple[tuple[str, int], ...] = ()  #: pair and slot of meetings that stay: locked, or begun
    closed: frozenset[int] = frozenset()  #: slots into which nothing else may come any more


@dataclass(frozen=True)
class Refusal:
    """A wish that did not come true, a code for why, and the number that the reason names (a person), if any."""

    by: int
    whom: int
    code: str
    about: int = 0


@dataclass(frozen=True)
class Planned:
    """What the solver says. `result` is flat and can be stored: status, breaks, bound, worst_off, unserved, seconds."""

    result: dict[str, Any]
    made: dict[str, int] = field(default_factory=dict)
    unmet: tuple[Refusal, ...] = ()
    trouble: str = ""
    moved: dict[str, tuple[int, int]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()


def pair(one: int, other: int) -> str:
    return f"{min(one, other)}-{max(one, other)}"


def people_of(key: str) -> tuple[int, int]:
    one, _dash, other = key.partition("-")
    return int(one), int(other)


def sieve(asked: Asked) -> tuple[dict[str, int], list[Refusal]]:
    """The pairs that may meet, each with its best rank, and the wishes that no plan could grant, with their reason."""
    people = {who.number: who for who in asked.people}
    wanted: dict[str, int] = {}
    refused: list[Refusal] = []
    booked: dict[tuple[str, int], int] = {}  # house, whom → who of the house meets them
    for want in sorted(asked.wants, key=lambda one: (one.rank, one.by, one.whom)):
        against = against_rules(asked, people, want)
        key, house = pair(want.by, want.whom), people[want.by].house if want.by in people else ""
        if not against and asked.one_of_a_house and house and key not in asked.musts:
            colleague = booked.setdefault((house, want.whom), want.by)
            if colleague != want.by:
                against = Refusal(want.by, want.whom, "colleague", colleague)
        if against:
            refused.append(against)
        else:
            wanted[key] = min(want.rank, wanted.get(key, want.rank))
    return wanted, refused


def against_rules(asked: Asked, people: Mapping[int, Who], want: Want) -> Refusal | None:
    if want.by not in people or want.whom not in people:
        return Refusal(want.by, want.whom, "not_coming", want.by if want.by not in people else want.whom)
    by, whom = people[want.by], people[want.whom]
    if pair(want.by, want.whom) in asked.nevers:
        return Refusal(want.by, want.whom, "never")
    if asked.one_of_a_house and by.house and by.house == whom.house:
        return Refusal(want.by, want.whom, "same_house")
    if asked.may_ask and (by.group, whom.group) not in asked.may_ask:
        return Refusal(want.by, want.whom, "group")
    return None


def as_event(asked: Asked, wanted: Iterable[str], *, all_must: bool = False) -> Event:
    """The problem as the solver reads it. Whoever is worst off is served first."""
    present = {who.number for who in asked.people}
    fixed = {key: slot for key, slot in asked.fixed if present.issuperset(people_of(key))}
    musts = {key for key in asked.musts if present.issuperset(people_of(key))}.union(fixed)
    later = frozenset(range(1, asked.slots + 1)) - asked.closed

    def meeting(key: str) -> Meeting:
        priority = Priority.MUST if all_must or key in musts else Priority.LIKE
        session = "later" if asked.closed and key not in fixed else None
        return Meeting(key, tuple(map(str, people_of(key))), session, fixed.get(key), priority=priority)

    return Event(
        slots=asked.slots,
        tables=asked.tables,
        participants=tuple(Participant(str(who.number), who.away) for who in asked.people),
        meetings=tuple(map(meeting, sorted(musts.union(wanted), key=people_of))),
        sessions={"later": later} if asked.closed else {},
        fair=not all_must,
    )


def plan(asked: Asked, seconds: float, seed: int = 0) -> Planned:
    """The best plan for what is asked, with proof or bound.

    Where all wishes fit, what is left is fewest breaks, which the race of both forms proves. Where they do not, the
    worst off is raised first, then as many wishes as possible are granted, then breaks are avoided.
    """
    started = time.monotonic()
    wanted, refused = sieve(asked)
    whole = as_event(asked, wanted, all_must=True)
    answer = at_sight(whole)
    event = whole
    if answer is None:
        answer = schedule_event(whole, max(2.0, seconds * FIRST_TRY), seed=seed)
    if answer.status not in SOLVED:
        event = as_event(asked, wanted)
        answer = schedule_event(event, max(2.0, started + seconds - time.monotonic()), seed=seed)
    goals = {"worst_off": 0, "unserved": 0} | answer.goals
    result: dict[str, Any] = {"status": answer.status, "breaks": answer.breaks, "bound": answer.bound, **goals}
    result["seconds"] = round(time.monotonic() - started, 1)
    if answer.status not in SOLVED:
        return Planned(result, trouble=answer.reason or "")
    made = dict(answer.schedule)
    unmet = [*refused, *left_out(asked, event, made, answer.status == "optimal")]
    return Planned(result, made, tuple(unmet), added=tuple(made))


def plan_again(asked: Asked, stands: Mapping[str, int], seconds: float, seed: int = 0) -> Planned:
    """A plan close to what stands (pair → slot): what is fixed keeps its slot, as few others as possible move.

    Pairs of which one is not there any more fall away; new wishes find a place where one is.
    """
    wanted, refused = sieve(asked)
    there = {str(who.number) for who in asked.people}
    kept = {key: slot for key, slot in stands.items() if there.issuperset(key.split("-"))}
    barred = {pair(one.by, one.whom) for one in refused if one.code == "never"}
    event = as_event(asked, {*wanted, *(key for key in kept if key not in barred)})
    kept = {key: slot for key, slot in kept.items() if key in event.by_id}
    change: Change = replan(event, kept, seconds, seed=seed)
    answer = change.answer
    result: dict[str, Any] = {"status": answer.status, "breaks": answer.breaks, "bound": answer.bound, **answer.goals}
    result["seconds"] = round(answer.seconds, 1)
    if answer.status not in SOLVED:
        return Planned(result, trouble=answer.reason or "")
    made = dict(answer.schedule)
    unmet = [*refused, *left_out(asked, event, made, answer.status == "optimal")]
    gone = tuple(key for key in stands if key not in made)
    return Planned(result, made, tuple(unmet), moved=dict(change.moved), added=change.added, cancelled=gone)


def left_out(asked: Asked, event: Event, made: Mapping[str, int], proven: bool) -> Iterable[Refusal]:
    """Why each wish that could have been granted was not: of every slot, who or what stands in the way."""
    busy: dict[int, set[int]] = {who.number: set() for who in asked.people}
    used: dict[int, int] = {}
    for key, slot in made.items():
        used[slot] = used.get(slot, 0) + 1
        for number in people_of(key):
            busy[number].add(slot)
    for want in asked.wants:
        key = pair(want.by, want.whom)
        if key in event.by_id and key not in made:
            window = event.windows[key]
            yield Refusal(want.by, want.whom, *stands_in_the_way(want, window, busy, used, asked.tables, proven))


def stands_in_the_way(
    want: Want, window: frozenset[int], busy: Mapping[int, set[int]], used: Mapping[int, int], tables: int, proven: bool
) -> tuple[str, int]:
    if not window:
        return "never_both_there", 0
    for number in (want.whom, want.by):
        if window <= busy[number]:
            return "day_full", number
    both_free = window - busy[want.by] - busy[want.whom]
    if not both_free:
        return "never_both_free", 0
    if all(used.get(slot, 0) >= tables for slot in both_free):
        return "no_table", 0
    return ("costs_others" if proven else "not_found_in_time"), 0
