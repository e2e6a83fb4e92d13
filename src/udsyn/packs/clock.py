"""Clocks: the instant of a deadline, and days that count as working days in a country."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from udsyn import zones
from udsyn.packs.language import Deadline, PackError

SATURDAY = 5

#: hours ahead of UTC of what calls write behind a time
LABELS = {
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "JST": 9,
    "KST": 9,
}
TIME = re.compile(r"(\d{1,2})[:.](\d\d)\s*([A-Za-z_]+)")


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


def wrong_labels(said: Deadline, text: str) -> list[str]:
    """The times in a text ("12:00 CET / 17:00 Jakarta") that are another instant than the deadline, each as written.

    A label is CET and its like, or a city after which a zone is named; others are passed over.
    """
    last, wrong = deadline(said), []
    for hour, minute, label in TIME.findall(text):
        zone = zone_of(label)
        if zone is None:
            continue
        local = last.astimezone(zone)
        if (local.hour, local.minute) != (int(hour), int(minute)):
            wrong.append(f"{hour}:{minute} {label}")
    return wrong


def zone_of(label: str) -> dt.tzinfo | None:
    if label.upper() in LABELS:
        return dt.timezone(dt.timedelta(hours=LABELS[label.upper()]))
    city = zones.by_city().get(label.lower())
    return ZoneInfo(city) if city else None
