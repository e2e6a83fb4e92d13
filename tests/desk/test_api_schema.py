"""The API does what its OpenAPI document says, whatever it is asked."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

pytestmark = pytest.mark.django_db


@pytest.fixture
def headers(user_of):
    from udsyn.desk.kernel.models import Token

    secret = Token.new_secret()
    Token.objects.create(
        owner=user_of("auditor"),
        name="t",
        digest=Token.digest_of(secret),
        scopes=["read", "write"],
        expires=timezone.localdate() + timedelta(days=1),
    )
    return {"Authorization": f"Bearer {secret}", "Host": "127.0.0.1"}


#: What a form demands (a row that exists, one day before another) no schema says: then 422 is the word that is kept.
NOT_ASKED = [positive_data_acceptance]
REDUCED = ("/api/v1/agreements", "/api/v1/action-points", "/api/v1/search")


def keep_word(headers, examples, only=("/",)):
    """Every operation is asked many things; each answer fits its description, and none is a server's failure."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if not operation.path.startswith(only):
            continue

        @given(case=operation.as_strategy())
        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case):
            cache.clear()  # each case also tries a wrong key; that many of them are refused is tested elsewhere
            case.call_and_validate(headers=headers, excluded_checks=NOT_ASKED)

        ask()
        asked += 1
    return asked


STARTED = """
import sys
from django.urls import reverse
from udsyn.desk.ops import wsgi
for name in ("inbox", "api:openapi-json"):
    print(reverse(name), "udsyn.desk.web.api" in sys.modules)
"""


def test_a_page_does_not_wait_for_the_types_of_the_api():
    done = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True)
    assert done.stdout.split() == ["/en/inbox/", "False", "/api/v1/openapi.json", "True"], done.stderr


def test_the_api_keeps_its_word(headers):
    assert keep_word(headers, 8, REDUCED) == 11


@pytest.mark.prove
def test_the_whole_api_keeps_its_word(headers):
    assert keep_word(headers, 60) > 40
