"""Words that a reader meets in passing: in their language, with a day to answer by, and with what to do next."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.aid.models import Aid
from udsyn.desk.rooms.cooperation.models import Meeting
from udsyn.desk.rooms.events import letters
from udsyn.desk.rooms.events.models import Attendee, Stop
from udsyn.desk.rooms.privacy import showing
from udsyn.desk.rooms.service.models import Candidate, Request
from udsyn.desk.rooms.stays.forms import ApplyForm
from udsyn.desk.rooms.stays.models import Round

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["officer", "auditor", "administrator", "client"])
def test_menu_and_palette_name_the_same_pages(role, client_as):
    page = client_as(role).get(reverse("home")).content.decode()
    menu = re.search(r'<ul class="menu">.*?</details>', page, re.DOTALL)
    assert menu
    audits = role in ("auditor", "administrator")
    assert (reverse("ledger") in menu[0]) == audits
    assert (reverse("work") in menu[0]) == (role == "administrator")
    palette = client_as(role).get(reverse("search")).content.decode()
    assert all(f'href="{address}"' in palette for address in re.findall(r'href="([^"]+)"', menu[0]))


def test_who_applies_for_a_stay_says_what_of_it_is_for_the_journey():
    assert "travel" in ApplyForm(Round.objects.filter(state="open").first()).fields


def test_an_amount_of_aid_has_hundredths_only_where_there_are_any():
    assert str(Aid.objects.filter(amount=15_000).get()).endswith(": 15,000 EUR")


@pytest.mark.parametrize(("language", "month"), [("en", "November"), ("da", "november")])
def test_a_meeting_is_called_by_its_day_in_the_readers_words(language, month):
    row = Meeting.objects.first()
    row.starts = dt.datetime(2025, 11, 3, 12, tzinfo=dt.UTC)
    with translation.override(language):
        assert month in str(row)
    assert "2025-11" not in str(row)


def test_why_data_are_held_is_said_in_the_language_of_who_writes_them_down():
    with translation.override("da"):
        assert (Request().purpose, Candidate().purpose) == ("at besvare henvendelsen", "at foreslå en introduktion")
    assert Request().purpose == "to answer the request"


@pytest.mark.parametrize(("read", "label"), [(1, "læsning af det følsomme"), (2, "læsninger af det følsomme")])
def test_one_reading_is_said_in_the_singular(read, label, actor_as, monkeypatch):
    monkeypatch.setattr(showing, "Counter", lambda _days: {timezone.localdate(): read} | Zeros())
    with translation.override("da"):
        assert showing.read_lately(actor_as("auditor"), timezone.localdate()).label == label


class Zeros(dict):
    def __missing__(self, _key):
        return 0

    def __ror__(self, other):
        return Zeros(other)


def test_who_is_asked_to_come_or_to_host_is_told_until_when():
    guest = Attendee.objects.filter(state="asked").get()
    type(guest.event).objects.filter(pk=guest.event_id).update(closes_on=dt.date(2031, 5, 17))
    guest.refresh_from_db()
    letters.confirm(guest)
    assert "senest den 17. maj 2031" in Message.objects.latest("pk").body
    today = dt.date(2031, 5, 1)
    days = {gap: letters.answer_by(Stop(day=today + dt.timedelta(gap)), today) - today for gap in (40, 9, 0)}
    assert {gap: answer.days for gap, answer in days.items()} == {40: 14, 9: 8, 0: 0}


def test_what_is_late_stands_in_red_in_its_list_and_on_its_page_until_it_is_done(client_as):
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.rooms.cooperation.models import ActionPoint

    late = ActionPoint.objects.filter(state="open").first()
    done = ActionPoint.objects.filter(state="done").first()
    ActionPoint.objects.filter(pk__in=(late.pk, done.pk)).update(due=dt.date(2020, 1, 1))
    officer, resource = client_as("officer"), RESOURCES["actionpoint"]
    words = '<span class="state late open">open · overdue</span>'
    for page in (f"{resource.list_url}?sort=due", resource.url(late)):
        assert words in officer.get(page).content.decode(), page
    assert 'class="state done done"' in officer.get(resource.url(done)).content.decode()


def test_who_is_not_told_that_something_is_late_does_not_see_it_in_red(actor_as):
    from udsyn.desk.kernel.lifecycle import Lifecycle, State, past
    from udsyn.desk.rooms.cooperation.models import ActionPoint

    for public, seen in ((None, "late"), ("", "open")):
        life = Lifecycle(
            "x", (State("open", "open"),), clock=(past("late", "late", ("open",), "due", public=public, late=True),)
        )
        row = type("Row", (), {"lifecycle": life, "state": "open", "is_done": False, "due": dt.date(2020, 1, 1)})()
        assert ActionPoint.state_class(row, actor_as("client")) == f"state {seen} open"
        assert ActionPoint.state_class(row, actor_as("officer")) == "state late open"
