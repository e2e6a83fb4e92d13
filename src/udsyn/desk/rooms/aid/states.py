"""The states of de minimis aid."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, past

#: what counts towards the ceiling, from the day of granting on
COUNTS = ("granted", "registered", "declared")

AID = Lifecycle(
    "de minimis aid",
    (
        State("planned", _("to be granted")),
        State("granted", _("granted, not yet in the register"), requires=("granted_on", "register_by")),
        State("registered", _("in the register"), done=True, requires=("granted_on", "registered_on")),
        State("declared", _("declared by the undertaking"), done=True, requires=("granted_on",)),
        State("revoked", _("taken back"), done=True, aside=True),
        State("dropped", _("not granted"), done=True, aside=True),
    ),
    clock=(past("late", _("the entry in the register is overdue"), ("granted",), "register_by", late=True),),
)
