"""The demonstration agrees with the shipped facts, and its loop is closed: what was begun ended and was decided."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.dossiers.models import Dossier
from udsyn.desk.rooms.events.models import Event
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.rooms.posts.models import Centre, Posting
from udsyn.desk.rooms.programmes import case, receipt
from udsyn.desk.rooms.programmes.models import Application
from udsyn.desk.rooms.service.models import Introduction, Outcome
from udsyn.desk.rooms.stays.models import Stay

pytestmark = pytest.mark.django_db


def test_nobody_is_posted_where_the_shipped_facts_say_that_it_is_closed():
    today = timezone.localdate()
    closed = Centre.objects.filter(closed__lt=today)
    assert "sao-paulo" in set(closed.values_list("slug", flat=True))
    open_ended = Posting.objects.filter(post__centre__in=closed).exclude(ends__lt=today)
    assert not open_ended.exists()


def test_every_agreement_names_its_source_and_what_is_invented_says_so():
    for row in Agreement.objects.all():
        assert row.source or "demonstration" in str(row.title), row


@pytest.mark.parametrize(
    ("what", "states"),
    [
        (Stay, {"reported"}),
        (Event, {"held", "closed", "reported"}),
        (Introduction, {"met"}),
        (Application, {"awarded"}),
    ],
)
def test_the_loop_is_closed(what, states):
    found = set(what.objects.values_list("state", flat=True))
    assert found & states, found


def test_a_dossier_was_decided_and_outcomes_are_told():
    assert Dossier.objects.exists()
    assert Outcome.objects.filter(state="confirmed").exists() or EarlierTie.objects.exists()


def test_whatever_was_handed_in_is_what_was_sealed():
    rows = Application.objects.exclude(submitted_at=None)
    assert rows
    assert [row.title for row in rows if not receipt.holds(row)] == []


def test_a_seal_is_of_an_instant_in_whatever_zone_it_is_said():
    noon = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
    assert case.seal_of({}, "", noon) == case.seal_of({}, "", noon.astimezone(ZoneInfo("Asia/Seoul")))
