"""The states of a request, a candidate, an introduction, an appointment, a follow-up, an outcome, a security check."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Clock, Lifecycle, State

OPEN = ("received", "accepted", "scoped", "shortlisted", "introducing", "following")


def waits_to_leave(kind: str, purpose: str) -> Exists:
    """The mail that this state promises has not left: its link is made, and its time has not begun to run."""
    links = apps.get_model("service", "Link").objects.filter(kind=kind, purpose=purpose, object_id=OuterRef("pk"))
    return Exists(links.filter(expires__isnull=True, revoked__isnull=True))


def promised(kind: str, purpose: str, state: str, label: Any, public: Any) -> Clock:
    """What is said instead of a state that a mail promises, until that mail has left."""

    def holds(row: Any, day: date) -> bool:
        if row.state != state:
            return False
        known = getattr(row, "unsent", None)  # read along in lists
        return type(row).objects.filter(waits_to_leave(kind, purpose), pk=row.pk).exists() if known is None else known

    def where(day: date) -> Q:
        return Q(waits_to_leave(kind, purpose), state=state)

    return Clock("unsent", label, holds, where, public, instead=True)


REQUEST = Lifecycle(
    "request",
    (
        State("received", _("received")),
        State("accepted", _("taken up"), _("being worked on")),
        State("scoped", _("scoped"), _("being worked on")),
        State("shortlisted", _("short list with the client"), _("short list with you")),
        State("introducing", _("introducing")),
        State("following", _("following up")),
        State("closed", _("closed"), done=True, requires=("result",)),
        State("declined", _("declined"), _("not taken up"), done=True),
        State("redirected", _("passed to another centre"), done=True),
        State("withdrawn", _("withdrawn"), done=True),
    ),
    clock=(promised("request", "shortlist", "shortlisted", _("short list waits to be sent"), _("being worked on")),),
)

CANDIDATE = Lifecycle(
    "candidate",
    (
        State("found", _("found")),
        State("vetted", _("vetted")),
        State("shortlisted", _("on the short list")),
        State("chosen", _("chosen by the client"), _("chosen by you"), done=True),
        State("passed", _("passed over by the client"), _("passed over by you"), done=True),
        State("dropped", _("dropped"), done=True),
    ),
)


INTRODUCTION = Lifecycle(
    "introduction",
    (
        State("drafted", _("the client said yes"), _("you said yes")),
        State("asked", _("the candidate is asked"), _("the other side is asked")),
        State("agreed", _("both said yes"), requires=("agreed_at",)),
        State("met", _("they have met")),
        State("closed", _("closed"), done=True),
        State("declined", _("the candidate said no"), _("it did not come about"), done=True),
        State("silent", _("no answer in time"), done=True),
        State("stopped", _("opted out of all requests"), _("it did not come about"), done=True),
        State("withdrawn", _("withdrawn"), done=True),
    ),
    clock=(promised("introduction", "consent", "asked", _("the question waits to be sent"), _("you said yes")),),
)

APPOINTMENT = Lifecycle(
    "appointment",
    (
        State("planned", _("planned")),
        State("held", _("held"), done=True),
        State("cancelled", _("cancelled"), done=True),
    ),
)

FOLLOWUP = Lifecycle(
    "follow-up",
    (
        State("planned", _("planned")),
        State("asked", _("the client is asked"), _("you are asked")),
        State("answered", _("answered"), done=True, requires=("answer",)),
        State("silent", _("no answer"), done=True),
        State("cancelled", _("cancelled"), done=True),
    ),
    clock=(promised("followup", "followup", "asked", _("the question waits to be sent"), _("planned")),),
)

OUTCOME = Lifecycle(
    "outcome",
    (
        State("reported", _("reported")),
        State("confirmed", _("confirmed")),
        State("rejected", _("not so"), done=True),
    ),
)


CHECK = Lifecycle(
    "security check",
    (
        State("open", _("waits for the approver"), _("being worked on")),
        State("cleared", _("cleared"), done=True),
        State("conditional", _("cleared on conditions"), done=True),
        State("refused", _("not cleared"), done=True),
        State("void", _("no longer needed"), done=True),
    ),
)  # fmt: skip
