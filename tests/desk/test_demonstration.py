"""The demonstration agrees with the shipped facts, and its loop is closed: what was begun ended and was decided."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.utils import timezone, translation

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.dossiers.models import Dossier
from udsyn.desk.rooms.events.models import Event
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.rooms.posts.models import Centre, Posting
from udsyn.desk.rooms.programmes import case, receipt
from udsyn.desk.rooms.programmes.models import Application
from udsyn.desk.rooms.service.models import Introduction, Outcome
from udsyn.desk.rooms.stays.models import Stay, StayMoney

pytestmark = pytest.mark.django_db
#: parts of a life in which the demonstration has no row, and why
NOT_LIVED = {
    ("message", "middle"): "an approved mail leaves at once; only one that cannot be sent is set aside",
    ("plan", "first"): "a plan of meetings that was asked for is computed at once",
}
#: lists without a row, and why
EMPTY = {
    "earliertie": "its people are those of the generated record, which the desk of the tests has not; "
    "test_demonstration_finds.py fills it",
}


def parts(lifecycle) -> dict[str, set[str]]:
    """The states of a life by where they stand in it. Some lives have no middle."""
    codes, done = {state.code for state in lifecycle.states}, {state.code for state in lifecycle.states if state.done}
    first = {lifecycle.states[0].code}
    return {part: found for part, found in (("first", first), ("middle", codes - done - first), ("end", done)) if found}


def test_every_life_is_lived_from_its_beginning_to_its_end():
    living = {model._meta.model_name: model for model in apps.get_models() if getattr(model, "lifecycle", None)}
    assert len(living) > 30
    missing = set()
    for kind, model in living.items():
        lived = set(model.objects.values_list("state", flat=True))
        missing |= {(kind, part) for part, states in parts(model.lifecycle).items() if not states & lived}
    assert missing == set(NOT_LIVED)


def test_no_list_is_empty_without_a_reason():
    assert {kind for kind, resource in RESOURCES.items() if not resource.model.objects.exists()} == set(EMPTY)


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


def test_a_stay_that_is_over_waits_for_nothing_but_its_report():
    over = Stay.objects.filter(state__in=("finished", "reported"))
    assert over
    for row in over:
        assert row.last <= timezone.localdate()
        assert [task.due for task in row.tasks.all() if task.due is None or task.due > row.last] == []
        assert not row.tasks.filter(done_on=None).exists(), row


@pytest.mark.parametrize("language", ["en", "da"])
def test_money_of_a_stay_is_written_by_language(language):
    with translation.override(language):
        written = {str(row).partition(": ")[2] for row in StayMoney.objects.all()}
    assert written == {{"en": "9,800 DKK", "da": "9.800 kr."}[language]}


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
