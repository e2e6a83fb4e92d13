"""The page of an event's call for contributions: organisers rank, decide and schedule; readers judge."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events import contributing
from udsyn.desk.rooms.events.forms import OpinionForm
from udsyn.desk.rooms.events.models import Contribution, Event, Opinion, Referee
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web.requests import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def contributions(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    referee = event.referees.filter(person=request.actor.person or 0).select_related("person", "event").first()
    sees, organises = request.actor.can("view", event), request.actor.can("change", event)
    if not sees and referee is None:
        raise Http404
    error: list[str] = []
    if request.method == "POST":
        try:
            if request.POST.get("do") == "judge":
                judge(request, referee)
            else:
                schedule(request, event, organises)
            return redirect(request.path)
        except ValidationError as refusal:
            error = refusal.messages
    context = {
        "event": event,
        "sees": sees,
        "organises": organises,
        "lines": contributing.ranked(event, request.actor) if sees else [],
        "sessions": event.sessions.all(),
        "readers": event.referees.count(),
        "readings": [(one, form_of(one)) for one in contributing.readings(referee)] if referee else [],
        "error": error,
    }
    return render(request, "events/contributions.html", context, status=422 if error else 200)


def form_of(reading: contributing.Reading) -> OpinionForm | None:
    """Where a reader judges; none where they may not, or it is decided."""
    if reading.against or reading.row.state != "handed_in":
        return None
    return OpinionForm(instance=reading.own, prefix=str(reading.row.pk))


def one_of(event: Event, request: HttpRequest) -> Contribution:
    number = whole_number(request.POST.get("contribution", ""))
    return get_object_or_404(Contribution.objects.select_related("by"), pk=number, event=event)


def judge(request: HttpRequest, referee: Referee | None) -> None:
    if referee is None:
        raise PermissionDenied
    row = one_of(referee.event, request)
    form = OpinionForm(request.POST, prefix=str(row.pk))
    if not form.is_valid():
        raise ValidationError([str(one) for errors in form.errors.values() for one in errors])
    contributing.judge(referee, row, form.cleaned_data["score"], form.cleaned_data["text"], request.actor)
    messages.success(request, _("Saved."))


def schedule(request: HttpRequest, event: Event, organises: bool) -> None:
    if not organises:
        raise PermissionDenied
    number = whole_number(request.POST.get("session", ""))
    session = None if number is None else get_object_or_404(event.sessions, pk=number)
    contributing.schedule(one_of(event, request), session, request.actor)
    messages.success(request, _("Saved, and its author is told."))


def of_contribution(row: Contribution, actor: Actor) -> dict[str, Any]:
    """The opinions that a reader of its page may see, and the way back to the call."""
    opinions = Opinion.objects.visible_to(actor).filter(contribution=row).select_related("referee__person")
    return {"opinions": opinions}
