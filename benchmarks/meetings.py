"""Events to the optimum: value, bound, seconds on the clock, CPU seconds of all engines, and which engine proved it.

Reads the events named by UDSYN_DATA (`meetings/*.json`); without it, generated days. Then cancels one participant in
each and counts the meetings that move, against solving anew.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.meetings.days import day

from udsyn.cli.output import emit, notice
from udsyn.meetings import Event, check, parse_event, read_event, schedule_event
from udsyn.meetings.replan import leave, replan

SECONDS = 60.0


def events() -> Iterator[tuple[str, Event, int | None]]:
    """Name, event and known optimum."""
    folder = Path(os.environ["UDSYN_DATA"]) / "meetings" if "UDSYN_DATA" in os.environ else None
    if folder is None:
        for seed in range(4):
            yield f"generated-{seed}", parse_event(day(seed, people=40, meetings=120, slots=9, tables=16)), None
        return
    optima = json.loads((folder / "optima.json").read_text())
    for name in sorted(optima):
        yield name, read_event(folder / f"{name}.json"), int(optima[name])


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prove(name: str, event: Event, optimum: int | None) -> dict[str, Any]:
    before = cpu()
    answer = schedule_event(event, SECONDS)
    row = {
        "event": name,
        "status": answer.status,
        "breaks": answer.breaks,
        "bound": answer.bound,
        "published": optimum,
        "seconds": answer.seconds,
        "cpu": round(cpu() - before, 1),
        "engine": answer.engine,
        "sound": not check(event, answer.schedule, breaks=answer.breaks),
    }
    if answer.schedule:
        row |= cancel(event, dict(answer.schedule))
    return row


def cancel(event: Event, schedule: dict[str, int]) -> dict[str, Any]:
    """The busiest participant cancels: meetings moved by re-planning, and by solving the smaller event anew."""
    person = max(event.meetings_of, key=lambda id_: len(event.meetings_of[id_]))
    change = replan(event, schedule, SECONDS, without=[person])
    anew = schedule_event(leave(event, [person]), SECONDS).schedule
    return {
        "left": len(change.answer.schedule),
        "moved": len(change.moved),
        "moved_anew": sum(schedule[id_] != slot for id_, slot in anew.items()),
    }


def main() -> None:
    """Print the table; each row goes to stderr as soon as it is known."""
    rows = []
    for each in events():
        rows.append(prove(*each))
        notice(" ".join(str(value) for value in rows[-1].values()))
    emit(rows, "table")


if __name__ == "__main__":
    main()
