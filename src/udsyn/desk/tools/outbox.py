"""What leaves the outbox: a message's own text, and below it what the code put there, filled in as the mail leaves.

`Message.below` is a list of runs that only code writes. A run is words, or a hole: a mapping such as `{"link": 7}`,
whose first key says which room fills it (`Room.fillers`). Text that people wrote is never looked into.

A mail that cannot be filled is set aside with the reason, and a person decides; the others leave.
"""

from __future__ import annotations

import logging
from contextlib import closing
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel.commands import save, write
from udsyn.desk.kernel.models import SENDING_TAKES, Message
from udsyn.desk.kernel.permissions import NOBODY, Actor
from udsyn.desk.kernel.rooms import filler_of, has_left
from udsyn.desk.tools.texts import one_line
from udsyn.errors import UdsynError

Hole = dict[str, Any]
Run = str | Hole
Attachment = tuple[str, bytes, str]  #: name, content, media type
VERBS = {"sending": "hand over", "sent": "send", "held": "set aside"}

log = logging.getLogger(__name__)


class Unfit(ValueError):  # noqa: N818  (read as: the mail is unfit to leave)
    """A hole of this message cannot be filled: why, in a sentence."""


@transaction.atomic
def draft(message: Message, actor: Actor, about: Any = None) -> Message:
    """Put a mail into the outbox. It leaves only after a person approved it, and its writer answers for it."""
    message.responsible = actor.user
    if about is not None:
        message.about = f"{type(about).kind()}:{about.pk}"
    return save(message, actor)


def signed(body: str, below: list[Run], by: Any) -> tuple[str, list[Run]]:
    """The text and what stands below it, with who writes at the end, in the language that is active."""
    end = f"\n\n{_('With kind regards')}\n{by}"
    return (body, [*below, end]) if below else (body.rstrip() + end + "\n", [])


def kind_of(hole: Hole) -> str:
    return next(iter(hole), "")


def has_hole(message: Message, kind: str, number: int | None = None) -> bool:
    """Does it hold a hole of this kind, for this row where one is named?"""
    holes = [run for run in message.below if isinstance(run, dict)]
    return any(kind_of(hole) == kind and number in (None, hole[kind]) for hole in holes)


def filled(message: Message) -> tuple[str, list[Attachment]]:
    """The text as it leaves, and its attachments. Raises `Unfit`."""
    words, attachments = [], []
    for run in message.below:
        if isinstance(run, str):
            words.append(run)
            continue
        fill = filler_of(kind_of(run))
        if fill is None:
            raise Unfit(_("Nothing here fills what belongs below its text."))
        text, files = fill(message, run)
        words.append(text)
        attachments += files
    return (message.body.rstrip() + "".join(words) if words else message.body), attachments


def letter(message: Message, server: Any) -> EmailMessage:
    """The mail, filled and built, so that nothing can fail about it once the server hears of it."""
    body, attachments = filled(message)
    made = EmailMessage(
        one_line(message.subject), body, to=[message.recipient], attachments=attachments, connection=server
    )
    made.message().as_bytes()
    return made


# Sending --------------------------------------------------------------------------------------------------------------


def send_approved() -> int:
    """Send the messages that a person approved; returns how many left.

    Each is sent once at most: it is stored as `sending` before the mail server hears of it. One that the server refuses
    is approved again and tried by the next call; one of which nobody knows whether it left, and one that cannot be
    filled, wait for a person. Raises UdsynError at the end where there are such.
    """
    sent, refused, broken, unfit = 0, [], [], []
    for number in Message.objects.filter(state="approved").order_by("pk").values_list("pk", flat=True):
        server = get_connection()
        try:
            server.open()
        except OSError as error:
            raise UdsynError(
                f"{sent} messages left, then the mail server was away ({error}): try again later."
            ) from None
        with closing(server):
            try:
                with transaction.atomic(durable=True):
                    message = turn(number, "approved", "sending")
                    if message is None:
                        continue  # another process sends it
                    mail = letter(message, server)
            except Exception as error:  # whatever is wrong with this one, the others leave
                unfit.append(set_aside(number, error))
                continue
            to = message.recipient
            try:
                mail.send()
            except (SMTPRecipientsRefused, SMTPResponseException) as error:  # the server said no
                turn(number, "sending", "approved")
                refused.append(f"{to}: {error}")
            except OSError as error:  # it stopped answering, perhaps after it had taken the mail
                broken.append(f"{to}: {error}")
            else:
                turn(number, "sending", "sent", sent_at=timezone.now())
                sent += 1
    lost = Message.objects.filter(state="sending", changed__lt=timezone.now() - SENDING_TAKES).count()
    said = [f"{sent} messages left."]
    if unfit:
        said.append(f"{len(unfit)} could not be filled and waits in the outbox ({unfit[0]}).")
    if refused:
        said.append(f"{len(refused)} were refused ({refused[0]}) and are tried again next time.")
    if broken or lost:
        why = f" ({broken[0]})" if broken else ""
        said.append(f"Of {len(broken) + lost} nobody knows whether they left{why}: look, and say so in the outbox.")
    if said[1:]:
        raise UdsynError(" ".join(said))
    return sent


def set_aside(number: int, error: Exception) -> str:
    """Keep a mail that cannot leave for a person, with the reason; returns the reason."""
    why = str(error) if isinstance(error, Unfit) else _("It cannot be written as a mail.")
    log.warning("message %s is set aside: %s", number, why, exc_info=not isinstance(error, Unfit))
    turn(number, "approved", "held", trouble=why)
    return why


def turn(number: int, before: str, after: str, **values: Any) -> Message | None:
    """Note what happens to a mail; None where it is not in the state before any more."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).filter(pk=number, state=before).first()
        if message is None:
            return None
        stored = Message.objects.get(pk=number)
        message.state = after
        for name, value in values.items():
            setattr(message, name, value)
        written: Message = write(message, NOBODY, VERBS.get(after, "refused"), stored)
        if after == "sent":
            has_left(written)
        return written
