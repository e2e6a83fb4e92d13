"""Why no schedule exists, in words, with a set of meetings that cannot hold together.

Most impossible events are impossible at sight: a meeting without a slot, a participant or a hall with more meetings
than slots. These are found by matching (a set violating Hall's condition), and given as found. The rest is left to the
solver, whose refusal is narrowed down meeting by meeting until none can be spared or the time is up.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pysat.solvers import Solver

from udsyn.meetings import sat
from udsyn.meetings.answer import Answer
from udsyn.meetings.event import Event, Meeting

#: Conflicts between two looks at the clock.
CONFLICTS = 1_000
#: Orders in which a contradiction is narrowed down; the smallest result is given.
ORDERS = 8


class Conflict(NamedTuple):
    """A contradiction in words, and the meetings in it."""

    reason: str
    meetings: Sequence[str]


def at_sight(event: Event) -> Answer | None:
    """The infeasibilities that need no search; None where there is no such one. Only musts can be at fault."""
    event = event.musts()
    found = no_slot(event) or too_busy(event) or too_few_tables(event)
    return found and Answer(
        status="infeasible", bound=None, engine="at sight", reason=found.reason, conflict=found.meetings
    )


def no_slot(event: Event) -> Conflict | None:
    for meeting in event.meetings:
        if not event.windows[meeting.id]:
            return Conflict(
                f"Meeting {meeting.id} has no slot left: {', '.join(limits(event, meeting))}.", [meeting.id]
            )
    return None


def limits(event: Event, meeting: Meeting) -> Iterable[str]:
    if meeting.session is not None:
        yield f"session {meeting.session} holds {slots_in_words(event.sessions[meeting.session])}"
    if meeting.slot is not None:
        yield f"it is fixed in slot {meeting.slot}"
    for person in meeting.participants:
        if event.blocked[person]:
            yield f"{event.people[person].label} is not available in {slots_in_words(event.blocked[person])}"


def too_busy(event: Event) -> Conflict | None:
    """The participant with the smallest set of meetings that do not fit one after another."""
    found: list[tuple[int, str, list[str]]] = []
    for person, meetings in event.meetings_of.items():
        windows = {meeting.id: event.windows[meeting.id] for meeting in meetings}
        crowd = overfull(windows, 1)
        if crowd:
            found.append((len(crowd), person, crowd))
    if not found:
        return None
    size, person, crowd = min(found)
    slots = frozenset().union(*(event.windows[meeting] for meeting in crowd))
    return Conflict(
        f"{event.people[person].label} has {size} meetings that fit only into {slots_in_words(slots)}: "
        f"{size} meetings for {len(slots)} slots. Drop one of them or open another slot.",
        crowd,
    )


def too_few_tables(event: Event) -> Conflict | None:
    crowd = overfull(event.windows, event.tables)
    if not crowd:
        return None
    slots = frozenset().union(*(event.windows[meeting] for meeting in crowd))
    return Conflict(
        f"{len(crowd)} meetings fit only into {slots_in_words(slots)}, where {event.tables} tables hold "
        f"{event.tables * len(slots)}. Add tables, open another slot or drop meetings.",
        crowd,
    )


def overfull(windows: Mapping[str, frozenset[int]], seats: int) -> list[str]:
    """Meetings with fewer seats than meetings among all slots open to them; empty where everyone finds a seat.

    Seats are filled along augmenting paths. From a meeting that finds none, every slot it can reach by moving others is
    full: the meetings in these slots and itself are one too many (Hall's theorem).
    """
    held: dict[int, list[str]] = {slot: [] for window in windows.values() for slot in window}
    for meeting in windows:
        reached: dict[int, tuple[str, int | None]] = {}  # slot → who could come here, and from which slot
        edge: list[tuple[str, int | None]] = [(meeting, None)]
        free: int | None = None
        while edge and free is None:
            mover, origin = edge.pop()
            for slot in sorted(windows[mover] - reached.keys()):
                reached[slot] = (mover, origin)
                if len(held[slot]) < seats:
                    free = slot
                    break
                edge.extend((sitter, slot) for sitter in held[slot])
        if free is None:
            return [meeting, *(sitter for slot in sorted(reached) for sitter in held[slot])]
        while free is not None:
            mover, origin = reached[free]
            held[free].append(mover)
            if origin is not None:
                held[origin].remove(mover)
            free = origin
    return []


def why_not(event: Event, seconds: float, seed: int = 0) -> Conflict:
    """The reason for an infeasibility that search has proven: rules in words and the meetings in conflict."""
    deadline = time.monotonic() + seconds
    conflict = smallest_conflict(event.musts(), deadline, random.Random(seed))  # noqa: S311  # not for secrets
    if not conflict:
        return Conflict(f"The meetings fit, but not together with {', '.join(rules(event))}. Relax one of these.", [])
    people = sorted({person for id_ in conflict for person in event.by_id[id_].participants})
    few = ", ".join(conflict) if len(conflict) <= 12 else f"{len(conflict)} meetings"
    return Conflict(
        f"{few} cannot all take place: the slots that their {len(people)} participants, sessions, order and "
        f"{event.tables} tables leave open do not suffice. Drop or move one of them, or open a slot.",
        conflict,
    )


def rules(event: Event) -> Iterable[str]:
    """What an event asks for beyond a place for every meeting."""
    if event.max_break_difference is not None:
        yield f"max_break_difference {event.max_break_difference}"
    if event.lunch:
        yield f"a free slot for lunch in {slots_in_words(event.lunch)}"
    if event.max_streak is not None:
        yield f"max_streak {event.max_streak}"
    if event.rooms:
        yield "the rooms and the ways between them"


def smallest_conflict(event: Event, deadline: float, rng: random.Random) -> list[str]:
    """Meetings that cannot hold together, none to spare; the smallest found by narrowing down in several orders.

    Empty where the meetings fit as long as breaks are not counted.
    """
    formula = sat.Formula(event)
    chosen = {meeting.id: formula.new() for meeting in event.meetings}
    sat.place(formula, chosen)
    sat.respect_order(formula)
    for person in event.meetings_of:
        for slot in range(1, event.slots + 1):
            formula.at_most_one(sat.attended(formula, person, slot))
    sat.limit_tables(formula)
    with Solver("glucose42", bootstrap_with=formula.clauses) as solver:
        best = set(chosen.values())
        fits = ask(solver, best, deadline)
        if fits:
            return []
        if fits is False:
            first = sorted(solver.get_core())
            best = set(first)
            for _ in range(ORDERS):
                kept = narrow(solver, first, deadline, rng)
                best = min(best, kept, key=len)
    return [meeting for meeting, literal in chosen.items() if literal in best]


def narrow(solver: Solver, core: Sequence[int], deadline: float, rng: random.Random) -> set[int]:
    """Drop one after the other whatever the contradiction does not need."""
    kept = set(core)
    for literal in rng.sample(core, len(core)):
        if literal in kept and ask(solver, kept - {literal}, deadline) is False:
            kept = set(solver.get_core())
    return kept


def ask(solver: Solver, assumptions: Iterable[int], deadline: float) -> bool | None:
    """Whether the assumptions hold together; None where the time is up before it is known."""
    wanted = sorted(assumptions)
    while time.monotonic() < deadline:
        solver.conf_budget(CONFLICTS)
        found: bool | None = solver.solve_limited(assumptions=wanted)
        if found is not None:
            return found
    return None


def slots_in_words(slots: Iterable[int]) -> str:
    """{1, 2, 3, 7} → "slots 1-3, 7"; one slot → "slot 7"; none → "no slot"."""
    runs: list[list[int]] = []
    for slot in sorted(slots):
        if runs and slot == runs[-1][1] + 1:
            runs[-1][1] = slot
        else:
            runs.append([slot, slot])
    if not runs:
        return "no slot"
    text = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
    return f"slot {text}" if len(runs) == 1 and runs[0][0] == runs[0][1] else f"slots {text}"
