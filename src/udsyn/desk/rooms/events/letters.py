"""Mails to participants and hosts. Participants asked for them by registering, so they leave by themselves; each kind
can be switched off by the organiser. What a host hears first, a colleague has read and approved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events.models import Attendee, Contribution, Event, Stop
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.tools import outbox

HOSTS_ANSWER = dt.timedelta(days=14)  #: what a host has to answer in


def sender(event: Event) -> User | None:
    """The account of whoever organises it, who answers for its mails."""
    found: User | None = User.objects.filter(person=event.organiser_id, is_active=True).first()
    return found


def write(row: Attendee | Stop, subject: str, text: str, *below: Any, state: str = "approved") -> Message | None:
    """Put a mail to a participant or a host into the outbox, with the link to their page; nothing where the organiser
    has no account, or the host no address."""
    owner = sender(row.event)
    if owner is None or not row.email:
        return None
    link = "event_host_link" if isinstance(row, Stop) else "event_link"
    said = _("Dear %(name)s,") % {"name": row} + f"\n\n{text}"
    body, under = outbox.signed(said, ["\n\n", {link: row.pk}, "\n", *below], f"{owner}, {row.event}")
    message = Message(
        recipient=row.email,
        subject=f"{row.event}: {subject}"[:200],
        body=body,
        below=under,
        responsible=owner,
        about=f"{type(row).kind()}:{row.pk}",
        state=state,
    )
    message.full_clean()
    reason = "the recipient registered" if isinstance(row, Attendee) else "a delegation comes to the recipient"
    kernel.write(message, Actor(owner, str(owner)), "create", None, reason=reason)
    return message


def confirm(row: Attendee) -> None:
    """Somebody registered with this address, or was invited: they say themselves that they come."""
    with translation.override(row.language):
        text = _("please confirm here by %(day)s that you are coming. It takes one press.")
        write(row, _("please confirm"), text % {"day": date_format(row.event.closes_on or row.event.first_day)})


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


def decided(row: Contribution) -> None:
    """Whoever proposed it learns what became of it."""
    if not row.event.tell_contributions:
        return
    with translation.override(row.by.language):
        if row.state == "accepted":
            text = _("“%(title)s” is accepted. We write again as soon as its time is set.")
        else:
            text = _("“%(title)s” found no place in the programme. Thank you for proposing it.")
        write(row.by, _("your contribution"), text % {"title": row.title})


def scheduled(row: Contribution) -> None:
    if not row.event.tell_contributions:
        return
    with translation.override(row.by.language):
        text = _("the time of “%(title)s” is set, or has changed. It is behind this link.")
        write(row.by, _("the time of your contribution"), text % {"title": row.title})


# To hosts of a delegation --------------------------------------------------------------------------------------------


def ask_host(row: Stop) -> None:
    """Whether the delegation is welcome; a colleague reads the mail before it leaves."""
    with translation.override(row.language):
        text = _(
            "a delegation would like to visit you on %(day)s. Who comes is behind this link; please answer there by "
            "%(until)s."
        )
        said = {"day": date_format(row.day), "until": date_format(answer_by(row, timezone.localdate()))}
        write(row, _("a visit to you"), text % said, state="drafted")


def answer_by(row: Stop, today: dt.date) -> dt.date:
    """Until when a host is asked to answer: two weeks, but never after the day before the visit."""
    return max(today, min(today + HOSTS_ANSWER, row.day - dt.timedelta(1)))


def tell_host(row: Stop) -> None:
    """A host who agreed learns when the delegation is there, and every change of it."""
    if not row.event.tell_plan or row.state != "agreed":
        return
    with translation.override(row.language):
        if row.at is None:
            text = _("the delegation finds no time for the visit. Thank you for your willingness.")
        else:
            text = _("the time of the visit is set, or has changed. It is behind this link, for your calendar, too.")
        write(row, _("the time of the visit"), text)
