"""What may follow what with calls, applications and partners, and who may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import Is, Mine
from udsyn.desk.rooms.programmes import handing_in, publishing, ranking, screening, writing
from udsyn.desk.rooms.programmes.rules import ByInvitation, officers, team
from udsyn.desk.rooms.programmes.states import APPLICATION, CALL, PARTNER, WRITABLE

OF_CALL, OF_APPLICATION = officers("pk"), officers()

WORKFLOW: dict[str, tuple[Transition, ...]] = {
    CALL.name: (
        Transition(
            "publish",
            _("Publish"),
            ("prepared",),
            "published",
            OF_CALL,
            guard=publishing.has_rules,
            needs_second_person=True,
            primary=True,
            message=_("published a call"),
        ),
        Transition(
            "cancel",
            _("Cancel the call"),
            ("prepared", "published"),
            "cancelled",
            OF_CALL,
            guard=publishing.nobody_applied,
            needs_reason=True,
            dangerous=True,
            message=_("cancelled a call"),
        ),
        Transition(
            "release",
            _("Release all decisions"),
            ("published",),
            "decided",
            OF_CALL,
            gates=("assessment", "security", "aid"),
            guard=ranking.may_release,
            effect=ranking.released,
            needs_second_person=True,
            message=_("released all decisions"),
        ),
    ),
    APPLICATION.name: (
        Transition(
            "submit",
            _("Hand in"),
            ("draft", "returned"),
            "submitted",
            team(),
            guard=handing_in.may_submit,
            effect=handing_in.submitted,
            sets=("submitted_at",),
            primary=True,
            message=_("handed in an application"),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            ("draft", "submitted", "returned", "eligible"),
            "withdrawn",
            Mine("lead_id"),
            dangerous=True,
            message=_("withdrew an application"),
        ),
        Transition(
            "give_leave",
            _("Give leave to be late"),
            ("draft",),
            "draft",
            OF_APPLICATION,
            guard=handing_in.may_have_leave,
            effect=handing_in.leave_given,
            needs_reason=True,
            message=_("gave leave to be late"),
        ),
        Transition(
            "reopen",
            _("Open for amendments"),
            ("submitted", "eligible"),
            "returned",
            OF_APPLICATION,
            effect=handing_in.returned,
            needs_reason=True,
            message=_("opened an application for amendments"),
        ),
        Transition(
            "find_eligible",
            _("Note as eligible"),
            ("submitted",),
            "eligible",
            OF_APPLICATION,
            guard=screening.is_eligible,
            primary=True,
            message=_("found an application eligible"),
        ),
        Transition(
            "find_ineligible",
            _("Note as not eligible"),
            ("submitted",),
            "ineligible",
            OF_APPLICATION,
            guard=screening.is_not_eligible,
            effect=screening.found_ineligible,
            needs_second_person=True,
            dangerous=True,
            message=_("found an application not eligible"),
        ),
        *(
            Transition(
                f"note_appeal_{state}",
                _("Note an appeal"),
                (state,),
                state,
                OF_APPLICATION,
                effect=ranking.appealed,
                needs_reason=True,
                message=_("noted an appeal"),
            )
            for state in ("declined", "ineligible")
        ),
    ),
    PARTNER.name: (
        Transition(
            "drop",
            _("Name it no longer"),
            ("named", "invited", "confirmed", "declined"),
            "dropped",
            team("application__") & Is("application__state", WRITABLE),
            dangerous=True,
            message=_("took a partner away"),
        ),
        Transition(
            "invite",
            _("Ask by mail to confirm"),
            ("named", "invited"),
            "invited",
            team("application__"),
            guard=writing.may_answer,
            effect=writing.invited,
            primary=True,
            message=_("asked a partner to confirm"),
        ),
        Transition(
            "confirm",
            _("We take part"),
            ("invited",),
            "confirmed",
            ByInvitation(),
            guard=writing.may_answer,
            effect=writing.answered,
            sets=("answered_at",),
            primary=True,
            message=_("confirmed to take part"),
        ),
        Transition(
            "decline",
            _("We take no part"),
            ("invited", "confirmed"),
            "declined",
            ByInvitation(),
            guard=writing.may_answer,
            effect=writing.answered,
            sets=("answered_at",),
            message=_("declined to take part"),
        ),
    ),
}
