"""The API writes what the pages write: the same fields, checks and rights, and errors as problem details."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from udsyn.desk.kernel.models import Entry, Token
from udsyn.desk.rooms.parties.models import Country, Organisation, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(user_of):
    """A program that works for somebody with a key of these scopes: send(method, path, **fields) → status, answer."""

    def for_(role, *scopes):
        secret = Token.new_secret()
        day = timezone.localdate() + timedelta(days=1)
        Token.objects.create(
            owner=user_of(role), name="t", digest=Token.digest_of(secret), scopes=list(scopes), expires=day
        )
        client = Client(headers={"authorization": f"Bearer {secret}"})

        def send(method, path, **fields):
            call = getattr(client, method)
            answer = call(f"/api/v1/{path}", fields, content_type="application/json")
            assert answer.status_code < 400 or answer["Content-Type"] == "application/problem+json"
            return answer.status_code, answer.json()

        return send

    return for_


def test_a_row_is_made_and_changed_with_history_and_ledger(program, user_of):
    send = program("officer", "read", "write")
    denmark = Country.objects.get(code="DK").pk
    status, made = send("post", "organisations", name="Sound Institute", country=denmark, kind_of="institute")
    assert (status, made["name"], made["country"]) == (201, "Sound Institute", "Denmark")
    status, changed = send("patch", f"organisations/{made['id']}", city="Odense")
    assert (status, changed["city"], changed["name"]) == (200, "Odense", "Sound Institute")
    row = Organisation.objects.get(pk=made["id"])
    assert [v.history_user for v in row.history.all()] == [user_of("officer")] * 2
    assert Entry.objects.first().fields == "city"


def test_texts_in_two_languages_and_links_to_several(program):
    send = program("officer", "read", "write")
    korea, japan = (Country.objects.get(code=code).pk for code in ("KR", "JP"))
    fields = {"name": {"da": "Center i Busan", "en": "Centre in Busan"}, "slug": "busan", "city": "Busan"}
    status, made = send("post", "centres", **fields, country=korea, covers=[japan])
    assert status == 201, made
    assert made["name"] == "Centre in Busan"
    assert made["covers"] == "Japan"
    status, changed = send("patch", f"centres/{made['id']}", address="Harbour 1")
    assert (changed["name"], changed["covers"]) == ("Centre in Busan", "Japan")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "name"),
        ({"name": "X", "country": 10**30}, "too large"),
        ({"name": "X", "country": 999_999}, "country"),
        ({"name": "X", "ror": "nonsense"}, "ror"),
        ({"name": ["X"]}, "one value"),
        ({"name": "X", "merged_into": 1}, "merged_into"),
        ({"name": "X\ud800"}, "half a character"),
        ({"name": "X\x00"}, "name"),
    ],
)
def test_what_cannot_be_is_said_with_its_field(fields, words, program):
    status, problem = program("officer", "read", "write")("post", "organisations", **fields)
    assert status == 422
    assert words in problem["detail"]


def test_a_key_reaches_no_further_than_its_scopes_and_its_owner(program, user_of):
    pk = Organisation.objects.first().pk
    assert program("officer", "read")("post", "organisations", name="X")[0] == 403
    assert program("officer", "read", "write:person")("patch", f"organisations/{pk}", name="X")[0] == 403
    assert program("officer", "write:organisation")("patch", f"organisations/{pk}", city="Ribe")[0] == 200
    assert program("auditor", "read", "write")("post", "organisations", name="X")[0] == 403
    other = Person.objects.exclude(pk=user_of("client").person_id).first().pk
    assert program("client", "read", "write")("patch", f"people/{other}", title="X")[0] == 404


def test_private_fields_are_not_written_by_who_may_not_read_them(program, user_of):
    own = user_of("client").person_id
    send = program("client", "read", "write")
    assert send("patch", f"people/{own}", title="Dr")[0] == 200
    status, problem = send("patch", f"people/{own}", note="I am good")
    assert (status, "not a field that you may write" in problem["detail"]) == (422, True)


def test_a_truth_is_taken_where_the_field_is_one(program, user_of):
    send = program("officer", "read", "write")
    point = send("post", "action-points", text="Call", owner=user_of("officer").person_id, due=True)
    assert (point[0], "due" in point[1]["detail"]) == (422, True)


def test_a_draft_for_the_outbox_waits(program, user_of):
    status, made = program("attache", "read", "write")(
        "post", "outbox", recipient="a@example.org", subject="Hi", body="Text"
    )
    assert (status, made["state"]) == (201, "drafted")
