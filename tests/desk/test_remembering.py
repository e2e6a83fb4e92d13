"""What is computed from the whole desk is computed once for each state of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from udsyn.desk.kernel import commands, remembering
from udsyn.desk.rooms.posts.models import Centre

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    """A function that is remembered, and what it was asked."""
    calls = []

    @remembering.remembered
    def count(centres, word):
        calls.append(word)
        return len(centres)

    return count, calls


def test_a_change_that_the_ledger_tells_of_is_seen_at_once(asked, actor_as):
    count, calls = asked
    centres = list(Centre.objects.all())
    assert [count(centres, "a"), count(centres, "a"), count(centres, "b")] == [len(centres)] * 3
    assert calls == ["a", "b"]
    commands.comment(centres[0], actor_as("officer"), "moved", "colleagues")
    count(centres, "a")
    assert calls == ["a", "b", "a"]


def test_what_the_ledger_does_not_tell_is_seen_after_a_minute(asked, monkeypatch):
    count, calls = asked
    now = [960.0]
    monkeypatch.setattr(remembering.time, "monotonic", lambda: now[0])
    count((), "a")
    now[0] += 59
    count((), "a")
    now[0] += 61
    count((), "a")
    assert calls == ["a", "a"]


def test_what_the_ledger_tells_of_is_kept_for_an_hour(monkeypatch):
    calls, now = [], [960.0]
    count = remembering.told(lambda: calls.append(1))
    monkeypatch.setattr(remembering.time, "monotonic", lambda: now[0])
    for seconds, asked in ((0, 1), (3599, 1), (1, 2)):
        now[0] += seconds
        count()
        assert len(calls) == asked


def test_key_figures_are_read_again_only_when_something_has_happened(client_as):
    client, url = client_as("officer"), reverse("figures")

    def questions():
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        return len(asked)

    first, second = questions(), questions()
    assert second < first
