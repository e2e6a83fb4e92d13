"""Letters about an application. Each waits in the outbox of the call's officer until a person lets it go."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.parties.models import Country, User
from udsyn.desk.rooms.parties.reading import language_at
from udsyn.desk.rooms.programmes.models import Application
from udsyn.desk.tools import addresses, outbox


def write_to(
    row: Application, subject: str, text: str, to: str = "", below: list[Any] | None = None, head: Any = ""
) -> None:
    """Put a letter into the outbox of the call's officer, who lets it go. Without an address there is none.

    Subject and text are in the recipient's language, which is active (`reads`).
    """
    recipient = to or row.lead.email
    officer = User.objects.filter(person=row.call.officer_id).first()
    if not recipient or officer is None:
        return
    head = head or (_("Dear %(name)s") % {"name": row.lead} if not to else _("Dear partner"))
    if not to:
        below = [*(below or []), "\n\n", addresses.of_page(reads(row), "detail", "applications", row.pk)]
    body, below = outbox.signed(f"{head}\n\n{text}\n", below or [], f"{officer}, {row.call}")
    message = Message(
        recipient=recipient,
        subject=subject[:200],
        body=body,
        below=below,
        responsible=officer,
        about=f"application:{row.pk}",
    )
    message.full_clean()
    kernel.write(message, Actor(officer, str(officer)), "create", None)


def reads(row: Application, to: str = "", country: Country | None = None) -> str:
    """The language of whom a letter is for: the one in which was applied, or that of whoever has the address `to`."""
    return language_at(to, country.code if country else "") if to else row.language


def mail_receipt(row: Application) -> None:
    with translation.override(reads(row)):
        text = _("We have received “%(title)s” at %(moment)s UTC. Its seal is %(seal)s.") % {
            "title": row.title,
            "moment": f"{row.submitted_at:%Y-%m-%d %H:%M:%S}",
            "seal": row.seal,
        }
        write_to(row, _("Receipt"), text, below=["", {"receipt": row.pk}])
