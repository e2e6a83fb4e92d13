"""The states of a round of assessment, of those who assess in it, of a conflict of interest and of a review."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, past

ROUND = Lifecycle(
    "round of assessment",
    (
        State("prepared", _("reviewers are being found")),
        State("reviewing", _("reviews are being written")),
        State("panel", _("the panel assesses")),
        State("closed", _("assessed"), done=True),
    ),
)

ASSESSOR = Lifecycle(
    "assessor",
    (
        State("named", _("named")),
        State("asked", _("asked")),
        State("accepted", _("takes part")),
        State("declined", _("takes no part"), done=True),
        State("left", _("takes part no longer"), done=True, aside=True),
    ),
)

CONFLICT = Lifecycle(
    "conflict",
    (
        State("standing", _("bars")),
        State("dismissed", _("put aside with a reason"), done=True),
        State("gone", _("no longer found"), done=True, aside=True),
    ),
)

REVIEW = Lifecycle(
    "review",
    (
        State("asked", _("to be written")),
        State("written", _("handed in"), done=True),
        State("refused", _("refused"), done=True, aside=True),
        State("taken_back", _("taken back"), done=True, aside=True),
    ),
    clock=(past("late", _("overdue"), ("asked",), "assessor__round__due", late=True),),
)
OPEN = ("asked", "written")  #: reviews that are somebody's
