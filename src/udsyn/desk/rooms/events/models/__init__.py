"""The tables of the room of events."""

from udsyn.desk.rooms.events.models.events import AskRule, Event, Hall, Session
from udsyn.desk.rooms.events.models.money import EventMoney
from udsyn.desk.rooms.events.models.people import Attendee, MeetingWish, Pairing, new_key
from udsyn.desk.rooms.events.models.plans import Plan, Talk
from udsyn.desk.rooms.events.models.series import Series
from udsyn.desk.rooms.events.models.stops import Stop

__all__ = [
    "AskRule",
    "Attendee",
    "Event",
    "EventMoney",
    "Hall",
    "MeetingWish",
    "Pairing",
    "Plan",
    "Series",
    "Session",
    "Stop",
    "Talk",
    "new_key",
]
