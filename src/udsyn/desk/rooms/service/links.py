"""Mail links that need no account: signed, for one purpose, ending. Opening one shows; only pressing a button decides.

A message in the outbox holds `{"link": 7}` or `{"calendar": 3}` in the column `below`, which code alone writes. The
address and the calendar file are put in when the mail leaves, so nobody who reads the outbox can answer for the
recipient, and the time to answer runs from then. They are put only into a mail to their own recipient, about their own
request.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.service import invitations
from udsyn.desk.rooms.service.models import Appointment, FollowUp, Introduction, Link, Request
from udsyn.desk.tools import addresses, outbox
from udsyn.desk.tools.numbers import whole_numbers

#: working days that a link of each purpose is good for
DAYS = {"shortlist": 15, "consent": 10, "followup": 20}


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


def hole(link: Link, language: str, query: str = "") -> outbox.Hole:
    """What stands in a message for the link."""
    return {"link": link.pk, "language": language, "query": query}


def token(link: Link) -> str:
    return Signer(salt=f"udsyn.link.{link.purpose}").sign(str(link.pk))


def opened(signed: str) -> Link | None:
    """The link of a token, whether it still holds or not; None where the token was not made here."""
    link = Link.objects.filter(pk__in=whole_numbers([signed.partition(":")[0]])).first()
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
    return addresses.of_page(language, "answer", token(link)) + query


def to_answer(row: Any, purpose: str) -> str:
    """Where the question that a row holds for its client is answered; nothing while it cannot be."""
    found = Link.objects.filter(kind=type(row).kind(), object_id=row.pk, purpose=purpose).order_by("-pk").first()
    return reverse("answer", args=[token(found)]) if found is not None and holds(found) else ""


def left(message: Message, hole: outbox.Hole) -> None:
    """The mail with a link has left: only now is anybody asked."""
    for link in Link.objects.filter(pk=hole["link"], revoked__isnull=True):
        send_off(link)


@transaction.atomic
def send_off(link: Link) -> None:
    """Its time begins to run when the first mail with it has left."""
    if link.expires is None:
        last = working_days_later(timezone.localdate(), DAYS[link.purpose])
        midnight = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), timezone.get_current_timezone())
        Link.objects.filter(pk=link.pk, expires__isnull=True).update(expires=midnight)
        link.expires = midnight


def request_of(kind: str, number: int) -> int | None:
    """The request that a row with a link hangs on."""
    path = {"request": "pk", "introduction": "candidate__request", "followup": "request"}
    rows: Any = {"request": Request, "introduction": Introduction, "followup": FollowUp}[kind].objects
    found: int | None = rows.filter(pk=number).values_list(path[kind], flat=True).first()
    return found


def fill_link(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The address of a link, in a mail to its recipient about its request."""
    link = Link.objects.filter(pk=hole["link"], revoked__isnull=True).first()
    if link is None:
        raise outbox.Unfit(_("Its link holds no more."))
    own = message.about == f"request:{request_of(link.kind, link.object_id)}"
    if not own or message.recipient.casefold() != link.recipient.casefold():
        raise outbox.Unfit(_("Its link is for another mail."))
    return address(link, hole.get("language", "en"), hole.get("query", "")), []


def fill_calendar(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The calendar file of a meeting, in a mail to one of the two who meet."""
    row = Appointment.objects.select_related("introduction__candidate__request").filter(pk=hole["calendar"]).first()
    if row is None:
        raise outbox.Unfit(_("Its meeting is gone."))
    request, candidate = row.introduction.request, row.introduction.candidate
    invited = {request.email.casefold(), candidate.address.casefold()}
    if message.about != f"request:{request.pk}" or message.recipient.casefold() not in invited:
        raise outbox.Unfit(_("Its meeting is for another mail."))
    return "", [invitations.attachment(row)]
