"""The states of a case of safeguards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, past

DECIDED = ("cleared", "conditional", "refused")
PASSED = ("cleared", "conditional")

CASE = Lifecycle(
    "safeguards case",
    (
        State("open", _("being prepared")),
        State("asked", _("waits for the approver"), requires=("decide_by",)),
        State("cleared", _("cleared"), done=True),
        State("conditional", _("cleared on conditions"), done=True, requires=("holds_until",)),
        State("refused", _("not cleared"), done=True),
        State("void", _("no longer needed"), done=True),
    ),
    clock=(
        past("ended", _("has run out: decide anew"), PASSED, "holds_until", instead=True),
        past("late", _("the decision is overdue"), ("asked",), "decide_by", late=True),
    ),
)
