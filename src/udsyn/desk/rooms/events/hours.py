"""The hours of an event as its organiser writes them, and the slots of equal length that fit into them. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
MOST_SLOTS = 120


@dataclass(frozen=True)
class Slot:
    """A time in which people can meet; numbered from 1 through all days."""

    number: int
    starts: dt.datetime
    ends: dt.datetime

    @property
    def clock(self) -> str:
        """From when to when, on the event's own clock."""
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def day(self) -> str:
        return f"{self.starts:%Y-%m-%d}"

    @property
    def start(self) -> str:
        return f"{self.starts:%H:%M}"


class WrongLineError(ValueError):
    """This line cannot be read as hours."""


def blocks(text: str, zone: str) -> list[tuple[dt.datetime, dt.datetime]]:
    """Begin and end of each line such as `2026-12-03 09:00-12:00`, in their order. Raises WrongLineError."""
    found: list[tuple[dt.datetime, dt.datetime]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = LINE.fullmatch(line)
        try:
            if match is None:
                raise ValueError
            day = dt.date.fromisoformat(match[1])
            starts, ends = (
                dt.datetime.combine(day, dt.datetime.strptime(part, "%H:%M").time(), ZoneInfo(zone))
                for part in match.groups()[1:]
            )
        except ValueError:
            raise WrongLineError(line) from None
        if ends <= starts or (found and starts < found[-1][1]):
            raise WrongLineError(line)
        found.append((starts, ends))
    return found


def slots(text: str, zone: str, minutes: int, pause: int = 0) -> tuple[Slot, ...]:
    """Meetings of so many minutes, so many minutes apart, that fit into the hours. Raises WrongLineError.

    Between two lines nobody meets: lunch is the time between them.
    """
    found: list[Slot] = []
    length, step = dt.timedelta(minutes=minutes), dt.timedelta(minutes=minutes + pause)
    for starts, ends in blocks(text, zone):
        while starts + length <= ends:
            if len(found) == MOST_SLOTS:
                raise WrongLineError(text.strip().splitlines()[-1])
            found.append(Slot(len(found) + 1, starts, starts + length))
            starts += step
    return tuple(found)
