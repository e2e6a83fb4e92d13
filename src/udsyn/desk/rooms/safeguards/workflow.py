"""What may follow what with a case, and who may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import MINISTRY, ByDesk, Mine
from udsyn.desk.rooms.safeguards import commands
from udsyn.desk.rooms.safeguards.states import CASE, DECIDED, PASSED

WORKS = MINISTRY | Mine("asked_by_id")
APPROVER = Mine("approver_id")
STEPS = (
    ("interview", _("Note the interview"), commands.before("interview"), commands.interviewed, _("noted an interview")),
    ("invite", _("Note the invitation"), commands.before("invitation"), commands.invited, _("noted an invitation")),
)

WORKFLOW: dict[str, tuple[Transition, ...]] = {
    CASE.name: (
        Transition(
            "ask",
            _("Ask the approver"),
            ("open",),
            "asked",
            WORKS,
            guard=commands.is_ready,
            effect=commands.sent,
            sets=("decide_by",),
            primary=True,
            message=_("asked for a decision"),
        ),
        Transition(
            "screen",
            _("Note that the guest was screened"),
            ("open",),
            "open",
            WORKS,
            guard=commands.is_guest,
            effect=commands.screened,
            message=_("noted a screening"),
        ),
        Transition(
            "pass_short",
            _("Note as a short visit"),
            ("open",),
            "cleared",
            WORKS,
            guard=commands.is_short_and_clear,
            effect=commands.decided,
            message=_("noted a short visit"),
        ),
        Transition(
            "clear",
            _("Clear it"),
            ("asked",),
            "cleared",
            APPROVER,
            guard=commands.may_decide,
            effect=commands.decided,
            primary=True,
            needs_reason=True,
            message=_("cleared a case"),
        ),
        Transition(
            "condition",
            _("Clear it on conditions"),
            ("asked",),
            "conditional",
            APPROVER,
            guard=commands.may_condition,
            effect=commands.decided,
            needs_reason=True,
            message=_("cleared a case on conditions"),
        ),
        Transition(
            "refuse",
            _("Do not clear it"),
            ("asked",),
            "refused",
            APPROVER,
            guard=commands.may_decide,
            effect=commands.decided,
            dangerous=True,
            needs_reason=True,
            message=_("did not clear a case"),
        ),
        *(
            Transition(f"{name}_{state}", label, (state,), state, WORKS, guard=guard, effect=effect, message=message)
            for name, label, guard, effect, message in STEPS
            for state in ("open", "asked", *PASSED)
        ),
        Transition(
            "reopen",
            _("Decide anew"),
            (*DECIDED, "void"),
            "open",
            WORKS | ByDesk(),
            effect=commands.anew,
            needs_reason=True,
            message=_("opened a case anew"),
        ),
        Transition(
            "void",
            _("No longer needed"),
            ("open", "asked"),
            "void",
            WORKS,
            needs_reason=True,
            dangerous=True,
            message=_("ended a case"),
        ),
    ),
}
