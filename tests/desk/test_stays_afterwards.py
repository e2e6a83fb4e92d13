"""What came of a stay is asked after one and three years, on the right days, of those whom it concerns."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.utils import timezone
from tests.evidence.made_records import write

from udsyn.desk.evidence import following, paired
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import ties
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.stays import afterwards
from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.tools import outbox
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORS, AUTHORSHIPS, WORKS

pytestmark = pytest.mark.django_db
GUEST, HOST = "0000-0002-1825-0097", "0000-0001-5109-3700"
LAST = dt.date(2020, 2, 29)
#: work → year and authors: one before, two after, one with somebody else
WORKS_OF = {1: (2018, (1, 2)), 2: (2021, (1, 2)), 3: (2022, (1, 2)), 4: (2022, (1, 3))}


@pytest.fixture
def stay():
    """A stay that ended on a leap day, and no other that took place."""
    row = Stay.objects.get(state="reported")
    Stay.objects.exclude(pk=row.pk).filter(state__in=("arrived", "finished", "reported")).delete()
    days = {"first": LAST - dt.timedelta(90), "last": LAST, "permit_filed": None, "permit_granted": None}
    people = {"guest_orcid": GUEST, "host_orcid": HOST, "guest": None, "host": None}
    Stay.objects.filter(pk=row.pk).update(**days, **people)
    Message.objects.all().delete()
    row.refresh_from_db()
    return row


@pytest.fixture
def on(monkeypatch):
    """Moves the clock to a day."""

    def move(day):
        monkeypatch.setattr(timezone, "now", lambda: dt.datetime(day.year, day.month, day.day, 3, tzinfo=dt.UTC))

    return move


@pytest.fixture
def record(tmp_path) -> Record:
    made = Record.create(tmp_path / "record")
    year = np.array([year for year, _ in WORKS_OF.values()], np.int16)
    write(made, WORKS, {"work": np.array(list(WORKS_OF)), "year": year, "source": np.full(len(WORKS_OF), "made")})
    rows = [(work, author) for work, (_, authors) in WORKS_OF.items() for author in authors]
    write(made, AUTHORSHIPS, {"work": np.array([w for w, _ in rows]), "author": np.array([a for _, a in rows])})
    write(made, AUTHORS, {"author": np.array([1, 2, 3]), "orcid": np.array([GUEST, HOST, ""])})
    return made


def asked():
    """Everybody who was sent the question, as often as they were."""
    return sorted(message.recipient for message in Message.objects.all() if outbox.has_hole(message, "outcomes"))


def test_guest_and_host_are_asked_after_one_and_three_years_and_on_no_other_night(stay, on):
    both = sorted([stay.guest_email, stay.host_email])
    nights = [LAST + dt.timedelta(days) for days in range(1, 1600)]
    counts = {}
    for night in nights[300:440] + nights[1020:1120] + nights[1500:]:
        on(night)
        told = afterwards.ask_all()
        assert told["failed"] == []
        if told["stays_asked"]:
            counts[night] = asked()
    assert counts == {dt.date(2021, 2, 28): both, dt.date(2023, 2, 28): sorted(both * 2)}
    assert Stay.objects.get(pk=stay.pk).asked_after == 36


def test_stays_of_long_ago_people_who_said_no_and_those_asked_lately_are_left_in_peace(stay, on):
    for day in (dt.date(2022, 1, 5), dt.date(2026, 1, 5)):
        on(day)
        assert afterwards.ask_all()["stays_asked"] == 0
    on(dt.date(2021, 3, 1))
    assert afterwards.ask_all()["stays_asked"] == 1
    stay.refresh_from_db()
    ties.collect()
    ties.refuse(f"person:{stay.host.pk}")
    Message.objects.all().delete()
    on(dt.date(2023, 3, 1))
    assert afterwards.ask_all()["stays_asked"] == 1
    assert asked() == [stay.guest_email]
    Stay.objects.filter(pk=stay.pk).update(asked_after=12)
    on(dt.date(2023, 3, 9))
    assert afterwards.ask_all()["stays_asked"] == 0
    Message.objects.all().delete()
    Stay.objects.filter(pk=stay.pk).update(keeper=None)
    assert afterwards.ask_all()["stays_asked"] == 0


def test_the_guest_strikes_one_and_it_stays_struck(stay, on, record, tmp_path, client, actor_as, client_as):
    on(dt.date(2021, 2, 28))
    afterwards.ask_all()
    ties.collect()
    following.follow_all(tmp_path, record)
    tie = ties.Tie.objects.get(kind="stay", object_id=stay.pk)
    assert (tie.status, tie.date, tie.before) == ("made", stay.first, 1)
    message = Message.objects.get(recipient=stay.guest_email)
    assert message.state == "drafted"  # a colleague lets it leave
    kernel.perform(message, "approve", actor_as("officer"))
    text, _files = outbox.filled(message)
    assert stay.guest_name in text
    (link,) = [word for word in text.split() if "/mine/" in word]
    page = "/" + link.split("/", 3)[3]
    shown = client.get(page).content.decode()
    assert shown.count("openalex.org/W") == 2
    wrong = Find.objects.get(ident="W3")
    client.post(page, {"strike": [wrong.pk]})
    on(dt.date(2023, 3, 1))
    ties.Tie.objects.update(looked="")
    following.follow_all(tmp_path, record)
    assert list(Find.objects.order_by("ident").values_list("ident", "state")) == [("W2", "confirmed"), ("W3", "struck")]
    ((line),) = paired.lines(record, ("stay",))
    assert (line["date"], {line["a"], line["b"]}, line["status"]) == (str(stay.first), {"A1", "A2"}, "kept")
    seen = client_as("officer").get(f"/en/desk/stays/{stay.pk}/").content.decode()
    assert "12 months after its end" in seen


def test_later_stays_of_the_same_people_stand_on_the_page(stay, on, client_as):
    on(dt.date(2021, 2, 28))
    afterwards.ask_all()
    stay.refresh_from_db()
    other = Stay.objects.get(guest_name="Hana Riverstone")
    days = {"first": dt.date(2021, 9, 1), "last": dt.date(2021, 10, 1), "state": "reported"}
    Stay.objects.filter(pk=other.pk).update(**days, host_email=stay.guest_email.upper())
    assert list(afterwards.later(stay)) == [other]
    page = client_as("officer").get(f"/en/desk/stays/{stay.pk}/").content.decode()
    assert "Later stays of guest or host" in page
    assert other.guest_name in page
