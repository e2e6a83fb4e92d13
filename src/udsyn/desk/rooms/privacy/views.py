"""Pages of privacy: the register, what nights let go of, who read what, and somebody's archive."""

from __future__ import annotations

import csv
import io

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from udsyn.desk.kernel.permissions import AUDITS, MINISTRY
from udsyn.desk.kernel.personal import declared
from udsyn.desk.kernel.privacy import Erasure, Reading, Retained
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.privacy import commands, register
from udsyn.desk.rooms.privacy.models import PrivacyRequest
from udsyn.desk.tools import packing, retaining
from udsyn.desk.web.pages import demand_staff
from udsyn.desk.web.requests import HttpRequest

OFFICERS = MINISTRY | AUDITS
MOST = 300
HOW = {"page": _("on its page"), "export": _("in an export"), "API": _("by a program")}


def demand_officer(request: HttpRequest) -> None:
    if not OFFICERS.allows(request.actor, None):
        raise PermissionDenied


@require_GET
def processing(request: HttpRequest) -> HttpResponse:
    """What is held of people, why, for whom and how long."""
    demand_staff(request)
    return render(request, "privacy/register.html", {"lines": list(register.lines())})


@require_GET
def processing_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    demand_staff(request)
    text, rows = io.StringIO(), list(register.lines())
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="register-of-processing.csv"'
    return response


@require_GET
def acted(request: HttpRequest) -> HttpResponse:
    """What tonight and earlier nights let go of, and who was erased."""
    demand_officer(request)
    names = {one.model._meta.model_name: one.model._meta.verbose_name_plural for one in declared()}
    today = timezone.localdate()
    due = [
        {"what": one.model._meta.verbose_name_plural, "rows": len(rows), "period": register.in_words(keep)}
        for one, keep in retaining.periods(commands.house())
        if (rows := retaining.due(one, keep, today))
    ]
    gone = [
        {"day": one.day, "what": names.get(one.kind, one.kind), "rows": one.rows}
        for one in Retained.objects.all()[:MOST]
    ]
    return render(request, "privacy/acted.html", {"due": due, "acted": gone, "erased": Erasure.objects.all()[:MOST]})


@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    """Who read what is sensitive, of one row (?row=person:12) or of all."""
    demand_officer(request)
    found = Reading.objects.select_related("user")
    kind, _colon, number = request.GET.get("row", "").partition(":")
    if kind and number.isdecimal():
        found = found.filter(kind=kind, object_id=int(number))
    lines = []
    for reading in found[:MOST]:
        resource = RESOURCES.get(reading.kind)
        url = f"{resource.list_url}{reading.object_id}/" if resource else ""
        lines.append(
            {
                "reading": reading,
                "how": HOW.get(reading.how, reading.how),
                "what": resource.name if resource else reading.kind,
                "url": url,
            }
        )
    return render(request, "privacy/readings.html", {"lines": lines})


@require_GET
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """The archive of whom a request is about; that it was taken is a line of the ledger."""
    row = get_object_or_404(PrivacyRequest.objects.visible_to(request.actor), pk=pk)
    demand_officer(request)
    if row.root is None:
        raise Http404
    held = packing.pack(row.root, register.lines())
    commands.note_pack(row, request.actor)
    response = HttpResponse(held, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="request-{row.pk}.zip"'
    return response
