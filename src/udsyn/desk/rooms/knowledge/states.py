"""The states of a report."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State

REPORT = Lifecycle(
    "report",
    (
        State("draft", _("being written")),
        State("published", _("published"), requires=("published_at",)),
        State("withdrawn", _("withdrawn"), done=True, aside=True),
    ),
)
