"""Every room's instruments stand in the ledger: one tie each at least in the demonstration, and what was refused or
fell through only as such. Rooms are read from the desk's own list, so a new one is held to it when it lands."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from udsyn.desk.kernel import dossiers, ties
from udsyn.desk.kernel.rooms import rooms, transitions
from udsyn.desk.kernel.ties import CANCELLED, INSTRUMENTS, MADE, REFUSED, Tie
from udsyn.desk.rooms.service.models import Appointment, Introduction

pytestmark = pytest.mark.django_db
#: said by a room for what a house did before Udsyn: a demonstration without a record holds none
BEFORE = "outcomes"
#: words of steps by which something does not come about
ENDED = {"cancelled", "declined", "refused", "withdrawn", "silent", "stopped", "dropped", "ineligible", "abandoned"}


def sources():
    return [(room.name, source) for room in rooms() for source in room.ties]


def test_every_instrument_has_a_room_that_says_it_and_a_word():
    said = {instrument for _room, source in sources() for instrument in source.instruments}
    assert said <= set(INSTRUMENTS)
    for instrument in said:
        assert str(INSTRUMENTS[instrument])


@pytest.mark.parametrize(
    ("room", "source"), sources(), ids=[f"{name}-{'-'.join(source.instruments)}" for name, source in sources()]
)
def test_each_room_shows_a_tie_of_each_of_its_instruments(room, source):
    if "appointment" in source.instruments:  # the demonstration's are all to come: one of them was held yesterday
        begins = timezone.now() - dt.timedelta(days=1)
        made = Introduction.objects.filter(state__in=("agreed", "met")).first()
        Appointment(introduction=made, starts=begins, ends=begins + dt.timedelta(hours=1), state="held").save()
    ties.collect()
    held = Tie.objects.filter(instrument__in=source.instruments, kind__in=source.kinds, status=MADE)
    if room == BEFORE:
        assert not held.exists()
        return
    for instrument in source.instruments:
        one = held.filter(instrument=instrument).first()
        assert one is not None, f"{room} made no tie of {instrument}"
        assert one.a_name
        assert one.b_name
        assert one.parent is not None


def test_what_was_refused_or_fell_through_made_no_tie():
    """A row whose state says that it did not come about stands as refused or cancelled, or not at all."""
    ties.collect()
    wrong = []
    for tie in Tie.objects.filter(status=MADE):
        row = tie.parent
        if row is not None and getattr(row, "state", "") in ENDED and getattr(row, "lifecycle", None):
            wrong.append((tie, row.state))
    assert not wrong
    assert Tie.objects.filter(status__in=(REFUSED, CANCELLED)).exists()


def test_the_sum_of_costs_holds_each_room_to_what_it_says():
    """Each line names an instrument with a word and a row that is there; what is not known is None and not zero."""
    held = dossiers.costs(dossiers.everything())
    assert held
    for cost in held:
        assert cost.instrument in INSTRUMENTS
        assert cost.money is None or cost.currency
    assert any(cost.money is None and cost.hours is None for cost in held)


def test_every_step_that_decides_is_of_a_row_that_has_a_dossier():
    subjects = dossiers.subjects()
    steps = {
        (name, step.name) for room in rooms() for name in room.workflow for step in transitions(name) if step.decides
    }
    assert {name for name, _step in steps} <= set(subjects)
    assert {kind for kind, subject in subjects.items() if subject.by_step} == {name for name, _step in steps}
