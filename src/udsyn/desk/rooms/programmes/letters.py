"""Letters about an application. Each waits in the outbox of the call's officer until a person lets it go."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.programmes.models import Application


def write_to(
    row: Application, subject: str, text: str, to: str = "", below: list[Any] | None = None, head: Any = ""
) -> None:
    """Put a letter into the outbox of the call's officer, who lets it go. Without an address there is none."""
    recipient = to or row.lead.email
    officer = User.objects.filter(person=row.call.officer_id).first()
    if not recipient or officer is None:
        return
    head = head or (_("Dear %(name)s") % {"name": row.lead} if not to else _("Dear partner"))
    message = Message(
        recipient=recipient,
        subject=subject[:200],
        body=f"{head}\n\n{text}\n",
        below=below or [],
        responsible=officer,
        about=f"application:{row.pk}",
    )
    message.full_clean()
    kernel.write(message, Actor(officer, str(officer)), "create", None)


def mail_receipt(row: Application) -> None:
    text = _("We have received “%(title)s” at %(moment)s UTC. Its seal is %(seal)s.") % {
        "title": row.title,
        "moment": f"{row.submitted_at:%Y-%m-%d %H:%M:%S}",
        "seal": row.seal,
    }
    write_to(row, _("Receipt"), text, below=["", {"receipt": row.pk}])
