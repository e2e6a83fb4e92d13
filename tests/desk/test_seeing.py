"""What is kept of who sees which rows holds at any time and for everything that is held since."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk.cast import ROLES

from udsyn.desk.kernel import holding, keeping, seeing
from udsyn.desk.kernel.models import Comment, Entry, Index
from udsyn.desk.kernel.permissions import ADVISOR, AUDITOR, Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.web import inbox

pytestmark = pytest.mark.django_db
SIGNED_IN = [role for role, address in ROLES.items() if address]


def conditions(actor: Actor) -> dict[str, object]:
    held = {kind: resource.model for kind, resource in RESOURCES.items()}
    possible = {kind: model for kind, model in held.items() if model.rules["view"].possible(actor)}
    keeping.forget()
    ask = seeing.condition.__wrapped__
    return {kind: ask(actor, model, model.rules["view"], connection.alias) for kind, model in possible.items()}


def sets(actor: Actor) -> dict[object, object]:
    """The rows with which the actor may do each thing, as they are asked for."""
    asked = {(model, action) for model in (r.model for r in RESOURCES.values()) for action in model.rules}
    keeping.forget()
    return {(model, action): holding.question(seeing.rows(model, actor, action)) for model, action in asked}


def waiting(actor: Actor, today: dt.date) -> dict[object, object]:
    """What each source of the inbox asks of a day."""
    keeping.forget()
    every = [one for room in rooms() for one in room.inbox if isinstance(one, inbox.Source)]
    return {one: inbox.there.__wrapped__(actor, one, today) for one in every}


@pytest.mark.parametrize("role", SIGNED_IN)
def test_a_condition_depends_on_the_actor_alone(role, actor_as, monkeypatch, django_assert_num_queries):
    actor, today = actor_as(role), timezone.localdate()
    with django_assert_num_queries(0):
        before = conditions(actor), sets(actor), waiting(actor, today)
    later = timezone.now() + dt.timedelta(days=1_000)
    monkeypatch.setattr(timezone, "now", lambda: later)
    Agreement.objects.update(confidential=True)
    assert (conditions(actor), sets(actor), waiting(actor, today)) == before
    assert len(before[0]) > 50
    assert len(before[2]) > 20


def test_another_mandate_asks_another_condition(user_of):
    user, agreement = user_of("client"), Agreement.objects.order_by("pk").first()
    country = agreement.country.code
    Agreement.objects.filter(pk=agreement.pk).update(confidential=True)
    here = Index.objects.filter(kind="agreement", object_id=agreement.pk)
    assert here.exists()
    for mandates, sees in (
        ((), False),
        (((ADVISOR, f"country:{country}"),), True),
        (((ADVISOR, "country:ZZ"),), False),
        (((AUDITOR, ""),), True),
    ):
        actor = Actor(user, "somebody", None, frozenset(), frozenset(mandates))
        assert (here & Index.objects.visible_to(actor)).exists() is sees
        assert actor.can("view", agreement.__class__.objects.get(pk=agreement.pk)) is sees


def test_a_row_of_a_row_is_asked_inside_another_question(actor_as, user_of):
    """Names of the question around it never meet those of a kept condition."""
    actor, agreement = actor_as("attache"), Agreement.objects.filter(country__code="KR").first()
    said = Comment.objects.create(kind="agreement", object_id=agreement.pk, author=user_of("officer"), text="read")
    seen = Comment.objects.visible_to(actor).filter(pk=said.pk)
    told = Entry.objects.visible_to(actor).filter(kind="agreement")
    asked = Agreement.objects.filter(pk__in=seen.values("object_id")).filter(pk__in=told.values("object_id"))
    told_of = set(told.values_list("object_id", flat=True))
    assert set(asked.values_list("pk", flat=True)) == {agreement.pk} & told_of
    assert Agreement.objects.filter(pk__in=seen.values("object_id")).get() == agreement


def test_of_the_kinds_that_occur_as_much_is_seen_as_of_all(actor_as):
    for actor in map(actor_as, ("attache", "client", "auditor")):
        for model in (Entry, Index):
            some = model.objects.exclude(kind="person")
            seen = set(some.seen_by(actor).values_list("pk", flat=True))
            assert seen == set((some & model.objects.visible_to(actor)).values_list("pk", flat=True))
            assert seen


def test_several_sets_are_asked_at_once_whether_they_hold_a_row(django_assert_num_queries):
    every = Agreement.objects.order_by("pk")
    sets = [every, every.filter(pk=0), every.none(), every.filter(pk__in=every[1:2].values("pk")), every.filter(pk=0)]
    with django_assert_num_queries(1):
        assert holding.hold(sets) == [True, False, False, True, False]
    with django_assert_num_queries(0):
        assert holding.hold([every.none()]) == [False]
        assert holding.hold([]) == []
