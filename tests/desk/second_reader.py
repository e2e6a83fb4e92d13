"""Calendar files read by a library that shares nothing with the one that writes them, as a client would."""

from __future__ import annotations

from ical.calendar_stream import IcsCalendarStream


def read(content: bytes):
    """The method of a file and its events. A file that is no calendar raises: this reader checks every property."""
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    return calendar.method, calendar.events


def told(event):
    """What a client goes by: the entry, its version, when, and whether it stands."""
    return event.uid, event.sequence, event.dtstart, event.status.value if event.status else None
