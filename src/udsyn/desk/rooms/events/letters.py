"""Mails to participants. They asked for them by registering, so they leave by themselves; each kind can be switched off
by the organiser."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events.models import Attendee, Event
from udsyn.desk.rooms.parties.models import User


def sender(event: Event) -> User | None:
    """The account of whoever organises it, who answers for its mails."""
    found: User | None = User.objects.filter(person=event.organiser_id, is_active=True).first()
    return found


def write(row: Attendee, subject: str, text: str, *below: Any) -> Message | None:
    """Put a mail to a participant into the outbox, approved, with the link to their page; nothing where the organiser
    has no account."""
    owner = sender(row.event)
    if owner is None:
        return None
    message = Message(
        recipient=row.email,
        subject=f"{row.event}: {subject}"[:200],
        body=_("Dear %(name)s,") % {"name": row} + f"\n\n{text}",
        below=["\n\n", {"event_link": row.pk}, "\n", *below],
        responsible=owner,
        about=f"attendee:{row.pk}",
        state="approved",
    )
    message.full_clean()
    kernel.write(message, Actor(owner, str(owner)), "create", None, reason="the recipient registered")
    return message


def confirm(row: Attendee) -> None:
    """Somebody registered with this address, or was invited: they say themselves that they come."""
    with translation.override(row.language):
        write(row, _("please confirm"), _("please confirm here that you are coming. It takes one press."))


def registered(row: Attendee) -> None:
    if not row.event.tell_registered:
        return
    with translation.override(row.language):
        if row.state == "waiting":
            text = _("you are on the waiting list. We write as soon as a place is free.")
        else:
            text = _("you have a place. Here you say whom you want to meet, and find your programme.")
        write(row, _("you are registered"), text)


def programme(row: Attendee, *, changed: bool) -> None:
    """The programme, or what changed in it; the calendar file takes back what no longer stands."""
    if not row.event.tell_plan:
        return
    with translation.override(row.language):
        subject = _("your programme has changed") if changed else _("your programme")
        text = _("your programme is behind this link, and attached for your calendar.")
        write(row, subject, text, {"event_calendar": row.pk})


def after(row: Attendee) -> None:
    if not row.event.tell_after:
        return
    with translation.override(row.language):
        write(
            row, _("did you meet?"), _("please tell with one press a meeting whether you met, and how useful it was.")
        )
