"""Dates and times as publishers write them. What has no time or no zone stays a day: no deadline is made up."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from udsyn.record.tenders.tables import Moment

#: xs:date, a day and mostly a zone: 2026-08-30+02:00
DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")
#: 07-Jul-2026
NAMED = re.compile(r"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr)}


def day(text: str | None) -> dt.date | None:
    """The day that a date names, whatever stands behind it. None for what is no date."""
    text = (text or "").strip()
    try:
        if found := DAY.match(text):
            return dt.date.fromisoformat(found[1])
        if named := NAMED.match(text):
            return dt.date(int(named[3]), MONTHS[named[2].lower()], int(named[1]))
    except (ValueError, KeyError):
        return None
    return None


def is_zoned_day(text: str) -> bool:
    """Whether a text is a date with its zone, as eForms asks."""
    found = DAY.fullmatch(text)
    return found is not None and found[2] is not None and day(text) is not None


def is_zoned_time(text: str) -> bool:
    """Whether a text is a time of day with its zone."""
    try:
        return dt.time.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def moment(date: str | None, time: str | None = None) -> Moment | None:
    """A date, or a date and a time apart, as a moment; None where nothing is said.

    >>> moment("2020-02-04+02:00", "10:00:00+02:00").at.isoformat()
    '2020-02-04T08:00:00+00:00'
    >>> moment("2026-08-30+02:00").at is None, moment("07-Jul-2026").day.isoformat()
    (True, '2026-07-07')
    """
    if not date or not date.strip():
        return None
    date = date.strip()
    found = day(date)
    said = f"{date} {time.strip()}" if time and time.strip() else date
    at = exact(f"{found}T{time.strip()}" if found and time and time.strip() else date)
    return Moment(said, found, at)


def exact(text: str) -> dt.datetime | None:
    """The moment in UTC that a date with time and zone names; None where one of them is missing."""
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(dt.UTC) if at.tzinfo and len(text) > len("2026-08-30+02:00") else None
