"""What organisers look at: an event in figures, a plan in words, the day as rooms and slots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events import afterwards, contributing, journeys, letters, planning, problem, reasons
from udsyn.desk.rooms.events.hours import Slot
from udsyn.desk.rooms.events.models import Attendee, Event, Hall, Plan, Talk
from udsyn.desk.rooms.events.models.money import above, foreseen

OUTCOMES: dict[str, Any] = {
    "": _("nobody has said"),
    "one": _("only one has said"),
    "met": _("they met"),
    "not_met": _("they did not meet"),
    "disputed": _("they say otherwise of it"),
}


def dashboard(row: Event, actor: Actor) -> dict[str, Any]:
    """An event at a glance, for who organises it."""
    states = Counter(row.attendees.values_list("state", flat=True))
    talks = list(row.talks.filter(state="planned"))
    outcomes = Counter(talk.outcome for talk in talks)
    people = Counter(number for talk in talks for number in (talk.a_id, talk.b_id))
    organises = actor.can("change", row)
    return {
        "organises": organises,
        "coming": states["coming"],
        "waiting": states["waiting"],
        "to_confirm": states["asked"],
        "cancelled": states["cancelled"],
        "absent": states["absent"],
        "wishes": row.attendees.filter(wishes__isnull=False).distinct().count(),
        "talks": len(talks),
        "without": states["coming"] - sum(1 for number in people if people[number]),
        "outcomes": [(OUTCOMES[code], count) for code, count in outcomes.items() if code],
        "adopted": row.plans.filter(state="adopted").first(),
        "newest": row.plans.order_by("-number").first(),
        "against": planning.may_plan(row) if organises else "",
        "holidays": journeys.holidays(row) if row.is_delegation else [],
        "contributions": contributing.of(row).count(),
        "foreseen": foreseen(row),
        "over_cap": above(row, foreseen(row)),
        "no_sender": letters.sender(row) is None,
    }


def of_plan(row: Plan, actor: Actor) -> dict[str, Any]:
    """A plan in words: what it reaches, what is proven, who misses most, and why each wish was left out."""
    people = planning.names(row.event)
    unmet = list(reasons.told(row.unmet, people))
    missed = Counter(one.by for one in unmet)
    wished = Counter(participant for participant in people.values() for _wish in range(participant.wishes.count()))
    moved = row.result.get("moves", {})
    slots = row.event.slots
    return {
        "result": row.result,
        "unmet": unmet,
        "worst": [(who, count, wished[who]) for who, count in missed.most_common(3)],
        "moved": [(named(key, people), *(when(slots, slot) for slot in pair)) for key, pair in moved.items()],
        "fallen": [named(key, people) for key in row.result.get("cancelled", ())],
        "new": [named(key, people) for key in row.result.get("added", ())] if row.again else [],
        "count": len(row.made),
        "ways": ways(row) if row.event.is_delegation else [],
        "is_delegation": row.event.is_delegation,
        "steps": goals(row),
    }


def goals(row: Plan) -> list[tuple[Any, Any, bool]]:
    """What the solver brought down, one after the other: what, how far, and whether no plan could do better.

    It goes to the next goal only when the one before is proven, so that at most the last is not.
    """
    words = {
        "moved": _("meetings that move or fall out"),
        "worst_off": _("wishes that any one person misses at most"),
        "unserved": _("meetings wished that do not take place"),
        "breaks": _("idle times between two meetings, of all"),
    }
    reached = [name for name in words if row.result.get(name) is not None]
    last = reached[-1] if reached else ""
    return [(words[name], row.result[name], row.proven or name != last) for name in reached]


def ways(row: Plan) -> list[dict[str, Any]]:
    """The stops of a delegation's plan in their order, by day and group."""
    stops = {str(stop.pk): stop for stop in row.event.stops.all()}
    lines = []
    for key, (party, minute) in row.made.items():
        if key in stops:
            lines.append({"stop": stops[key], "party": party, "time": f"{minute // 60:02}:{minute % 60:02}"})
    return sorted(lines, key=lambda line: (line["stop"].day, line["party"], line["time"]))


def named(key: str, people: Mapping[int, Attendee]) -> str:
    return " – ".join(str(people.get(number, "?")) for number in problem.people_of(key))


def when(slots: tuple[Slot, ...], number: int) -> str:
    return f"{slots[number - 1].starts:%H:%M}" if 1 <= number <= len(slots) else str(number)


def of_talk(row: Talk, actor: Actor) -> dict[str, Any]:
    """A meeting: when it is, what each said, and what may be made of it."""
    organises = actor.can("change", row)
    return {
        "when": when_of(row),
        "told": OUTCOMES[row.outcome],
        "organises": organises,
        "reads": actor.can("private", row),
        "may_become": organises and not afterwards.may_become(row),
        "begun": row.event.begun(row.slot, timezone.now()),
    }


def when_of(row: Talk) -> Slot | None:
    slots = row.event.slots
    return slots[row.slot - 1] if 1 <= row.slot <= len(slots) else None


@dataclass(frozen=True)
class Line:
    """A slot with what sits at each table, in the order of the tables."""

    slot: Slot
    over: bool
    cells: list[tuple[Hall, int, Talk | None]]


def grid(event: Event) -> list[Line]:
    """The day: a line for each slot, a cell for each table."""
    tables = [(hall, table) for hall in event.halls.all() for table in range(1, hall.tables + 1)]
    talks = event.talks.filter(state="planned").select_related("a", "b", "hall", "event")
    held = {(talk.slot, talk.hall_id, talk.table): talk for talk in talks}
    now = timezone.now()
    return [
        Line(slot, slot.starts <= now, [(hall, n, held.get((slot.number, hall.pk, n))) for hall, n in tables])
        for slot in event.slots
    ]
