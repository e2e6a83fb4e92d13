"""Calendar files of meetings (RFC 5545, RFC 5546): invited, updated and cancelled in place."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from udsyn.desk.rooms.service.models import Appointment
from udsyn.desk.tools.texts import one_line


def calendar_file(row: Appointment) -> bytes:
    """The file as it is now. Same UID for ever, a higher SEQUENCE after each change, CANCEL when it is cancelled."""
    cancelled = row.state == "cancelled"
    calendar = Calendar()
    calendar.add("prodid", "-//Udsyn//Desk//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    event = Event()
    event.add("uid", f"appointment-{row.pk}@udsyn")
    event.add("sequence", row.history.count())
    event.add("dtstamp", row.changed)
    event.add("dtstart", timezone.localtime(row.starts))
    event.add("dtend", timezone.localtime(row.ends))
    candidate, client = row.introduction.candidate, row.introduction.request
    event.add("summary", one_line(f"{client.name} – {candidate.name}"))
    if row.place:
        event.add("location", one_line(row.place))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organizer.params["CN"] = vText(one_line(str(client.centre)))
    event["organizer"] = organizer
    for name, mail in ((client.name, client.email), (candidate.name, candidate.address)):
        guest = vCalAddress(f"mailto:{one_line(mail)}")
        guest.params.update({"CN": vText(one_line(name)), "ROLE": vText("REQ-PARTICIPANT"), "RSVP": vText("TRUE")})
        event.add("attendee", guest, encode=0)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def attachment(row: Appointment) -> tuple[str, bytes, str]:
    """Name, content and media type for a mail."""
    method = "CANCEL" if row.state == "cancelled" else "REQUEST"
    return "meeting.ics", calendar_file(row), f"text/calendar; method={method}; charset=utf-8"
