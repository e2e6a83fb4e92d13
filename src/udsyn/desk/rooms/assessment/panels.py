"""What assessment shows on the pages of calls and applications."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.assessment import reviewing
from udsyn.desk.rooms.assessment.models import AssessmentRound, Review
from udsyn.desk.rooms.programmes.models import Application, Call


def of_call(row: Call, actor: Actor) -> Panel | None:
    """For its officers: how it is assessed."""
    round_ = AssessmentRound.objects.visible_to(actor).filter(call=row).first()
    return Panel(_("Assessment"), "assessment/_call.html", {"round": round_}) if round_ else None


def of_application(row: Application, actor: Actor) -> Panel | None:
    """For the applicant after the release: what was written of it; for officers: who reviews it and how far."""
    reviews = Review.objects.visible_to(actor).filter(application=row).select_related("assessor__person")
    if actor.can("private", row):
        held = list(reviews)
        return Panel(_("Assessment"), "assessment/_reviews.html", {"reviews": held}) if held else None
    texts = reviewing.told(row)
    return Panel(_("What those who assessed it wrote"), "assessment/_told.html", {"texts": texts}) if texts else None
