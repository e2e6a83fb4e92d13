"""A crowd registers for an event while the server is killed, and canaries of wishes, addresses and attendance."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import queue
import random
import signal
import socket
import threading
import time
import urllib.parse
from contextlib import suppress

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.desk.cast import inside, running
from tests.desk.test_leaks import text_of

from udsyn.desk.kernel import search
from udsyn.desk.kernel.models import Message, Token
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.events import letters, links
from udsyn.desk.rooms.events.models import Attendee, Event, MeetingWish, Pairing, Stop, Talk
from udsyn.desk.web import limits

pytestmark = pytest.mark.django_db
WRITERS = 8
OPEN = """
from udsyn.desk.rooms.events.models import Event
event = Event.objects.get(kind_of="matchmaking", state="open")
Event.objects.filter(pk=event.pk).update(capacity=None)
from django.conf import settings
print(json.dumps({"event": event.pk, "csrf": settings.CSRF_COOKIE_NAME}))
"""
KEPT = """
from udsyn.desk.kernel.ledger import verify
from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.events import links
from udsyn.desk.rooms.events.models import Attendee
rows = Attendee.objects.filter(email__endswith="@crowd.example").order_by("pk")
mails = Message.objects.filter(recipient__endswith="@crowd.example").values_list("recipient", flat=True)
print(json.dumps({"rows": [[row.email, row.state, links.token(row)] for row in rows], "mails": list(mails),
                  "whole": verify().whole}))
"""


class Writer(threading.Thread):
    """Sends forms one after the other until there are none, or the server is gone; what was acknowledged is told."""

    def __init__(self, port, csrf, forms, pace):
        super().__init__()
        self.port, self.csrf, self.forms, self.pace = port, csrf, forms, pace
        self.acknowledged, self.refused = [], []

    def run(self):
        token = "t" * 32
        headers = {"Cookie": f"{self.csrf}={token}", "Content-Type": "application/x-www-form-urlencoded"}
        with suppress(queue.Empty, OSError, http.client.HTTPException):  # all is sent, or the server is gone
            time.sleep(random.uniform(0, self.pace))
            while True:
                who, path, form = self.forms.get_nowait()
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                began = time.monotonic()
                line.request("POST", path, urllib.parse.urlencode({"csrfmiddlewaretoken": token, **form}), headers)
                status = line.getresponse().status
                took = time.monotonic() - began
                line.close()
                (self.acknowledged if status == 302 else self.refused).append((who, took if status == 302 else status))
                time.sleep(random.uniform(0, 2 * self.pace))  # people do not press in step


def crowd(folder, csrf, forms, pace=0.0, kill_at=None):
    """Serve the desk while writers send forms (who, path, fields); killed once so many are acknowledged. Returns
    who was acknowledged, and how long each took."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    waiting = queue.SimpleQueue()
    for form in forms:
        waiting.put(form)
    with running(folder, port) as process:
        writers = [Writer(port, csrf, waiting, pace) for _n in range(WRITERS)]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            if kill_at is not None and sum(len(writer.acknowledged) for writer in writers) >= kill_at:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.01)
    assert [writer.refused for writer in writers if writer.refused] == []
    acknowledged = [one for writer in writers for one in writer.acknowledged]
    return {who for who, _took in acknowledged}, [took for _who, took in acknowledged]


def registering(folder, size, pace):
    """They register, the server is killed in between, the rest register again, and all confirm, with a kill again."""
    found = inside(folder, OPEN)
    page, csrf = f"/en/events/{found['event']}/", found["csrf"]
    emails = [f"p{n:03}@crowd.example" for n in range(size)]
    forms = [(one, page, {"given_name": "P", "family_name": one[1:4], "email": one, "shown": "on"}) for one in emails]
    first, took = crowd(folder, csrf, forms, pace, kill_at=size // 2)
    kept = inside(folder, KEPT)
    assert first <= {email for email, _state, _token in kept["rows"]}, "an acknowledged registration is lost"
    assert first <= set(kept["mails"]), "an acknowledged registration has no mail"
    second, more = crowd(folder, csrf, [form for form in forms if form[0] not in first], pace)
    assert first | second == set(emails)
    kept = inside(folder, KEPT)
    assert sorted(email for email, _state, _token in kept["rows"]) == emails, "each is there once"
    took = sorted(took + more)
    p95 = took[int(len(took) * 0.95)]
    print(
        f"{len(took)} registered, 0 lost; half of them in {took[len(took) // 2] * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"
    )
    presses = [(email, f"/en/event/{token}/", {"do": "confirm"}) for email, _state, token in kept["rows"]]
    coming, _took = crowd(folder, csrf, presses, kill_at=size // 2)
    kept = inside(folder, KEPT)
    assert kept["whole"]
    assert coming <= {email for email, state, _token in kept["rows"] if state == "coming"}
    print(f"{len(coming)} confirmed, 0 lost")
    return p95


def test_nothing_acknowledged_is_lost_when_the_server_is_killed_while_people_register(folder):
    registering(folder, 24, 0)


@pytest.mark.prove
def test_three_hundred_register_in_five_minutes(folder):
    """Each of eight writers sends a form every two seconds or so: 300 take 75 seconds, a quarter of the time."""
    assert registering(folder, 300, 2.0) < 0.15


def test_a_counter_that_a_killed_server_held_stops_nobody_and_the_limit_holds_all_the_same(rf, monkeypatch):
    monkeypatch.setitem(limits.RATES, "registration", "2/h/key")
    request = rf.post("/")
    assert [limits.is_over(request, "registration", "house") for _try in range(3)] == [False, False, True]
    (rate,) = ratelimit.parse_rates("2/h/key")
    held = {"app": "udsyn.desk", "action": "registration", "rate": rate}
    for house, over in (("house", True), ("other", False)):
        cache.add(ratelimit.get_cache_key(request, key=house, **held) + ":lock", True)
        assert limits.is_over(request, "registration", house) is over


# Canaries ------------------------------------------------------------------------------------------------------------

ORGANISE = ("officer", "attache", "auditor")  #: of the event in Seoul: they read all of it
OTHERS = ("visitor", "client", "other_attache")
BY_LINK = ("asker", "neighbour", "host", "other_host")


@pytest.fixture
def cage():
    """An event and a delegation of Seoul, and word → by whom it may be read besides those who organise them."""
    event = Event.objects.get(kind_of="matchmaking", state="open")
    journey = Event.objects.get(kind_of="delegation", state="open")
    asker, neighbour, wished, hidden = event.attendees.filter(state="coming").order_by("-pk")[:4]
    host, other_host = journey.stops.filter(at__isnull=False)[:2]
    host.state, host.at = "agreed", timezone.now() - dt.timedelta(days=1)
    for row in (asker, neighbour, wished, hidden):
        row.person = None  # known by this room alone
    words = {}

    def put(row, readers, **fields):
        for name in fields:
            word = f"canary{len(words)}x"
            words[word] = readers
            setattr(row, name, f"{word}@example.org" if name in ("email", "host_email") else word)
        row.save()
        search.put(row)

    # a name tells that somebody comes: of one who is not shown only those learn it who meet them
    hidden.shown = False
    put(hidden, {"asker"}, family_name=1, organisation_name=1)
    put(hidden, set(), email=1, offers=1, seeks=1, topics=1)
    put(asker, set(), email=1)
    put(neighbour, {"neighbour"}, email=1)
    put(wished, set(), email=1)
    MeetingWish.objects.filter(by=asker).delete()
    put(MeetingWish(by=asker, whom=hidden, rank=1), set())
    one, two = sorted((asker, hidden), key=lambda row: row.pk)
    Talk.objects.create(event=event, a=one, b=two, slot=1, hall=event.halls.first(), table=1, a_met=True, b_met=False)
    put(Pairing(event=event, a=neighbour, b=wished, kind_of="never"), set(), reason=1)
    put(host, {"host"}, host_email=1, outcome=1)
    put(other_host, {"other_host"}, outcome=1)
    letters.programme(Attendee.objects.get(pk=hidden.pk), changed=False)
    people = {"asker": asker, "neighbour": neighbour, "host": host, "other_host": other_host}
    return event, people, words


def pages(event, user, words):
    """Every list, export, page and history of this room's kinds, what is across rooms, and the public pages."""
    yield from (reverse(name) for name in ("home", "events", "inbox", "activity", "deadlines", "ledger", "work", "me"))
    yield reverse("event", args=[event.pk])
    yield reverse("event_screen", args=[event.pk, event.screen_key])
    yield reverse("event_day", args=[event.pk])
    for word in words:
        yield reverse("search") + f"?q={word}"
    yield reverse("find_public") + "?q=canary"
    if user is not None:
        yield reverse("calendar", args=[user.calendar_key])
    for model in (Event, Attendee, MeetingWish, Pairing, Talk, Stop, Message):
        resource = RESOURCES[model.kind()]
        yield from (reverse("list", args=[resource.slug]) + asked for asked in ("", "?q=canary"))
        yield reverse("names", args=[resource.slug]) + "?q=canary"
        yield reverse("export", args=[resource.slug, "csv"])
        for row in model.objects.order_by("-pk")[:3]:
            yield from (reverse(name, args=[resource.slug, row.pk]) for name in ("detail", "history", "edit"))


@pytest.mark.parametrize("role", [*OTHERS, "officer"])
def test_no_canary_sings_to_those_who_may_not_hear_it(role, cage, client_as, user_of):
    event, _people, words = cage
    client, user = client_as(role), user_of(role)
    heard = {word: path for path in pages(event, user, words) for word in sung(client.get(path), words, path)}
    if user is not None:
        secret = Token.new_secret()
        told = {"owner": user, "name": "t", "digest": Token.digest_of(secret), "scopes": ["read"]}
        Token.objects.create(**told, expires="2099-01-01")
        for model in (Event, Attendee, MeetingWish, Pairing, Talk, Stop):
            path = f"/api/v1/{RESOURCES[model.kind()].slug}?limit=200"
            answer = client.get(path, headers={"authorization": f"Bearer {secret}"})
            heard |= dict.fromkeys(sung(answer, words, path), path)
    if role in ORGANISE:
        assert set(heard) == set(words), "the crawl must pass where canaries may sing"
    else:
        assert heard == {}


@pytest.mark.parametrize("who", BY_LINK)
def test_a_link_tells_of_nobody_but_its_owner_and_whom_they_meet(who, cage):
    event, people, words = cage
    row, client = people[who], Client()
    token = links.token(row)
    names = ("event_visit", "event_visit_calendar") if isinstance(row, Stop) else MINE
    own = [reverse(name, args=[token]) for name in names]
    paths = [*own, *pages(event, None, words), *(path.replace("/en/", "/da/") for path in own)]
    heard = {word: path for path in paths for word in sung(client.get(path), words, path)}
    allowed = {word for word, readers in words.items() if who in readers}
    assert {word: path for word, path in heard.items() if word not in allowed} == {}
    assert who in ("neighbour", "other_host") or heard, "the crawl must pass where canaries may sing"


MINE = ("event_mine", "event_calendar", "event_paper")


def sung(answer, words, path):
    """The canaries in an answer, without those that its address asks for."""
    text = text_of(answer)
    return [word for word in words if word in text and f"q={word}" not in path]
