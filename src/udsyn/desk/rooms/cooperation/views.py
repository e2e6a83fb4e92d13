"""Pages of the cooperation room: the record of a meeting, and what is late."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel.permissions import STAFF, Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation import commands
from udsyn.desk.rooms.cooperation.models import (
    Agreement,
)
from udsyn.desk.rooms.cooperation.notices import late_points, notice_due, of_day
from udsyn.desk.rooms.cooperation.states import INITIATIVE, STANDING
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.web import choosing
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest


class RecordForm(forms.Form):
    minutes = forms.CharField(label=gettext_lazy("minutes"), widget=forms.Textarea(attrs={"rows": 8}))
    decisions = forms.CharField(
        label=gettext_lazy("decisions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One decision a line."),
    )


class PromiseForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("what"), max_length=300)
    owner = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("responsible"), required=False)
    due = forms.DateField(
        label=gettext_lazy("due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def promise_forms(actor: Actor, data: Any) -> Any:
    """Five empty lines for action points; what stays empty is left out."""
    made = forms.formset_factory(PromiseForm, extra=5)(data, prefix="points")
    people = Person.objects.visible_to(actor).filter(merged_into__isnull=True)
    for form in made:
        choosing.offer(form, "owner", people)
        choosing.by_name(form, actor)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a meeting decided, with its action points, on one page."""
    resource, meeting = seen_or_404(request, "meetings", pk)
    if not request.actor.can("change", meeting):
        raise PermissionDenied
    form = RecordForm(request.POST or None, initial={"minutes": meeting.minutes, "decisions": meeting.decisions})
    points = promise_forms(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid() and points.is_valid():
        promises = [commands.Promise(**p.cleaned_data) for p in points if p.has_changed()]
        try:
            made = commands.record_meeting(
                meeting,
                request.actor,
                minutes=form.cleaned_data["minutes"],
                decisions=form.cleaned_data["decisions"],
                promises=promises,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Saved, with %(count)d new action points.") % {"count": len(made)})
            return redirect(resource.url(meeting))
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "cooperation/record.html",
        {"meeting": meeting, "form": form, "points": points, "resource": resource},
        status=status,
    )


@require_GET
def deadlines(request: HttpRequest) -> HttpResponse:
    """What is late or expires: computed from today, nothing stored."""
    if not STAFF.allows(request.actor, None):
        raise PermissionDenied
    today = timezone.localdate()
    soon = today + dt.timedelta(days=60)
    points = RESOURCES["actionpoint"].rows(request.actor).filter(state="open")
    unknown = (
        Agreement.objects.visible_to(request.actor)
        .filter(state__in=STANDING, duration="unknown")
        .select_related("country")
    )
    return render(
        request,
        "cooperation/deadlines.html",
        {
            "late": late_points(request.actor, today),
            "soon": points.filter(due__gte=today, due__lte=soon),
            "expired": of_day(request.actor, "expired", today),
            "notice": notice_due(request.actor, today),
            "unknown": unknown,
            "unminuted": RESOURCES["meeting"].rows(request.actor).filter(state="held"),
            "initiatives": RESOURCES["initiative"].rows(request.actor).filter(INITIATIVE.on("overdue", today)),
        },
    )
