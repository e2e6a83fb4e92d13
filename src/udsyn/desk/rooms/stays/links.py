"""Mail links of this room, which need no account: a guest's page, a host's page, an applicant's, and a host's answer.

A link is signed, of one part in one row, and of that row's key: a new key makes every older link worthless. What is
filled into a mail goes only to its own recipient.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.stays import letters
from udsyn.desk.rooms.stays.models import Host, Stay, StayApplication
from udsyn.desk.rooms.stays.rules import APPLICANT, GUEST, HOST
from udsyn.desk.tools import addresses, calendars, outbox
from udsyn.desk.tools.numbers import whole_number

SIGNER = Signer(salt="udsyn.stays")
#: days after the last one on which a link to a stay is still good
GOOD_FOR = dt.timedelta(days=180)
#: part in a link → the table, the column of its key, the column of the recipient's address, the page
PARTS: dict[str, tuple[Any, str, str, str]] = {
    GUEST: (Stay, "key", "guest_email", "stay_page"),
    HOST: (Stay, "host_key", "host_email", "stay_page"),
    APPLICANT: (StayApplication, "key", "email", "stay_applied"),
    "answer": (Host, "key", "email", "stay_answer"),
}


def token(part: str, row: Any) -> str:
    return SIGNER.sign(f"{part}.{row.pk}.{getattr(row, PARTS[part][1])}")


def opened(signed: str, page: str) -> tuple[str, Any]:
    """The part and the row of a link to this page; no part where it was not made here, or holds no more."""
    try:
        part, number, key = SIGNER.unsign(signed).split(".", 2)
    except (BadSignature, ValueError):
        return "", None
    if part not in PARTS or PARTS[part][3] != page:
        return "", None
    model, column, _mail, _page = PARTS[part]
    row = model.objects.filter(pk=whole_number(number)).first()
    if row is None or not constant_time_compare(getattr(row, column), key):
        return "", None
    if isinstance(row, Stay) and timezone.localdate() > row.last + GOOD_FOR:
        return "", None
    return part, row


def address(part: str, row: Any, language: str) -> str:
    return addresses.of_page(language, PARTS[part][3], token(part, row))


def hole(part: str, row: Any) -> outbox.Hole:
    return {"stay_link": row.pk, "part": part, "language": row.host_language if part == HOST else row.language}


def own(message: Message, part: str, number: int) -> Any:
    """The row that a hole names, where the mail is about it and goes to whom it concerns. Raises `Unfit`."""
    model, _key, mail, _page = PARTS[part]
    row = model.objects.filter(pk=number).first()
    if row is None:
        raise outbox.Unfit(_("What it is about is gone."))
    if message.about != f"{model.kind()}:{row.pk}" or message.recipient.casefold() != getattr(row, mail).casefold():
        raise outbox.Unfit(_("Its link is for another mail."))
    return row


def fill_link(message: Message, given: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    row = own(message, given["part"], given["stay_link"])
    return address(given["part"], row, given.get("language", "en")), []


def fill_letter(message: Message, given: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The invitation in both languages, to the guest."""
    row = own(message, GUEST, given["stay_letter"])
    files = [(f"invitation-{code}.pdf", letters.invitation_pdf(row, code)) for code in ("en", "da")]
    return "", [(name, content, "application/pdf") for name, content in files]


def fill_sheet(message: Message, given: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """What a host is asked, on paper, beside its link."""
    row = own(message, "answer", given["stay_sheet"])
    content = letters.sheet_pdf(row, given.get("language", "en"))
    return "", [("answer.pdf", content, "application/pdf")]


def fill_calendar(message: Message, given: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The calendar file of a stay as it is when the mail leaves, to one of the three whom it concerns."""
    row = Stay.objects.select_related("keeper").filter(pk=given["stay_calendar"]).first()
    if row is None:
        raise outbox.Unfit(_("What it is about is gone."))
    said = letters.calendar_of(row)
    if message.about != f"stay:{row.pk}" or message.recipient.casefold() not in {m.casefold() for _n, m in said.people}:
        raise outbox.Unfit(_("Its calendar file is for another mail."))
    return "", [calendars.attachment(said, "stay.ics")]


FILLERS = {
    "stay_link": fill_link,
    "stay_letter": fill_letter,
    "stay_sheet": fill_sheet,
    "stay_calendar": fill_calendar,
}
