"""The states of a round, a host in it, an application, and a stay."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, past
from udsyn.desk.kernel.permissions import MINISTRY

ROUND = Lifecycle(
    "stay round",
    (
        State("prepared", _("being prepared")),
        State("open", _("open"), requires=("opened_on",)),
        State("settled", _("places given"), done=True, requires=("settled_on",)),
        State("cancelled", _("cancelled"), done=True, aside=True),
    ),
    clock=(past("closed", _("closed: places to give"), ("open",), "closes_on", public=_("closed"), instead=True),),
)

HOST = Lifecycle(
    "stay host",
    (
        State("named", _("named")),
        State("asked", _("asked to answer")),
        State("answered", _("has answered"), done=True, requires=("answered_on",)),
        State("dropped", _("takes no part"), done=True, aside=True),
    ),
    clock=(past("late", _("the answer is late"), ("asked",), "answer_by", late=True),),
)

APPLICATION = Lifecycle(
    "stay application",
    (
        State("draft", _("being prepared")),
        State("submitted", _("waits for the rules to be checked"), _("received"), requires=("submitted_on",)),
        State("eligible", _("waits for a place"), _("received"), requires=("submitted_on",)),
        State("ineligible", _("breaks a rule"), done=True, requires=("submitted_on",)),
        State("placed", _("has a place"), done=True, requires=("submitted_on",)),
        State("unplaced", _("has no place"), done=True, requires=("submitted_on",)),
        State("withdrawn", _("withdrawn"), done=True, aside=True),
    ),
)
#: what an applicant still writes
WRITABLE = ("draft",)

STAY = Lifecycle(
    "stay",
    (
        State("planned", _("being prepared")),
        State("invited", _("invited"), requires=("invited_on",)),
        State("accepted", _("agreed"), requires=("invited_on",)),
        State("arrived", _("under way")),
        State("finished", _("over, report to come")),
        State("reported", _("over, with report"), done=True),
        State("declined", _("declined by the guest"), done=True, aside=True),
        State("refused", _("not cleared"), done=True, aside=True),
        State("cancelled", _("cancelled"), done=True, aside=True),
    ),
    clock=(
        past("expected", _("should have begun"), ("accepted",), "first"),
        past("overstayed", _("should have ended"), ("arrived",), "last", late=True),
        past("owing", _("report late"), ("finished",), "report_by", late=True),
    ),
    entry=("finished", "reported", "cancelled"),
    registers=MINISTRY,
)
#: agreed, and not yet over
COMING = ("invited", "accepted", "arrived")
TOOK_PLACE = ("arrived", "finished", "reported")
