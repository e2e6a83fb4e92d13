"""Calendar files of meetings: invited, updated and cancelled in place."""

from __future__ import annotations

from django.utils import timezone

from udsyn.desk.rooms.service.models import Appointment
from udsyn.desk.tools import calendars


def invitation(row: Appointment) -> calendars.Invitation:
    """Both who meet are invited, on behalf of who answers."""
    candidate, client = row.introduction.candidate, row.introduction.request
    return calendars.Invitation(
        uid=f"appointment-{row.pk}@udsyn",
        sequence=row.history.count(),
        changed=row.changed,
        starts=timezone.localtime(row.starts),
        ends=timezone.localtime(row.ends),
        title=f"{client.name} – {candidate.name}",
        host=client.office,
        people=((client.name, client.email), (candidate.name, candidate.address)),
        place=row.place,
        cancelled=row.state == "cancelled",
    )


def calendar_file(row: Appointment) -> bytes:
    """The file as it is now."""
    return calendars.file_of(invitation(row))


def attachment(row: Appointment) -> calendars.Attachment:
    return calendars.attachment(invitation(row), "meeting.ics")
