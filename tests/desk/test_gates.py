"""Gates: every one that a transition names is answered, and none is passed while an answer stands against it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from udsyn.desk.kernel import commands, gates
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Room

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
    row = SimpleNamespace(state=step.sources[0], lifecycle=RESOURCES[kind].model.lifecycle)
    for name in step.gates:
        shut = Room("made", gates=((name, lambda _row: "Shut for this test."),))
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
