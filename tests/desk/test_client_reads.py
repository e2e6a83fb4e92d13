"""What a client reads is so: nothing is promised before its mail left, each step is said once, nothing is denied."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.service import links
from udsyn.desk.rooms.service.models import Candidate, Check, Link, Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(user_of, actor_as):
    """A request of the demonstration's client with a short list that is written and has not left."""
    officer = actor_as("officer")
    row = Request.objects.filter(centre__slug="seoul").first()
    Request.objects.filter(pk=row.pk).update(
        state="scoped", sender_user=user_of("client"), email="client@example.org", need="Batteries", country=None,
        critical="no", sanctioned="no", dual_use="no", handler=officer.person,
    )  # fmt: skip
    Check.objects.filter(request=row).delete()
    Link.objects.filter(kind="request", object_id=row.pk).delete()
    row.candidates.all().delete()
    row.refresh_from_db()
    Candidate.objects.create(request=row, name="Kim Minji", institution="KAIST", email="k@example.org", state="vetted")
    kernel.perform(row, "shortlist", officer)
    return Request.objects.get(pk=row.pk)


def send(row):
    """Its mail leaves."""
    link = Link.objects.get(kind="request", object_id=row.pk, revoked__isnull=True)
    links.send_off(link)
    return link


def test_the_short_list_is_with_the_client_when_its_mail_has_left(asked, client_as, actor_as):
    url, client, officer = RESOURCES["request"].url(asked), client_as("client"), actor_as("officer")
    before = client.get(url).content.decode()
    assert "short list with you" not in before.partition("aria-current")[0]
    assert "being worked on" in before
    assert "Kim Minji" not in before
    assert str(asked.state_label(officer)) == "short list waits to be sent"
    assert Request.objects.filter(Request.lifecycle.on("unsent"), pk=asked.pk).exists()
    assert not Request.objects.filter(Request.lifecycle.on("shortlisted"), pk=asked.pk).exists()
    link = send(asked)
    after = client.get(url).content.decode()
    assert "Kim Minji" in after
    assert reverse("answer", args=[links.token(link)]) in after
    assert str(asked.state_label(actor_as("client"))) == "short list with you"
    assert Request.objects.filter(Request.lifecycle.on("shortlisted"), pk=asked.pk).exists()


def test_only_the_client_is_offered_the_choice(asked, client_as):
    path = reverse("answer", args=[links.token(send(asked))])
    for role in ("officer", "attache", "auditor"):
        assert path not in client_as(role).get(RESOURCES["request"].url(asked)).content.decode()


def test_an_open_check_is_not_denied(asked, client_as, actor_as):
    officer = actor_as("officer")
    Check.objects.create(request=asked, approver_id=officer.person, asked_by_id=officer.person)
    client = client_as("client").get(RESOURCES["request"].url(asked)).content.decode()
    assert "<h2>Security checks</h2>" not in client
    assert "<h2>Security checks</h2>" in client_as("officer").get(RESOURCES["request"].url(asked)).content.decode()


@pytest.mark.parametrize("state", ["received", "accepted", "scoped", "introducing", "following"])
def test_each_step_is_said_once(asked, state, client_as):
    Request.objects.filter(pk=asked.pk).update(state=state)
    page = client_as("client").get(RESOURCES["request"].url(asked)).content.decode()
    steps = re.findall(r"<li[^>]*>([^<]*)</li>", page[page.index('class="path"') :].partition("</ol>")[0])
    assert len(steps) == len(set(steps)) >= 4
    assert page.count('aria-current="step"') == 1


def test_a_question_to_a_candidate_is_asked_when_it_has_left(asked, actor_as):
    officer, client = actor_as("officer"), actor_as("client")
    candidate = asked.candidates.get()
    Candidate.objects.filter(pk=candidate.pk).update(state="chosen")
    introduction = RESOURCES["introduction"].model.objects.create(candidate=candidate, client_yes_at=timezone.now())
    kernel.perform(introduction, "ask", officer)
    introduction.refresh_from_db()
    assert str(introduction.state_label(client)) == "you said yes"
    links.send_off(Link.objects.get(kind="introduction", object_id=introduction.pk))
    assert str(introduction.state_label(client)) == "the other side is asked"
