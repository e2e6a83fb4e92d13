"""Clocks: the instant of a deadline, and days that count as working days in a country."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from udsyn.packs.language import Deadline, PackError

SATURDAY = 5


@lru_cache(maxsize=64)
def calendar(country: str) -> holidays.HolidayBase:
    """A country's public holidays, nationwide. Raises PackError where they are not known."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        raise PackError(f"the public holidays of {country} are not known.") from None


def is_working_day(day: dt.date, country: str) -> bool:
    """Monday to Friday, no nationwide holiday."""
    return day.weekday() < SATURDAY and day not in calendar(country)


def add_working_days(day: dt.date, days: int, country: str) -> dt.date:
    """The day that so many working days after this one. The day itself does not count."""
    while days > 0:
        day += dt.timedelta(days=1)
        days -= is_working_day(day, country)
    return day


def deadline(said: Deadline) -> dt.datetime:
    """The instant in UTC. Where the clock shows a time twice, the later one: nobody is shut out an hour early."""
    return said.at.replace(tzinfo=ZoneInfo(said.zone), fold=1).astimezone(dt.UTC)


def in_time(said: Deadline, moment: dt.datetime) -> bool:
    """Is an instant (with its zone) in time? To the second: 12:00:00 is, where the deadline is inclusive."""
    last = deadline(said)
    moment = moment.astimezone(dt.UTC).replace(microsecond=0)
    return moment <= last if said.inclusive else moment < last
