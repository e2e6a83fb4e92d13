"""No input whatsoever gives a 500: every form, every parameter and every number of an address, as every role."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from tests.desk import hostile
from tests.desk.addresses import examples
from tests.desk.cast import ROLES

from udsyn.desk.tools.numbers import whole_number

pytestmark = pytest.mark.django_db


def status(client, target, fields):
    """What the desk answers; nothing that a hostile request did stays for the next."""
    with transaction.atomic():
        found = hostile.send(client, target, fields)
        transaction.set_rollback(True)
    return found


def attack(client, offered, tries):
    """The requests that the desk could not answer, of so many tries."""
    failures = {}

    @seed(15)
    @settings(max_examples=tries, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data):
        target = data.draw(st.sampled_from(offered))
        fields = data.draw(hostile.sent(target))
        if status(client, target, fields) >= 500:
            failures.setdefault((target.method, target.url), fields)

    ask()
    return failures


@pytest.mark.parametrize("role", ["visitor", "officer"])
def test_hostile_fields_are_refused(role, client_as):
    client = client_as(role, raise_request_exception=False)
    assert attack(client, hostile.targets(client, each=1), 80) == {}


@pytest.mark.prove
@pytest.mark.parametrize("role", [r for r in ROLES if r not in ("officer2", "successor")])
def test_all_hostile_fields_are_refused(role, client_as):
    client = client_as(role, raise_request_exception=False)
    assert attack(client, hostile.targets(client), 3000) == {}


#: each found once with a 500 behind it, or its sibling
FOUND = [
    ("officer", "POST", "/en/account/me/", {"revoke": "abc"}),
    ("officer", "POST", "/en/account/me/", {"revoke": "²"}),
    ("officer", "POST", "/en/desk/people/merge/", {"undo": "abc"}),
    ("officer", "POST", "/en/desk/people/merge/", {"keep": "abc", "gone": "²"}),
    ("officer", "POST", "/en/desk/people/merge/", {"keep": "9" * 40, "gone": "1"}),
    ("officer", "POST", "/en/desk/postings/new/", {"x": "1"}),
    ("officer", "GET", "/en/desk/people/", {"q": "a" * 60_000}),
    ("officer", "GET", "/en/desk/people/export.csv", {"q": "a" * 60_000}),
    ("officer", "GET", "/en/search/", {"q": "\x00"}),
    ("officer", "GET", "/en/figures/", {"year": "²"}),
    ("visitor", "POST", "/en/account/demo/", {"user": "²"}),
    ("visitor", "GET", "/en/answer/²:x/", {}),
]


@pytest.mark.parametrize(("role", "method", "url", "fields"), FOUND)
def test_what_was_found_stays_mended(role, method, url, fields, client_as):
    client = client_as(role, raise_request_exception=False)
    assert status(client, hostile.Target(method, url, fields), fields) < 500


def test_no_number_of_an_address_is_too_much(client_as):
    client = client_as("officer", raise_request_exception=False)
    asked = [url for urls in examples().values() for known in urls[:1] for url in hostile.twisted(known)]
    assert {url: code for url in asked if (code := client.get(url).status_code) >= 500} == {}
    assert len(asked) > 60


@pytest.mark.parametrize("text", ["²", "٣", "Ⅷ", "-1", "1.0", " 1", "1_0", "", "abc", "9" * 19, "9" * 5000, None, [1]])
def test_what_names_no_row(text):
    assert whole_number(text) is None


def test_what_names_a_row():
    assert [whole_number(text) for text in ("0", "7", "9223372036854775807")] == [0, 7, 2**63 - 1]


def test_a_form_with_too_much_in_it_is_told_in_our_words(client_as):
    answer = client_as("officer").post("/en/account/me/", {"name": "x" * 6_000_000})
    assert answer.status_code == 400
    assert "No such" not in answer.content.decode()
    assert "udsyn" in answer.content.decode().lower()
