"""A life as one table: states, and transitions between them. Everything else comes from the table.

Buttons and API actions (`offered`), the change itself (`perform`), database check constraints (`constraints`), the
diagram in the documentation (`mermaid`), the steps shown on a page (`path`), and the random-walk test.

A transition says who may take it (a `Rule`), what must be true first (`guard` gives the reason for a refusal, or None),
what else happens (`effect`), and whether it needs a reason or a second person. A second person confirms a `Proposal`;
when the row was changed after it was proposed, the proposal no longer holds.

What the clock alone brings about (expired, due, late) is a `Clock`: derived from a stored state and a day.
What exists already enters by one of the life's `entry` states, from a source and with a second person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from typing import Any

from django.db.models import CheckConstraint, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import rooms
from udsyn.desk.kernel.permissions import Actor, Nobody, Rule, value_at


@dataclass(frozen=True)
class State:
    """Staff read `label`; clients and the public read `public` (the same where nothing else is said)."""

    code: str
    label: Any
    public: Any = None
    done: bool = False  #: nothing is expected to happen any more
    aside: bool = False  #: off the usual way, so that the steps on a page leave it out
    requires: tuple[str, ...] = ()  #: fields that are known in this state; a database constraint says so too

    def label_for(self, actor: Actor) -> Any:
        return self.label if actor.staff or self.public is None else self.public


@dataclass(frozen=True)
class Clock:
    """A state that the clock derives from stored ones. Said twice, as a rule is: for one row, and as a set."""

    code: str
    label: Any
    holds: Callable[[Any, date], bool]  #: does it hold for a row on a day?
    where: Callable[[date], Q]  #: the same as a filter
    public: Any = None
    instead: bool = False  #: what the stored state says is no longer so; otherwise it is said beside it
    late: bool = False  #: something should have been done by now; pages say it in red

    def label_for(self, actor: Actor) -> Any:
        return self.label if actor.staff or self.public is None else self.public


def past(
    code: str, label: Any, states: tuple[str, ...], path: str, days: int = 0, *, moment: bool = False, **said: Any
) -> Clock:
    """The day at `path` lies before the day asked (or within `days` days after it); an unknown day never does.

    `moment` says that the column holds a moment, of which the local day counts.
    """

    def holds(row: Any, day: date) -> bool:
        value = value_at(row, path)
        found = timezone.localdate(value) if isinstance(value, datetime) else value
        return row.state in states and found is not None and found < day + timedelta(days)

    def where(day: date) -> Q:
        return Q(**{"state__in": states, f"{path}__date__lt" if moment else f"{path}__lt": day + timedelta(days)})

    return Clock(code, label, holds, where, **said)


def run_out(code: str, label: Any, states: tuple[str, ...], path: str, **said: Any) -> Clock:
    """The moment at `path` is over: before now, or before the end of another day that is asked about."""

    def until(day: date) -> datetime:
        if day == timezone.localdate():
            return timezone.now()
        return timezone.make_aware(datetime.combine(day, datetime.max.time()))

    def holds(row: Any, day: date) -> bool:
        value = value_at(row, path)
        return row.state in states and value is not None and value < until(day)

    return Clock(code, label, holds, lambda day: Q(**{"state__in": states, f"{path}__lt": until(day)}), **said)


@dataclass(frozen=True)
class Transition:
    name: str
    label: Any
    sources: tuple[str, ...]
    target: str
    who: Rule
    guard: Callable[[Any], Any] = lambda row: None
    gates: tuple[str, ...] = ()  #: questions that other rooms answer; none is passed while one says no
    effect: Callable[[Any, Actor], None] = lambda row, actor: None
    message: Any = ""  #: what those who follow the row are told
    needs_reason: bool = False
    needs_second_person: bool = False
    sets: tuple[str, ...] = ()  #: fields that the effect writes, so nobody has to before
    primary: bool = False  #: the usual next step; pages show it first
    entry: bool = False  #: registers what exists already
    dangerous: bool = False  #: ends something that others rely on; pages set it apart
    decides: bool = False  #: rooms that witness decisions keep what was known when it was taken


REGISTER = "register_"


def has_source(row: Any) -> Any:
    return None if str(row.source or "").strip() else _("Write the source first: what shows that it stands so.")


@dataclass(frozen=True)
class Lifecycle:
    name: str
    states: tuple[State, ...]
    moves: tuple[Transition, ...] = ()  #: those that need no verb of a room; a room's `workflow` says the others
    clock: tuple[Clock, ...] = ()  #: what the day brings about; the first that holds is the one that is said
    entry: tuple[str, ...] = ()  #: states in which what exists already is registered
    registers: Rule | None = None  #: who proposes and confirms that

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """All transitions. Guards and effects need the models, and the models need the states: so they come later."""
        codes = {state.code for state in self.states}
        found = (*self.moves, *rooms.transitions(self.name), *map(self.registration, self.entry))
        for transition in found:
            unknown = {*transition.sources, transition.target} - codes
            if unknown:
                raise ValueError(f"{self.name}: {transition.name} names unknown states {sorted(unknown)}")
        return found

    @property
    def initial(self) -> str:
        return self.states[0].code

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(state.code, state.label) for state in self.states]

    def state(self, code: str) -> State:
        return next(state for state in self.states if state.code == code)

    def transition(self, name: str) -> Transition | None:
        return next((transition for transition in self.transitions if transition.name == name), None)

    def registration(self, code: str) -> Transition:
        """How what exists already enters the desk in this state."""
        return Transition(
            f"{REGISTER}{code}",
            format_lazy(_("Register as it stands: {state}"), state=self.state(code).label),
            (self.initial,),
            code,
            self.registers or Nobody(),
            guard=has_source,
            needs_second_person=True,
            entry=True,
            message=_("registered it as it stands"),
        )

    def derived(self, row: Any, day: date | None = None) -> Clock | None:
        """What the clock says of a row (today), where it says anything."""
        today = day or timezone.localdate()
        return next((found for found in self.clock if found.holds(row, today)), None)

    def on(self, code: str, day: date | None = None) -> Q:
        """The rows that are in a state on a day (today), stored or derived: the set-based twin of what pages say."""
        today = day or timezone.localdate()
        for found in self.clock:
            if found.code == code:
                return found.where(today)
        gone = (found.where(today) for found in self.clock if found.instead)
        return reduce(lambda left, right: left & ~right, gone, Q(state=code))

    def said(self, actor: Actor) -> list[tuple[str, Any]]:
        """All states with their words for this reader, derived ones last."""
        stored = [(state.code, state.label_for(actor)) for state in self.states]
        return stored + [(found.code, words) for found in self.clock if (words := found.label_for(actor))]

    def open_states(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.states if not state.done)

    def offered(self, row: Any, actor: Actor) -> list[Transition]:
        """What this actor may do with this row now, by table and rule; a guard may still give a reason against it."""
        found = [t for t in self.transitions if row.state in t.sources and t.who.allows(actor, row)]
        return sorted(found, key=lambda t: (t.entry, t.dangerous, not t.primary))

    def path(self, row: Any, actor: Actor) -> list[tuple[Any, str]]:
        """The states in order with where the row stands: before, now or after.

        States that this reader has one word for are one step. Where the clock says something else instead, the step at
        which the row stands is called that.
        """
        place = [state.code for state in self.states].index(row.state)
        open_ = [s for i, s in enumerate(self.states) if not (s.done or s.aside) or i == place]
        marks = ("before", "now", "after")
        order = {state.code: i for i, state in enumerate(self.states)}
        derived = self.derived(row)
        steps: list[tuple[Any, str]] = []
        for state in open_:
            mark = marks[(order[state.code] > place) - (order[state.code] < place) + 1]
            words = derived if derived and derived.instead and mark == "now" else state
            label = words.label_for(actor)
            if steps and steps[-1][0] == label:
                mark = "now" if "now" in (mark, steps[-1][1]) else mark
                steps.pop()
            steps.append((label, mark))
        return steps

    def constraints(self, table: str) -> list[CheckConstraint]:
        """No row in a state outside the table, and none without the fields that its state requires."""
        return [
            CheckConstraint(condition=Q(state__in=[state.code for state in self.states]), name=f"{table}_state_known"),
            *(
                CheckConstraint(
                    condition=~Q(state=state.code) | Q(**{f"{field}__isnull": False}),
                    name=f"{table}_{state.code}_has_{field}",
                )
                for state in self.states
                for field in state.requires
            ),
        ]

    def mermaid(self) -> str:
        """The diagram for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for transition in self.transitions:
            lines += [f"    {source} --> {transition.target}: {transition.name}" for source in transition.sources]
        lines += [f"    {state.code} --> [*]" for state in self.states if state.done]
        return "\n".join(lines)

    def table(self) -> Iterable[tuple[str, str, str, str]]:
        """Rows for the documentation: transition, from, to, what it needs."""
        for t in self.transitions:
            needs = [("a reason", t.needs_reason), ("a second person", t.needs_second_person)]
            needs += [(f"known `{field}`", True) for field in self.state(t.target).requires]
            yield t.name, ", ".join(t.sources), t.target, ", ".join(text for text, wanted in needs if wanted) or "–"
