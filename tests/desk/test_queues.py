"""One poisoned row stops nothing behind it: in the nightly work, across rooms, in the inbox and in calendars."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from django.urls import reverse
from django_tasks_db.management.commands import db_worker
from django_tasks_db.management.commands.db_worker import Worker
from icalendar import Calendar

from udsyn.desk.kernel import queues, ties, work
from udsyn.desk.kernel import rooms as all_rooms
from udsyn.desk.kernel.models import Message, Meta
from udsyn.desk.ops import office
from udsyn.desk.rooms.service import commands
from udsyn.desk.tools import outbox
from udsyn.desk.web import feeds
from udsyn.desk.web.inbox import waiting
from udsyn.errors import UdsynError

pytestmark = pytest.mark.django_db
POISON = "{{ 1/0 }}\r\n<script>"


def fails(*_asked):
    raise ZeroDivisionError(POISON)


@pytest.fixture
def first_room(monkeypatch):
    """Give the first room something more, before all others."""

    def more(**added):
        first, *others = all_rooms.rooms()
        changed = dataclasses.replace(first, **{name: (*new, *getattr(first, name)) for name, new in added.items()})
        monkeypatch.setattr(all_rooms, "load", lambda packages: (changed, *others))

    return more


def test_each_takes_back_what_failed_and_goes_on():
    def work(name):
        Meta.objects.create(key=name, value="done")
        if name == "second":
            raise ValueError(POISON)
        return name != "third"

    failed = []
    assert queues.each(["first", "second", "third", "fourth"], work, failed) == 2
    assert set(Meta.objects.filter(value="done").values_list("key", flat=True)) == {"first", "third", "fourth"}
    assert failed == [f"second: {POISON}"]


def test_a_database_error_of_one_piece_leaves_the_connection_whole():
    def work(name):
        Meta.objects.create(key=name if name == "other" else "same", value="done")
        return True

    failed = []
    assert queues.each(["one", "two", "other"], work, failed) == 2
    assert len(failed) == 1
    assert Meta.objects.filter(value="done").count() == 2


def test_gathered_gives_what_every_source_gave_before_it_failed():
    def breaks_off(asked):
        yield asked
        raise ValueError(POISON)

    sources = (breaks_off, fails, lambda asked: [asked + 1, asked + 2])
    assert list(queues.gathered(sources, 1)) == [1, 2, 3]


def test_a_room_whose_night_fails_stops_no_other_and_is_told(first_room, user_of, monkeypatch):
    ran = []
    first_room(nightly=(fails, lambda: {"mine": 1, "failed": ["row 7: poisoned"]}))
    monkeypatch.setattr(commands, "expire", lambda row: ran.append(row))
    monkeypatch.setattr(Worker, "configure_signals", lambda worker: None)
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)  # PostgreSQL's is the one of this test
    monkeypatch.setattr(outbox, "send_approved", lambda: ran.append("sent") or 3)
    Message.objects.create(
        recipient="a@example.org", subject="Hello", body="x", responsible=user_of("officer"), state="approved"
    )
    with pytest.raises(UdsynError) as told:
        office.daily()
    assert "1/0" in str(told.value)
    assert "row 7: poisoned" in str(told.value)
    assert "mine 1" in str(told.value)
    assert "sent 3" in str(told.value)
    assert ran[-1] == "sent"
    assert {work.why(piece) for piece in work.failures()} == {"{{ 1/0 }} <script>", "mine 1; row 7: poisoned"}


def test_a_source_of_ties_that_fails_stops_no_other_and_loses_none(first_room):
    before = ties.collect()
    assert "failed" not in before
    held = ties.Tie.objects.create(
        kind="person", object_id=1, instrument="poisoned", level=ties.PERSON, key="a b", date=date(2026, 1, 1),
        status=ties.MADE,
    )  # fmt: skip
    first_room(ties=(all_rooms.Ties(("poisoned",), fails),))
    after = ties.collect()
    assert after["ties"] == before["ties"]
    assert len(after["failed"]) == 1
    held.refresh_from_db()
    assert held.status == ties.MADE


def test_an_inbox_and_a_calendar_hold_what_the_other_rooms_give(first_room, actor_as, user_of, client_as):
    actor, user = actor_as("officer"), user_of("officer")
    before = len(list(waiting(actor, date(2026, 11, 1))))
    path = reverse("calendar", args=[user.calendar_key])
    dates = len(Calendar.from_ical(client_as("visitor").get(path).content).walk("VEVENT"))
    assert before > 0
    first_room(inbox=(fails,), feeds=(fails,))
    assert len(list(waiting(actor, date(2026, 11, 1)))) == before
    assert len(Calendar.from_ical(client_as("visitor").get(path).content).walk("VEVENT")) == dates


@pytest.mark.parametrize(
    "end", ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\0", "\x1b[2J", "\\n", "\\,"]
)
def test_no_words_break_out_of_a_line_of_a_calendar(end):
    hostile = f"a{end}ATTENDEE:mailto:evil@example.org{end}END:VEVENT{end}BEGIN:VEVENT"
    entries = [
        feeds.Date("1", hostile, date(2026, 3, 1), place=hostile, text=hostile),
        feeds.Date("2", "no day", date(1, 1, 1)),
        feeds.Date("3", "after it", date(2026, 3, 2)),
    ]
    made = feeds.render(entries, "Udsyn")
    lines = made.decode().replace("\r\n ", "").split("\r\n")
    assert sum(line == "BEGIN:VEVENT" for line in made.decode().splitlines()) == 3
    assert not [line for line in made.decode().replace("\r\n ", "").splitlines() if line.startswith("ATTENDEE")]
    assert not [char for line in lines for char in line if char < " " or char == "\x7f"]
    assert {str(e["SUMMARY"]) for e in Calendar.from_ical(made).walk("VEVENT")} >= {"after it"}
