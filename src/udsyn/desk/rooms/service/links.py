"""Mail links that need no account: signed, for one purpose, ending. Opening one shows; only pressing a button decides.

A message in the outbox holds `[[link:7]]` or `[[calendar:3]]`. The address and the calendar file are put in when the
mail leaves, so nobody who reads the outbox can answer for the recipient, and the time to answer runs from then.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from udsyn.desk.rooms.service import invitations
from udsyn.desk.rooms.service.models import Appointment, Link
from udsyn.desk.tools.numbers import whole_number

#: working days that a link of each purpose is good for
DAYS = {"shortlist": 15, "consent": 10, "followup": 20}
HOLE = re.compile(r"\[\[(link|calendar):(\d+)(?::(\w\w))?(\?\w+=\w+)?\]\]")


def working_days_later(day: dt.date, count: int) -> dt.date:
    """The day so many working days on; Saturdays and Sundays do not count, public holidays do."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def make(purpose: str, row: Any, recipient: str) -> Link:
    """A link to this row for one recipient; links of the same purpose made before are worth nothing from now on."""
    revoke(row, purpose)
    return Link.objects.create(purpose=purpose, kind=type(row).kind(), object_id=row.pk, recipient=recipient)


def revoke(row: Any, *purposes: str) -> None:
    found = Link.objects.filter(kind=type(row).kind(), object_id=row.pk, revoked__isnull=True)
    (found.filter(purpose__in=purposes) if purposes else found).update(revoked=timezone.now())


def hole(link: Link, language: str, query: str = "") -> str:
    """What stands in a message for the link."""
    return f"[[link:{link.pk}:{language}{query}]]"


def token(link: Link) -> str:
    return Signer(salt=f"udsyn.link.{link.purpose}").sign(link.pk)


def opened(signed: str) -> Link | None:
    """The link of a token, whether it still holds or not; None where the token was not made here."""
    link = Link.objects.filter(pk=whole_number(signed.partition(":")[0])).first()
    if link is None:
        return None
    try:
        Signer(salt=f"udsyn.link.{link.purpose}").unsign(signed)
    except BadSignature:
        return None
    return link


def holds(link: Link) -> bool:
    """Can it still decide something?"""
    return link.revoked is None and link.expires is not None and timezone.now() < link.expires


def address(link: Link, language: str, query: str = "") -> str:
    home = settings.ADDRESS
    base = f"{home.scheme}://{home.netloc}" if home.hostname else "http://127.0.0.1:8000"
    with translation.override(language):
        return base + reverse("answer", args=[token(link)]) + query


@transaction.atomic
def send_off(link: Link) -> None:
    """Its time begins to run when the first mail with it leaves."""
    if link.expires is None:
        last = working_days_later(timezone.localdate(), DAYS[link.purpose])
        midnight = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), timezone.get_current_timezone())
        Link.objects.filter(pk=link.pk, expires__isnull=True).update(expires=midnight)
        link.expires = midnight


def filled(body: str) -> tuple[str, list[tuple[str, bytes, str]]]:
    """The body as it leaves, and its attachments (name, content, media type)."""
    attachments = []

    def fill(found: re.Match[str]) -> str:
        what, number, language, query = found.groups()
        if what == "calendar":
            row = Appointment.objects.select_related("introduction__candidate__request").get(pk=number)
            attachments.append(invitations.attachment(row))
            return ""
        link = Link.objects.get(pk=number)
        send_off(link)
        return address(link, language or "en", query or "")

    return HOLE.sub(fill, body), attachments
