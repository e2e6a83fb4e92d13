"""Who reviews what: how well reviewers' own works fit, and the assignment that is proven to be the best.

A machine compares words to find out who knows the matter. It judges no application: that is done by people alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from udsyn.allocation import lots, reviewers
from udsyn.allocation.lottery import sha256
from udsyn.allocation.reviewers import Assignment, Case, Pair
from udsyn.allocation.why import Why, why_not
from udsyn.contacts.score import Paper, lexical_scores
from udsyn.desk.evidence import assessing
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.assessment import finding
from udsyn.desk.rooms.assessment.models import AssessmentRound, Assessor, Conflict, Review
from udsyn.desk.rooms.assessment.rules import REVIEWER
from udsyn.desk.rooms.assessment.states import OPEN
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes.models import Application

#: of how well somebody fits: more would be noise
DIGITS = 4


@dataclass(frozen=True)
class Plan:
    """An assignment of what is still lacking, or the whole one where nothing is, with what is needed to explain it."""

    round: AssessmentRound
    people: list[Assessor]
    applications: list[Application]
    case: Case
    found: Assignment
    barred: dict[Pair, list[Conflict]]
    held: set[Pair]  #: reviews that are somebody's already

    @property
    def done(self) -> bool:
        """Does every application have its reviewers?"""
        return bool(self.held) and set(self.found.chances) == self.held

    def of(self, application: int) -> list[tuple[Assessor, float, float]]:
        """Who gets an application (its place): the person, how well they fit, how likely."""
        theirs = [(r, chance) for (r, p), chance in sorted(self.found.chances.items()) if p == application]
        return [(self.people[r], float(self.case.scores[r, application]), chance) for r, chance in theirs]

    def loads(self) -> list[tuple[Assessor, float, int]]:
        """Each reviewer with what they get now and what they may get at most."""
        given = [0.0] * len(self.people)
        for (r, _p), chance in self.found.chances.items():
            given[r] += chance
        return [(who, round(given[r], 2), self.case.loads[r]) for r, who in enumerate(self.people)]

    def why_not(self, assessor: int, application: int) -> tuple[Why, list[Conflict]] | None:
        """Why not this person (rows' numbers); None where they have it or are not of this round."""
        rows = {one.pk: r for r, one in enumerate(self.people)}
        columns = {one.pk: p for p, one in enumerate(self.applications)}
        if assessor not in rows or application not in columns or self.found.status == "infeasible":
            return None
        pair = rows[assessor], columns[application]
        if pair in self.held or pair in self.found.chances:
            return None
        return why_not(self.case, self.found, pair), self.barred.get(pair, [])


def expertise(people: list[Assessor], applications: list[Application]) -> Any:
    """How well people's own words and works fit applications: people × applications, 0 where nothing is known."""
    authors = assessing.authors_of({one.pk: one.person.orcid for one in people})
    archives = [
        [
            *(Paper(line, "") for line in one.expertise.splitlines() if line.strip()),
            *(Paper(title, "") for title in assessing.works_of(authors.get(one.pk, ()))),
        ]
        for one in people
    ]
    texts = [Paper(row.title, "\n".join(words_of(row))) for row in applications]
    return lexical_scores(texts, archives).T.round(DIGITS)


def words_of(row: Application) -> list[str]:
    """What is written in words in an application."""
    asked = [one for one in cases.questions(row) if one.question.kind == "text"]
    return [str(row.answers[one.name]) for one in asked if row.answers.get(one.name)]


def plan(round_: AssessmentRound, objective: str = reviewers.TOTAL, cap: float | None = None) -> Plan:
    """The best assignment of reviews that are lacking, to those who take part, without a standing conflict."""
    people = list(round_.assessors.filter(part=REVIEWER, state="accepted").select_related("person"))
    applications = list(round_.standing().filter(state="eligible"))
    rows = {one.pk: r for r, one in enumerate(people)}
    columns = {one.pk: p for p, one in enumerate(applications)}
    barred: dict[Pair, list[Conflict]] = {}
    for one in Conflict.objects.filter(assessor__in=people, application__in=applications, state="standing"):
        barred.setdefault((rows[one.assessor_id], columns[one.application_id]), []).append(one)
    reviews = [
        (rows[one.assessor_id], columns[one.application_id], one.state)
        for one in Review.objects.filter(assessor__in=people, application__in=applications)
    ]
    held = {(r, p) for r, p, state in reviews if state in OPEN and (r, p) not in barred}
    covers = [max(round_.cover - sum(q == p for _r, q in held), 0) for p in range(len(applications))]
    most = [round_.load if one.load is None else one.load for one in people]
    loads = [max(load - sum(q == r for q, _p in held), 0) for r, load in enumerate(most)]
    out = frozenset(barred) | {(r, p) for r, p, _state in reviews}
    names = [str(one.pk) for one in people], [str(one.pk) for one in applications]
    case = Case(*names, expertise(people, applications), out, covers, loads, [0] * len(people))
    found = reviewers.assign(case, cap, objective)
    if held and not any(covers):  # everything is assigned: tell of that assignment as a whole
        case = replace(case, conflicts=out - held, covers=[round_.cover] * len(applications), loads=most)
        found = as_held(case, held)
    return Plan(round_, people, applications, case, found, barred, held)


def as_held(case: Case, held: set[Pair]) -> Assignment:
    """What reviewers have already, beside the best that could be."""
    sums = reviewers.paper_sums(case, dict.fromkeys(held, 1.0))
    bound = reviewers.assign(case).bound
    return Assignment("optimal", 0.0, round(sum(sums), 9), round(min(sums), 9), bound, dict.fromkeys(held, 1.0))


@transaction.atomic
def adopt(round_: AssessmentRound, actor: Actor, objective: str, cap: float | None) -> int:
    """Look for conflicts again, then give every reviewer what the plan says; with a cap, as it is drawn from the seed.
    Returns how many reviews are new."""
    if not actor.can("change", round_):
        raise kernel.Refused()
    finding.look(round_, actor)
    found = plan(round_, objective, cap)
    if found.done:
        return 0
    if found.found.status == "infeasible":
        raise ValidationError(_("It cannot be done: see below which numbers would have to change."))
    made = drawn(found, round_) if cap is not None else sorted(found.found.chances)
    for r, p in made:
        kernel.save(Review(assessor=found.people[r], application=found.applications[p]), actor)
    return len(made)


def drawn(found: Plan, round_: AssessmentRound) -> list[Pair]:
    """One assignment, drawn so that anybody who knows the seed draws it again."""
    seed = sha256(f"{round_.seed}\nreviewers\n{Review.objects.filter(assessor__round=round_).count()}")
    return lots.draw(found.found.chances, random.Random(seed))  # noqa: S311 (from a seed that is committed to)
