"""What a partner's mail link opens, and what fills a mail of this room as it leaves."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.rooms.programmes import receipt
from udsyn.desk.rooms.programmes.letters import reads
from udsyn.desk.rooms.programmes.models import Application, Partner
from udsyn.desk.tools import addresses, outbox
from udsyn.desk.tools.numbers import whole_number

SIGNER = Signer(salt="udsyn.programmes.partner")


def token(row: Partner) -> str:
    return SIGNER.sign(f"{row.pk}.{row.key}")


def opened(signed: str) -> Partner | None:
    """The partner of a link; None where it was not made here or another was sent since."""
    try:
        number, _dot, key = SIGNER.unsign(signed).partition(".")
    except BadSignature:
        return None
    row = Partner.objects.select_related("application__call").filter(pk=whole_number(number)).first()
    return row if row is not None and constant_time_compare(row.key, key) else None


def address(row: Partner, language: str) -> str:
    return addresses.of_page(language, "partner", token(row))


def fill_partner(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """A partner's link, in a mail to that partner about that application."""
    row = Partner.objects.select_related("application").filter(pk=hole["partner"]).first()
    if row is None:
        raise outbox.Unfit(_("Its partner is gone."))
    own = message.about == f"application:{row.application_id}"
    if not own or message.recipient.casefold() != row.email.casefold():
        raise outbox.Unfit(_("Its link is for another mail."))
    return address(row, reads(row.application, row.email, row.country)), []


def left(message: Message, hole: outbox.Hole) -> None:
    """The mail with a partner's link has left: from now on the partner is asked."""
    for row in Partner.objects.filter(pk=hole["partner"], state="invited", invited_at__isnull=True):
        stored = Partner.objects.get(pk=row.pk)
        row.invited_at = timezone.now()
        kernel.write(row, NOBODY, "change", stored, reason=_("the mail has left"))


def fill_receipt(message: Message, hole: outbox.Hole) -> tuple[str, list[outbox.Attachment]]:
    """The receipt, in a mail to the applicant."""
    row = Application.objects.filter(pk=hole["receipt"], submitted_at__isnull=False).first()
    if row is None or message.about != f"application:{row.pk}" or message.recipient != row.lead.email:
        raise outbox.Unfit(_("Its receipt is for another mail."))
    return "", [("receipt.pdf", receipt.pdf_of(row), "application/pdf")]
