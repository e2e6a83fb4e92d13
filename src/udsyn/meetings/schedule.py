"""From an event to an answer: rule out the impossible in words, then solve."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from udsyn.meetings import explain, portfolio
from udsyn.meetings.answer import Answer, Progress
from udsyn.meetings.event import Event


def schedule_event(
    event: Event, time_limit: float = 60.0, *, seed: int = 0, progress: Progress | None = None
) -> Answer:
    """Find the schedule with the fewest breaks.

    `time_limit` is in seconds of wall clock and kept to within two. The answer's `status` is optimal (proven), feasible
    (the best found; `bound` says how many breaks any schedule has at least), infeasible (with `reason` and `conflict`,
    meetings that cannot hold together) or unknown (nothing found in time). Raises UdsynError where the solvers fail.
    """
    started = time.monotonic()
    if not event.meetings:
        return Answer(status="optimal", breaks=0, bound=0, engine="none needed")
    answer = explain.at_sight(event)
    if answer is None:
        left = time_limit - (time.monotonic() - started)
        answer = solver(event)(event, left, seed=seed, progress=progress)
        if answer.status == "infeasible":
            left = time_limit - (time.monotonic() - started)
            answer.reason, answer.conflict = explain.why_not(event, max(left, 1.0))
    answer.seconds = round(time.monotonic() - started, 2)
    return answer


def solver(event: Event) -> Callable[..., Answer]:
    """The engine for an event: rooms, wishes and the rest need OR-Tools, which is loaded where it is used."""
    if event.plain:
        return portfolio.solve
    from udsyn.meetings.day import schedule_day

    return schedule_day


def as_object(answer: Answer) -> dict[str, Any]:
    """The answer as the flat object that the command line prints."""
    found: dict[str, Any] = {
        "status": answer.status,
        "breaks": answer.breaks,
        "bound": answer.bound,
        "seconds": round(answer.seconds, 2),
        "schedule": dict(answer.schedule),
        "engine": answer.engine,
    }
    if answer.rooms:
        found["rooms"] = dict(answer.rooms)
    found |= answer.goals
    if answer.reason:
        found |= {"reason": answer.reason, "conflict": list(answer.conflict)}
    return found


def as_rows(event: Event, answer: Answer) -> list[dict[str, Any]]:
    """A row per scheduled meeting, by slot: slot, start and end where the event has a clock, meeting, participants."""
    rows = []
    for id_, slot in sorted(answer.schedule.items(), key=lambda item: (item[1], list(event.by_id).index(item[0]))):
        start, end = (f"{moment:%H:%M}" for moment in event.times(slot)) if event.has_clock else (None, None)
        people = [event.people[person].label for person in event.by_id[id_].participants]
        rows.append({"slot": slot, "start": start, "end": end, "meeting": id_, "participants": people})
    return rows
