"""Service where there is no centre: whoever is posted to a country logs contacts and answers requests about it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tests.desk.cast import ROLES

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.ops import office
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import commands, dossier, figures, mails, taking
from udsyn.desk.rooms.service.models import Candidate, Introduction, Request, Step
from udsyn.desk.web.inbox import waiting

pytestmark = pytest.mark.django_db
MAIL = b"From: Anna Firm <anna@firm.example>\nTo: a@b.example\nSubject: Water\n\nHelp us."


def asked(**fields):
    said = {"name": "Mai Lind", "email": "mai@firm.example", "text": "Clean water in the delta"}
    return Request(**{"country": Country.objects.get(code="VN"), **said, **fields})


@pytest.fixture
def advisor(actor_as):
    return actor_as("advisor")


@pytest.fixture
def row(advisor):
    return commands.type_in(asked(), advisor, how="phone", minutes=20)


@pytest.mark.parametrize(("language", "label"), [("en", "country"), ("da", "land")])
def test_an_advisor_logs_a_contact_for_the_country_and_is_asked_for_no_centre(language, label, client_as, advisor):
    with translation.override(language):
        address = reverse("log_contact")
    client = client_as("advisor")
    page = client.get(address).content.decode()
    assert 'name="centre"' not in page
    assert label in page
    vietnam, africa = (Country.objects.get(code=code) for code in ("VN", "ZA"))
    assert f'<option value="{vietnam.pk}" selected>' in page
    assert f'<option value="{africa.pk}"' not in page
    said = {"name": "Mai Lind", "text": "Clean water", "theme": "unknown"}
    sent = {**said, "how": "phone", "minutes": "15", "country": vietnam.pk}
    answer = client.post(address, sent)
    made = Request.objects.latest("pk")
    assert (answer.status_code, answer.url) == (302, RESOURCES["request"].url(made))
    assert (made.centre, made.country, made.handler_id) == (None, vietnam, advisor.person)
    assert [(step.what, step.minutes) for step in made.steps.order_by("pk")] == [("received", None), ("contact", 15)]
    again = client.post(address, {"request": made.pk, "text": "Called back", "theme": "unknown", "how": "mail"})
    assert again.status_code == 302
    assert made.steps.filter(what="contact").latest("pk").note == "Called back"
    for page in (answer.url, RESOURCES["request"].list_url, reverse("home"), reverse("inbox")):
        assert client.get(page).status_code == 200


def test_no_contact_is_logged_for_another_country_or_for_a_centre(client_as, advisor, row):
    africa, seoul = Country.objects.get(code="ZA"), Centre.objects.get(slug="seoul")
    client, before = client_as("advisor"), Request.objects.count()
    said = {"name": "Mai Lind", "text": "Clean water", "theme": "unknown"}
    for place in ({"country": africa.pk}, {"centre": seoul.pk}, {}):
        assert client.post(reverse("log_contact"), {**said, **place}).status_code == 422
    for place in ({"country": africa}, {"country": None, "centre": seoul}, {"centre": seoul}):
        with pytest.raises(kernel.Refused):
            commands.type_in(asked(**place), advisor)
    others = commands.type_in(asked(country=None, centre=seoul), Actor(mandates=frozenset({("officer", "")})))
    assert (
        client.post(reverse("log_contact"), {"request": others.pk, "text": "x", "theme": "unknown"}).status_code == 422
    )
    for place in ({"country": africa}, {"country": None, "centre": seoul}):
        moved = Request.objects.get(pk=row.pk)
        for name, value in place.items():
            setattr(moved, name, value)
        with pytest.raises(ValidationError, match="lose the right"):
            kernel.save(moved, advisor)
    assert Request.objects.count() == before + 1
    assert Request.objects.get(pk=row.pk).country.code == "VN"


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("advisor", "officer", "officer2")])
def test_who_serves_elsewhere_logs_nothing_there_and_sees_nothing_of_it(role, actor_as, row):
    actor = actor_as(role)
    for one in (row, row.steps.first()):
        sees = actor.can("view", one)
        assert type(one).objects.visible_to(actor).filter(pk=one.pk).exists() == sees
        assert sees == (role in ("auditor", "administrator"))
        assert not actor.can("change", one)
    with pytest.raises(kernel.Refused):
        commands.log_contact(Step(request=row, how="phone"), actor)
    with pytest.raises(kernel.Refused):
        commands.type_in(asked(), actor)


def test_a_centre_stands_between_its_people_and_its_countrys_other_requests():
    """Whoever serves at a centre works there; who serves the same country from none has the rest."""
    korea = asked(country=Country.objects.get(code="KR"))
    at_centre = Actor(mandates=frozenset({("attache", "centre:seoul"), ("attache", "country:KR")}))
    from_none, elsewhere = (Actor(mandates=frozenset({("advisor", f"country:{code}")})) for code in ("KR", "VN"))
    assert [actor.can("create", korea) for actor in (at_centre, from_none, elsewhere)] == [False, True, False]
    korea.centre = Centre.objects.get(slug="seoul")
    assert [actor.can("create", korea) for actor in (at_centre, from_none, elsewhere)] == [True, False, False]


def test_a_request_belongs_somewhere(row):
    with pytest.raises(ValidationError, match="which centre it belongs to, or which country"):
        asked(country=None).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=row.pk).update(country=None)


def test_mails_of_a_request_without_a_centre_are_answered_for_by_who_serves_the_country(advisor):
    assert mails.responsible_for(asked()) == advisor.user
    assert mails.responsible_for(asked(country=Country.objects.get(code="ZA"))).email == ROLES["officer"]


def test_an_advisor_takes_in_a_mail(client_as, advisor):
    vietnam = Country.objects.get(code="VN")
    taken = taking.take_mail(MAIL, vietnam, advisor)
    assert (taken.request.country, taken.request.centre, taken.request.name) == (vietnam, None, "Anna Firm")
    with pytest.raises(kernel.Refused):
        taking.take_mail(MAIL, Country.objects.get(code="ZA"), advisor)
    assert 'name="country"' in client_as("advisor").get(reverse("from_mail")).content.decode()


def test_the_way_of_a_request_goes_on_without_a_centre(advisor, row, settings):
    """Triage, a short list and the client's answer, in the name of the post that serves the country."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Message.objects.filter(state__in=("drafted", "approved")).update(state="withdrawn")
    row = Request.objects.get(pk=row.pk)
    assert [item for item in waiting(advisor, timezone.localdate()) if item.url == RESOURCES["request"].url(row)]
    row.need, row.language = "Clean water", "en"
    row.critical = row.sanctioned = row.dual_use = "no"
    kernel.save(row, advisor)
    for step in ("accept", "scope"):
        kernel.perform(row, step, advisor)
    made = Candidate(request=row, name="An Tran", institution="Delta University", email="an@delta.example", why="Best.")
    kernel.save(made, advisor)
    kernel.perform(made, "vet", advisor)
    kernel.perform(row, "shortlist", advisor)
    kernel.perform(Message.objects.get(state="drafted"), "approve", advisor)
    office.send_approved()
    assert "\n\nGrowth advisor, Vietnam" in mail.outbox[-1].body
    opened = next(word for word in mail.outbox[-1].body.split() if "/answer/" in word).partition(":8000")[2]
    client = Client()
    assert "Growth advisor, Vietnam" in client.get(opened).content.decode()
    assert client.post(opened, {"want": made.pk}).status_code == 302
    assert Introduction.objects.get(candidate=made).request == row


def test_figures_and_costs_count_it_once_under_its_country(client_as, row, advisor):
    today = timezone.localdate()
    whole, groups = figures.table(None, None, "centre")
    received = {str(group): found[0].numerator for group, found in groups}
    assert received["without a centre"] == Request.objects.filter(centre=None).count() == 1
    assert sum(received.values()) == whole[0].numerator
    hours = [cost for cost in dossier.costs() if cost.object_id == row.pk]
    assert [(cost.country, round(cost.hours * 60), cost.date) for cost in hours] == [("VN", 20, today)]
    assert "without a centre" in client_as("officer").get(reverse("figures")).content.decode()
    for role in ("advisor", "officer"):
        client = client_as(role)
        country = RESOURCES["country"].url(row.country)
        assert "Mai Lind" in client.get(country).content.decode()
        assert client.get(RESOURCES["request"].url(row)).status_code == 200
        assert "Mai Lind" in client.get(reverse("export", args=["requests", "csv"])).content.decode()
