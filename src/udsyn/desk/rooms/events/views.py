"""Pages of organisers: the day as rooms and slots with moves by hand, plans to compute, what becomes of meetings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.events import afterwards, boards, calendars, moving, paper, planning, programme
from udsyn.desk.rooms.events.forms import MoveForm
from udsyn.desk.rooms.events.models import Event, Hall, Talk
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web import feeds
from udsyn.desk.web.requests import HttpRequest


def seen(request: HttpRequest, pk: int) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.actor), pk=pk)


def organised(request: HttpRequest, pk: int) -> Event:
    row = seen(request, pk)
    if not request.actor.can("change", row):
        raise PermissionDenied
    return row


@require_POST
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a plan computed; the page of the plan says when it is there."""
    row = organised(request, pk)
    try:
        plan = planning.ask(row, request.actor, again="again" in request.POST)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(RESOURCES["event"].url(row))
    return redirect(RESOURCES["plan"].url(plan))


@require_http_methods(["GET", "HEAD", "POST"])
def day(request: HttpRequest, pk: int) -> HttpResponse:
    """The day on one page, a line a slot, a column a table. A meeting is chosen, and moved by typing where to."""
    row = seen(request, pk)
    organises = request.actor.can("change", row)
    chosen = None
    number = whole_number(request.POST.get("talk", "") or request.GET.get("talk", ""))
    if number is not None and organises:
        chosen = row.talks.filter(pk=number, state="planned").select_related("a", "b", "hall", "event").first()
    error: list[str] = []
    form = MoveForm(row, initial=initial(chosen)) if chosen else None
    if request.method == "POST":
        if not organises:
            raise PermissionDenied
        if chosen is None:
            error = [_("This meeting does not stand any more.")]
        elif "lock" in request.POST:
            moving.lock(chosen, request.actor, request.POST["lock"] == "yes")
            return redirect(f"{request.path}?talk={chosen.pk}")
        else:
            form = MoveForm(row, request.POST)
            error = moved(request, chosen, form)
            if not error:
                messages.success(request, _("Moved. Both are told."))
                return redirect(request.path)
    context = {
        "event": row,
        "lines": boards.grid(row),
        "halls": [(hall, n) for hall in row.halls.all() for n in range(1, hall.tables + 1)],
        "organises": organises,
        "chosen": chosen,
        "form": form,
        "error": error,
        "against": planning.may_plan(row),
    }
    return render(request, "events/day.html", context, status=422 if error else 200)


def initial(talk: Talk) -> dict[str, Any]:
    return {"slot": talk.slot, "table": f"{talk.hall_id}.{talk.table}"}


def moved(request: HttpRequest, talk: Talk, form: MoveForm) -> list[str]:
    """Move it; everything that stands against it, or nothing."""
    if not form.is_valid():
        return [str(one) for errors in form.errors.values() for one in errors]
    hall, _dot, table = form.cleaned_data["table"].partition(".")
    to = moving.Place(form.cleaned_data["slot"], get_object_or_404(Hall, pk=hall, event=talk.event_id), int(table))
    try:
        moving.move(talk, to, request.actor, swap=form.cleaned_data["swap"])
    except ValidationError as refusal:
        return list(refusal.messages)
    return []


@require_POST
def become(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an introduction or a task of a meeting."""
    talk = get_object_or_404(Talk.objects.visible_to(request.actor), pk=pk)
    if not request.actor.can("change", talk):
        raise PermissionDenied
    verb = afterwards.promise if request.POST.get("what") == "task" else afterwards.introduce
    try:
        made: Any = verb(talk, request.actor)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(RESOURCES["talk"].url(talk))
    return redirect(RESOURCES[type(made).kind()].url(made))


PRINTS = {"participants": paper.participants, "badges": paper.badges}


@require_GET
def printed(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Badges or the list of participants, for who organises the event."""
    row = organised(request, pk)
    if what not in PRINTS:
        raise Http404
    answer = HttpResponse(PRINTS[what](row), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}.pdf"'
    return answer


@require_GET
def way(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """A delegation's programme, as PDF or as calendar."""
    row = seen(request, pk)
    if form == "ics":
        return feeds.answer(calendars.dates_of_delegation(row), str(row), "delegation", feeds.OWN)
    answer = HttpResponse(programme.pdf_of_delegation(row), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="delegation.pdf"'
    return answer
