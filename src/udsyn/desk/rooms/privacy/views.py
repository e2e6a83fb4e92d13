"""Pages of privacy: the register of processing."""

from __future__ import annotations

import csv
import io

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from udsyn.desk.rooms.privacy import register
from udsyn.desk.web.requests import HttpRequest


def demand_staff(request: HttpRequest) -> None:
    if not request.actor.staff:
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
