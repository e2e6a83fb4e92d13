"""The day with everything a real one needs, as one CP-SAT model with goals in order of weight.

Beyond the exact core: wishes that need not all fit, rooms and the way between places, lunch, a longest streak,
fairness, and a confirmed schedule from which as few meetings as possible move. Each goal is minimised in turn and held:

    1. moved        confirmed meetings that change their slot or fall out (re-planning only)
    2. worst_off    most liked meetings that any one participant misses (where the event asks for fairness)
    3. unserved     liked meetings that do not take place
    4. breaks       idle runs between two meetings of a participant
    5. unwanted     rather-not meetings left out; they are placed only where that costs nothing above
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from udsyn.errors import UdsynError
from udsyn.meetings.answer import Answer, Progress
from udsyn.meetings.check import check, count_breaks
from udsyn.meetings.event import Event, Meeting, Priority

WORKERS = 2
RESERVE = 0.3


@dataclass
class Day:
    """The model and the variables that carry the meaning."""

    event: Event
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    at: dict[tuple[str, int], Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)
    seated: dict[tuple[str, int, str], Any] = field(default_factory=dict)  # meeting, slot, room
    busy: dict[tuple[str, int], Any] = field(default_factory=dict)
    breaks: dict[str, Any] = field(default_factory=dict)
    goals: dict[str, Any] = field(default_factory=dict)

    def slots(self) -> range:
        return range(1, self.event.slots + 1)


def schedule_day(
    event: Event,
    time_limit: float,
    *,
    confirmed: Mapping[str, int] | None = None,
    spare_moves: int = 0,
    hint: Mapping[str, int] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Answer:
    """Minimise the goals in order. `confirmed` (meeting → slot) is kept as far as possible; `spare_moves` more meetings
    than necessary may move where that helps the goals behind it."""
    started = time.monotonic()
    day = build(event, confirmed)
    answer = Answer(engine="cp-sat")
    for meeting, slot in (hint or confirmed or {}).items():
        if (meeting, slot) in day.at:
            day.model.add_hint(day.at[meeting, slot], 1)
    proven, found = True, False
    for name, goal in day.goals.items():
        left = time_limit - RESERVE - (time.monotonic() - started)
        if left <= 0:
            proven = False
            break
        solver = solver_for(left, seed)
        day.model.minimize(goal)
        status = solver.solve(day.model, Watch(day, name, started, progress))
        if status == cp_model.INFEASIBLE and not found:
            return Answer(status="infeasible", bound=None, engine="cp-sat")
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            proven = False
            break
        take(day, solver, answer)
        found = True  # where no meeting can be held, that is the schedule
        value = round(solver.objective_value)
        if name == "breaks" and proven:
            answer.bound = max(0, round(solver.best_objective_bound))
        answer.goals[name] = value
        proven = proven and status == cp_model.OPTIMAL
        if not proven:
            break
        day.model.add(goal <= value + (spare_moves if name == "moved" else 0))
        hold_as_hint(day, solver)
    if found:
        wrong = check(event, answer.schedule, rooms=answer.rooms)
        if wrong:
            raise UdsynError(f"the solver made a wrong schedule ({wrong[0]}): please report this event.")
        answer.breaks = count_breaks(event, answer.schedule)
        answer.status = "optimal" if proven else "feasible"
    answer.seconds = time.monotonic() - started
    return answer


def solver_for(seconds: float, seed: int) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = seed
    return solver


class Watch(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]  # OR-Tools carries no types here
    """Tells each better value of the goal at work."""

    def __init__(self, day: Day, name: str, started: float, progress: Progress | None) -> None:
        super().__init__()
        self.day, self.name, self.started, self.progress = day, name, started, progress

    def on_solution_callback(self) -> None:
        if self.progress and self.name == "breaks":
            best, bound = round(self.objective_value), max(0, round(self.best_objective_bound))
            self.progress(Answer(breaks=best, bound=bound, seconds=time.monotonic() - self.started))


def take(day: Day, solver: cp_model.CpSolver, answer: Answer) -> None:
    answer.schedule = {meeting: slot for (meeting, slot), literal in day.at.items() if solver.value(literal)}
    answer.rooms = {meeting: room for (meeting, _slot, room), literal in day.seated.items() if solver.value(literal)}


def hold_as_hint(day: Day, solver: cp_model.CpSolver) -> None:
    values = [solver.value(literal) for literal in day.at.values()]
    day.model.clear_hints()
    for literal, value in zip(day.at.values(), values, strict=True):
        day.model.add_hint(literal, value)


# ------------------------------------------------------------------------------------------------------------ model


def build(event: Event, confirmed: Mapping[str, int] | None) -> Day:
    day = Day(event)
    rules: tuple[Callable[[Day], None], ...] = (
        place, respect_order, fill_days, limit_tables, seat, travel, keep_lunch, limit_streaks, count, even_out,
    )  # fmt: skip
    for rule in rules:
        rule(day)
    if confirmed:
        kept = [day.at[item] for item in confirmed.items() if item in day.at]
        day.goals["moved"] = len([meeting for meeting in confirmed if meeting in event.by_id]) - sum(kept)
    likes = [meeting for meeting in event.meetings if meeting.priority is Priority.LIKE]
    if event.fair and likes:
        day.goals["worst_off"] = worst_off(day)
    if likes:
        day.goals["unserved"] = left_out(day, likes)
    day.goals["breaks"] = sum(day.breaks.values())
    unwanted = [meeting for meeting in event.meetings if meeting.priority is Priority.RATHER_NOT]
    if unwanted:
        day.goals["unwanted"] = left_out(day, unwanted)
    return day


def place(day: Day) -> None:
    """A meeting stands in one slot of its window; only a must has to."""
    for meeting in day.event.meetings:
        literals = []
        for slot in sorted(day.event.windows[meeting.id]):
            day.at[meeting.id, slot] = day.model.new_bool_var(f"{meeting.id} at {slot}")
            literals.append(day.at[meeting.id, slot])
        if meeting.priority is Priority.MUST:
            day.model.add_exactly_one(literals)
            day.held[meeting.id] = 1
        else:
            day.model.add_at_most_one(literals)
            day.held[meeting.id] = sum(literals)


def respect_order(day: Day) -> None:
    for meeting in day.event.meetings:
        for other in meeting.after:
            for slot in day.event.windows[meeting.id]:
                not_later = [day.at[other, when] for when in day.event.windows[other] if when >= slot]
                day.model.add_at_most_one([day.at[meeting.id, slot], *not_later])


def fill_days(day: Day) -> None:
    for person, meetings in day.event.meetings_of.items():
        for slot in day.slots():
            literals = [day.at[meeting.id, slot] for meeting in meetings if (meeting.id, slot) in day.at]
            if literals:
                day.busy[person, slot] = day.model.new_bool_var(f"{person} busy at {slot}")
                day.model.add(sum(literals) == day.busy[person, slot])
        if meetings and all(meeting.priority is Priority.MUST for meeting in meetings):
            day.model.add(sum(busy_in(day, person, day.slots())) == len(meetings))


def busy_in(day: Day, person: str, slots: Any) -> list[Any]:
    return [day.busy[person, slot] for slot in slots if (person, slot) in day.busy]


def limit_tables(day: Day) -> None:
    for slot in day.slots():
        literals = [day.at[meeting, slot] for meeting in day.event.windows if (meeting, slot) in day.at]
        if len(literals) > day.event.tables:
            day.model.add(sum(literals) <= day.event.tables)


def seat(day: Day) -> None:
    """A meeting that stands in a slot sits in one room, its own wish where it has one."""
    if not day.event.rooms:
        return
    for (meeting, slot), literal in day.at.items():
        wish = day.event.by_id[meeting].room
        rooms = [room.id for room in day.event.rooms if wish in (None, room.id)]
        for room in rooms:
            day.seated[meeting, slot, room] = day.model.new_bool_var(f"{meeting} at {slot} in {room}")
        day.model.add(sum(day.seated[meeting, slot, room] for room in rooms) == literal)
    for hall in day.event.rooms:
        for slot in day.slots():
            inside = [literal for (_, when, where), literal in day.seated.items() if (when, where) == (slot, hall.id)]
            if len(inside) > hall.tables:
                day.model.add(sum(inside) <= hall.tables)


def travel(day: Day) -> None:
    """Between two places a participant has at least the slots that the way takes."""
    place_of = {room.id: room.place for room in day.event.rooms}
    ways = {way: slots for way, slots in day.event.travel.items() if slots and way[0] != way[1]}
    if not ways:
        return
    for meetings in day.event.meetings_of.values():
        visits: dict[tuple[str, int], list[Any]] = {}
        ids = {meeting.id for meeting in meetings}
        for (meeting, slot, room), literal in day.seated.items():
            if meeting in ids:
                visits.setdefault((place_of[room], slot), []).append(literal)
        for (here, there), slots in ways.items():
            for (place_, leave), literals in visits.items():
                if place_ != here:
                    continue
                for arrive in range(leave + 1, leave + slots + 1):
                    if (there, arrive) in visits:
                        day.model.add_at_most_one([*literals, *visits[there, arrive]])


def keep_lunch(day: Day) -> None:
    for person in day.event.participants:
        if person.lunch and day.event.lunch:
            day.model.add(sum(busy_in(day, person.id, day.event.lunch)) <= len(day.event.lunch) - 1)


def limit_streaks(day: Day) -> None:
    longest = day.event.max_streak
    if longest is None:
        return
    for person in day.event.meetings_of:
        for first in range(1, day.event.slots - longest + 1):
            day.model.add(sum(busy_in(day, person, range(first, first + longest + 1))) <= longest)


def count(day: Day) -> None:
    """Breaks of a participant: blocks of busy slots less one (none for who has no meeting)."""
    for person, meetings in day.event.meetings_of.items():
        if len(meetings) < 2 or not busy_in(day, person, day.slots()):  # nobody waits who can meet nobody
            day.breaks[person] = 0
            continue
        blocks = []
        for slot in day.slots():
            if (person, slot) not in day.busy:
                continue
            begins, busy, before = day.model.new_bool_var(""), day.busy[person, slot], day.busy.get((person, slot - 1))
            if before is None:
                day.model.add(begins == busy)
            else:
                day.model.add_bool_or([begins, busy.negated(), before])
                day.model.add_implication(begins, busy)
                day.model.add_implication(begins, before.negated())
            blocks.append(begins)
        there: Any = 1
        if all(meeting.priority is not Priority.MUST for meeting in meetings):
            there = day.model.new_bool_var(f"{person} there")
            day.model.add_max_equality(there, busy_in(day, person, day.slots()))
        breaks = day.model.new_int_var(0, len(meetings) - 1, f"breaks of {person}")
        day.model.add(breaks == sum(blocks) - there)
        day.breaks[person] = breaks


def even_out(day: Day) -> None:
    difference = day.event.max_break_difference
    if difference is None or not day.breaks:
        return
    least = day.model.new_int_var(0, day.event.slots, "fewest breaks")
    for breaks in day.breaks.values():
        day.model.add(least <= breaks)
        day.model.add(breaks <= least + difference)


def worst_off(day: Day) -> Any:
    worst = day.model.new_int_var(0, len(day.event.meetings), "liked meetings missed by the worst off")
    for meetings in day.event.meetings_of.values():
        likes = [meeting for meeting in meetings if meeting.priority is Priority.LIKE]
        if likes:
            day.model.add(worst >= left_out(day, likes))
    return worst


def left_out(day: Day, meetings: list[Meeting]) -> Any:
    return len(meetings) - sum(day.held[meeting.id] for meeting in meetings)
