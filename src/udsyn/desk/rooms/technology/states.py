"""The states of a technology offer or request."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, past

OFFER = Lifecycle(
    "technology offer",
    (
        State("drafted", _("being written")),
        State("open", _("open")),
        State("taken", _("taken up"), done=True),
        State("withdrawn", _("withdrawn"), done=True),
    ),
    clock=(past("expired", _("has run out"), ("open",), "expires", instead=True),),
)
