"""The first hour: steps that tick themselves from what is really there, put away and brought back by the reader."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import translation

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.overview import first_hour
from udsyn.desk.rooms.overview.first_hour import HOURS
from udsyn.desk.rooms.service.models import Request, Step

pytestmark = pytest.mark.django_db
PANEL = re.compile(r'<ol class="hour">(.*?)</ol>', re.DOTALL)


def steps(page: str) -> dict[str, bool]:
    """Each step on the start page, and whether it has its tick."""
    found = PANEL.search(page)
    lines = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []
    tick = re.compile(r'<span class="state done">\w+</span>')
    return {re.sub(r"<[^>]+>", "", tick.sub("", line)).strip(): bool(tick.search(line)) for line in lines}


@pytest.fixture
def person(user_of):
    """The attaché, who has not yet taken up a request nor logged a contact: where all is done, nothing is shown."""
    found = user_of("attache").person
    Request.objects.filter(handler=found).update(handler=None)
    Step.objects.filter(by=found).update(by=None)
    return found


def test_a_contact_logged_ticks_itself_and_nothing_else(client_as, person):
    client = client_as("attache")
    before = steps(client.get("/en/").content.decode())
    assert before["Log a contact"] is False
    request = Request.objects.filter(centre__slug="seoul").first()
    Step.objects.create(request=request, what="contact", how="mail", by=person)
    after = steps(client.get("/en/").content.decode())
    assert after == {**before, "Log a contact": True}


def test_a_request_counts_once_it_is_taken_up_and_the_list_once_it_is_sent(client_as, person):
    row = Request.objects.exclude(need="").filter(state="closed").first()
    client = client_as("attache")
    taken, sent = "Take up a request", "Send a short list"
    for state, ticked in (("received", (False, False)), ("accepted", (True, False)), ("following", (True, True))):
        Request.objects.filter(pk=row.pk).update(handler=person, state=state)
        shown = steps(client.get("/en/").content.decode())
        assert (shown[taken], shown[sent]) == ticked, state


def test_what_somebody_else_did_ticks_nothing(client_as, person, user_of):
    request = Request.objects.filter(centre__slug="seoul").first()
    Step.objects.create(request=request, what="contact", how="mail", by=user_of("officer").person)
    assert steps(client_as("attache").get("/en/").content.decode())["Log a contact"] is False


@pytest.mark.usefixtures("person")
def test_it_is_put_away_and_brought_back(client_as):
    client = client_as("attache")
    assert steps(client.get("/en/").content.decode())
    assert client.post(reverse("first_hour"), {"away": "1"}).status_code == 302
    page = client.get("/en/").content.decode()
    assert not PANEL.search(page)
    assert "Show the first hour again" in page
    client.post(reverse("first_hour"))
    assert PANEL.search(client.get("/en/").content.decode())


def shows(step, done):
    rows = RESOURCES["country"].model.objects.all()
    return rows if done else rows.none()


@pytest.mark.parametrize(("ticked", "shown"), [(0, "<details open>"), (1, "<details>"), (4, "<details>"), (5, None)])
def test_it_folds_once_a_step_is_done_and_is_gone_once_all_are(client_as, monkeypatch, ticked, shown):
    assert len(HOURS["attache"]) == 5
    done = {step.label for step in HOURS["attache"][:ticked]}
    monkeypatch.setattr(first_hour.Step, "done", lambda step, _actor: shows(step, step.label in done))
    page = client_as("attache").get("/en/").content.decode()
    found = re.search(r"(<details[^>]*>)<summary><h2>Your first hour</h2>", page)
    assert (found and found[1]) == shown


@pytest.mark.parametrize("role", ["client", "auditor", "administrator", "visitor"])
def test_who_does_not_work_abroad_or_in_the_ministry_has_none(role, client_as):
    page = client_as(role).get("/en/").content.decode()
    assert not PANEL.search(page)
    assert "first hour" not in page.lower()


@pytest.mark.usefixtures("person")
def test_it_is_danish_for_danish_readers_and_leads_to_its_page(client_as):
    page = client_as("attache").get("/da/").content.decode()
    assert "Din første time" in page
    assert 'href="/da/help/first-hour/"' in page
    assert "Notér en kontakt" in PANEL.search(page)[1]


@pytest.mark.parametrize("role", ["officer", "attache", "advisor", "assistant"])
def test_every_step_leads_where_its_reader_may_do_it(role, client_as):
    client = client_as(role)
    with translation.override("en"):
        for step in HOURS[role]:
            assert step.kind in RESOURCES
            assert client.get(step.url).status_code == 200, step.label
