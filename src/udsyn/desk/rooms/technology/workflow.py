"""What may follow what with a technology offer or request."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.technology.models import WORKS, Offer
from udsyn.desk.rooms.technology.states import OFFER


def is_vouched_for(row: Offer) -> Any:
    """There is somebody to ask, and the day on which it ends is not past."""
    if not (row.contact or row.organisation_id):
        return _("Write first who stands behind it, or whom to write to.")
    if row.expires and row.expires < timezone.localdate():
        return _("It has run out: write another last day first.")
    return None


def opened(row: Offer, _actor: Actor) -> None:
    row.published_on = row.published_on or timezone.localdate()


WORKFLOW = {
    OFFER.name: (
        Transition(
            "open",
            _("Make it known"),
            ("drafted",),
            "open",
            WORKS,
            guard=is_vouched_for,
            effect=opened,
            primary=True,
            message=_("made a technology offer known"),
        ),
        Transition("take", _("Note as taken up"), ("open",), "taken", WORKS, message=_("noted an offer as taken up")),
        Transition(
            "withdraw",
            _("Withdraw"),
            ("drafted", "open"),
            "withdrawn",
            WORKS,
            dangerous=True,
            needs_reason=True,
            message=_("withdrew a technology offer"),
        ),
        Transition(
            "reopen",
            _("Reopen"),
            ("taken", "withdrawn"),
            "open",
            WORKS,
            guard=is_vouched_for,
            needs_reason=True,
            message=_("reopened a technology offer"),
        ),
    )
}
