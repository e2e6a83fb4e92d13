"""The ledger of ties: what rooms say stands in it once, follows what becomes of it, and is never erased."""

from __future__ import annotations

import datetime as dt

import pytest

from udsyn.desk.kernel import ties
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.kernel.rooms import Room, Ties, rooms
from udsyn.desk.kernel.ties import End, Said, Tie
from udsyn.desk.rooms.cooperation.models import Agreement, Initiative
from udsyn.desk.rooms.parties import commands as parties
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service.models import Appointment, Introduction

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


def said(row, name="Bo", **more) -> Said:
    return Said(row, "made", DAY, End("Ann", author="A1"), End(name), **more)


@pytest.fixture
def speaking(monkeypatch):
    """A room that says the ties of a list."""
    spoken: list[Said] = []
    room = Room("made", ties=(Ties(("made",), lambda: iter(spoken)),))
    monkeypatch.setattr(ties, "rooms", lambda: (room,))
    return spoken


def held():
    return list(Tie.objects.filter(instrument="made").order_by("pk").values_list("b_name", "status", "rating"))


def test_what_is_said_again_stands_once_and_is_mended(speaking):
    row = Introduction.objects.first()
    speaking.append(said(row))
    assert ties.collect() == ties.collect() == {"ties": 1}
    assert held() == [("Bo", "made", None)]
    speaking[:] = [said(row, status="refused", rating=3.5)]
    ties.collect()
    assert held() == [("Bo", "refused", 3.5)]


def test_what_is_no_longer_said_is_marked_and_comes_back(speaking):
    row = Introduction.objects.first()
    speaking[:] = [said(row), said(row, "Cy")]
    ties.collect()
    del speaking[0]
    ties.collect()
    assert held() == [("Bo", "gone", None), ("Cy", "made", None)]
    speaking.insert(0, said(row))
    ties.collect()
    assert held() == [("Bo", "made", None), ("Cy", "made", None)]


def test_a_tie_stays_what_it_was_when_a_side_is_known_otherwise(speaking, actor_as):
    """A doubt that is answered, and two people who are merged: what was struck stays struck, and a no a no."""
    row = Introduction.objects.first()
    kept, gone = Person.objects.filter(merged_into__isnull=True).order_by("pk")[:2]
    speaking[:] = [Said(row, "made", DAY, End("Ann", row=f"person:{gone.pk}"), End("Bo"))]
    ties.collect()
    tie = Tie.objects.get(instrument="made")
    for side in (End("Bo", author="A2"), End("Bo Kim", author="A2")):
        speaking[:] = [Said(row, "made", DAY, End("Ann", row=f"person:{gone.pk}"), side)]
        ties.collect()
    ties.refuse(f"person:{gone.pk}")
    parties.merge(kept, gone, actor_as("officer"))
    speaking[:] = [Said(row, "made", DAY, End("Anne", row=f"person:{kept.pk}"), End("Bo Kim", author="A2"))]
    ties.collect()
    held = Tie.objects.filter(instrument="made").order_by("pk")
    assert list(held.values_list("pk", "b_author", "a_follow", "looked")) == [(tie.pk, "A2", False, "")]
    speaking[:] = [Said(row, "made", DAY, End("Cy", row="person:0"), End("Bo Kim", author="A2"))]
    ties.collect()
    assert list(held.values_list("status", flat=True)) == ["gone", "made"]  # somebody else is another


def test_who_it_is_is_as_sure_as_what_is_known():
    assert (End("Ann", author="A1").sure, End("Ann", row="person:1").sure, End("Ann").sure) == (
        "sure",
        "likely",
        "named",
    )
    assert End("Ann").follow is None


def test_finished_introductions_and_kept_appointments_are_ties():
    ties.collect()
    agreed = set(Introduction.objects.filter(state__in=("agreed", "met", "closed")).values_list("pk", flat=True))
    assert agreed
    people = Tie.objects.filter(instrument="introduction", level="person")
    assert set(people.filter(status="made").values_list("object_id", flat=True)) == agreed
    refused = Introduction.objects.filter(state__in=("declined", "silent", "stopped"))
    assert set(people.filter(status="refused").values_list("object_id", flat=True)) == set(
        refused.values_list("pk", flat=True)
    )
    kept = set(Appointment.objects.filter(state="held").values_list("pk", flat=True))
    assert set(Tie.objects.filter(instrument="appointment").values_list("object_id", flat=True)) == kept
    one = people.filter(status="made").first()
    introduction = Introduction.objects.get(pk=one.object_id)
    assert one.b_name == introduction.candidate.name
    assert one.b_author == introduction.candidate.author


def test_a_tie_is_seen_by_those_who_see_what_made_it(actor_as):
    ties.collect()
    for actor in (actor_as("officer"), actor_as("client"), actor_as("advisor"), NOBODY):
        for tie in Tie.objects.all():
            seen = actor.signed_in and tie.parent is not None and actor.can("view", tie.parent)
            assert Tie.objects.visible_to(actor).filter(pk=tie.pk).exists() == seen
    assert not Tie.objects.visible_to(NOBODY).exists()


def test_each_room_says_only_the_instruments_that_it_names():
    for room in rooms():
        for source in room.ties:
            assert {one.instrument for one in source.say()} <= set(source.instruments)


def test_agreements_and_initiatives_tie_the_organisations_of_both_sides():
    ties.collect()
    agreement = Agreement.objects.filter(state="in_force", parties__side="home", signed__isnull=False).first()
    held = Tie.objects.filter(kind="agreement", object_id=agreement.pk)
    sides = {side: agreement.parties.filter(side=side).count() for side in ("home", "partner")}
    assert held.count() == max(sides["home"] * sides["partner"], 1)
    assert set(held.values_list("date", "status", "a_country", "b_country")) == {
        (agreement.signed, "made", "DK", agreement.country.code)
    }
    begun = Initiative.objects.filter(state__in=("running", "completed"), work_plan__starts__isnull=False)
    made = Tie.objects.filter(kind="initiative", status="made")
    assert set(made.values_list("object_id", flat=True)) == set(begun.values_list("pk", flat=True))
    assert not Tie.objects.filter(
        kind="agreement", object_id__in=Agreement.objects.filter(state="negotiating")
    ).exists()


def test_a_centre_ties_home_to_its_countries_since_it_opened():
    ties.collect()
    centre = Centre.objects.filter(opened__isnull=False).first()
    held = Tie.objects.filter(kind="centre", object_id=centre.pk)
    assert set(held.values_list("level", "date", "a_country")) == {("country", centre.opened, "DK")}
    assert set(held.values_list("b_country", flat=True)) == {
        centre.country.code,
        *centre.covers.values_list("code", flat=True),
    }
    assert set(held.values_list("a_sure", "b_sure")) == {("sure", "sure")}


def test_who_reads_a_confidential_agreement_alone_reads_its_ties(actor_as):
    secret = Agreement.objects.filter(confidential=True).first()
    Agreement.objects.filter(pk=secret.pk).update(state="signed", signed=DAY)
    ties.collect()
    held = Tie.objects.filter(kind="agreement", object_id=secret.pk)
    assert held.visible_to(actor_as("officer")).exists()
    assert not held.visible_to(actor_as("other_attache")).exists()
