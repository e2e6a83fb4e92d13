"""What those who assess see of an application and of one another, by phase; nothing else is shown to them anywhere.

An assessor has no right to the rows of an application. This module says what their own pages show instead: while names
are hidden neither people, institutions, countries nor documents; of other reviews their words and scores, by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from udsyn.desk.kernel.permissions import AUDITS, Actor
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.assessment import reviewing
from udsyn.desk.rooms.assessment.models import AssessmentRound, Assessor, Conflict, Review
from udsyn.desk.rooms.assessment.rules import PANEL, REVIEWER, ROUND_OFFICERS
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes.models import Application, Paper
from udsyn.desk.rooms.programmes.resources import written


@dataclass(frozen=True)
class Dossier:
    """An application as somebody who assesses it reads it."""

    title: str
    hidden: bool
    people: list[str]
    answers: list[tuple[str, Any]]
    costs: list[tuple[Any, Any, str]]
    papers: list[Paper]


def dossier(row: Review) -> Dossier:
    hidden = row.assessor.round.hides_names_from(row.assessor.part)
    application = row.application
    partners = application.taking_part()
    numbers = {one.pk: n for n, one in enumerate(partners, 1)}

    def label(asked: cases.Asked) -> str:
        if asked.partner is None:
            return asked.label
        whose = _("partner %(n)s") % {"n": numbers[asked.partner.pk]} if hidden else str(asked.partner)
        return f"{asked.label} – {whose}"

    asked = [one for one in cases.questions(application, partners) if not (hidden and one.question.kind == "country")]
    return Dossier(
        application.title,
        hidden,
        [] if hidden else [f"{application.lead}, {application.organisation_name}", *map(str, partners)],
        [(label(one), written(one, application.answers.get(one.name))) for one in asked],
        [
            (one.get_kind_of_display(), one.amount if one.asked is None else one.asked, one.currency)
            for one in application.budgetlines.all()
        ],
        [] if hidden else list(application.papers.select_related("file")),
    )


@dataclass(frozen=True)
class Scored:
    """A review without its author: each criterion with its score, what they come to, and the words."""

    scores: list[tuple[str, Any]]
    total: float | None
    text: str


@dataclass(frozen=True)
class Seen:
    """An application on the panel's page."""

    application: Application
    title: str
    mine: Review | None
    reviews: list[Scored]
    panel: list[Scored]
    mean: float | None
    rank: Any = None  #: expected rank with its interval, where the panel has graded


def seat(round_: AssessmentRound, actor: Actor) -> Assessor | None:
    """The actor's seat on the panel of a round that has one and has begun."""
    if actor.person is None or round_.state not in ("panel", "closed"):
        return None
    found: Assessor | None = reviewing.panel_of(round_).filter(person=actor.person).first()
    return found


def may_see_panel(round_: AssessmentRound, actor: Actor) -> bool:
    return ROUND_OFFICERS.allows(actor, round_) or AUDITS.allows(actor, round_) or seat(round_, actor) is not None


def on_panel(round_: AssessmentRound, actor: Actor) -> list[Seen]:
    """What the actor sees on the panel's page: nothing of an application with which they have a conflict.

    Those of the panel see one another's scores once the round is closed, and until then their own.
    """
    barred = Conflict.objects.filter(assessor__person=actor.person or 0, state="standing").values("application")
    applications = list(round_.standing().exclude(pk__in=barred))
    held = list(Review.objects.filter(application__in=applications, assessor__round=round_).select_related("assessor"))
    ranks = {one.id: one for one in reviewing.expected(round_)} if round_.state == "closed" else {}
    open_ = round_.state == "closed" or seat(round_, actor) is None
    found = []
    for application in applications:
        of = [one for one in held if one.application_id == application.pk]
        done = [one for one in of if one.state == "written"]
        mine = next((one for one in of if one.assessor.part == PANEL and one.assessor.person_id == actor.person), None)
        votes = [scored(application, one) for one in done if one.assessor.part == PANEL and open_]
        reviews = [scored(application, one) for one in done if one.assessor.part == REVIEWER]
        counted = [one.total for one in (votes or reviews) if one.total is not None]
        found.append(
            Seen(
                application,
                application.title,
                mine,
                sorted(reviews, key=lambda one: one.text),
                sorted(votes, key=lambda one: one.text),
                sum(counted) / len(counted) if counted else None,
                ranks.get(str(application.pk)),
            )
        )
    return sorted(found, key=lambda one: (one.rank.rank if one.rank else 0, -(one.mean or 0), one.title))


def scored(application: Application, row: Review) -> Scored:
    plan = application.call.pack.assessment
    total = reviewing.grade(application, row.scores)
    scores = [(said(one.says), row.scores.get(one.id)) for one in plan.criteria] if plan else []
    return Scored(scores, None if total is None else float(total), row.text)


def criteria(round_: AssessmentRound) -> list[tuple[Any, str]]:
    plan = round_.call.pack.assessment
    return [(one, said(one.says)) for one in plan.criteria] if plan else []
