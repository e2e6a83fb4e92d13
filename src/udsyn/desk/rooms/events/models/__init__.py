"""The tables of the room of events."""

from udsyn.desk.rooms.events.models.contributions import Contribution, Opinion, Referee
from udsyn.desk.rooms.events.models.events import AskRule, Event, Hall, Session
from udsyn.desk.rooms.events.models.money import EventMoney
from udsyn.desk.rooms.events.models.people import Attendee, MeetingWish, Pairing, new_key
from udsyn.desk.rooms.events.models.plans import Plan, Talk
from udsyn.desk.rooms.events.models.series import Series
from udsyn.desk.rooms.events.models.stops import Stop

__all__ = [
    "AskRule",
    "Attendee",
    "Contribution",
    "Event",
    "EventMoney",
    "Hall",
    "MeetingWish",
    "Opinion",
    "Pairing",
    "Plan",
    "Referee",
    "Series",
    "Session",
    "Stop",
    "Talk",
    "new_key",
]
