"""A guest lets this desk write the stay into their ORCID record: they sign in there, and say yes to one entry.

That shows whose iD it is, so it is known from then on. Where the guest comes from, if nobody said so, is read from the
record. The token is used at once and kept nowhere; of what was written only the entry's number is, to replace it.
"""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.stays import orcid, staying
from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.rooms.stays.rules import GUEST
from udsyn.desk.web.requests import HttpRequest

JSON = "application/vnd.orcid+json"
SCOPE = "/read-limited /activities/update"
ASKED = "stay_orcid"  #: in the session of whoever went to ORCID: state, stay, entry, language
WHOSE = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
NUMBER = re.compile(r"\d{1,18}")


def possible() -> bool:
    """Whether this house may write to ORCID: it is a member, and the operator set its API."""
    return bool(settings.ORCID and settings.ORCID_API)


def leave(request: HttpRequest, row: Stay, entry: str) -> str:
    """Where the guest's browser goes to sign in and say yes."""
    if not possible() or entry not in orcid.ENTRIES:
        raise ValidationError(_("Choose what you want to say."))
    if not orcid.record(row)["organization"]["address"]["city"]:
        raise ValidationError(_("ORCID asks for the city of the host organisation, which is not known here. Ask us."))
    state = secrets.token_urlsafe(24)
    request.session[ASKED] = [state, row.pk, entry, language()]
    asked = {"client_id": settings.ORCID, "response_type": "code", "scope": SCOPE, "state": state}
    return f"{settings.ORCID_SITE}/oauth/authorize?{urlencode(asked | {'redirect_uri': callback(request)})}"


def callback(request: HttpRequest) -> str:
    """The one address that is registered with ORCID, in every language."""
    return request.build_absolute_uri(reverse("stay_orcid"))


def came_back(request: HttpRequest) -> tuple[Stay, str, str] | None:
    """The stay, its entry and the language in which this browser left for ORCID; None for anybody else."""
    state, number, entry, language = request.session.pop(ASKED, ("", 0, "", ""))
    if not state or not constant_time_compare(state, request.GET.get("state", "")):
        return None
    row = Stay.objects.filter(pk=number, invited_on__isnull=False).first()
    return None if row is None else (row, entry, language)


def written(request: HttpRequest, row: Stay, entry: str) -> Stay:
    """Write the entry with what ORCID gave. Raises ValidationError with what the guest may do."""
    if "code" not in request.GET:
        raise ValidationError(_("Nothing was written to ORCID, as you wished."))
    try:
        token, whose = exchanged(request)
        if row.guest_orcid and row.guest_orcid != whose:
            raise ValidationError(_("You signed in to another ORCID iD than the one that we know. Ask us."))
        number = put(row, entry, whose, token)
        home = row.guest_organisation or employer(whose, token)
    except OAuth2Error as error:
        raise ValidationError(_("ORCID does not answer. Nothing was written; try again later.")) from error
    return keep(row, guest_orcid=whose, orcid_entry=f"{entry}/{number}", guest_organisation=home[:200])


@transaction.atomic
def keep(row: Stay, **values: str) -> Stay:
    row = kernel.locked(row)
    stored = Stay.objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(row, name, value)
    kernel.write(row, staying.linked(GUEST, row), "change", stored)
    return row


def ask(method: str, address: str, token: str = "", **more: Any) -> Any:
    head = {"Accept": JSON, "Content-Type": JSON, "Authorization": f"Bearer {token}"} if token else {}
    with get_adapter().get_requests_session() as session:
        return session.request(method, address, headers={"Accept": "application/json"} | head, timeout=20, **more)


def exchanged(request: HttpRequest) -> tuple[str, str]:
    """The token for the code that came back, and whose it is."""
    said = {"client_id": settings.ORCID, "client_secret": settings.ORCID_SECRET, "grant_type": "authorization_code"}
    said |= {"code": request.GET["code"], "redirect_uri": callback(request)}
    answer = ask("POST", f"{settings.ORCID_SITE}/oauth/token", data=said)
    told = json_of(answer) if answer.status_code == 200 else {}
    token, whose = str(told.get("access_token", "")), str(told.get("orcid", ""))
    if not token or not WHOSE.fullmatch(whose):
        raise ValidationError(_("ORCID did not say who you are. Nothing was written; try again."))
    return token, whose


def put(row: Stay, entry: str, whose: str, token: str) -> str:
    """Write or replace the entry; returns its number there. One of the other kind goes."""
    record, there = orcid.record(row), f"{settings.ORCID_API}/v3.0/{whose}"
    before, _slash, number = row.orcid_entry.partition("/")
    if number and before == entry:
        body = record | {"put-code": int(number)}
        answer = ask("PUT", f"{there}/{entry}/{number}", token, json=body)
        if answer.status_code == 200:
            return number
        if answer.status_code != 404:  # they took it away themselves: it is written anew
            raise ValidationError(refusal(answer))
    answer = ask("POST", f"{there}/{entry}", token, json=record)
    made = answer.headers.get("Location", "").rpartition("/")[2]
    if answer.status_code != 201 or not NUMBER.fullmatch(made):
        raise ValidationError(refusal(answer))
    if number and before != entry:
        ask("DELETE", f"{there}/{before}/{number}", token)
    return made


def refusal(answer: Any) -> str:
    why = str(json_of(answer).get("user-message") or answer.status_code)[:200]
    return _("ORCID did not take it: %(why)s. You may still take the file along.") % {"why": why}


def employer(whose: str, token: str) -> str:
    """The organisation of the first employment that has no end; empty where there is none."""
    answer = ask("GET", f"{settings.ORCID_API}/v3.0/{whose}/employments", token)
    try:
        groups = json_of(answer)["affiliation-group"] if answer.status_code == 200 else []
        all_ = [one["employment-summary"] for group in groups for one in group["summaries"]]
        return next((str(one["organization"]["name"]) for one in all_ if not one.get("end-date")), "")
    except (KeyError, TypeError):
        return ""


def json_of(answer: Any) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
