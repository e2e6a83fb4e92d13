"""Invitations as calendar files (RFC 5545, RFC 5546): sent, changed and cancelled in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from udsyn.desk.tools.texts import one_line

Attachment = tuple[str, bytes, str]  #: name, content, media type


@dataclass(frozen=True)
class Invitation:
    """What people are invited to. The same uid for ever and a higher sequence after each change replace what was sent.

    `starts` and `ends` are moments, or days: then `ends` is the first day after.
    """

    uid: str
    sequence: int
    changed: dt.datetime
    starts: dt.datetime | dt.date
    ends: dt.datetime | dt.date
    title: str
    host: str  #: who invites, by name
    people: Sequence[tuple[str, str]]  #: name and address
    place: str = ""
    cancelled: bool = False

    @property
    def method(self) -> str:
        return "CANCEL" if self.cancelled else "REQUEST"


def file_of(said: Invitation) -> bytes:
    """The calendar file as it is now."""
    from icalendar import Calendar, Event, vCalAddress, vText  # long to load, and few mails invite

    calendar = Calendar()
    calendar.add("prodid", "-//Udsyn//Desk//EN")
    calendar.add("version", "2.0")
    calendar.add("method", said.method)
    event = Event()
    event.add("uid", said.uid)
    event.add("sequence", said.sequence)
    event.add("dtstamp", said.changed)
    event.add("dtstart", said.starts)
    event.add("dtend", said.ends)
    event.add("summary", one_line(said.title))
    if said.place:
        event.add("location", one_line(said.place))
    event.add("status", "CANCELLED" if said.cancelled else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organizer.params["CN"] = vText(one_line(said.host))
    event["organizer"] = organizer
    for name, mail in said.people:
        invited = vCalAddress(f"mailto:{one_line(mail)}")
        invited.params.update({"CN": vText(one_line(name)), "ROLE": vText("REQ-PARTICIPANT"), "RSVP": vText("TRUE")})
        event.add("attendee", invited, encode=0)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def attachment(said: Invitation, name: str) -> Attachment:
    """Name, content and media type for a mail."""
    return name, file_of(said), f"text/calendar; method={said.method}; charset=utf-8"
