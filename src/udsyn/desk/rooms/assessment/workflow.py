"""What may follow what in a round of assessment, and who may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import Mine
from udsyn.desk.rooms.assessment import reviewing
from udsyn.desk.rooms.assessment.rules import BARRED, OFFICERS, REVIEW_OFFICERS, ROUND_OFFICERS, writes
from udsyn.desk.rooms.assessment.states import ASSESSOR, CONFLICT, REVIEW, ROUND

SELF, AUTHOR = Mine("person_id"), writes().but_not(BARRED)

WORKFLOW: dict[str, tuple[Transition, ...]] = {
    ROUND.name: (
        Transition(
            "begin", _("Let the reviewers begin"), ("prepared",), "reviewing", ROUND_OFFICERS,
            guard=reviewing.may_begin, primary=True, message=_("let the reviewers begin"),
        ),
        Transition(
            "meet", _("Let the panel begin"), ("reviewing",), "panel", ROUND_OFFICERS,
            guard=reviewing.may_meet, effect=reviewing.panel_meets, primary=True, message=_("let the panel begin"),
        ),
        Transition(
            "close", _("Close the assessment"), ("reviewing", "panel"), "closed", ROUND_OFFICERS,
            guard=reviewing.is_assessed, effect=reviewing.closed, message=_("closed the assessment"),
        ),
        Transition(
            "reopen", _("Open it again"), ("closed",), "panel", ROUND_OFFICERS,
            guard=reviewing.may_reopen, needs_reason=True, dangerous=True, message=_("opened the assessment again"),
        ),
        Transition(
            "draw", _("Draw lots among those tied at the line"), ("closed",), "closed", ROUND_OFFICERS,
            guard=reviewing.may_draw, effect=reviewing.draw, message=_("drew lots"),
        ),
    ),
    ASSESSOR.name: (
        Transition(
            "ask", _("Ask by mail"), ("named", "asked"), "asked", OFFICERS,
            guard=reviewing.has_address, effect=reviewing.asked, primary=True, message=_("asked an assessor"),
        ),
        Transition(
            "accept", _("I take part"), ("named", "asked"), "accepted", SELF,
            effect=reviewing.confirmed, primary=True, message=_("said yes to assessing"),
        ),
        Transition(
            "note_yes", _("Note a yes"), ("named", "asked"), "accepted", OFFICERS,
            needs_reason=True, message=_("noted a yes"),
        ),
        Transition(
            "decline", _("I take no part"), ("named", "asked"), "declined", SELF | OFFICERS,
            message=_("said no to assessing"),
        ),
        Transition(
            "leave", _("Takes part no longer"), ("accepted",), "left", OFFICERS,
            effect=reviewing.left, needs_reason=True, dangerous=True, message=_("let an assessor go"),
        ),
    ),
    CONFLICT.name: (
        Transition(
            "dismiss", _("Put aside"), ("standing",), "dismissed", REVIEW_OFFICERS,
            guard=reviewing.may_dismiss, needs_reason=True, message=_("put a conflict aside"),
        ),
        Transition(
            "uphold", _("Let it stand"), ("dismissed",), "standing", REVIEW_OFFICERS,
            needs_reason=True, message=_("let a conflict stand"),
        ),
    ),
    REVIEW.name: (
        Transition(
            "hand_in", _("Hand in the review"), ("asked",), "written", AUTHOR,
            guard=reviewing.is_whole, primary=True, message=_("handed in a review"),
        ),
        Transition(
            "recuse", _("I have a conflict of interest"), ("asked",), "refused", AUTHOR,
            effect=reviewing.recused, dangerous=True, message=_("named a conflict of interest"),
        ),
        Transition(
            "refuse", _("I cannot write it"), ("asked",), "refused", AUTHOR,
            needs_reason=True, dangerous=True, message=_("refused a review"),
        ),
        Transition(
            "take_back", _("Take it back"), ("asked",), "taken_back", REVIEW_OFFICERS,
            needs_reason=True, dangerous=True, message=_("took a review back"),
        ),
        Transition(
            "unlock", _("Open it for changes"), ("written",), "asked", REVIEW_OFFICERS,
            needs_reason=True, message=_("opened a review for changes"),
        ),
    ),
}  # fmt: skip
