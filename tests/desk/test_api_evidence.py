"""The API asks the record by the parts of a question, and gives what Python gives."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

import udsyn
from udsyn.desk.kernel.models import Token
from udsyn.desk.web import asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(user_of, counted, monkeypatch):
    """Asks with a key of these scopes: (verb, scopes, parts) → status, answer."""
    monkeypatch.setenv("UDSYN_RECORD", str(counted))

    def asked(verb, scopes=("read",), **parts):
        secret, day = Token.new_secret(), timezone.localdate() + timedelta(days=1)
        digest = Token.digest_of(secret)
        Token.objects.create(owner=user_of("attache"), name="t", digest=digest, scopes=list(scopes), expires=day)
        answer = Client(headers={"authorization": f"Bearer {secret}"}).get(f"/api/v1/evidence/{verb}", parts)
        return answer.status_code, answer.json()

    return asked


@pytest.mark.parametrize("verb", asking.VERBS)
def test_it_gives_what_python_gives(verb, ask, counted):
    """Rows of both are the same; where the record holds nothing of it, the API says why."""
    parts = {"home": "DK"} | ({"partner": "KR"} if verb == "strengths" else {})
    status, answer = ask(verb, **parts)
    if verb == "joint_projects":  # no register is held
        with pytest.raises(udsyn.UdsynError) as reason:
            udsyn.joint_projects(counted, **parts)
        assert (status, answer["detail"]) == (404, str(reason.value))
        return
    assert status == 200, answer
    found = getattr(udsyn, verb)(counted, **parts)
    assert answer["rows"] == json.loads(json.dumps(found.rows.to_dicts(), default=str))
    assert answer["provenance"]["definition"] == found.provenance.definition
    assert answer["notes"] == list(found.notes)


def test_home_is_the_desks_own_where_none_is_named(ask):
    assert ask("share")[1]["rows"] == ask("share", home="DK")[1]["rows"] != []


@pytest.mark.parametrize(
    ("verb", "parts", "status", "said"),
    [
        ("ties", {"years": "2020-2010"}, 422, "the first year is after the last"),
        ("ties", {"year": "9" * 40}, 422, "is no year"),
        ("share", {"years": f"1-{10**20}"}, 422, "is no year"),
        ("ties", {"level": "field"}, 422, "ties takes no level"),
        ("ties", {"fame": "1"}, 422, "fame"),
        ("share", {"source": "nothing"}, 422, "no source nothing"),
        ("effect", {}, 422, "verb"),
    ],
)
def test_what_cannot_be_asked_is_told(verb, parts, status, said, ask):
    found, answer = ask(verb, **parts)
    assert found == status
    assert said in answer["detail"]


def test_a_key_for_rows_of_one_kind_does_not_reach_it_and_no_record_is_told(ask, monkeypatch):
    assert ask("share", ("read:agreement",))[0] == 403
    monkeypatch.delenv("UDSYN_RECORD")
    status, answer = ask("share")
    assert status == 404
    assert "no record is named" in answer["detail"]
