"""Mails about stays, each of which waits in somebody's outbox until a person lets it go; and the invitation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from udsyn.briefs import document as doc
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.stays.models import Host, Stay
from udsyn.desk.rooms.stays.order import turn_of_hosts
from udsyn.desk.tools import calendars, outbox
from udsyn.desk.tools.numbers import money
from udsyn.desk.tools.papers import printed


def write(about: Any, keeper: int | None, to: str, subject: str, text: str, below: list[Any] | None = None) -> None:
    """Put a mail, in the recipient's language that is active, into the outbox of whoever looks after it. Without an
    address or a keeper there is none."""
    responsible = User.objects.filter(person=keeper, is_active=True).first() if keeper else None
    if not to or responsible is None:
        return
    body, below = outbox.signed(f"{text}\n", below or [], responsible)
    message = Message(
        recipient=to,
        subject=" ".join(subject.split())[:200],
        body=body,
        below=below,
        responsible=responsible,
        about=f"{type(about).kind()}:{about.pk}",
    )
    message.full_clean()
    kernel.write(message, Actor(responsible, str(responsible)), "create", None)


def day(value: Any) -> str:
    return formats.date_format(value, "DATE_FORMAT")


# The letter ----------------------------------------------------------------------------------------------------------


def facts_of(row: Stay) -> list[tuple[str, str]]:
    """What a letter says of a stay, line by line."""
    companions = [
        _("adults: %(n)s") % {"n": row.adults} if row.adults else "",
        _("children: %(n)s") % {"n": row.children} if row.children else "",
    ]
    lines = [
        (_("Guest"), ", ".join(filter(None, (row.guest_name, row.guest_organisation)))),
        (_("Host"), ", ".join(filter(None, (row.host_name, row.host_organisation)))),
        (_("From"), day(row.first)),
        (_("To"), day(row.last)),
        (_("Address of the work"), row.place),
        (_("Field of research"), row.field),
        (_("Comes along"), ", ".join(filter(None, companions))),
        (_("Agreement"), str(row.agreement or "")),
        (_("Our contact"), ", ".join(filter(None, (str(row.keeper or ""), row.keeper.email if row.keeper else "")))),
    ]
    return [(label, value) for label, value in lines if value]


def compose(row: Stay) -> doc.Brief:
    """The invitation in the reader's language."""
    greeting = _("Dear %(name)s") % {"name": row.guest_name}
    text = _("We are glad to invite you to a research stay at %(host)s from %(first)s to %(last)s.") % {
        "host": row.host_organisation or row.host_name,
        "first": day(row.first),
        "last": day(row.last),
    }
    paid = [f"{one.get_kind_of_display()}: {money(one.amount, one.currency)}" for one in row.moneys.all()]
    blocks: list[Any] = [
        doc.Text(", ".join(filter(None, (row.guest_name, row.guest_organisation)))),
        doc.Text(greeting),
        doc.Text(text),
        doc.Text(_("The stay was approved by the office before this letter was written.")),
        doc.Table(
            _("The stay"),
            (doc.Column("what", ""), doc.Column("value", "")),
            [{"what": label, "value": value} for label, value in facts_of(row)],
        ),
    ]
    if paid:
        blocks.append(doc.Text(_("We pay: %(what)s") % {"what": "; ".join(paid)}))
    if row.permit == "yes":
        blocks.append(doc.Text(_("You may not work before the residence permit is granted.")))
    blocks += [doc.Text(_("With kind regards")), doc.Text(str(row.keeper or ""))]
    written = day(row.invited_on or timezone.localdate())
    return doc.Brief(_("Invitation to a research stay"), written, [doc.Section("invitation", "", blocks)])


def invitation_pdf(row: Stay, language: str) -> bytes:
    with translation.override(language):
        return printed(compose(row))


def ask_sheet(row: Host) -> doc.Brief:
    """What a host is asked, on paper: for partners that are off-line. An officer types in what comes back."""
    turn = turn_of_hosts(row.round)
    sees = turn.sees if turn else ()
    columns = [doc.Column("number", _("no.")), *(doc.Column(name, label) for name, label in headings(sees))]
    columns += [doc.Column("answer", _("yes or no")), doc.Column("rank", _("rank, 1 is first"))]
    rows = [{"number": n, **seen(wish, sees), "answer": "", "rank": ""} for n, wish in enumerate(asked_of(row), 1)]
    blocks: list[Any] = [
        doc.Text(_("To %(host)s") % {"host": row}),
        doc.Text(said(turn.says) if turn else ""),
        doc.Table(_("Who wishes for you"), columns, rows),
        doc.Text(_("Places: ______ · at least: ______ · date and signature: ____________________")),
        doc.Text(_("Please send this sheet back to %(mail)s.") % {"mail": row.round.officer.email}),
    ]
    return doc.Brief(str(row.round), str(row), [doc.Section("answer", _("Your answer"), blocks)])


def sheet_pdf(row: Host, language: str) -> bytes:
    with translation.override(language):
        return printed(ask_sheet(row))


def asked_of(row: Host) -> list[Any]:
    """The wishes that a host is asked about, by the applicants' names: nothing in their order tells of them."""
    wishes = row.wishes.exclude(application__state__in=("withdrawn", "ineligible"))
    if turn_first(row) != "answer":
        wishes = wishes.exclude(application__state="draft")
    return list(wishes.select_related("application__country").order_by("application__name", "pk"))


def turn_first(row: Host) -> str:
    turn = turn_of_hosts(row.round)
    return turn.does if turn else ""


def headings(sees: tuple[str, ...]) -> list[tuple[str, str]]:
    """What the pack lets hosts see, with its words."""
    words = {
        "name": _("name"),
        "institution": _("institution"),
        "field": _("field of research"),
        "project": _("project"),
        "days": _("days"),
        "companions": _("come along"),
        "wish": _("wish number"),
    }
    return [(name, words[name]) for name in sees]


def seen(wish: Any, sees: tuple[str, ...]) -> dict[str, Any]:
    """What a host sees of a wish: only what the pack names."""
    row = wish.application
    values = {
        "name": row.name,
        "institution": f"{row.institution}, {row.country}",
        "field": row.field,
        "project": row.project,
        "days": f"{day(row.first)} – {day(row.last)}",
        "companions": str(row.adults + row.children),
        "wish": str(wish.place),
    }
    return {name: values[name] for name in sees}


# The calendar --------------------------------------------------------------------------------------------------------


def calendar_of(row: Stay) -> calendars.Invitation:
    """The stay in the calendars of guest, host and office."""
    office = (str(row.keeper), row.keeper.email) if row.keeper else ("", "")
    people = [(row.guest_name, row.guest_email), (row.host_name, row.host_email), office]
    return calendars.Invitation(
        uid=f"stay-{row.pk}@udsyn",
        sequence=row.history.count(),
        changed=row.changed,
        starts=row.first,
        ends=row.last + dt.timedelta(days=1),
        title=_("Research stay: %(guest)s at %(host)s")
        % {"guest": row.guest_name, "host": row.host_organisation or row.host_name},
        host=str(row.keeper or settings.DEFAULT_FROM_EMAIL),
        people=[one for one in people if one[1]],
        place=row.place,
        cancelled=row.state in ("cancelled", "declined", "refused"),
    )
