"""Who visits which stop when: the stops of a delegation as the planner of tours reads them, and back. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from udsyn.allocation import tours

KM_A_DEGREE = 111.195  #: of a great circle, of an earth with a radius of 6,371 km


@dataclass(frozen=True)
class Visit:
    """A stop of a day. Times are minutes after midnight, `minutes` how long it takes."""

    number: int
    lat: float
    lon: float
    opens: int
    closes: int
    minutes: int
    value: int
    must: bool = False


@dataclass(frozen=True)
class Day:
    """The hours between which all are back at the start, and how fast they go, as the crow flies."""

    lat: float
    lon: float
    leaves: int
    back: int
    speed: int
    groups: int
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class Way:
    """`at` says of each visited stop which group comes (from 1) and at which minute after midnight."""

    status: str
    value: float | None
    bound: float | None
    seconds: float
    at: dict[int, tuple[int, int]] = field(default_factory=dict)
    clash: tuple[int, ...] = ()  #: must-sees that cannot all be served, as few as possible


def as_case(day: Day) -> dict[str, Any]:
    """The day in minutes: one minute of travel is one unit of the plane, with the start in its origin."""
    pace = KM_A_DEGREE * 60 / day.speed
    narrow = math.cos(math.radians(day.lat))

    def point(lat: float, lon: float) -> dict[str, float]:
        return {"x": round((lon - day.lon) * narrow * pace, 2), "y": round((lat - day.lat) * pace, 2)}

    stops = [
        {
            "id": str(one.number),
            **point(one.lat, one.lon),
            "value": one.value,
            "duration": one.minutes,
            "open": one.opens,
            "close": one.closes,
            "must": one.must,
        }
        for one in day.visits
    ]
    start = {"x": 0, "y": 0, "open": day.leaves, "close": day.back}
    return {"groups": day.groups, "start": start, "stops": stops, "decimals": 0}


def plan(day: Day, seconds: float) -> Way:
    """The way with the largest value that serves every must-see, proven or with what no way exceeds."""
    case = as_case(day)
    found = tours.plan(tours.parse(case), seconds)
    numbers = [one.number for one in day.visits]
    at: dict[int, tuple[int, int]] = {}
    for group, tour in enumerate(found.tours, 1):
        at |= {numbers[stop]: (group, minute) for stop, minute in walked(case, tour)}
    clash = tuple(numbers[stop] for stop in found.clash)
    return Way(found.status, found.value, found.bound, found.seconds, at, clash)


def walked(case: dict[str, Any], tour: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Each stop of a tour with the minute at which it begins: as early as the way and its hours let it."""
    here, now = case["start"], case["start"]["open"]
    for stop in tour:
        there = case["stops"][stop]
        way = math.isqrt(int((there["x"] - here["x"]) ** 2 + (there["y"] - here["y"]) ** 2))
        now = max(now + way, there["open"])
        yield stop, now
        now, here = now + there["duration"], there
