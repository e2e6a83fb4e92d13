"""What a meeting decided is written down whole or not at all, by those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from udsyn.desk.kernel import commands
from udsyn.desk.rooms.cooperation.commands import Promise, record_meeting
from udsyn.desk.rooms.cooperation.models import ActionPoint, Committee, Meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    committee = Committee.objects.filter(agreement__country__code="KR").first() or Committee.objects.first()
    return Meeting.objects.create(committee=committee, starts=timezone.now() - timedelta(days=1))


def test_minutes_decisions_and_promises_are_kept(meeting, actor_as, user_of):
    due, owner = timezone.localdate() + timedelta(days=30), user_of("officer").person
    promises = [Promise("Send the list", owner, due), Promise("Find a date")]
    points = record_meeting(meeting, actor_as("officer"), minutes="Said.", decisions="One\nTwo", promises=promises)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes, meeting.decision_list) == ("held", "Said.", ["One", "Two"])
    kept = list(ActionPoint.objects.filter(meeting=meeting).order_by("pk"))
    assert kept == points
    assert [(p.text, p.owner, p.due, p.state, p.agreement) for p in kept] == [
        ("Send the list", owner, due, "open", meeting.committee.agreement),
        ("Find a date", None, None, "open", meeting.committee.agreement),
    ]


def test_a_meeting_that_was_held_keeps_its_state(meeting, actor_as):
    officer = actor_as("officer")
    commands.perform(meeting, "hold", officer)
    meeting.refresh_from_db()
    assert record_meeting(meeting, officer, minutes="Later.", decisions="") == []
    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes) == ("held", "Later.")


@pytest.mark.parametrize(("state", "said"), [("cancelled", "was cancelled"), ("minuted", "reopen them first")])
def test_minutes_that_are_closed_stay(state, said, meeting, actor_as):
    Meeting.objects.filter(pk=meeting.pk).update(state=state, minutes="As agreed.")
    meeting.refresh_from_db()
    with pytest.raises(ValidationError, match=said):
        record_meeting(meeting, actor_as("officer"), minutes="x", decisions="", promises=[Promise("x")])
    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes) == (state, "As agreed.")
    assert not ActionPoint.objects.filter(meeting=meeting).exists()


@pytest.mark.parametrize("role", ["visitor", "client", "auditor", "other_attache", "administrator"])
def test_nobody_else_writes_them(role, meeting, actor_as):
    with pytest.raises(commands.Refused):
        record_meeting(meeting, actor_as(role), minutes="x", decisions="", promises=[Promise("x")])
    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes) == ("planned", "")


def test_one_promise_that_cannot_be_kept_keeps_nothing(meeting, actor_as):
    with pytest.raises(ValidationError):
        record_meeting(
            meeting, actor_as("officer"), minutes="x", decisions="y", promises=[Promise("good"), Promise("x" * 301)]
        )
    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes) == ("planned", "")
    assert not ActionPoint.objects.filter(meeting=meeting).exists()
