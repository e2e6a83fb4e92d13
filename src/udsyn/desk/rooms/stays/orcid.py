"""A stay as ORCID's API takes it: an invited position, or an employment where the person wishes it so.

The record is what version 3.0 of the API reads at `/{orcid}/invited-position` or `/{orcid}/employment`. It is given to
the person; nothing is written to ORCID from here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse, JsonResponse

from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.rooms.stays.models.fields import INCOMING


def record(row: Stay, city: str = "", country: str = "") -> dict[str, Any]:
    """Role, dates and organisation. ORCID wants the organisation's city and country; unknown ones stay empty."""
    return {
        "role-title": "Visiting scientist",
        "start-date": day(row.first),
        "end-date": day(row.last),
        "organization": {"name": row.host_organisation or row.host_name, "address": {"city": city, "country": country}},
        "visibility": "private",
    }


def day(value: dt.date) -> dict[str, dict[str, str]]:
    return {
        "year": {"value": f"{value.year:04}"},
        "month": {"value": f"{value.month:02}"},
        "day": {"value": f"{value.day:02}"},
    }


def country_of(row: Stay) -> str:
    """The host's country: home where a guest comes, else the partner's."""
    from django.conf import settings

    if row.direction == INCOMING:
        return str(settings.HOME)
    return row.country.code if row.country else ""


def answer(row: Stay) -> HttpResponse:
    found = JsonResponse(record(row, country=country_of(row)), json_dumps_params={"indent": 2, "ensure_ascii": False})
    found.headers["Content-Disposition"] = 'attachment; filename="orcid-invited-position.json"'
    return found
