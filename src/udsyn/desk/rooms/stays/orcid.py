"""A stay as ORCID's API takes it: an invited position, or an employment where the person wishes it so.

The record is what version 3.0 of the API reads at `/{orcid}/invited-position` or `/{orcid}/employment`. It is given to
the person as a file; where the house is a member of ORCID, they may also let this desk write it (`connecting`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.rooms.stays.models.fields import INCOMING

#: part of the person's record → in words
ENTRIES = {"invited-position": _("an invited position"), "employment": _("an employment")}


def record(row: Stay) -> dict[str, Any]:
    """Role, dates and organisation. ORCID wants the organisation's city, country and id; unknown ones stay empty."""
    name = row.host_organisation or row.host_name
    held = Organisation.objects.filter(name__iexact=name, merged_into__isnull=True).first()
    organisation: dict[str, Any] = {
        "name": name,
        "address": {"city": held.city if held else "", "country": country_of(row)},
    }
    if held is not None and held.ror:
        organisation["disambiguated-organization"] = {
            "disambiguated-organization-identifier": f"https://ror.org/{held.ror}",
            "disambiguation-source": "ROR",
        }
    return {
        "role-title": "Visiting scientist",
        "start-date": day(row.first),
        "end-date": day(row.last),
        "organization": organisation,
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
    if row.direction == INCOMING:
        return str(settings.HOME)
    return row.country.code if row.country else ""


def answer(row: Stay, entry: str) -> HttpResponse:
    found = JsonResponse(record(row), json_dumps_params={"indent": 2, "ensure_ascii": False})
    found.headers["Content-Disposition"] = f'attachment; filename="orcid-{entry}.json"'
    return found
