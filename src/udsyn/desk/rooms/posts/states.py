"""The states of the posts room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State

HANDOVER = Lifecycle(
    "handover",
    (
        State("prepared", _("being prepared")),
        State("offered", _("waits for the successor")),
        State("accepted", _("handed over"), done=True),
        State("cancelled", _("cancelled"), done=True),
    ),
)
