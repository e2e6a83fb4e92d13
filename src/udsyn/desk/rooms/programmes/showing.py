"""What everybody may know of programmes: calls, open and to come; and what each programme is for."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import NOBODY, Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.kernel.rooms import Shown
from udsyn.desk.rooms.programmes.models import Call, Programme


def calls() -> Iterator[Shown]:
    for call in Call.objects.visible_to(NOBODY).filter(state="published").select_related("programme"):
        url = reverse("open_call", args=[call.pk])
        yield Shown(_("call for applications"), str(call), url, (), call.opens_at, call.closes_at, str(call.programme))


def programmes(_country: None, _actor: Actor) -> Panel | None:
    """The programmes, what each is for, since when it stands so, and its latest call."""
    told = Call.objects.visible_to(NOBODY).exclude(state="cancelled").order_by("closes_at", "pk")
    latest = {call.programme_id: call for call in told}
    held = [(row, timezone.localdate(row.changed), latest.get(row.pk)) for row in Programme.objects.all()]
    values = {"programmes": held, "now": timezone.now()}
    return Panel(_("Programmes"), "programmes/_programmes.html", values) if held else None
