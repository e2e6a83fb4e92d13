"""A participant's programme as lines and as PDF, and a delegation's as PDF."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from udsyn.briefs import document as doc
from udsyn.desk.kernel.wording import town
from udsyn.desk.rooms.events import calendars
from udsyn.desk.rooms.events.boards import when_of
from udsyn.desk.rooms.events.hours import Slot
from udsyn.desk.rooms.events.models import Attendee, Event, Stop, Talk
from udsyn.desk.tools.papers import printed


@dataclass(frozen=True)
class Line:
    """A meeting as one of the two reads it."""

    talk: Talk
    slot: Slot | None
    other: Attendee
    begun: bool
    met: bool | None
    useful: int | None
    more: bool


def line(talk: Talk, row: Attendee, now: dt.datetime) -> Line:
    side = talk.side(row.pk)
    said = (getattr(talk, f"{side}_{name}") for name in ("met", "useful", "more"))
    return Line(talk, when_of(talk), talk.other(row.pk), talk.event.begun(talk.slot, now), *said)


def pdf_of(row: Attendee) -> bytes:
    """The meetings that stand, and the sessions."""
    with translation.override(row.language):
        return printed(compose(row))


def compose(row: Attendee) -> doc.Brief:
    """Their meetings, or the stops of their group, and the sessions."""
    event = row.event
    columns = (
        doc.Column("when", _("time")),
        doc.Column("who", _("with whom")),
        doc.Column("where", _("where")),
    )
    lines: list[dict[str, Any]] = []
    for talk in calendars.talks_of(row):
        slot = when_of(talk)
        if talk.state == "planned" and slot is not None:
            day = f"{slot.starts:%Y-%m-%d} " if event.first_day != event.last_day else ""
            time = f"{day}{slot.starts:%H:%M}–{slot.ends:%H:%M}"
            lines.append({"when": time, "who": talk.other(row.pk).label, "where": f"{talk.hall}, {talk.table}"})
    lines += map(stop_line, calendars.stops_of(row))
    title = _("Your visits") if event.is_delegation else _("Your meetings")
    blocks: list[Any] = [doc.Table(title, columns, lines)] if lines else [doc.Text(_("No meetings."))]
    sessions = [
        {"when": local(one.starts, event), "who": one.title, "where": one.place} for one in event.sessions.all()
    ]
    if sessions:
        blocks.append(doc.Table(_("Programme"), columns, sessions))
    first = formats.date_format(event.first_day, "DATE_FORMAT")
    where = ", ".join(filter(None, (first, town(event.place), event.zone)))
    return doc.Brief(f"{row.label}", str(event), [doc.Section("programme", where, blocks)])


def stop_line(stop: Stop) -> dict[str, Any]:
    assert stop.at is not None
    when = local(stop.at, stop.event)
    return {"when": when, "who": stop.host, "where": stop.place, "minutes": str(stop.minutes)}


def local(moment: dt.datetime, event: Event) -> str:
    there = timezone.localtime(moment, event.here)
    return f"{formats.date_format(there, 'DATE_FORMAT')} {there:%H:%M}"


def pdf_of_delegation(event: Event) -> bytes:
    """The stops of a delegation, by group, in the reader's language."""
    columns = (
        doc.Column("when", _("time")),
        doc.Column("who", _("host")),
        doc.Column("where", _("address")),
        doc.Column("minutes", _("minutes there")),
    )
    sections = []
    for party in range(1, event.parties + 1):
        lines = [
            stop_line(one)
            for one in event.stops.filter(party=party, at__isnull=False).exclude(state="dropped").order_by("at")
        ]
        if lines:
            name = _("Group %(number)s") % {"number": party}
            sections.append(doc.Section(f"group-{party}", name, [doc.Table(name, columns, lines)]))
    return printed(doc.Brief(str(event), town(event.place), sections))
