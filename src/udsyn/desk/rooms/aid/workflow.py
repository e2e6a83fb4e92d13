"""What may follow what with de minimis aid, and who may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import MINISTRY, ByDesk
from udsyn.desk.rooms.aid import ledger
from udsyn.desk.rooms.aid.states import AID

WORKFLOW: dict[str, tuple[Transition, ...]] = {
    AID.name: (
        Transition(
            "grant",
            _("Note as granted"),
            ("planned",),
            "granted",
            MINISTRY | ByDesk(),
            gates=("security", "aid"),
            guard=ledger.may_grant,
            effect=ledger.granted,
            sets=("granted_on", "register_by"),
            primary=True,
            message=_("granted de minimis aid"),
        ),
        Transition(
            "declare",
            _("Note as declared"),
            ("planned",),
            "declared",
            MINISTRY,
            guard=ledger.may_declare,
            message=_("noted de minimis aid had elsewhere"),
        ),
        Transition(
            "register",
            _("Note the entry in the register"),
            ("granted",),
            "registered",
            MINISTRY,
            guard=ledger.may_register,
            effect=ledger.registered,
            sets=("registered_on",),
            primary=True,
            message=_("entered de minimis aid in the register"),
        ),
        Transition(
            "revoke",
            _("Note as taken back"),
            ("granted", "registered", "declared"),
            "revoked",
            MINISTRY,
            needs_reason=True,
            needs_second_person=True,
            dangerous=True,
            message=_("noted that de minimis aid was taken back"),
        ),
        Transition(
            "drop",
            _("Do not grant it"),
            ("planned",),
            "dropped",
            MINISTRY | ByDesk(),
            needs_reason=True,
            dangerous=True,
            message=_("did not grant de minimis aid"),
        ),
    ),
}
