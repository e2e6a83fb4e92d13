"""What the room of events holds of people: attendees, and hosts of a delegation's stops."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import Personal, Purpose, colleagues
from udsyn.desk.rooms.events.models import Attendee, Contribution, Event, Opinion, Referee, Stop

MEETING = Purpose(_("to let people meet at an event"), recipients=_("the other attendees and the hosts"))

PERSONAL = (
    Personal(
        Attendee,
        MEETING,
        subject=("person",),
        address=("email", "author"),
        fields=("given_name", "family_name", "email", "organisation_name", "offers", "seeks", "topics", "author"),
    ),
    Personal(Stop, MEETING, subject=("contact",), address=("host_email",), fields=("host_email",)),
    Personal(Contribution, MEETING, subject=("by__person",), address=("by__email",), fields=("title", "text")),
    Personal(Opinion, MEETING, subject=("referee__person",), fields=("text",)),
    colleagues(Referee, "person"),
    colleagues(Event, "organiser"),
)
