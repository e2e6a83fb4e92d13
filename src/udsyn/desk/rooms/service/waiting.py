"""What the service room tells elsewhere: what waits for whom, dates, and what other rooms' pages show of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import NOTHING, Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.parties.models import Country, Organisation
from udsyn.desk.rooms.service import commands
from udsyn.desk.rooms.service.models import THEMES, Appointment, Check, FollowUp, Introduction, Link, Outcome, Request
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.tools import outbox
from udsyn.desk.web import feeds, inbox

TRIGGERS = {
    "high_risk": gettext_lazy("high-risk country"),
    "critical": gettext_lazy("critical research outside the pre-approved countries"),
    "sanctions": gettext_lazy("sanctions"),
    "dual_use": gettext_lazy("export rules for dual use"),
}


def trigger_words(trigger: dict[str, str]) -> str:
    """A stored trigger for people: what fired, about what, by which list."""
    by = ", ".join(filter(None, (trigger["list_id"], trigger["edition"], trigger["source"])))
    return f"{TRIGGERS[trigger['code']]}: {trigger['about']}" + (f" ({by})" if by else "")


# What waits ----------------------------------------------------------------------------------------------------------


def mine(actor: Actor, path: str = "") -> Q:
    """What is about requests (found at `path`) handled by the actor, or by nobody yet at a centre of theirs."""
    centres = actor.scopes(actor.roles, "centre")
    own = Q(**{f"{path}handler": actor.person}) if actor.person else NOTHING
    return own | Q(**{f"{path}handler__isnull": True, f"{path}centre__slug__in": centres})


def work(model: Any, path: str = "") -> Any:
    """Rows of a kind that are the actor's to work on."""

    def rows(actor: Actor) -> Any:
        if not actor.staff:
            return model.objects.none()
        found = model.objects.visible_to(actor, "change").filter(mine(actor, path))
        return found.select_related(f"{path}centre__country", f"{path}country")

    return rows


REQUESTS, INTRODUCTIONS = work(Request), work(Introduction, "candidate__request__")
OUTCOMES, FOLLOWUPS = work(Outcome, "request__"), work(FollowUp, "request__")


def requests(actor: Actor, today: dt.date) -> Any:
    return REQUESTS(actor).filter(state__in=("received", "accepted"))


def request(row: Request, today: dt.date) -> inbox.Item:
    why, action = gettext_lazy("a request waits for an answer"), "accept" if row.state == "received" else ""
    due = row.answer_due
    return inbox.item(row, why, due, today, country=row.partner, blocked=row.name, action=action)


def unanswered(actor: Actor, today: dt.date) -> Any:
    """The client has not answered the short list in time."""
    links = Link.objects.filter(purpose="shortlist", used__isnull=True, revoked__isnull=True)
    run_out = links.filter(expires__lt=timezone.now()).values("object_id")
    return REQUESTS(actor).filter(state="shortlisted", pk__in=run_out)


def unanswered_one(row: Request, today: dt.date) -> inbox.Item:
    return inbox.item(row, gettext_lazy("the client has not answered the short list"), None, today, country=row.partner)


def introductions(actor: Actor, today: dt.date) -> Any:
    return INTRODUCTIONS(actor).filter(state="drafted")


def introduction(row: Introduction, today: dt.date) -> inbox.Item:
    asked, why = row.candidate.request, gettext_lazy("the client said yes: ask the candidate")
    return inbox.item(row, why, None, today, country=asked.partner, blocked=asked.name, action="ask")


def outcomes(actor: Actor, today: dt.date) -> Any:
    return OUTCOMES(actor).filter(state="reported")


def outcome(row: Outcome, today: dt.date) -> inbox.Item:
    why = gettext_lazy("an outcome waits to be confirmed")
    return inbox.item(row, why, None, today, country=row.request.partner, action="confirm")


def followups(actor: Actor, today: dt.date) -> Any:
    """Due, and the desk cannot ask by itself."""
    return FOLLOWUPS(actor).filter(state="planned", due__lte=today, request__email="")


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
    inbox.Source(unanswered, unanswered_one),
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


# On other rooms' pages -----------------------------------------------------------------------------------------------


def served(organisation: Organisation | None, besides: Request | None = None) -> list[dict[str, Any]]:
    """Which centres serve an organisation now: since when, about which theme, who to ask. Never what was written."""
    if organisation is None:
        return []
    rows = Request.objects.filter(organisation=organisation, state__in=OPEN).select_related("centre", "handler")
    rows = rows.exclude(pk=besides.pk) if besides else rows
    themes = dict(THEMES)
    secret = rows.filter(competitors__isnull=False).values("pk")
    found: dict[int, dict[str, Any]] = {}
    for row in rows.exclude(pk__in=secret).order_by("received"):
        entry = found.setdefault(row.centre_id, {"centre": row.centre, "since": row.received, "themes": {}, "ask": {}})
        if row.theme != "unknown":
            entry["themes"][row.theme] = themes[row.theme]
        entry["ask"] |= {row.handler_id: row.handler} if row.handler else {}
    return [entry | {name: list(entry[name].values()) for name in ("themes", "ask")} for entry in found.values()]


def organisation_panel(row: Organisation, actor: Actor) -> Panel | None:
    if not actor.staff:
        return None
    found = served(row)
    return Panel(_("Served now by"), "service/_served.html", {"served": found}) if found else None


def country_panel(row: Country, actor: Actor) -> Panel | None:
    """Requests about a country and what came of them: numbers for all colleagues, rows for who may see them."""
    if not actor.staff:
        return None
    about = Request.objects.filter(commands.about(row))
    seen = Request.objects.visible_to(actor).filter(commands.about(row)).select_related("centre")
    came = Outcome.objects.filter(state="confirmed", request__in=about)
    return Panel(
        _("Requests and outcomes"),
        "service/_country.html",
        {
            "open": about.filter(state__in=OPEN).count(),
            "all": about.count(),
            "agreed": Introduction.objects.filter(agreed_at__isnull=False, candidate__request__in=about).count(),
            "came": came.count(),
            "requests": seen.filter(state__in=OPEN)[:8],
            "outcomes": Outcome.objects.visible_to(actor).filter(pk__in=came)[:8],
        },
    )


def message_panel(row: Message, actor: Actor) -> Panel | None:
    """What follows a text as the code wrote it. Links and files are named; they are filled only as the mail leaves."""
    if not row.below:
        return None
    runs = [{"text": run} if isinstance(run, str) else {"what": outbox.kind_of(run)} for run in row.below]
    return Panel(_("Put below the text when it leaves"), "service/_below.html", {"runs": runs})
