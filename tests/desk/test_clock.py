"""What the day brings about: states derived from the clock, as rows and as sets; the inbox by what presses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.web.inbox import Item, waiting

pytestmark = pytest.mark.django_db
CLOCKED = [
    (kind, clock.code) for kind, r in RESOURCES.items() if r.model.lifecycle for clock in r.model.lifecycle.clock
]


def promise(model):
    """A row in a state that a mail promises, and the mail has not left."""
    from udsyn.desk.rooms.service.models import Link

    if model.kind() == "partner":
        model.objects.filter(pk=model.objects.first().pk).update(state="invited", invited_at=None)
        return
    state, purpose = {
        "request": ("shortlisted", "shortlist"), "introduction": ("asked", "consent"), "followup": ("asked", "followup")
    }[model.kind()]  # fmt: skip
    row = model.objects.first()
    model.objects.filter(pk=row.pk).update(state=state)
    Link.objects.create(purpose=purpose, kind=model.kind(), object_id=row.pk, recipient="a@example.org")


@pytest.mark.parametrize(("kind", "code"), CLOCKED)
def test_the_clock_says_the_same_of_a_row_and_as_a_set(kind, code):
    model = RESOURCES[kind].model
    clock = next(c for c in model.lifecycle.clock if c.code == code)
    if code == "unsent":
        promise(model)
    if kind == "host":  # in the demonstration every host has answered
        model.objects.filter(pk=model.objects.first().pk).update(state="asked", answer_by=timezone.localdate())
    today, seen = timezone.localdate(), set()
    for days in (*range(-1500, 1500, 97), -366, -31, -1, 0, 1, 28, 31):
        day = today + dt.timedelta(days)
        wanted = {row.pk for row in model.objects.all() if clock.holds(row, day)}
        assert set(model.objects.filter(clock.where(day)).values_list("pk", flat=True)) == wanted
        seen |= wanted
    assert seen, "no row of the demonstration ever comes into this state"


@pytest.fixture
def agreement():
    return RESOURCES["agreement"].model.objects.filter(state="in_force", country__code="KR").first()


def ending(row, ends, state="in_force", months=None):
    start = ends - dt.timedelta(4000)
    fields = {"state": state, "duration": "until", "signed": start, "starts": start, "ends": ends}
    type(row).objects.filter(pk=row.pk).update(**fields, notice_months=months)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("months", [None, 0, 1, 3, 6, 12, 13])
def test_the_window_of_notice_is_the_same_as_a_set(agreement, months):
    from udsyn.desk.rooms.cooperation.states import renewal_due, renewals_due

    for ends in (dt.date(2027, 3, 31), dt.date(2028, 2, 29), dt.date(2027, 8, 30)):
        row = ending(agreement, ends, months=months)
        opens = next(day for day in (ends - dt.timedelta(n) for n in range(700, -2, -1)) if renewal_due(row, day))
        for day in (at + dt.timedelta(n) for at in (opens, ends) for n in (-3, -2, -1, 0, 1, 2, 3)):
            found = type(row).objects.filter(renewals_due(day), pk=row.pk).exists()
            assert found == renewal_due(row, day), (ends, months, day)


@pytest.mark.parametrize("state", ["signed", "in_force", "renewal_review"])
def test_an_agreement_past_its_end_alarms_and_no_longer_counts(agreement, state, actor_as, client_as):
    model, officer, today = type(agreement), actor_as("officer"), timezone.localdate()
    counted = model.objects.filter(model.standing_on(today)).count()
    row = ending(agreement, today - dt.timedelta(1), state)
    assert row.state_now == "expired"
    assert row.in_force is False
    assert model.objects.filter(model.standing_on(today)).count() == counted - 1
    first = waiting(officer, today).items[0]
    assert (first.row, first.expired, first.late, first.country) == (row, True, True, row.country)
    reader = client_as("officer")
    for name in ("home", "inbox", "deadlines"):
        assert str(row) in reader.get(reverse(name)).content.decode()
    page = reader.get(RESOURCES["agreement"].url(row)).content.decode()
    assert "expired, nobody has decided" in page
    listed = reader.get(RESOURCES["agreement"].list_url, {"state": "expired"}).content.decode()
    url = f'"{RESOURCES["agreement"].url(row)}"'
    assert url in listed
    if state == "in_force":
        assert url not in reader.get(RESOURCES["agreement"].list_url, {"state": "in_force"}).content.decode()


def test_on_its_last_day_it_still_holds(agreement):
    row = ending(agreement, timezone.localdate())
    assert row.in_force is True
    assert row.state_now == "in_force"


def test_what_blocks_others_comes_before_what_is_late():
    day = dt.date(2026, 1, 1)
    late = Item("late", "", "", day, True)
    blocks = Item("blocks", "", "", blocked="Anna")
    gone = Item("gone", "", "", day, True, expired=True)
    soon, undated = Item("soon", "", "", day), Item("undated", "", "")
    wanted = [gone, blocks, late, soon, undated]
    assert sorted([late, undated, soon, gone, blocks], key=lambda item: item.order) == wanted


@pytest.mark.parametrize("role", ["officer", "attache", "assistant", "auditor"])
def test_pages_of_the_inbox_are_the_whole_inbox(role, actor_as):
    today, actor = timezone.localdate(), actor_as(role)
    whole = waiting(actor, today, most=10_000)
    assert whole.count == len(whole.items)
    paged = [item for first in range(0, whole.count, 4) for item in waiting(actor, today, first, 4)]
    assert sorted(i.url for i in paged) == sorted(i.url for i in whole)
    assert {item.order[:2] for item in paged[:1]} == {item.order[:2] for item in whole.items[:1]}


def test_the_usual_step_stands_first_and_what_ends_it_looks_other(agreement, client_as):
    page = client_as("officer").get(RESOURCES["agreement"].url(agreement)).content.decode()
    review, terminate = page.index(">Review the renewal<"), page.index(">Terminate<")
    assert review < terminate
    assert 'class="button danger"' in page[review:terminate]
