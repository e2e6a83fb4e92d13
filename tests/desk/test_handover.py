"""A posting ends: who begins a handover, who ticks what, and what passes to the successor when it is taken over."""

from __future__ import annotations

from datetime import date

import pytest

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement
from udsyn.desk.rooms.posts import commands as posts
from udsyn.desk.rooms.posts.models import Contact, Handover, Posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def handover():
    return Handover.objects.get(state="prepared", posting__post__centre__slug="seoul")


@pytest.fixture
def taken_over(handover, actor_as):
    """Everything ticked by who leaves, offered, and taken over by the successor."""
    leaving = actor_as("attache")
    posts.tick(handover, leaving, {item.pk for item in handover.items.all()})
    commands.perform(handover, "offer", leaving)
    commands.perform(handover, "accept", actor_as("successor"))
    handover.refresh_from_db()
    return handover


def test_a_handover_begins_with_the_usual_points(actor_as, user_of):
    posting = Posting.objects.exclude(person=user_of("attache").person).filter(post__centre__isnull=False).first()
    begun = posts.prepare(Handover(posting=posting), actor_as("officer"))
    assert begun.state == "prepared"
    assert [item.text for item in begun.items.all()] == posts.checklist()
    assert not any(item.done for item in begun.items.all())
    assert len(posts.checklist()) >= 5


@pytest.mark.parametrize("role", ["visitor", "client", "auditor", "other_attache", "assistant"])
def test_nobody_else_begins_one(role, handover, actor_as):
    before = Handover.objects.count()
    with pytest.raises(commands.Refused):
        posts.prepare(Handover(posting=handover.posting), actor_as(role))
    assert Handover.objects.count() == before


@pytest.mark.parametrize("role", ["attache", "successor", "officer"])
def test_the_two_and_the_ministry_tick_and_untick(role, handover, actor_as):
    first, second, *_others = handover.items.all()
    before = Entry.objects.count()
    posts.tick(handover, actor_as(role), {second.pk})
    assert [item.pk for item in handover.items.filter(done=True)] == [second.pk]
    posts.tick(handover, actor_as(role), {first.pk, second.pk})
    assert {item.pk for item in handover.items.filter(done=True)} == {first.pk, second.pk}
    lines = Entry.objects.filter(kind="handover", object_id=handover.pk, action="checklist")
    assert lines.count() == Entry.objects.count() - before == 2


@pytest.mark.parametrize("role", ["visitor", "client", "auditor", "other_attache", "assistant", "administrator"])
def test_nobody_else_ticks(role, handover, actor_as):
    before = list(handover.items.values_list("pk", "done"))
    with pytest.raises(commands.Refused):
        posts.tick(handover, actor_as(role), set())
    assert list(handover.items.values_list("pk", "done")) == before


def test_nothing_is_ticked_once_it_was_taken_over(taken_over, actor_as):
    for role in ("officer", "attache", "successor"):
        with pytest.raises(commands.Refused):
            posts.tick(taken_over, actor_as(role), set())
    assert not taken_over.items.filter(done=False).exists()


def test_what_is_in_hand_passes_on_and_what_is_settled_stays(handover, actor_as, user_of):
    leaving, successor = handover.posting.person, handover.successor
    agreement = Agreement.objects.filter(country__code="KR").first()
    still = ActionPoint.objects.create(agreement=agreement, text="Still open", owner=leaving)
    settled = ActionPoint.objects.create(agreement=agreement, text="Settled", owner=leaving, state="done")
    others = ActionPoint.objects.create(agreement=agreement, text="Of another", owner=user_of("officer").person)
    contacts = set(Contact.objects.filter(keeper=leaving).values_list("pk", flat=True))
    assert contacts
    assert {row.pk for row in posts.in_hand(leaving.pk)["contact"]} == contacts
    assert still in posts.in_hand(leaving.pk)["actionpoint"]
    assert settled not in posts.in_hand(leaving.pk)["actionpoint"]
    posts.pass_on(handover, actor_as("officer"))
    assert set(Contact.objects.filter(keeper=successor).values_list("pk", flat=True)) >= contacts
    assert not Contact.objects.filter(keeper=leaving).exists()
    owners = {row.text: row.owner for row in ActionPoint.objects.filter(pk__in=(still.pk, settled.pk, others.pk))}
    assert owners == {"Still open": successor, "Settled": leaving, "Of another": user_of("officer").person}
    assert set(handover.passed["contact"]) == contacts
    assert still.pk in handover.passed["actionpoint"]
    line = Entry.objects.get(kind="actionpoint", object_id=still.pk, action="handover")
    assert (line.fields, line.after) == ("owner", str(successor.pk))
    assert ActionPoint.history.filter(id=still.pk).first().history_change_reason == "handover"
    assert not Entry.objects.filter(kind="actionpoint", object_id__in=(settled.pk, others.pk), action="handover")


def test_taking_over_says_what_has_passed(taken_over):
    assert taken_over.state == "accepted"
    assert taken_over.passed["contact"]
    assert posts.in_hand(taken_over.posting.person_id)["contact"] == []


def test_nobody_has_nothing_in_hand():
    assert not any(posts.in_hand(0).values())
    assert {"contact", "actionpoint", "request"} <= set(posts.in_hand(0))


def test_a_handover_of_another_centre_is_not_ticked_by_a_mandate_for_this_one(handover, user_of):
    elsewhere = Actor(user_of("attache"), "A", frozenset({("attache", "centre:munich")}), date.today())
    with pytest.raises(commands.Refused):
        posts.tick(handover, elsewhere, set())
