"""Gates: every one that a transition names is answered, and none is passed while an answer stands against it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from udsyn.desk.kernel import commands, gates
from udsyn.desk.kernel.lifecycle import Lifecycle, State, Transition
from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Room
from udsyn.desk.rooms.safeguards.models import Case

GATED = [
    (kind, step)
    for kind, resource in RESOURCES.items()
    if resource.model.lifecycle
    for step in resource.model.lifecycle.transitions
    if step.gates
]


def test_security_stands_before_whatever_leaves_the_house():
    assert {("request", "shortlist"), ("introduction", "ask")} <= {(kind, step.name) for kind, step in GATED}


@pytest.mark.parametrize(("kind", "step"), GATED, ids=[f"{kind}-{step.name}" for kind, step in GATED])
def test_no_transition_passes_a_shut_gate(kind, step, monkeypatch):
    """Whatever the guard says: the answer of a gate is asked, and its reason is what the reader gets."""
    lifecycle = RESOURCES[kind].model.lifecycle
    known = dict.fromkeys(lifecycle.state(step.target).requires, "known")
    row = SimpleNamespace(state=step.sources[0], lifecycle=lifecycle, **known)
    for name in step.gates:
        answers = {one: "Shut for this test." if one == name else None for one in step.gates}
        shut = Room("made", gates=tuple((one, lambda _row, said=said: said) for one, said in answers.items()))
        monkeypatch.setattr(gates, "rooms", lambda shut=shut: (shut,))
        open_step = replace(step, guard=lambda _row: None, needs_reason=False)
        with pytest.raises(ValidationError, match="Shut for this test"):
            commands.check(row, open_step, "a reason")


def test_a_gate_that_nobody_answers_is_shut(monkeypatch):
    monkeypatch.setattr(gates, "rooms", lambda: ())
    with translation.override("en"):
        assert "lacks the room" in str(gates.shut(("security",), object()))
    assert gates.shut((), object()) is None


def test_every_answer_must_agree(monkeypatch):
    rooms = (Room("one", gates=(("g", lambda row: None),)), Room("two", gates=(("g", lambda row: "No."),)))
    monkeypatch.setattr(gates, "rooms", lambda: rooms)
    assert gates.shut(("g",), object()) == "No."
    assert gates.shut(("g",), object()) is not None


def test_every_gate_of_this_desk_is_answered():
    from udsyn.desk.kernel.rooms import rooms

    answered = {name for room in rooms() for name, _answer in room.gates}
    assert {name for _kind, step in GATED for name in step.gates} <= answered


#: words of a step that brings somebody in, or gives somebody something: a gate stands before it
BRINGS_IN = re.compile(r"invit|introduc|award|grant|nominat|admit", re.IGNORECASE)
#: steps with such words that need none, each with the reason
STATES_OF_CASES = ("open", "asked", "cleared", "conditional")
FREE = {
    ("request", "introduce"): "it only opens the phase: each introduction passes the gate by itself",
    ("partner", "invite"): "the applicant names who takes part; nothing is given before the release, which is gated",
    **{("case", f"invite_{state}"): "the case is what answers the gate" for state in STATES_OF_CASES},
}


def ungated(kinds):
    """The steps of lives that bring somebody in and pass no gate: (kind, name)."""
    with translation.override("en"):
        return {
            (kind, step.name)
            for kind, lifecycle in kinds
            for step in lifecycle.transitions
            if BRINGS_IN.search(f"{step.name} {step.label}")
            and not step.gates
            and not step.entry
            and not step.dangerous
        }


def test_whoever_is_brought_in_passes_a_gate():
    """Of every room that this desk has, without naming one: a new step without a gate is found here."""
    lives = [(kind, resource.model.lifecycle) for kind, resource in RESOURCES.items() if resource.model.lifecycle]
    assert ungated(lives) - set(FREE) == set()


def test_a_new_room_that_invites_without_a_gate_is_found():
    def life(gates):
        step = Transition("send", "Send the invitation", ("drafted",), "sent", STAFF, gates=gates)
        return Lifecycle("made", (State("drafted", "drafted"), State("sent", "sent")), (step,))

    assert ungated([("visit", life(()))]) == {("visit", "send")}
    assert ungated([("visit", life(("security",)))]) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted({kind for kind, _step in GATED}))
def test_no_gated_step_passes_an_open_or_refused_case(kind, actor_as, user_of):
    """With the room of safeguards itself: a case about the row stands against each of its gated steps until it is
    cleared."""
    steps = [replace(step, guard=lambda _row: None) for of, step in GATED if of == kind]
    names = {name for step in steps for name in step.gates}
    row = next(row for row in RESOURCES[kind].model.objects.all() if gates.shut(names, row) is None)
    case = Case.objects.create(
        partner="Hanbit Institute",
        purpose="project",
        about_kind=kind,
        about_id=row.pk,
        approver=user_of("officer").person,
    )
    yesterday, tomorrow = (timezone.localdate() + dt.timedelta(days=n) for n in (-1, 1))
    against = ({"state": "open"}, {"state": "asked", "decide_by": tomorrow}, {"state": "refused"})
    ended = {"state": "conditional", "holds_until": yesterday}
    for step in steps:
        for said in (*against, ended):
            Case.objects.filter(pk=case.pk).update(**said)
            row.state = step.sources[0]
            with pytest.raises(ValidationError, match="Hanbit Institute"):
                commands.check(row, step, "a reason")
