"""The lifecycles of the posts room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, Transition
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, Actor, Mine, Serves


def has_successor(row: Any) -> Any:
    return None if row.successor_id else _("Name the successor first.")


def all_ticked(row: Any) -> Any:
    open_ = row.items.filter(done=False).count()
    return _("%(count)d points of the checklist are still open.") % {"count": open_} if open_ else None


def pass_on(row: Any, actor: Actor) -> None:
    """What the leaving person has in hand passes to the successor."""
    from udsyn.desk.rooms.posts.commands import pass_on as move

    move(row, actor)


LEAVES = MINISTRY | Mine("posting__person_id") | Serves(ABROAD, "centre", "posting__post__centre__slug")

HANDOVER = Lifecycle(
    "handover",
    (
        State("prepared", _("being prepared")),
        State("offered", _("waits for the successor")),
        State("accepted", _("handed over"), done=True),
        State("cancelled", _("cancelled"), done=True),
    ),
    (
        Transition(
            "offer",
            _("Offer to the successor"),
            ("prepared",),
            "offered",
            LEAVES,
            guard=has_successor,
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
            message=_("cancelled the handover"),
        ),
    ),
)
