"""A participant's mail link, and what fills a mail of this room as it leaves."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.events import calendars
from udsyn.desk.rooms.events.models import Attendee
from udsyn.desk.rooms.events.rules import Guest
from udsyn.desk.tools import outbox
from udsyn.desk.tools.numbers import whole_number

SIGNER = Signer(salt="udsyn.events.participant")


def token(row: Attendee) -> str:
    return SIGNER.sign(f"{row.pk}.{row.key}")


def opened(signed: str) -> Attendee | None:
    """The participant of a link; None where it was not made here or another was sent since."""
    try:
        number, _dot, key = SIGNER.unsign(signed).partition(".")
    except BadSignature:
        return None
    row = Attendee.objects.select_related("event", "country").filter(pk=whole_number(number)).first()
    return row if row is not None and constant_time_compare(row.key, key) else None


def guest(row: Attendee) -> Guest:
    return Guest(name=str(row), participant=row.pk)


def address(row: Attendee) -> str:
    home = settings.ADDRESS
    base = f"{home.scheme}://{home.netloc}" if home.hostname else "http://127.0.0.1:8000"
    with translation.override(row.language):
        return base + reverse("event_mine", args=[token(row)])


def recipient(message: Message, number: int) -> Attendee:
    """The participant whom a hole names, where the mail is theirs. Raises `Unfit`."""
    row = Attendee.objects.select_related("event").filter(pk=number).first()
    if row is None:
        raise outbox.Unfit(_("Its participant is gone."))
    if message.about != f"attendee:{row.pk}" or message.recipient.casefold() != row.email.casefold():
        raise outbox.Unfit(_("Its link is for another mail."))
    return row


def fill_link(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The address of a participant's page, in a mail to that participant."""
    return address(recipient(message, hole["event_link"])), []


def fill_calendar(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The participant's programme as it is when the mail leaves: what stands, and what was cancelled."""
    return "", calendars.attachments(recipient(message, hole["event_calendar"]))
