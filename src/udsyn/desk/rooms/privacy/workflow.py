"""What may follow what with a privacy request, a consent and a breach, and who may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, Has, Mine
from udsyn.desk.rooms.privacy import commands
from udsyn.desk.rooms.privacy.states import ASKED, BREACH, CONSENT

WORKFLOW: dict[str, tuple[Transition, ...]] = {
    ASKED.name: (
        Transition(
            "carry_out",
            _("Carry it out"),
            ("received",),
            "done",
            MINISTRY,
            guard=commands.is_not_erasure,
            effect=commands.answered,
            sets=("answered_on",),
            primary=True,
            message=_("carried out a privacy request"),
        ),
        Transition(
            "erase",
            _("Erase them"),
            ("received",),
            "done",
            MINISTRY,
            guard=commands.is_erasure,
            effect=commands.erased,
            sets=("answered_on",),
            needs_second_person=True,
            dangerous=True,
            message=_("erased somebody"),
        ),
        Transition(
            "extend",
            _("Two months more"),
            ("received",),
            "received",
            MINISTRY,
            guard=commands.may_extend,
            effect=commands.extended,
            needs_reason=True,
            message=_("extended a privacy request"),
        ),
        Transition(
            "refuse",
            _("Refuse it"),
            ("received",),
            "refused",
            MINISTRY,
            effect=commands.refused,
            sets=("answered_on",),
            needs_reason=True,
            dangerous=True,
            message=_("refused a privacy request"),
        ),
        Transition(
            "lift",
            _("Lift the restriction"),
            ("done",),
            "lifted",
            MINISTRY,
            guard=commands.is_restriction,
            effect=commands.lifted,
            needs_reason=True,
            message=_("lifted a restriction"),
        ),
    ),
    CONSENT.name: (
        Transition(
            "withdraw",
            _("Note that it was withdrawn"),
            ("given",),
            "withdrawn",
            MINISTRY | Has(ABROAD) | Mine("person_id"),
            effect=commands.withdrawn,
            sets=("withdrawn_on",),
            message=_("noted that a consent was withdrawn"),
        ),
    ),
    BREACH.name: (
        Transition(
            "notify",
            _("Note as notified"),
            ("open",),
            "notified",
            MINISTRY,
            guard=commands.is_told,
            effect=commands.judged,
            sets=("decided_at",),
            primary=True,
            message=_("noted a breach as notified"),
        ),
        Transition(
            "keep",
            _("No risk: do not notify"),
            ("open",),
            "kept",
            MINISTRY,
            guard=commands.is_told,
            effect=commands.judged,
            sets=("decided_at",),
            needs_reason=True,
            dangerous=True,
            message=_("decided not to notify a breach"),
        ),
    ),
}
