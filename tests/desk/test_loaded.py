"""After ten years of work every page asks as few questions, and is as small, as after one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.loaded import GROWING, Size, load, paths

from udsyn.desk.kernel import remembering

pytestmark = pytest.mark.django_db

LARGEST = 300_000  #: bytes of a page
ROLES = ("visitor", "officer", "attache", "client")


def costs(client_as) -> dict[tuple[str, str], int]:
    """How many questions each page asks the database, by role, with nothing kept; a page that is too large fails."""
    found = {}
    for role in ROLES:
        client = client_as(role)
        for name, path in paths(role, GROWING).items():
            remembering.forget()
            with CaptureQueriesContext(connection) as queries:
                page = client.get(path)
            if page.status_code == 200:
                assert len(page.content) < LARGEST, path
                found[role, name] = len(queries)
    return found


def test_a_page_asks_no_more_questions_when_there_is_ten_times_as_much(client_as):
    size = Size(people=200, requests=160, applications=60, ties=500)
    load(size)
    before = costs(client_as)
    load(size.share(10))
    after = costs(client_as)
    assert len(before) > 30
    # one more for each of two lists of what waits that are too long now to be counted by being read
    assert {page: (before[page], n) for page, n in after.items() if n > before[page] + 2} == {}


def test_there_is_as_much_as_was_asked_for():
    from udsyn.desk.kernel.ledger import verify
    from udsyn.desk.kernel.ties import Tie
    from udsyn.desk.rooms.service.models import Candidate, Request

    load(Size(people=300, requests=400, applications=100, ties=2_000))
    assert (Request.objects.count(), Tie.objects.count()) == (400, 2_000)
    assert Candidate.objects.count() > 400
    assert verify().whole


@pytest.mark.prove
def test_no_page_of_a_busy_ministry_is_too_large(client_as):
    load(Size())
    assert len(costs(client_as)) > 30
