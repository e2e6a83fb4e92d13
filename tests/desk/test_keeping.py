"""What is kept for one actor is asked by nobody else, and finds what is held when it is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from threading import Thread

import pytest
from django.db import connections
from django.utils import timezone, translation
from tests.desk.cast import ROLES

from udsyn.desk.kernel import keeping
from udsyn.desk.kernel.keeping import KINDS, NOW, kept
from udsyn.desk.kernel.permissions import ADVISOR, AUDITOR, Actor
from udsyn.desk.rooms.cooperation.models import Agreement, Meeting
from udsyn.desk.rooms.parties.models import Country, User

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)
BY = Actor(User(pk=1, email="a@example.org"), "A", 1, frozenset({7}), frozenset({(ADVISOR, "country:KR")}))
BY_LINK = type("ByLink", (Actor,), {})


def test_nobody_asks_what_was_written_for_another():
    written: list[tuple[Actor, dt.date]] = []

    @kept
    def ask(actor, day):
        written.append((actor, day))
        return len(written)

    others = [
        replace(BY, user=User(pk=2, email="a@example.org")),
        replace(BY, user=User(pk=1, email="b@example.org")),
        replace(BY, user=None),
        replace(BY, person=2),
        replace(BY, person=None),
        replace(BY, organisations=frozenset()),
        replace(BY, mandates=frozenset({(ADVISOR, "country:JP")})),
        replace(BY, mandates=frozenset({(ADVISOR, "")})),
        replace(BY, mandates=frozenset({(AUDITOR, "country:KR")})),
        replace(BY, mandates=BY.mandates | {(AUDITOR, "")}),
        replace(BY, mandates=frozenset()),
    ]
    answers = [ask(actor, DAY) for actor in (BY, *others)]
    assert answers == list(range(1, 13))
    assert ask(BY, DAY + dt.timedelta(days=1)) == 13
    with translation.override("da"):
        assert ask(BY, DAY) == 14
    token = KINDS.set(frozenset({"agreement"}))
    assert ask(BY, DAY) == 15
    KINDS.reset(token)
    assert [ask(replace(actor), DAY) for actor in (BY, *others)] == answers
    guest = BY_LINK(BY.user, BY.name, BY.person, BY.organisations, BY.mandates)
    assert [ask(guest, DAY), ask(guest, DAY)] == [16, 17]


@kept
def of_korea(actor, most):
    return (
        Agreement.objects.visible_to(actor).filter(country__code="KR").select_related("country").order_by("pk")[:most]
    )


@kept
def begun(actor):
    return Meeting.objects.filter(starts__lt=NOW).order_by("pk")


@kept
def bare(actor):
    return Meeting.objects.filter(starts__lt=NOW).order_by()


@kept
def none_at_all(actor):
    return Agreement.objects.filter(pk__in=())


@pytest.fixture
def written(monkeypatch):
    """How many questions are compiled."""
    from django.db.models.sql.compiler import SQLCompiler

    compiled = []
    own = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda self, *a, **k: compiled.append(1) or own(self, *a, **k))
    return compiled


def test_the_same_rows_are_found_in_the_same_words(actor_as, written, django_assert_num_queries):
    for role in (role for role, address in ROLES.items() if address):
        actor = actor_as(role)
        plain = of_korea.__wrapped__(actor, 3)
        expected = list(plain)
        of_korea(actor, 3)._fetch_all()
        written.clear()
        with django_assert_num_queries(1):
            found = list(of_korea(actor, 3))
            assert [row.country.code for row in found] == ["KR"] * len(expected)
        assert found == expected
        assert not written
    assert list(none_at_all(actor)) == []
    assert list(none_at_all(actor)) == []


def test_what_is_held_is_asked_anew(actor_as):
    actor = actor_as("officer")
    first = of_korea(actor, 1)[0]
    Agreement.objects.filter(pk=first.pk).update(title="another title")
    assert of_korea(actor, 1)[0].title == "another title"
    Agreement.objects.filter(country__code="KR").update(country=Country.objects.get(code="JP"))
    assert list(of_korea(actor, 1)) == []


def test_the_moment_is_that_of_the_question(actor_as, monkeypatch):
    actor, meeting = actor_as("officer"), Meeting.objects.order_by("starts").first()
    for moved, there in ((-1, False), (1, True), (-1, False)):
        monkeypatch.setattr(timezone, "now", lambda moved=moved: meeting.starts + dt.timedelta(minutes=moved))
        assert (meeting in list(begun(actor))) is there
        assert (meeting in begun(actor).filter(state=meeting.state)) is there
        assert begun(actor).filter(pk=meeting.pk).exists() is there


def test_what_is_made_of_kept_rows_is_a_question_like_any_other(actor_as):
    actor = actor_as("officer")
    plain = Meeting.objects.filter(starts__lt=timezone.now()).order_by("pk")
    list(begun(actor)), list(bare(actor))
    some = plain.filter(state="held")
    assert list(begun(actor).filter(state="held")) == list(some)
    assert begun(actor).count() == plain.count() > some.count() > 0
    assert list(begun(actor).order_by("-pk")[:2]) == list(plain.order_by("-pk")[:2])
    assert list(begun(actor).values_list("pk", flat=True)) == list(plain.values_list("pk", flat=True))
    assert set(bare(actor).union(some.order_by())) == set(some.order_by().union(bare(actor))) == set(plain)
    assert set(some | begun(actor)) == set(begun(actor) | some) == set(plain)
    assert set(Meeting.objects.filter(pk__in=begun(actor))) == set(plain)
    assert begun(actor).exclude(pk__in=begun(actor)).first() is None


@kept
def numbered(actor, *, given):
    return Agreement.objects.visible_to(actor).filter(pk=given)


def test_one_question_asks_for_one_row_after_another(actor_as, written):
    actor, hidden = actor_as("client"), Agreement.objects.latest("pk")
    Agreement.objects.filter(pk=hidden.pk).update(confidential=True)
    rows = list(Agreement.objects.visible_to(actor))
    assert list(numbered(actor, given=rows[0].pk)) == [rows[0]]
    written.clear()
    assert [list(numbered(actor, given=row.pk)) for row in rows] == [[row] for row in rows]
    assert [list(numbered(actor, given=pk)) for pk in (hidden.pk, 0, -1, 10**30, -(10**30))] == [[]] * 5
    assert not written
    assert list(numbered(actor_as("officer"), given=hidden.pk)) == [hidden]
    for row in rows[:2]:
        found = numbered(actor, given=row.pk)
        assert found.get() == found.filter(pk=row.pk).first() == row
        assert found.count() == found.exists() == 1
        assert not found.exclude(pk=row.pk).exists()
        assert list(Agreement.objects.filter(pk__in=found)) == [row]
        assert list(found | Agreement.objects.filter(pk=row.pk)) == [row]


def test_each_database_is_asked_in_its_own_words_and_over_the_connection_of_the_thread(monkeypatch):
    rows, here = keeping.Rows(Agreement.objects.order_by("pk"), Agreement.objects.all), connections["default"]
    both = {"default": here, "other": here.copy("other")}
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "connections", both)
        patched.setattr("django.db.models.sql.query.connections", both)
        assert [rows.compiler(alias).connection.alias for alias in (*both, *both)] == [*both, *both]
        made = {alias: compiler.connection.alias for alias, (compiler, *_words) in rows.compiled.items()}
        assert made == {"default": "default", "other": "other"}
    elsewhere: list[object] = []
    thread = Thread(target=lambda: elsewhere.append(rows.compiler("default").connection))
    thread.start()
    thread.join()
    assert rows.compiler("default").connection is here is not elsewhere[0]
