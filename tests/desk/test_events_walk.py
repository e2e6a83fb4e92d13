"""A matchmaking day and a delegation in a real browser: organisers at a desk, guests and hosts on their phones."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import socket
import sqlite3
from contextlib import closing

import pytest
from browsing import PHONE, WIDE, needs_chromium
from tests.desk import second_reader
from tests.desk.cast import running
from tests.desk.walking import Walk

pytestmark = [needs_chromium, pytest.mark.django_db]
TITLE, IMPORTED = "Kvantedagen", 38
IDA, MAX = "ida@phones.example", "max@phones.example"
STEPS = ((1, 1), (2, 3))  #: rank of a wish, how far behind in the list they stand whom it is for
#: given name, language of the page, what they offer and look for: those who come by the public form
BY_PHONE = (
    ("Ida", "da", "Sensors for quantum computers", "A cold laboratory"),
    ("Max", "en", "A cold laboratory", "Sensors to be measured"),
)


@pytest.fixture
def walks(served, browser, tmp_path):
    """Browsers at a desk, and phones without JavaScript, before a desk of their own."""
    folder = tmp_path / "desk"
    shutil.copytree(served.folder, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ask(folder, "UPDATE core_message SET state = 'withdrawn' WHERE state != 'sent'")  # of the demonstration
    with running(folder, port):
        there = folder, f"http://127.0.0.1:{port}", served.users, browser
        found = Walk(*there, "da", WIDE, True), Walk(*there, "en", PHONE, False)
        yield found
        for walk in found:
            walk.close()


def ask(folder, statement, *values):
    with closing(sqlite3.connect(folder / "desk.sqlite3", timeout=20)) as database, database:
        return database.execute(statement, values).fetchall()


def sent(page, button):
    """Press a button that sends its form."""
    with page.expect_navigation():
        button.click()
    assert not page.locator(".errors").count(), page.locator("main").inner_text()


class Day:
    """The event, as its organiser and its guests walk through it."""

    def __init__(self, desk, phones):
        self.desk, self.phones, self.folder = desk, phones, desk.folder
        self.officer, self.visitor = desk.enter("officer"), phones.enter()
        self.own = {}  #: e-mail → address of their page

    def prepare(self, first, second):
        """The event, its rooms, registration opened."""
        page, desk = self.officer, self.desk
        page.goto("/da/desk/events/new/")
        for name, value in {
            **dict.fromkeys(("title_0", "title_1"), TITLE),
            "hours": f"{first} 09:00-10:40\n{second} 09:00-10:40",
            "place": "Aarhus",
            "capacity": "40",
        }.items():
            page.locator(f"[name={name}]").fill(value)
        ((organiser,),) = ask(self.folder, "SELECT person_id FROM parties_user WHERE email = 'officer@demo.example'")
        ((centre,),) = ask(self.folder, "SELECT id FROM posts_centre WHERE slug = 'seoul'")
        page.locator("[name=organiser]").select_option(str(organiser))
        page.locator("[name=centre]").select_option(str(centre))
        sent(page, page.locator("main form button").last)
        ((self.number,),) = ask(self.folder, "SELECT id FROM events_event WHERE title LIKE ?", f"%{TITLE}%")
        self.url = f"/da/desk/events/{self.number}/"
        page.goto("/da/desk/event-rooms/new/")
        page.locator("[name=event]").select_option(str(self.number))
        page.locator("[name=name]").fill("Salen")
        page.locator("[name=tables]").fill("10")
        sent(page, page.locator("main form button").last)
        page.goto(self.url)
        desk.take(page, "Open registration")
        desk.look(page, "open")

    def invite(self):
        """Most are on a list that the organiser has; they are asked by mail, and say that they come."""
        head = "event;given_name;family_name;email;organisation;land;tilbyder;søger;emner;shown;language"
        lines = [
            f"{TITLE};Guest;N{n:02};g{n:02}@guests.example;House {n % 20};DK;Sensors {n};Partners;quantum;ja;da"
            for n in range(IMPORTED)
        ]
        page, desk = self.officer, self.desk
        page.goto("/da/desk/attendees/import/")
        content = "\n".join([head, *lines]).encode()
        page.set_input_files("#id_file", {"name": "guests.csv", "mimeType": "text/csv", "buffer": content})
        sent(page, page.locator("main form button").first)
        desk.look(page, "list-read")
        sent(page, page.get_by_role("button", name=desk.t("Save it")))
        rows = ask(self.folder, "SELECT id FROM events_attendee WHERE event_id = ? AND state = 'named'", self.number)
        assert len(rows) == IMPORTED
        page.goto("/da/desk/attendees/together/?step=invite&" + "&".join(f"row={pk}" for (pk,) in rows))
        sent(page, page.locator("main form button").last)
        mails = desk.mails()
        self.own |= {to: desk.link(text, "event") for to, text in mails.items() if to.endswith("@guests.example")}
        assert len(self.own) == IMPORTED

    def all_press(self, verb, **said):
        """Everybody of the list presses a button of their page; `said` gives more fields, by e-mail."""
        self.visitor.goto(next(iter(self.own.values())))
        token = self.visitor.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
        for email, address in self.own.items():
            if not email.endswith("@guests.example"):
                continue
            form = {"csrfmiddlewaretoken": token, "do": verb, **said.get(email, {})}
            answer = self.visitor.request.post(address, form=form, max_redirects=0)
            assert answer.status == 302, answer.text()

    def wish_all(self):
        """Everybody of the list wishes for one or two others of it."""
        numbers = dict(ask(self.folder, "SELECT email, id FROM events_attendee WHERE event_id = ?", self.number))
        guests = [f"g{n:02}@guests.example" for n in range(IMPORTED)]
        wanted = {
            email: {f"wish-{rank}": str(numbers[guests[(n + step) % IMPORTED]]) for rank, step in STEPS[: 1 + n % 2]}
            for n, email in enumerate(guests)
        }
        self.all_press("wish", **wanted)

    def register(self, given, language, offers, seeks):
        """By the public form on a phone; the mail that came is answered with one press."""
        email, phones = f"{given.lower()}@phones.example", self.phones
        phones.language = language
        page = phones.enter()
        page.goto(f"/{language}/events/{self.number}/")
        for name, value in {
            "given_name": given, "family_name": "Phone", "email": email, "organisation_name": f"{given}s",
            "offers": offers, "seeks": seeks, "topics": "quantum",
        }.items():  # fmt: skip
            page.locator(f"[name={name}]").fill(value)
        code = "DK" if language == "da" else "KR"
        ((country,),) = ask(self.folder, "SELECT id FROM parties_country WHERE code = ?", code)
        page.locator("[name=country]").select_option(str(country))
        page.locator("[name=shown]").check()
        phones.look(page, f"{given}-registers")
        sent(page, page.get_by_role("button", name=phones.t("Register")))
        self.own[email] = self.desk.link(self.desk.mails()[email], "event")
        page.goto(self.own[email])
        sent(page, page.get_by_role("button", name=phones.t("Yes, I am coming")))
        return page

    def wish(self, page, away):
        """On a phone: whom one wants to meet, with the reasons why; and when one is away."""
        phones = self.phones
        reasons = page.locator("fieldset .helptext")
        assert "laborator" in reasons.first.inner_text()
        page.locator("[name=also]").first.check()
        sent(page, page.get_by_role("button", name=phones.t("Save my wishes")))
        page.get_by_text(phones.t("When are you away?")).click()
        for slot in away:
            page.locator(f"[name=away][value='{slot}']").check()
        sent(page, page.get_by_role("button", name=phones.t("Save"), exact=True).first)

    def plan(self, name, button):
        """Computed, proven, adopted; what stands then, by pair of e-mails."""
        page, desk = self.officer, self.desk
        page.goto(self.url)
        sent(page, page.get_by_role("button", name=desk.t(button)))
        desk.have_done("work")
        page.reload()
        desk.look(page, name)
        text = page.locator("main").inner_text()
        assert desk.t("proven: fewer is not possible") in text
        assert desk.t("not proven") not in text
        desk.take(page, "Adopt, and tell those concerned")
        return text

    def stands(self):
        """Each meeting that stands: its two people → slot, table and version."""
        rows = ask(
            self.folder,
            'SELECT a.email, b.email, slot, "table", version FROM events_talk t'
            " JOIN events_attendee a ON a.id = t.a_id JOIN events_attendee b ON b.id = t.b_id"
            " WHERE t.event_id = ? AND t.state = 'planned'",
            self.number,
        )
        return {frozenset(row[:2]): row[2:] for row in rows}

    def busy(self, people):
        """The slots in which one of them meets somebody."""
        return {slot for pair, (slot, *_rest) in self.stands().items() if pair & people}

    def comes(self, first, second):
        """The days of the event are others now."""
        hours = f"{first} 09:00-10:40\n{second} 09:00-10:40"
        dated = hours, first.isoformat(), second.isoformat(), self.number
        ask(self.folder, "UPDATE events_event SET hours = ?, first_day = ?, last_day = ? WHERE id = ?", *dated)

    def subscribed(self, email):
        """What a phone's calendar holds after it has looked again, read by another library: UID → what it shows."""
        answer = self.visitor.request.get(self.phones.url + self.own[email] + "programme.ics")
        _method, entries = second_reader.read(answer.body())
        held = {uid: (version, starts, status) for uid, version, starts, status in map(second_reader.told, entries)}
        assert len(held) == len(entries), "a meeting stands twice in the calendar"
        return held


def test_a_matchmaking_day_from_the_first_list_to_what_came_of_it(walks):
    today = dt.date.today()
    day = Day(*walks)
    desk, phones, officer = day.desk, day.phones, day.officer
    day.prepare(today + dt.timedelta(7), today + dt.timedelta(14))
    day.invite()
    day.all_press("confirm")
    ida, max_ = (day.register(*who) for who in BY_PHONE)
    day.wish_all()
    phones.language = "da"
    ida.reload()
    day.wish(ida, away=(5, 6, 7, 8))
    phones.look(ida, "ida-has-wished")
    phones.language = "en"
    day.wish(max_, away=())
    day.plan("proven", "Compute a plan")
    stood, both = day.stands(), frozenset({IDA, MAX})
    assert len(stood) > 40
    assert stood[both][0] <= 4  # Ida is away on the second day
    assert IDA in desk.mails()
    before = day.subscribed(MAX)

    # the organiser moves a meeting by typing where to: the entry in the calendar is the same, later and at another time
    officer.goto(f"{day.url}day/")
    desk.look(officer, "day")
    free = next(slot for slot in (1, 2, 3, 4) if slot not in day.busy(both))
    with officer.expect_navigation():
        officer.get_by_role("link", name=re.compile("Ida Phone")).click()
    taken = {table for slot, table, _version in day.stands().values() if slot == free}
    officer.locator("[name=slot]").select_option(str(free))
    officer.locator("[name=table]").select_option(label=f"Salen {min({*range(1, 11)} - taken)}")
    sent(officer, officer.get_by_role("button", name=desk.t("Move"), exact=True))
    ((uid, (version, starts, _status)),) = before.items()
    ((uid_now, (version_now, starts_now, status_now)),) = day.subscribed(MAX).items()
    assert (uid_now, version_now, status_now) == (uid, version + 1, "CONFIRMED")
    assert starts_now != starts

    # and by dragging it: to where both sit already it may not go, to a free table it does
    ((talk,),) = ask(day.folder, "SELECT id FROM events_talk WHERE event_id = ? AND version = 1", day.number)
    meets, busy = officer.locator(f"a[data-talk='{talk}']"), next(iter(day.busy(both) - {free}), None)
    if busy:
        with officer.expect_navigation():
            meets.drag_to(officer.locator(f"td[data-slot='{busy}']", has_text="–").last)
        assert officer.locator(".errors li").count()
    spare = max({*range(1, 11)} - {table for slot, table, _version in day.stands().values() if slot == free})
    with officer.expect_navigation():
        meets.drag_to(officer.locator(f"td[data-slot='{free}'][data-table$='.{spare}']"))
    assert day.stands()[both] == (free, spare, version + 2)

    # the first day is over when two cancel; what has begun stays, and only meetings of theirs fall away
    day.comes(today - dt.timedelta(1), today + dt.timedelta(6))
    stood, gone = day.stands(), {"g04@guests.example", "g11@guests.example"}
    (partner,) = next(pair - gone for pair, (slot, *_rest) in stood.items() if pair & gone and slot > 4)
    calendar = day.subscribed(partner)
    for email in gone:
        visitor = day.visitor
        visitor.goto(day.own[email])
        sent(visitor, visitor.get_by_role("button", name="Jeg kommer ikke"))
    text = day.plan("again", "Compute anew, moving as few as possible")
    assert desk.t("Nobody moves.") in text
    kept = {pair: place for pair, place in stood.items() if not pair & gone or place[0] <= 4}
    assert day.stands() == kept
    changed = {uid: (calendar[uid], now) for uid, now in day.subscribed(partner).items() if now != calendar[uid]}
    assert changed
    assert all(now == (was[0] + 1, was[1], "CANCELLED") for was, now in changed.values())

    # both tick on their phones; what they want to go on with becomes an introduction
    for page, language, address in ((ida, "da", IDA), (max_, "en", MAX)):
        phones.language = language
        page.goto(day.own[address])
        page.locator("[name=useful]").select_option("4")
        page.locator("[name=more]").check()
        sent(page, page.get_by_role("button", name=phones.t("We met"), exact=True))
        assert phones.t("You said: we met") in page.locator("main").inner_text()
        phones.look(page, f"met-{language}")
    ((talk,),) = ask(day.folder, "SELECT id FROM events_talk WHERE event_id = ? AND a_met AND b_met", day.number)
    officer.goto(f"/da/desk/one-to-ones/{talk}/")
    desk.look(officer, "both-met")
    sent(officer, officer.get_by_role("button", name=desk.t("Make an introduction of it")))
    assert "/introductions/" in officer.url
    desk.look(officer, "introduction")
    officer.goto(day.url)
    desk.look(officer, "dashboard")


def test_a_delegation_of_twelve_with_nine_hosts(walks):
    """Its organiser at a desk, a host and a member on their phones: asked, welcome, planned, visited, told of."""
    desk, phones = walks
    desk.language = "en"
    (number,) = next(
        iter(ask(desk.folder, "SELECT id FROM events_event WHERE kind_of = 'delegation' AND state = 'open'"))
    )
    attache = desk.enter("attache")
    url = f"/en/desk/events/{number}/"
    attache.goto(url)
    desk.look(attache, "delegation")
    assert ask(desk.folder, "SELECT count(*) FROM events_attendee WHERE event_id = ?", number) == [(12,)]
    stops = ask(
        desk.folder,
        "SELECT id, host_email FROM events_stop WHERE event_id = ? AND state = 'wished' AND at IS NOT NULL",
        number,
    )
    assert ask(desk.folder, "SELECT count(*) FROM events_stop WHERE event_id = ?", number) == [(9,)]
    stop, address = stops[0]
    attache.goto(f"/en/desk/stops/{stop}/")
    desk.take(attache, "Ask the host by mail")
    desk.approve_all(attache)
    own = desk.link(desk.mails()[address], "visit")
    host = phones.enter()
    host.goto(own)
    phones.look(host, "host-is-asked")
    sent(host, host.get_by_role("button", name="Yes, you are welcome"))
    phones.look(host, "host-agreed")

    # another host declines: a new way is planned, and the member's calendar changes in place
    member_before = ask(
        desk.folder,
        "SELECT id FROM events_stop WHERE event_id = ? AND must AND at IS NOT NULL AND party = 1",
        number,
    )
    (must,) = member_before[0]
    attache.goto(f"/en/desk/stops/{must}/edit/")
    attache.locator("[name=opens]").fill("13:00")  # after the time at which the plan has it
    sent(attache, attache.locator("main form button").last)
    attache.goto(url)
    sent(attache, attache.get_by_role("button", name="Compute a plan"))
    desk.have_done("work")
    attache.reload()
    desk.look(attache, "way")
    assert "Proven: no way is worth more." in attache.locator("main").inner_text()
    desk.take(attache, "Adopt, and tell those concerned")
    mails = desk.mails()
    ((email,), *_others) = ask(
        desk.folder, "SELECT email FROM events_attendee WHERE event_id = ? AND party = 1 AND language = 'da'", number
    )
    phones.language = "da"
    member = phones.enter()
    link = phones.link(mails[email], "event")
    member.goto(link)
    phones.look(member, "member")
    _method, entries = second_reader.read(member.request.get(phones.url + link + "programme.ics").body())
    told = {uid: (version, status) for uid, version, _starts, status in map(second_reader.told, entries)}
    assert len(told) == len(entries)
    theirs = ask(desk.folder, "SELECT id FROM events_stop WHERE event_id = ? AND party = 1 AND at IS NOT NULL", number)
    assert {uid for uid, (_version, status) in told.items() if status == "CONFIRMED"} == {
        f"stop-{pk}@udsyn" for (pk,) in theirs
    }

    # the day is over: the host tells what came of it
    ask(desk.folder, "UPDATE events_stop SET at = datetime('now', '-1 day') WHERE id = ?", stop)
    host.goto(own)
    host.locator("[name=outcome]").fill("Two students come in spring.")
    sent(host, host.get_by_role("button", name="Save"))
    phones.look(host, "host-told")
    attache.goto(f"/en/desk/stops/{stop}/")
    assert "Two students come in spring." in attache.locator("main").inner_text()
    desk.take(attache, "Was visited")
    desk.look(attache, "visited")
