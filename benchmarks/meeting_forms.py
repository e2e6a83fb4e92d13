"""Each form of the engine alone, and all side by side: seconds of processor until the optimum is proven, or a dash.

Reads the events named by UDSYN_DATA (`meetings/*.json`); without it, generated days. Two more are made of each: one in
which 40 % of the meetings are fixed where a good schedule has them and the hall has hardly a table to spare, and one in
which everybody is away for one slot.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.meetings import cpu, events
from udsyn.cli.output import emit, notice
from udsyn.errors import UdsynError
from udsyn.meetings import Event
from udsyn.meetings.portfolio import ENGINES, solve

SECONDS = 60.0
FORMS = ("cores", "exhaustive")


def family(name: str, event: Event) -> Iterator[tuple[str, Event]]:
    """An event, and those made of it. What cannot be solved first is not made crowded."""
    yield name, event
    rng = random.Random(name)
    answer = solve(event, SECONDS)
    if answer.schedule:
        held = set(rng.sample(sorted(answer.schedule), len(answer.schedule) * 2 // 5))
        fullest = max(sum(slot == one for slot in answer.schedule.values()) for one in set(answer.schedule.values()))
        meetings = [replace(one, slot=answer.schedule[one.id]) if one.id in held else one for one in event.meetings]
        tables = min(event.tables, max(fullest, math.ceil(len(event.meetings) / event.slots)))
        yield f"{name}, 40 % fixed, {tables} tables", replace(event, meetings=tuple(meetings), tables=tables)
    away = [
        replace(one, unavailable=one.unavailable | {rng.randint(1, event.slots)})
        if len(event.meetings_of.get(one.id, ())) < event.slots - len(one.unavailable)
        else one
        for one in event.participants
    ]
    yield f"{name}, away for a slot", replace(event, participants=tuple(away))


def seconds(event: Event, engines: tuple[str, ...]) -> str:
    """Of processor, of all its processes; a dash where it is not proven in time, a word where there is no schedule."""
    before = cpu()
    try:
        answer = solve(event, SECONDS, engines=engines)
    except UdsynError:
        return "–"
    took = f"{cpu() - before:.1f}"
    return {"optimal": took, "infeasible": f"{took} (impossible)"}.get(answer.status, "–")


def main() -> None:
    """Print the table; each row goes to stderr as soon as it is known."""
    rows = []
    for name, event, _optimum in events():
        for title, one in family(name, event):
            seats = 2 * len(one.meetings) / (2 * one.tables * one.slots)
            row = {"event": title, "seats": f"{seats:.0%}"} | {form: seconds(one, (form,)) for form in FORMS}
            rows.append(row | {"all": seconds(one, ENGINES)})
            notice(" | ".join(rows[-1].values()))
    emit(rows, "table")


if __name__ == "__main__":
    main()
