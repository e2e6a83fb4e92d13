"""What changes after the schedule is confirmed: someone cancels, someone walks in. As few meetings as possible move."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from udsyn.errors import UdsynError, UsageError
from udsyn.meetings import explain
from udsyn.meetings.answer import Answer, Progress
from udsyn.meetings.check import check, count_breaks
from udsyn.meetings.event import Event, Priority


@dataclass(frozen=True)
class Change:
    """The new answer and what it changes: meetings moved (meeting → old and new slot), added and cancelled.

    No schedule moves or drops fewer than `moves_at_least` of the confirmed ones that can still take place.
    """

    event: Event
    answer: Answer
    moved: Mapping[str, tuple[int, int]]
    added: tuple[str, ...]
    cancelled: tuple[str, ...]
    moves_at_least: int = 0


def replan(
    event: Event,
    confirmed: Mapping[str, int],
    time_limit: float = 30.0,
    *,
    without: Collection[str] = (),
    locked: Collection[str] = (),
    moves: int = 0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Change:
    """A new schedule close to the confirmed one (meeting id → slot).

    `without` names participants who cancelled: their one-to-one meetings fall away, larger groups meet without them.
    `locked` meetings keep their slot in any case. Meetings of the event that are not in `confirmed` are walk-ins and
    find a place. First as few confirmed meetings as possible move; `moves` more may do so where that saves breaks.
    """
    started = time.monotonic()
    changed = lock(leave(event, without), confirmed, locked)
    answer = explain.at_sight(changed)
    if answer is None:
        from udsyn.meetings.day import schedule_day  # OR-Tools is loaded where it is used: it takes half a second

        answer = schedule_day(changed, time_limit, confirmed=confirmed, spare_moves=moves, seed=seed, progress=progress)
        if answer.status == "infeasible":
            left = time_limit - (time.monotonic() - started)
            answer.reason, answer.conflict = explain.why_not(changed, max(left, 1.0))
        elif answer.status == "unknown":
            stay_put(answer, changed, confirmed)
    answer.seconds = time.monotonic() - started
    new = answer.schedule
    return Change(
        event=changed,
        answer=answer,
        moved={id_: (slot, new[id_]) for id_, slot in confirmed.items() if id_ in new and new[id_] != slot},
        added=tuple(id_ for id_ in new if id_ not in confirmed),
        cancelled=tuple(id_ for id_ in confirmed if new and id_ not in new),
        moves_at_least=moves_at_least(changed, confirmed, answer),
    )


def stay_put(answer: Answer, event: Event, confirmed: Mapping[str, int]) -> None:
    """Where no better one was found in time: all that can stays where it is, what cannot takes the first free place."""
    schedule: dict[str, int] = {}
    busy: set[tuple[str, int]] = set()
    seats = Counter[int]()
    first = sorted(event.meetings, key=lambda one: (one.priority is not Priority.MUST, one.id not in confirmed))
    for meeting in first:
        stood = confirmed.get(meeting.id, 0)
        for slot in sorted(event.windows[meeting.id], key=lambda slot: (slot != stood, slot)):
            people = {(person, slot) for person in meeting.participants}
            if seats[slot] < event.tables and not people & busy:
                schedule[meeting.id] = slot
                busy |= people
                seats[slot] += 1
                break
    if not event.rooms and not check(event, schedule):
        answer.schedule, answer.status, answer.engine = schedule, "feasible", "stay put"
        answer.breaks = count_breaks(event, schedule)
        answer.goals["moved"] = sum(schedule.get(id_) != slot for id_, slot in confirmed.items() if id_ in event.by_id)


def moves_at_least(event: Event, confirmed: Mapping[str, int], answer: Answer) -> int:
    """What the solver has proven, and before that: what lost its slot moves, and so does what finds no table there."""
    if answer.status == "optimal" or len(answer.goals) > 1:  # the next goal is only begun when this one is proven
        return answer.goals.get("moved", 0)
    stand = [(id_, slot) for id_, slot in confirmed.items() if id_ in event.by_id]
    kept = Counter(slot for id_, slot in stand if slot in event.windows[id_])
    lost = len(stand) - kept.total()
    return lost + sum(max(0, many - event.tables) for many in kept.values())


def leave(event: Event, people: Collection[str]) -> Event:
    """The event without these participants."""
    for person in people:
        if person not in event.people:
            raise UsageError(f"participant {person} is not in the event; nobody to take out.")
    meetings = []
    for meeting in event.meetings:
        left = tuple(person for person in meeting.participants if person not in people)
        if len(left) >= 2:
            meetings.append(replace(meeting, participants=left))
    rest = replace(
        event,
        participants=tuple(person for person in event.participants if person.id not in people),
        meetings=tuple(meetings),
    )
    return rest.only({meeting.id for meeting in meetings})


def lock(event: Event, confirmed: Mapping[str, int], locked: Collection[str]) -> Event:
    for id_ in locked:
        if id_ not in confirmed:
            raise UsageError(f"meeting {id_} is not in the confirmed schedule; it cannot be locked there.")
    meetings = tuple(
        replace(meeting, slot=confirmed[meeting.id]) if meeting.id in locked else meeting for meeting in event.meetings
    )
    return replace(event, meetings=meetings)


def read_schedule(path: Path, event: Event) -> dict[str, int]:
    """The schedule in a file written by `udsyn meetings schedule` (or the bare object meeting → slot)."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise UdsynError(f"{path}: not valid JSON. Give the output of `udsyn meetings schedule`.") from None
    found = data.get("schedule", data) if isinstance(data, dict) else None
    if not isinstance(found, dict) or not all(type(slot) is int for slot in found.values()):
        raise UdsynError(f"{path}: no schedule in it. Give the output of `udsyn meetings schedule`.")
    for meeting, slot in found.items():
        if not 1 <= slot <= event.slots:
            raise UdsynError(f"{path}: meeting {meeting} is in slot {slot}; slots run 1 to {event.slots}.")
    return found


def read_rooms(path: Path) -> dict[str, str]:
    """Meeting → room from the same file; empty for events without rooms."""
    rooms = json.loads(path.read_text(encoding="utf-8-sig")).get("rooms") or {}
    return {str(meeting): str(room) for meeting, room in rooms.items()}


def as_object(change: Change) -> dict[str, Any]:
    return {
        "moved": {meeting: list(slots) for meeting, slots in change.moved.items()},
        "added": list(change.added),
        "cancelled": list(change.cancelled),
        "moves_at_least": change.moves_at_least,
    }
