"""The states of a grant, of a change to it, and of what is paid and owed under it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, past

GRANT = Lifecycle(
    "grant",
    (
        State("awarded", _("awarded, not taken up yet")),
        State("running", _("running"), requires=("starts", "ends")),
        State("closed", _("closed"), done=True, requires=("closed_on",)),
        State("declined", _("not taken up"), done=True, aside=True),
        State("stopped", _("stopped"), done=True, aside=True),
    ),
    clock=(past("over", _("has ended, to be reported"), ("running",), "ends", instead=True, late=True),),
)
HOLDS = ("running",)  #: states in which it can change

CHANGE = Lifecycle(
    "grant change",
    (
        State("written", _("written")),
        State("asked", _("waits for the officer")),
        State("noted", _("noted: free by the terms"), done=True, requires=("decided_on",)),
        State("approved", _("approved"), done=True, requires=("decided_on",)),
        State("refused", _("refused"), done=True, requires=("decided_on",)),
        State("withdrawn", _("withdrawn"), done=True, aside=True),
    ),
)

PAYMENT = Lifecycle(
    "payment",
    (
        State("planned", _("planned"), requires=("due_on",)),
        State("paid", _("paid"), done=True, requires=("paid_on",)),
        State("dropped", _("not paid"), done=True, aside=True),
    ),
    clock=(past("late", _("is late"), ("planned",), "due_on", late=True),),
)

REPORT = Lifecycle(
    "grant report",
    (
        State("open", _("to be confirmed")),
        State("sent", _("waits for the officer"), requires=("sent_on",)),
        State("accepted", _("accepted"), done=True, requires=("sent_on",)),
    ),
    clock=(past("late", _("is late"), ("open",), "due_on", late=True),),
)

ACCOUNT = Lifecycle(
    "grant account",
    (
        State("open", _("to be written")),
        State("signed", _("signed, the holder confirms its use")),
        State("sent", _("waits for the officer"), requires=("sent_on",)),
        State("accepted", _("accepted"), done=True, requires=("sent_on",)),
        State("dropped", _("not needed"), done=True, aside=True),
    ),
    clock=(past("late", _("is late"), ("open", "signed"), "due_on", late=True),),
)
