"""A mail to somebody who asked to be told: it leaves without approval, since nobody else is meant."""

from __future__ import annotations

from typing import Any

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import NOBODY


def tell_owner(owner: Any, subject: str, body: str, about: str) -> Message:
    """Put it into the outbox, approved. `about` names the row that asks, as `kind:number`."""
    message = Message(
        recipient=owner.email, subject=subject[:200], body=body, responsible=owner, about=about, state="approved"
    )
    message.full_clean()
    commands.write(message, NOBODY, "create", None, reason="the recipient asked for it")
    return message
