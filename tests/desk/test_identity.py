"""Who somebody is, they do not say themselves: sure keys of imports are written by colleagues."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.urls import reverse
from django.utils import translation

from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.resources import RESOURCES

pytestmark = pytest.mark.django_db
TAKEN = {"email": "officer@demo.example", "orcid": "0000-0002-1825-0097"}


def test_a_client_changes_their_own_telephone_and_no_key(client_as, user_of):
    person = user_of("client").person
    before = (person.email, person.orcid)
    url = RESOURCES["person"].url(person) + "edit/"
    page = client_as("client").get(url).content.decode()
    assert 'name="phone"' in page
    assert 'name="email"' not in page
    assert 'name="orcid"' not in page
    sent = {"given_name": person.given_name, "family_name": person.family_name, "phone": "12345678", **TAKEN}
    assert client_as("client").post(url, sent).status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.email, person.orcid) == ("12345678", *before)


def test_a_key_that_a_client_sends_to_the_api_is_refused(client_as, user_of, client):
    from datetime import timedelta

    from django.utils import timezone

    from udsyn.desk.kernel.models import Token

    secret, user = Token.new_secret(), user_of("client")
    ends = timezone.localdate() + timedelta(days=1)
    Token.objects.create(
        owner=user,
        name="t",
        digest=Token.digest_of(secret),
        scopes=["read", "write"],
        expires=ends,
    )
    for name, value in TAKEN.items():
        answer = client.patch(
            f"/api/v1/people/{user.person_id}",
            {name: value},
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == 422, name


@pytest.mark.parametrize("role", ["officer", "attache"])
def test_colleagues_write_them(role, actor_as, user_of):
    fields = RESOURCES["person"].form_fields(actor_as(role), user_of("client").person)
    assert {"email", "orcid"} <= {*fields}


def test_no_sure_key_of_any_list_is_written_by_a_client(actor_as):
    sure = {
        r.kind: {*r.importing.sure} & {*r.form_fields(actor_as("client"))} for r in RESOURCES.values() if r.importing
    }
    assert not any(sure.values()), sure


def test_an_own_address_changes_once_the_link_sent_to_it_was_opened(client_as, user_of, mailoutbox):
    user, client = user_of("client"), client_as("client")
    before = user.person.email
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with translation.override("en"):
        answer = client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    assert answer.status_code == 302
    (mail,) = [mail for mail in mailoutbox if mail.to == ["new@example.org"]]
    user.person.refresh_from_db()
    assert user.person.email == before
    link = re.search(r"https?://[^/]+(/\S*confirm-email/\S+)", mail.body)[1]
    assert client.post(link).status_code == 302
    user.person.refresh_from_db()
    user.refresh_from_db()
    assert (user.person.email, user.email) == ("new@example.org", "new@example.org")
    assert Entry.objects.filter(action="prove", kind="person", object_id=user.person_id, fields="email").count() == 1


def test_an_address_that_nobody_opened_a_link_of_is_not_taken(user_of):
    user = user_of("client")
    before = user.person.email
    other = EmailAddress.objects.create(user=user, email="officer@demo.example", verified=False)
    email_changed.send(EmailAddress, request=None, user=user, from_email_address=None, to_email_address=other)
    user.person.refresh_from_db()
    assert user.person.email == before
