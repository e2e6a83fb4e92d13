"""The tables of the room of stays."""

from udsyn.desk.rooms.stays.models.agreements import Demand, Host, Round, StayAgreement
from udsyn.desk.rooms.stays.models.applications import StayApplication, Wish
from udsyn.desk.rooms.stays.models.stays import Stay, StayMoney, StayRate, StayTask

__all__ = [
    "Demand",
    "Host",
    "Round",
    "Stay",
    "StayAgreement",
    "StayApplication",
    "StayMoney",
    "StayRate",
    "StayTask",
    "Wish",
]
