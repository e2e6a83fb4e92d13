"""Two need profiles of the demonstration: one with confirmed codes for Brazil, one by words alone."""

from __future__ import annotations

from typing import Any

from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.markets import commands
from udsyn.desk.rooms.markets.models import NeedProfile
from udsyn.world.markets import SCHEME, TRADE_SCHEME, TRADED

ELECTROLYSERS = TRADED["42"][0]
CODES = (
    {"scheme": SCHEME, "code": "42000000", "label": "electrolysers"},
    {"scheme": TRADE_SCHEME, "code": ELECTROLYSERS, "label": TRADED["42"][1][0]},
)


def live(office: Any) -> None:
    """Write them into an office (`half_year.HalfYear`)."""
    electrolysers = NeedProfile(
        name="Electrolysers in Brazil",
        text="electrolysers for green hydrogen",
        words="electroly\nelektroly\neletrolis",
        country=office.countries["BR"],
        shared=True,
        codes=[{**code, "confirmed": True} for code in CODES],
        confirmed_on=office.day(-20),
    )
    commands.keep(electrolysers, actor_of(office.users["officer"], office.today))
    microscopes = NeedProfile(name="Mikroskoper", text="elektronmikroskoper", words="mikrosko\nmicrosc")
    commands.keep(microscopes, actor_of(office.users["client"], office.today))
