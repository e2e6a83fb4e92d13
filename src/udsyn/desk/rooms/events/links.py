"""Mail links of participants and of a delegation's hosts, and what fills a mail of this room as it leaves."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.events import calendars
from udsyn.desk.rooms.events.models import Attendee, Stop
from udsyn.desk.rooms.events.rules import Guest
from udsyn.desk.tools import addresses, outbox
from udsyn.desk.tools.numbers import whole_number

#: whose link it is → what signs it, and the page that it opens
PARTS: dict[type[Attendee | Stop], tuple[Signer, str]] = {
    Attendee: (Signer(salt="udsyn.events.participant"), "event_mine"),
    Stop: (Signer(salt="udsyn.events.host"), "event_visit"),
}


def token(row: Attendee | Stop) -> str:
    return PARTS[type(row)][0].sign(f"{row.pk}.{row.key}")


def opened(signed: str, model: Any = Attendee) -> Any:
    """The participant (or the stop) of a link; None where it was not made here or another was sent since."""
    try:
        number, _dot, key = PARTS[model][0].unsign(signed).partition(".")
    except BadSignature:
        return None
    row = model.objects.select_related("event__country").filter(pk=whole_number(number)).first()
    return row if row is not None and constant_time_compare(row.key, key) else None


def guest(row: Attendee | Stop) -> Guest:
    if isinstance(row, Stop):
        return Guest(name=str(row), stop=row.pk)
    return Guest(name=str(row), participant=row.pk)


def address(row: Attendee | Stop) -> str:
    return addresses.of_page(row.language, PARTS[type(row)][1], token(row))


def recipient(message: Message, number: int, model: Any = Attendee) -> Any:
    """The participant (or the stop) whom a hole names, where the mail is theirs. Raises `Unfit`."""
    row = model.objects.select_related("event__country").filter(pk=number).first()
    if row is None:
        raise outbox.Unfit(_("Its participant is gone."))
    if message.about != f"{model.kind()}:{row.pk}" or message.recipient.casefold() != row.email.casefold():
        raise outbox.Unfit(_("Its link is for another mail."))
    return row


def fill_link(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The address of a participant's page, in a mail to that participant."""
    return address(recipient(message, hole["event_link"])), []


def fill_host_link(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The address of a host's page, in a mail to that host."""
    return address(recipient(message, hole["event_host_link"], Stop)), []


def fill_calendar(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The participant's programme as it is when the mail leaves: what stands, and what was cancelled."""
    return "", calendars.attachments(recipient(message, hole["event_calendar"]))
