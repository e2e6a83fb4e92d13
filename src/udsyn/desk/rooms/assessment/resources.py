"""What lists show, forms ask and exports hold in the room of assessment."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Column, Resource, columns
from udsyn.desk.rooms.assessment import reviewing, seen
from udsyn.desk.rooms.assessment.models import AssessmentRound, Assessor, Conflict, Review
from udsyn.desk.rooms.programmes.resources import PROGRAMMES


def round_context(row: AssessmentRound, actor: Actor) -> dict[str, Any]:
    reviews = list(Review.objects.visible_to(actor).filter(assessor__round=row).select_related("assessor"))
    return {
        "counts": [
            (label, sum(r.assessor.part == part and r.state == "written" for r in reviews),
             sum(r.assessor.part == part and r.state in ("asked", "written") for r in reviews))
            for part, label in Assessor.PARTS
        ],
        "standing": Conflict.objects.visible_to(actor).filter(assessor__round=row, state="standing").count(),
        "ranks": reviewing.expected(row) if row.state == "closed" else [],
        "titles": {str(one.pk): one.title for one in row.standing()},
    }  # fmt: skip


def review_context(row: Review, actor: Actor) -> dict[str, Any]:
    round_ = row.assessor.round
    return {
        "dossier": seen.dossier(row),
        "criteria": [(one, said, row.scores.get(one.id)) for one, said in seen.criteria(round_)],
        "writes": actor.can("change", row),
        "panel": seen.may_see_panel(round_, actor),
    }


def scores_of(row: Review) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.scores.items())


LISTS = (
    Resource(
        AssessmentRound,
        "assessments",
        PROGRAMMES,
        columns(
            AssessmentRound, "call", "state", "due", "blindness", "conflicts_by", "cover", "load", "commitment",
            hidden=("blindness", "conflicts_by", "cover", "load", "commitment"),
        ),
        form=("call", "blindness", "conflicts_by", "cover", "load", "due"),
        filters=("state",),
        select=("call",),
        children=(("assessor", "round"),),
        template="assessment/round.html",
        context=round_context,
        save=reviewing.begin_round,
    ),
    Resource(
        Assessor,
        "assessors",
        PROGRAMMES,
        columns(
            Assessor, "person", "round", "part", "state", "load", "confirmed_at", "expertise",
            hidden=("confirmed_at", "expertise"), long=("expertise",),
        ),
        form=("round", "person", "part", "load", "expertise"),
        private=frozenset({"load", "expertise", "confirmed_at"}),
        filters=("state", "part"),
        select=("person", "round__call"),
        children=(("conflict", "assessor"), ("review", "assessor")),
        save=reviewing.name_assessor,
        change=reviewing.name_assessor,
        attach=False,
        menu=False,
    ),
    Resource(
        Conflict,
        "conflicts",
        PROGRAMMES,
        (
            *columns(Conflict, "assessor", "application", "kind_of", "about", "state"),
            Column("evidence", _("evidence"), show=lambda row: "; ".join(row.evidence), in_list=False, long=True),
        ),
        form=("assessor", "application", "about"),
        filters=("state", "kind_of"),
        select=("assessor__person", "application"),
        save=reviewing.note_conflict,
        attach=False,
        menu=False,
    ),
    Resource(
        Review,
        "reviews",
        PROGRAMMES,
        (
            Column("application", _("application"), show=lambda row: row.application.title, order="application__title"),
            Column("assessor", _("assessor"), show=lambda row: str(row.assessor), order="assessor__pk"),
            *columns(Review, "state"),
            Column("scores", _("scores"), show=scores_of, in_list=False),
            *columns(Review, "text", "note", hidden=("text", "note"), long=("text", "note")),
        ),
        filters=("state",),
        select=("application__call", "assessor__person", "assessor__round__call"),
        template="assessment/review.html",
        context=review_context,
        attach=False,
    ),
)  # fmt: skip
