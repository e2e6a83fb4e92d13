"""What may follow what in a report, and who may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import MINISTRY, Mine
from udsyn.desk.rooms.knowledge.commands import publish
from udsyn.desk.rooms.knowledge.states import REPORT

WRITES = MINISTRY | Mine("author_id")

WORKFLOW: dict[str, tuple[Transition, ...]] = {
    REPORT.name: (
        Transition(
            "publish",
            _("Publish"),
            ("draft", "withdrawn"),
            "published",
            WRITES,
            effect=publish,
            sets=("published_at",),
            primary=True,
            message=_("published it"),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            ("published",),
            "withdrawn",
            WRITES,
            dangerous=True,
            message=_("withdrew it"),
        ),
    )
}
