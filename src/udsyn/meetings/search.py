"""The search engine: pulls a schedule down by large neighbourhoods, until the solver says that none is better.

From the best schedule so far, it frees some meetings, holds all others in place and asks the solver for a schedule
with fewer breaks within a budget of conflicts. What the solver learns is kept from one question to the next, so that
in the end it often refutes "fewer breaks" outright, which is a proof. What to free follows a seeded generator
and the budgets count conflicts, not seconds: the same seed gives the same schedules in the same order.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from pysat.card import ITotalizer
from pysat.solvers import Solver

from udsyn.meetings.check import breaks_by_participant
from udsyn.meetings.engine import Report
from udsyn.meetings.event import Event
from udsyn.meetings.sat import Formula, encode

STARTER, SOLVER = "cadical195", "glucose42"
START_ROUNDS, START_CONFLICTS, CONFLICTS = 6, 5_000, 1_500
#: Every other question asks to save this part of the breaks at once, the others ask for one break less.
STEP = 10


def solve(event: Event, report: Report, seed: int) -> None:
    """Report ever better schedules, and at the end that the last one is optimal or that there is none."""
    formula = encode(event)
    rng = random.Random(seed)  # noqa: S311  # not for secrets
    with Solver(SOLVER, bootstrap_with=formula.clauses) as solver:
        solver.set_phases([-cost for cost in formula.costs])
        schedule = promising_schedule(formula, solver, rng) or any_schedule(formula)
        if schedule is None:
            report.infeasible()
        else:
            improve(formula, solver, schedule, rng, report)


def promising_schedule(formula: Formula, solver: Solver, rng: random.Random) -> dict[str, int] | None:
    """Ask for no break at all; give up those that the solver refuses (a core) or finds too hard (half of the rest)."""
    wanted = sorted(formula.costs)
    for _ in range(START_ROUNDS):
        solver.conf_budget(START_CONFLICTS)
        found = solver.solve_limited(assumptions=[-cost for cost in wanted])
        if found:
            return formula.schedule(solver.get_model())
        if found is None:
            wanted = sorted(rng.sample(wanted, len(wanted) // 2))
        else:
            core = {-literal for literal in solver.get_core() or ()}
            wanted = [cost for cost in wanted if cost not in core]
    return None


def any_schedule(formula: Formula) -> dict[str, int] | None:
    """Any sound schedule: CaDiCaL finds one in tight halls, where the solver used for improving often does not."""
    with Solver(STARTER, bootstrap_with=formula.clauses) as solver:
        return formula.schedule(solver.get_model()) if solver.solve() else None


def improve(formula: Formula, solver: Solver, schedule: dict[str, int], rng: random.Random, report: Report) -> None:
    breaks = sum(breaks_by_participant(formula.event, schedule).values())
    report.schedule(schedule, optimal=not breaks)
    if not breaks:
        return
    with ITotalizer(lits=formula.costs, ubound=min(breaks, len(formula.costs) - 1), top_id=formula.top) as counter:
        solver.append_formula(counter.cnf.clauses)
        more = list(counter.rhs)
    neighbourhood = Neighbourhood(formula.event, rng)
    while breaks:
        free = neighbourhood.free(schedule)
        held = [formula.at[meeting, slot] for meeting, slot in schedule.items() if meeting not in free]
        step = max(1, breaks // STEP) if rng.random() < 0.5 else 1
        fewer = -more[breaks - step]
        solver.conf_budget(CONFLICTS)
        better = solver.solve_limited(assumptions=[fewer, *held])
        neighbourhood.learn(better)
        if better:
            schedule = formula.schedule(solver.get_model())
            breaks = sum(breaks_by_participant(formula.event, schedule).values())
            report.schedule(schedule, optimal=False)
        elif better is False and not set(solver.get_core() or ()) - {fewer}:
            solver.add_clause([-fewer])  # refused whatever is held in place
            break_at = more.index(-fewer) + 1
            report.bound(break_at)
            if break_at >= breaks:
                break
    report.schedule(schedule, optimal=True)


class Neighbourhood:
    """Which meetings to free. The size grows while neighbourhoods are exhausted and shrinks when budgets run out."""

    def __init__(self, event: Event, rng: random.Random) -> None:
        self.event, self.rng, self.size = event, rng, 0.3
        self.people = [person for person, meetings in event.meetings_of.items() if meetings]

    def learn(self, better: bool | None) -> None:
        if better is None:
            self.size = max(0.05, self.size * 0.97)
        elif better is False:
            self.size = min(1.0, self.size * 1.03)

    def free(self, schedule: dict[str, int]) -> set[str]:
        broken = [person for person, breaks in breaks_by_participant(self.event, schedule).items() if breaks]
        draw = self.rng.random()
        if draw < 0.5:
            return self.around(self.rng.choice(broken))
        if draw < 0.8:
            return self.span(schedule)
        return self.scattered(schedule, broken)

    def around(self, person: str) -> set[str]:
        """The meetings among people near a participant whose day is broken, and half of those that lead out."""
        near, edge = {person}, [person]
        goal = max(2, round(self.size * len(self.people)))
        while len(near) < goal:
            if not edge:
                edge.append(self.rng.choice(self.people))
                near.update(edge)
            one = edge.pop(self.rng.randrange(len(edge)))
            for other in self.met_by(one):
                if other not in near and self.rng.random() < 0.6:
                    near.add(other)
                    edge.append(other)
        return {
            meeting.id
            for meeting in self.event.meetings
            if (inside := sum(one in near for one in meeting.participants))
            and (inside == len(meeting.participants) or self.rng.random() < 0.5)
        }

    def met_by(self, person: str) -> Iterable[str]:
        return (other for meeting in self.event.meetings_of[person] for other in meeting.participants)

    def span(self, schedule: dict[str, int]) -> set[str]:
        """All meetings in a stretch of the day."""
        length = max(2, round(self.event.slots * self.size * 1.2))
        first = self.rng.randint(1, max(1, self.event.slots - length + 1))
        return {meeting for meeting, slot in schedule.items() if first <= slot < first + length}

    def scattered(self, schedule: dict[str, int], broken: list[str]) -> set[str]:
        """Meetings from everywhere, and all meetings of half of the participants whose day is broken."""
        free = set(self.rng.sample(sorted(schedule), round(self.size * len(schedule))))
        for person in broken:
            if self.rng.random() < 0.5:
                free.update(meeting.id for meeting in self.event.meetings_of[person])
        return free
