"""Somebody whom nobody knows applies: an account by a mailed link, a name, a draft before the organisation is known."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from udsyn.desk.rooms.parties.models import Person, User
from udsyn.desk.rooms.programmes.models import Application, Call

pytestmark = pytest.mark.django_db
NEW = "new.applicant@example.org"


@pytest.fixture
def call():
    return Call.objects.get(title__contains="autumn")


def link_in(letter):
    return re.search(r"https?://[^/\s]+(/\S+)", letter.body).group(1)


@pytest.fixture
def applicant(call):
    """A browser in which somebody has made an account from the page of the call."""
    client, page = Client(), reverse("open_call", args=[call.pk])
    assert reverse("account_signup") in client.get(page).content.decode()
    client.post(reverse("account_signup"), {"email": NEW, "next": page})
    assert not client.session.get("_auth_user_id"), "the address is not proven yet"
    answer = client.post(link_in(mail.outbox[-1]))
    assert answer.url == page
    assert client.session["_auth_user_id"]
    return client


def test_a_stranger_applies_by_a_mailed_link_and_comes_back_by_a_code(call, applicant):
    begin = reverse("begin_application", args=[call.pk])
    applicant.post(begin, {"title": "Without a name"})
    assert not Application.objects.filter(title="Without a name").exists()
    applicant.post(begin, {"title": "A first network", "given_name": "Ida", "family_name": "Ny"})
    row = Application.objects.get(title="A first network")
    assert (str(row.lead), row.organisation, row.state) == ("Ida Ny", None, "draft")
    again, code = asks_for_code(NEW)
    again.post(reverse("account_confirm_login_code"), {"code": code})
    assert again.get(reverse("write_application", args=[row.pk])).status_code == 200


def test_an_account_of_ones_own_making_sees_what_the_world_sees(applicant, call):
    from udsyn.desk.kernel.resources import RESOURCES

    visitor = Client()
    for resource in RESOURCES.values():
        rows = resource.model.objects.order_by("pk")[:3]
        for row in rows:
            url = reverse("detail", args=[resource.slug, row.pk])
            public = resource.model.rules["view"].allows(visitor.get("/en/").wsgi_request.actor, row)
            assert applicant.get(url).status_code == (200 if public else 404), url
    assert applicant.get("/en/").status_code == 200
    assert applicant.get(reverse("inbox")).status_code == 200


def test_whoever_is_known_by_that_address_is_not_known_twice(call, applicant):
    known = Person.objects.create(given_name="Known", family_name="Already", email=NEW.upper())
    fields = {"title": "Known", "given_name": "Somebody", "family_name": "Else"}
    applicant.post(reverse("begin_application", args=[call.pk]), fields)
    assert Application.objects.get(title="Known").lead == known


def test_nobody_signs_up_while_no_call_is_open(call):
    Call.objects.update(state="decided")
    page = Client().post(reverse("account_signup"), {"email": NEW})
    assert page.status_code == 200
    assert not User.objects.filter(email=NEW).exists()
    assert not mail.outbox


def test_an_address_that_is_not_proven_is_nobody(call, applicant):
    EmailAddress.objects.filter(email=NEW).update(verified=False)
    applicant.post(
        reverse("begin_application", args=[call.pk]), {"title": "Unproven", "given_name": "A", "family_name": "B"}
    )
    assert not Application.objects.filter(title="Unproven").exists()


def asks_for_code(email):
    """A browser that waits for the code, and the code that went to the address."""
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": email})
    return client, re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mail.outbox[-1].body, re.M).group(1)


def test_a_code_that_is_guessed_three_times_opens_nothing_any_more(applicant):
    client, code = asks_for_code(NEW)
    for guess in ("AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC"):
        client.post(reverse("account_confirm_login_code"), {"code": guess})
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert "_auth_user_id" not in client.session


def test_a_code_asks_an_administrator_for_the_second_factor_all_the_same(user_of):
    user = user_of("administrator")
    User.objects.filter(pk=user.pk).update(is_demo=False)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    client, code = asks_for_code(user.email)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.get(reverse("ledger")).url == reverse("mfa_index")
