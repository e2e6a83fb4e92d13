"""An invented round of assessment: a call that has closed, reviewers of whom some are barred, a panel that waits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udsyn.allocation.reviewers import TOTAL
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.arrival import arrived
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.ops.filling import both, put
from udsyn.desk.rooms.assessment import finding, matching, reviewing
from udsyn.desk.rooms.assessment.models import REVIEWERS, AssessmentRound, Assessor, Conflict, Review
from udsyn.desk.rooms.parties.models import Affiliation, User
from udsyn.desk.rooms.programmes import joint as ranked_together
from udsyn.desk.rooms.programmes.models import Call, PartnerRanking

#: title, organisation of its applicant, the partner's country
PROJECTS = (
    ("Membranes for electrolysis in salt water", 0, "KR"),
    ("Superconducting readout at scale", 1, "JP"),
    ("Wearable sensors in wards", 2, "IN"),
    ("Recycling of composite blades", 4, "BR"),
    ("Sea ice from small satellites", 5, "US"),
)
#: an account of the demonstration, where somebody works, what they know
REVIEWER_ROWS = (
    ("reviewer", 9, "Electrolysis of salt water\nMembranes and catalysts\nSuperconducting circuits"),
    ("", 10, "Wearable sensors in clinical wards\nSatellite measurement of sea ice"),
    ("", 11, "Recycling of composite materials\nWind turbine blades"),
    ("", 12, "Quantum readout electronics\nSatellites and sensors"),
    ("", 0, "Membranes\nElectrolysis at low temperature"),
)
PANEL_ROWS = (("panel", 13, ""), ("member", 14, ""), ("recused", 2, ""))
#: in the call of two agencies: project, what our panel gave, the partner's place
JOINT: tuple[tuple[str, tuple[int, int], int | None], ...] = (
    ("Hydrogen in old pipes", (5, 5), 1),
    ("Ships that talk in the dark", (5, 4), 3),
    ("Enzymes for plastic", (4, 4), 2),
    ("Quiet tyres", (4, 3), None),
)
AGENCIES = """agencies:
  - {id: home, title: {en: Our agency (invented), da: Vores styrelse (opdigtet)}}
  - {id: abroad, title: {en: Hangang Research Agency (invented)}}
"""
#: once all rules are fulfilled and the list of priority countries breaks no tie
LOTS = """  - clause: Lots (invented)
    source: call
    says: {en: Then a lot is drawn from a seed that was fixed before., da: Dernæst trækkes der lod ud fra et frø.}
    draws: lots
"""
BEFORE_LOTS = "        in_set: priority-countries\n      at_least: 1\n"


def live(office: Any) -> None:
    """Write the call, its applications and the round into an office (`half_year.HalfYear`)."""
    calls = office.programme
    call = calls.call(both("Netværk, vinterens opslag", "Networks, winter call"), -90, -30, lots_last)
    call = raise_money(call)
    for title, place, code in PROJECTS:
        lead = office.organisations[place].affiliations.order_by("pk")[1].person
        with arrived(calls.noon(-30) - dt.timedelta(hours=3)):
            row = calls.apply(call, lead, title, "professor", code)
            kernel.perform(row, "submit", Actor(name=str(lead), person=lead.pk))
        kernel.perform(row, "find_eligible", calls.officer)
    round_ = AssessmentRound(call=call, blindness=REVIEWERS, cover=2, load=4, due=office.day(6))
    reviewing.begin_round(round_, calls.officer)
    for key, place, knows in REVIEWER_ROWS:
        seat(office, calls.officer, round_, "reviewer", key, place, knows)
    for key, place, knows in PANEL_ROWS:
        seat(office, calls.officer, round_, "panel", key, place, knows)
    dismiss_one(round_, calls.officer)
    next_round(office)
    matching.adopt(round_, calls.officer, TOTAL, None)
    kernel.perform(round_, "begin", calls.officer)
    of_round = Review.objects.filter(assessor__round=round_)
    for number, review in enumerate(of_round.exclude(assessor__person__user__email="reviewer@demo.example")):
        mark = 3 + (number * 2) % 5 / 2
        write(review, min(5.0, mark + 0.5), mark)
    with_a_partner(office)


def next_round(office: Any) -> None:
    """For the call that is open: its reviewers are being found."""
    calls = office.programme
    row = AssessmentRound(call=calls.opened, cover=2, load=4, due=office.day(70))
    reviewing.begin_round(row, calls.officer)
    for place, step in ((6, ""), (7, "ask"), (8, "decline")):
        who = office.organisations[place].affiliations.order_by("pk")[0].person
        named = reviewing.name_assessor(
            Assessor(round=row, person=who, expertise="Catalysis at low cost"), calls.officer
        )
        if step:
            kernel.perform(named, step, calls.officer)


def judged_at_once(office: Any, call: Call, marks: dict[int, tuple[int, int]], due: int) -> None:
    """A round that one member of a panel wrote alone, closed: the scores by application."""
    calls = office.programme
    row = reviewing.begin_round(AssessmentRound(call=call, cover=1, due=office.day(due)), calls.officer)
    who = office.organisations[9].affiliations.order_by("pk")[0].person
    member = Assessor(round=row, person=who, part="panel", expertise="Networks")
    kernel.perform(reviewing.name_assessor(member, calls.officer), "accept", Actor(name=str(who), person=who.pk))
    for step in ("begin", "meet"):
        kernel.perform(row, step, calls.officer)
        row.refresh_from_db()
    for review in Review.objects.filter(assessor__round=row):
        write(review, *map(float, marks[review.application_id]))
    kernel.perform(row, "close", calls.officer)


def with_a_partner(office: Any) -> None:
    """A call of two agencies, judged here and there and merged: a lot is to decide between two at the line."""
    calls = office.programme
    title = both("Netværk med Sydkorea, fælles opslag", "Networks with South Korea, joint call")
    call = calls.call(title, -75, -40, joint)
    Call.objects.filter(pk=call.pk).update(money=300_000)
    marks: dict[int, tuple[int, int]] = {}
    places: dict[str, int] = {}
    for number, (title, of_ours, of_theirs) in enumerate(JOINT):
        lead = office.organisations[number].affiliations.order_by("pk")[1].person
        with arrived(calls.noon(-40) - dt.timedelta(hours=4)):
            row = calls.apply(call, lead, title, "professor", "KR")
            kernel.perform(row, "submit", Actor(name=str(lead), person=lead.pk))
        kernel.perform(row, "find_eligible", calls.officer)
        marks[row.pk] = of_ours
        places |= {str(row.pk): of_theirs} if of_theirs else {}
    judged_at_once(office, call, marks, -20)
    theirs = PartnerRanking(call=call, agency="Hangang Research Agency (invented)", rule="mean", places=places)
    ranked_together.save(theirs, calls.officer)


def joint(rules: str) -> str:
    return lots_last(rules) + AGENCIES


def lots_last(rules: str) -> str:
    return rules.replace(BEFORE_LOTS, BEFORE_LOTS + LOTS)


def raise_money(call: Call) -> Call:
    Call.objects.filter(pk=call.pk).update(money=450_000)
    return Call.objects.get(pk=call.pk)


def seat(office: Any, officer: Actor, round_: AssessmentRound, part: str, key: str, place: int, knows: str) -> None:
    """Somebody who assesses and says yes. Those with an account can be played."""
    who = office.person(title="Professor")
    put(Affiliation(person=who, organisation=office.organisations[place], role=who.title, starts=office.day(-900)))
    if key:
        office.users[key] = User.objects.create_user(
            f"{key}@demo.example", None, name=str(who), person=who, is_demo=True
        )
    row = reviewing.name_assessor(Assessor(round=round_, person=who, part=part, expertise=knows), officer)
    kernel.perform(row, "accept", Actor(name=str(who), person=who.pk))


def dismiss_one(round_: AssessmentRound, officer: Actor) -> None:
    """A false alarm that somebody looked at."""
    one = Conflict.objects.filter(assessor__round=round_, assessor__part="reviewer", kind_of="same_institution").first()
    if one is not None:
        reason = "Another faculty of the same house; they have never worked together."
        kernel.perform(one, "dismiss", officer, reason=reason)
        finding.look(round_, officer)


def write(review: Review, quality: float, plan: float) -> None:
    author = Actor(name=str(review.assessor), person=review.assessor.person_id)
    review.scores = {"quality": quality, "plan": plan}
    review.text = f"A sound plan for {review.application.title.lower()}; the exchange of visits is worth its money."
    kernel.save(review, author)
    kernel.perform(review, "hand_in", author)
