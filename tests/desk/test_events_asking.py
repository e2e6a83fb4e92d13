"""What came of meetings is asked after three months, one and three years, on the right days, of those who met."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from udsyn.desk.kernel import ties
from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.events import asking
from udsyn.desk.rooms.events.models import Attendee, Event, Talk
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.tools import outbox

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 11, 30)


@pytest.fixture
def talk():
    """One meeting, which one side says was held, of an event that ended on the last of a month; and no other."""
    row = Talk.objects.select_related("event", "a", "b").filter(state="planned").first()
    Talk.objects.exclude(pk=row.pk).update(a_met=None, b_met=None)
    Talk.objects.filter(pk=row.pk).update(a_met=True, b_met=None)
    Event.objects.filter(pk=row.event_id).update(
        last_day=DAY, first_day=DAY, hours=f"{DAY} 09:00-12:00", state="held", tell_after=True
    )
    Attendee.objects.filter(pk=row.a_id).update(person=None, email="nobody.yet@example.org")
    Message.objects.all().delete()
    row.refresh_from_db()
    return row


@pytest.fixture
def on(monkeypatch):
    """Does the night's work on a day. Returns how many participants were asked."""

    def night(day):
        monkeypatch.setattr(timezone, "now", lambda: dt.datetime(day.year, day.month, day.day, 3, tzinfo=dt.UTC))
        told = asking.ask_all()
        assert told["failed"] == []
        return told["participants_asked"]

    return night


def asked():
    return sorted(message.recipient for message in Message.objects.all() if outbox.has_hole(message, "outcomes"))


def test_both_are_asked_after_three_twelve_and_thirty_six_months_and_on_no_other_night(talk, on):
    nights = [
        DAY + dt.timedelta(n) for n in (*range(85, 96), 200, *range(360, 370), 500, *range(1090, 1100), 1300, 1700)
    ]
    found = {night: many for night in nights if (many := on(night))}
    assert found == {dt.date(2021, 2, 28): 2, dt.date(2021, 11, 30): 2, dt.date(2023, 11, 30): 2}
    assert asked() == sorted(["nobody.yet@example.org", talk.b.email] * 3)
    assert set(Message.objects.values_list("state", flat=True)) == {"drafted"}, "a colleague lets it leave"


def test_whoever_had_no_account_is_a_person_from_then_on_and_reads_whom_they_met(talk, on):
    assert on(dt.date(2021, 3, 1)) == 2
    person = Person.objects.get(email="nobody.yet@example.org")
    assert Attendee.objects.get(pk=talk.a_id).person == person
    assert (str(person), person.purpose, person.legal_basis) == (str(talk.a), "event", "public_task")
    assert str(talk.b) in Message.objects.get(recipient=person.email).body
    ties.collect()
    tie = ties.Tie.objects.get(kind="talk", object_id=talk.pk)
    assert f"person:{person.pk}" in (tie.a_row, tie.b_row)


@pytest.mark.parametrize("why", ["denied", "off", "cancelled", "nobody answers for it"])
def test_nobody_is_asked_where(why, talk, on):
    if why == "denied":
        Talk.objects.filter(pk=talk.pk).update(b_met=False)
    if why == "off":
        Event.objects.filter(pk=talk.event_id).update(tell_after=False)
    if why == "cancelled":
        Event.objects.filter(pk=talk.event_id).update(state="cancelled")
    if why == "nobody answers for it":
        stranger = Person.objects.create(family_name="Stranger")
        Event.objects.filter(pk=talk.event_id).update(organiser=stranger)
    assert on(dt.date(2021, 3, 1)) == 0
    assert asked() == []


def test_who_said_that_nobody_shall_follow_and_who_was_asked_lately_are_left_in_peace(talk, on):
    assert on(dt.date(2021, 3, 1)) == 2
    assert on(dt.date(2021, 3, 2)) == 0
    ties.collect()
    ties.refuse(f"person:{Attendee.objects.get(pk=talk.a_id).person_id}")
    Message.objects.all().delete()
    assert on(dt.date(2021, 12, 1)) == 1
    assert asked() == [talk.b.email]
