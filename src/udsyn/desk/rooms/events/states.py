"""The states of an event, a participant, a plan, a one-to-one meeting, a stop and a contribution."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, past

EVENT = Lifecycle(
    "event",
    (
        State("prepared", _("being prepared")),
        State("open", _("open for registration")),
        State("closed", _("registration is closed")),
        State("held", _("held"), done=True),
        State("cancelled", _("cancelled"), done=True, aside=True),
    ),
    clock=(past("over", _("over, not noted as held"), ("open", "closed"), "last_day", public=_("over")),),
)
SHOWN = ("open", "closed", "held")  #: what everybody may read of

PARTICIPANT = Lifecycle(
    "attendee",
    (
        State("named", _("on the list, not asked yet"), _("on the list")),
        State("asked", _("asked to confirm by mail")),
        State("waiting", _("on the waiting list")),
        State("coming", _("is coming")),
        State("cancelled", _("has cancelled"), done=True, aside=True),
        State("absent", _("did not come"), done=True, aside=True),
    ),
)
STILL = ("named", "asked", "waiting", "coming")

PLAN = Lifecycle(
    "meeting plan",
    (
        State("asked", _("is being computed")),
        State("made", _("computed, not adopted")),
        State("adopted", _("adopted")),
        State("impossible", _("there is no such plan"), done=True, aside=True),
        State("replaced", _("replaced by a later one"), done=True),
    ),
)

TALK = Lifecycle(
    "one-to-one meeting",
    (
        State("planned", _("planned")),
        State("cancelled", _("cancelled"), done=True, aside=True),
    ),
)

STOP = Lifecycle(
    "stop",
    (
        State("wished", _("wished")),
        State("asked", _("the host is asked")),
        State("agreed", _("the host has agreed")),
        State("visited", _("visited"), done=True),
        State("dropped", _("not visited"), done=True, aside=True),
    ),
)
WANTED = ("wished", "asked", "agreed")  #: stops that a way is planned for

CONTRIBUTION = Lifecycle(
    "contribution",
    (
        State("handed_in", _("handed in")),
        State("accepted", _("accepted"), done=True),
        State("declined", _("declined"), done=True, aside=True),
        State("withdrawn", _("withdrawn"), done=True, aside=True),
    ),
)
