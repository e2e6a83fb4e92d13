"""The states of what somebody asks of their data, of a consent, and of a breach."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, past, run_out

ASKED = Lifecycle(
    "privacy request",
    (
        State("received", _("received"), requires=("due",)),
        State("done", _("carried out"), done=True, requires=("answered_on",)),
        State("refused", _("refused, with a reason"), done=True, requires=("answered_on",)),
        State("lifted", _("the restriction was lifted"), done=True, aside=True),
    ),
    clock=(past("late", _("the answer is overdue"), ("received",), "due", late=True),),
)
CONSENT = Lifecycle(
    "consent",
    (State("given", _("given")), State("withdrawn", _("withdrawn"), done=True, requires=("withdrawn_on",))),
)
BREACH = Lifecycle(
    "breach",
    (
        State("open", _("to be judged"), requires=("notify_by",)),
        State("notified", _("notified to the authority"), done=True, requires=("decided_at",)),
        State("kept", _("not notified, with a reason"), done=True, requires=("decided_at",)),
    ),
    clock=(run_out("late", _("72 hours are over"), ("open",), "notify_by", late=True),),
)
