"""What waits for whom in the service room, and what has a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.keeping import NOW
from udsyn.desk.kernel.permissions import NOTHING, Actor
from udsyn.desk.kernel.seeing import Each
from udsyn.desk.rooms.service.models import Appointment, Check, FollowUp, Introduction, Link, Outcome, Request
from udsyn.desk.rooms.service.rules import abroad
from udsyn.desk.web import feeds, inbox


def mine(actor: Actor) -> Q:
    """Requests handled by the actor, or by nobody yet where they serve abroad."""
    own = Q(handler=actor.person) if actor.person else NOTHING
    return own | Q(abroad("").where(actor), handler__isnull=True)


def work(model: Any, path: str = "") -> Any:
    """Rows of a kind that are the actor's to work on; they are about the request found at `path`."""

    def rows(actor: Actor) -> Any:
        if not actor.staff:
            return model.objects.none()
        about = Each(Request.objects.filter(mine(actor), pk=OuterRef(f"{path}pk"))) if path else mine(actor)
        found = model.objects.visible_to(actor, "change").filter(about)
        return found.select_related(f"{path}centre__country", f"{path}country")

    return rows


REQUESTS, INTRODUCTIONS = work(Request), work(Introduction, "candidate__request__")


OUTCOMES, FOLLOWUPS = work(Outcome, "request__"), work(FollowUp, "request__")


def requests(actor: Actor, today: dt.date) -> Any:
    """What waits for an answer of ours, and short lists that the client has not answered in time: one question."""
    links = Link.objects.filter(purpose="shortlist", used__isnull=True, revoked__isnull=True)
    run_out = links.filter(expires__lt=NOW).values("object_id")
    return REQUESTS(actor).filter(Q(state__in=("received", "accepted")) | Q(state="shortlisted", pk__in=run_out))


def request(row: Request, today: dt.date) -> inbox.Item:
    if row.state == "shortlisted":
        why = gettext_lazy("the client has not answered the short list")
        return inbox.item(row, why, None, today, country=row.partner)
    why, action = gettext_lazy("a request waits for an answer"), "accept" if row.state == "received" else ""
    due = row.answer_due
    return inbox.item(row, why, due, today, country=row.partner, blocked=row.name, action=action)


def introductions(actor: Actor, today: dt.date) -> Any:
    return INTRODUCTIONS(actor).filter(state="drafted")


def introduction(row: Introduction, today: dt.date) -> inbox.Item:
    asked, why = row.candidate.request, gettext_lazy("the client said yes: ask the candidate")
    return inbox.item(row, why, None, today, country=asked.partner, blocked=asked.name, action="ask")


def outcomes(actor: Actor, today: dt.date) -> Any:
    return OUTCOMES(actor).filter(state="reported")


def outcome(row: Outcome, today: dt.date) -> inbox.Item:
    why = gettext_lazy("an outcome waits to be confirmed")
    return inbox.item(row, why, None, today, country=row.request and row.request.partner, action="confirm")


def followups(actor: Actor, today: dt.date) -> Any:
    """Due, and the desk cannot ask by itself."""
    unknown = Request.objects.filter(email="").order_by().values("pk")  # asked apart: they are few
    return FOLLOWUPS(actor).filter(state="planned", due__lte=today, request__in=unknown)


def followup(row: FollowUp, today: dt.date) -> inbox.Item:
    why = gettext_lazy("ask how it went: the client's e-mail is unknown")
    return inbox.item(row, why, row.due, today, country=row.request.partner)


def checks(actor: Actor, today: dt.date) -> Any:
    rows = Check.objects.visible_to(actor).filter(state="open")
    rows = rows.filter(approver=actor.person) if actor.person else rows.none()
    return rows.select_related("request__centre__country", "request__country", "asked_by")


def check(row: Check, today: dt.date) -> inbox.Item:
    why = gettext_lazy("a security check waits for you")
    return inbox.item(row, why, None, today, country=row.request.partner, blocked=row.asked_by or row.request.name)


INBOX = (
    inbox.Source(requests, request, "received"),
    inbox.Source(introductions, introduction),
    inbox.Source(outcomes, outcome),
    inbox.Source(followups, followup, "due"),
    inbox.Source(checks, check),
)


def meetings(actor: Actor) -> Iterable[feeds.Date]:
    rows = Appointment.objects.visible_to(actor).select_related("introduction__candidate__request")
    for row in rows.filter(starts__gte=timezone.now() - dt.timedelta(days=180)):
        yield feeds.Date(
            f"appointment-{row.pk}",
            str(row.introduction),
            row.starts,
            row.ends,
            row.place,
            version=row.history.count(),
            cancelled=row.state == "cancelled",
            changed=row.changed,
        )
