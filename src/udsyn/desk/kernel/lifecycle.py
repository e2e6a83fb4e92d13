"""A life as one table: states, and transitions between them. Everything else comes from the table.

Buttons and API actions (`offered`), the change itself (`perform`), database check constraints (`constraints`), the
diagram in the documentation (`mermaid`), the steps shown on a page (`path`), and the random-walk test.

A transition says who may take it (a `Rule`), what must be true first (`guard` gives the reason for a refusal, or None),
what else happens (`effect`), and whether it needs a reason or a second person. A second person confirms a `Proposal`;
when the row was changed after it was proposed, the proposal no longer holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import CheckConstraint, Q

from udsyn.desk.kernel import rooms
from udsyn.desk.kernel.permissions import Actor, Rule


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


@dataclass(frozen=True)
class Lifecycle:
    name: str
    states: tuple[State, ...]
    moves: tuple[Transition, ...] = ()  #: those that need no verb of a room; a room's `workflow` says the others

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """All transitions. Guards and effects need the models, and the models need the states: so they come later."""
        codes = {state.code for state in self.states}
        found = (*self.moves, *rooms.transitions(self.name))
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

    def open_states(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.states if not state.done)

    def offered(self, row: Any, actor: Actor) -> list[Transition]:
        """What this actor may do with this row now, by table and rule; a guard may still give a reason against it."""
        return [t for t in self.transitions if row.state in t.sources and t.who.allows(actor, row)]

    def path(self, row: Any, actor: Actor) -> list[tuple[Any, str]]:
        """The states in order with where the row stands: before, now or after."""
        place = [state.code for state in self.states].index(row.state)
        open_ = [s for i, s in enumerate(self.states) if not (s.done or s.aside) or i == place]
        marks = ("before", "now", "after")
        order = {state.code: i for i, state in enumerate(self.states)}
        return [(s.label_for(actor), marks[(order[s.code] > place) - (order[s.code] < place) + 1]) for s in open_]

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
