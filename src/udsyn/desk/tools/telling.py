"""A mail to somebody who asked to be told: it leaves without approval, since nobody else is meant."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.kernel.wording import language
from udsyn.desk.tools import addresses


def tell_owner(owner: Any, subject: str, body: str, about: str) -> Message:
    """Put it into the outbox, approved. `about` names the row that asks, as `kind:number`.

    It is in the owner's language, which is active, and says at its end whose mail it is.
    """
    here = addresses.of_page(language(), "home")
    text = f"{_('Dear %(name)s,') % {'name': owner}}\n\n{body.rstrip()}\n\n{_('With kind regards')}\nUdsyn, {here}\n"
    message = Message(
        recipient=owner.email, subject=subject[:200], body=text, responsible=owner, about=about, state="approved"
    )
    message.full_clean()
    commands.write(message, NOBODY, "create", None, reason="the recipient asked for it")
    return message
