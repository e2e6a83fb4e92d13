"""What may follow what in a handover, and who may do it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, Mine, Serves
from udsyn.desk.rooms.posts.commands import pass_on
from udsyn.desk.rooms.posts.states import HANDOVER

LEAVES = MINISTRY | Mine("posting__person_id") | Serves(ABROAD, "centre", "posting__post__centre__slug")


def has_successor(row: Any) -> Any:
    return None if row.successor_id else _("Name the successor first.")


def all_ticked(row: Any) -> Any:
    open_ = row.items.filter(done=False).count()
    return _("%(count)d points of the checklist are still open.") % {"count": open_} if open_ else None


WORKFLOW: dict[str, tuple[Transition, ...]] = {
    HANDOVER.name: (
        Transition(
            "offer",
            _("Offer to the successor"),
            ("prepared",),
            "offered",
            LEAVES,
            guard=has_successor,
            primary=True,
            message=_("offered the handover"),
        ),
        Transition(
            "accept",
            _("Take over"),
            ("offered",),
            "accepted",
            MINISTRY | Mine("successor_id"),
            guard=all_ticked,
            effect=pass_on,
            primary=True,
            message=_("took over"),
        ),
        Transition(
            "return",
            _("Send back"),
            ("offered",),
            "prepared",
            MINISTRY | Mine("successor_id"),
            needs_reason=True,
            message=_("sent the handover back"),
        ),
        Transition(
            "cancel",
            _("Cancel"),
            ("prepared", "offered"),
            "cancelled",
            MINISTRY,
            needs_reason=True,
            dangerous=True,
            message=_("cancelled the handover"),
        ),
    ),
}
