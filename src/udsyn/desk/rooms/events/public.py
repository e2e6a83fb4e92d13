"""Pages that everybody reads: events to come, one event with its form, and the screen in the house."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.rooms.events import boards, contributing, links, registering
from udsyn.desk.rooms.events.forms import RegisterForm
from udsyn.desk.rooms.events.models import Event
from udsyn.desk.rooms.events.states import SHOWN
from udsyn.desk.web import limits, structured
from udsyn.desk.web.requests import HttpRequest


@login_not_required
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """Events with a public page: those to come, and those of before."""
    shown = Event.objects.filter(public=True, state__in=SHOWN).select_related("country")
    today = timezone.localdate()
    coming = [row for row in shown.order_by("first_day") if row.last_day >= today and row.state != "held"]
    past = [row for row in shown if row not in coming][:20]
    return render(request, "events/events.html", {"coming": coming, "past": past})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """An event as everybody reads it, and the form with which one registers."""
    row = get_object_or_404(Event.objects.select_related("country"), pk=pk, public=True, state__in=SHOWN)
    form = RegisterForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid() and row.takes_registrations:
        if limits.is_over(request, "registration", limits.address_of(request)):
            form.add_error(None, _("That is many registrations in a short time. Try again in an hour."))
        else:
            if not form.cleaned_data["website"]:
                registering.register(form.save(commit=False))
            return redirect("event_thanks", pk=pk)
    left = registering.places_left(row)
    context = {
        "event": row,
        "sessions": contributing.in_sessions(row.sessions.prefetch_related("speakers", "contributions__by")),
        "own": own_page(request, row),
        "form": form if row.takes_registrations else None,
        "left": left,
        "full": left is not None and left <= 0,
        "structured": structured.page(
            request,
            "Event",
            name=str(row),
            description=str(row.about or ""),
            startDate=row.first_day,
            endDate=row.last_day,
            location=structured.thing("Place", name=row.place) if row.place else None,
        ),
    }
    return render(request, "events/public.html", context, status=422 if request.method == "POST" else 200)


def own_page(request: HttpRequest, row: Event) -> str:
    """Whoever is signed in and takes part gets to their page without the mail."""
    if request.actor.person is None:
        return ""
    held = row.attendees.filter(person=request.actor.person).exclude(state="named").first()
    return reverse("event_mine", args=[links.token(held)]) if held else ""


@login_not_required
@require_GET
def thanks(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Event, pk=pk, public=True, state__in=SHOWN)
    return render(request, "events/thanks.html", {"event": row})


@login_not_required
@require_GET
def screen(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """What a screen in the house shows: who meets whom at which table, now and next. Its address is the key.

    Only those are named who agreed to be shown.
    """
    row = get_object_or_404(Event, pk=pk)
    if not constant_time_compare(row.screen_key, key) or row.state not in ("open", "closed"):
        raise Http404
    now = timezone.now()
    lines = [line for line in boards.grid(row) if line.slot.ends > now][:2]
    answer = render(request, "events/screen.html", {"event": row, "lines": lines})
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Refresh"] = "60"
    return answer
