"""The page of a delegation's host, behind a mail link: whether the visit suits, who comes when, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.rooms.events import calendars, links
from udsyn.desk.rooms.events.mine import act, private
from udsyn.desk.rooms.events.models import Attendee, Stop
from udsyn.desk.web import feeds
from udsyn.desk.web.requests import HttpRequest


def opened(token: str) -> Stop:
    row: Stop | None = links.opened(token, Stop)
    if row is None:
        raise Http404
    return row


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, token: str) -> HttpResponse:
    row = opened(token)
    error: list[str] = []
    if request.method == "POST":
        try:
            act(request, row, VERBS)
            return redirect("event_visit", token=token)
        except ValidationError as refusal:
            error = refusal.messages
            row = opened(token)
    context = {
        "row": row,
        "event": row.event,
        "token": token,
        "error": error,
        "when": calendars.when_there(row) if row.at else "",
        "guests": guests(row),
        "may_agree": is_ahead(row) and row.state == "asked",
        "may_decline": is_ahead(row) and row.state in ("asked", "agreed"),
        "may_tell": has_begun(row),
    }
    return private(render(request, "events/visit.html", context, status=422 if error else 200))


def is_ahead(row: Stop) -> bool:
    return row.event.state in ("open", "closed") and not has_begun(row)


def has_begun(row: Stop) -> bool:
    return row.state in ("agreed", "visited") and row.at is not None and row.at <= timezone.now()


def guests(row: Stop) -> tuple[list[Attendee], int]:
    """Who of the delegation comes to this stop: those who let themselves be seen, and how many there are in all."""
    coming = row.event.attendees.filter(state="coming")
    if row.party:
        coming = coming.filter(Q(party=row.party) | Q(party=None))
    return [one for one in coming if one.shown], len(coming)


# What a host can do --------------------------------------------------------------------------------------------------


def agree(request: HttpRequest, row: Stop) -> None:
    if not (is_ahead(row) and row.state == "asked"):
        raise ValidationError(_("Your answer is saved already, or the visit is over."))
    kernel.perform(row, "agree", links.guest(row))


def decline(request: HttpRequest, row: Stop) -> None:
    if not is_ahead(row):
        raise ValidationError(_("Your answer is saved already, or the visit is over."))
    kernel.perform(row, "drop", links.guest(row), reason=request.POST.get("reason", "").strip()[:1000])


def tell(request: HttpRequest, row: Stop) -> None:
    if not has_begun(row):
        raise ValidationError(_("It has not begun."))
    row.outcome = request.POST.get("outcome", "").strip()
    kernel.save(row, links.guest(row))


VERBS: dict[str, Callable[[HttpRequest, Stop], None]] = {"agree": agree, "decline": decline, "tell": tell}


@login_not_required
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The visit to subscribe to; it changes and is cancelled in place."""
    row = opened(token)
    dates = [calendars.stop_entry(row)] if row.published else []
    return feeds.answer(dates, str(row.event), "visit", feeds.OWN)
