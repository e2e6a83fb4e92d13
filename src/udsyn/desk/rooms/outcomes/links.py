"""The mail link to a person's own page: signed, for that page alone, good for sixty days from when the mail leaves."""

from __future__ import annotations

import datetime as dt

from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext as _

from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.tools import addresses, outbox

GOOD_FOR = dt.timedelta(days=60)
SIGNER = TimestampSigner(salt="udsyn.outcomes.mine")


def token(person: Person) -> str:
    return SIGNER.sign(str(person.pk))


def opened(signed: str) -> tuple[Person | None, bool]:
    """Whose page it is, and whether the link still holds; nobody where it was not made here."""
    try:
        number = SIGNER.unsign(signed)
    except BadSignature:
        return None, False
    try:
        SIGNER.unsign(signed, max_age=GOOD_FOR)
    except BadSignature:
        return None, True
    return Person.objects.filter(pk=number, merged_into__isnull=True).first(), True


def fill_link(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The address of a person's page, in a mail to that person."""
    person = Person.objects.filter(pk=hole["outcomes"], merged_into__isnull=True).first()
    if person is None or message.about != f"person:{person.pk}":
        raise outbox.Unfit(_("Its person is gone."))
    if message.recipient.casefold() != person.email.casefold():
        raise outbox.Unfit(_("Its link is for another mail."))
    return addresses.of_page(hole.get("language", "en"), "outcomes_mine", token(person)), []
