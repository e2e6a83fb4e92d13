"""A partner's story: one time line of agreements, visits, calls, stays, meetings and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.rooms import Moment, rooms
from udsyn.desk.rooms.cooperation.notices import pressing_first
from udsyn.desk.rooms.cooperation.states import AGREEMENT, renewal_due
from udsyn.desk.rooms.parties.models import Country

FIRST = 8  #: of the latest moments; the rest is unfolded


@dataclass(frozen=True)
class Story:
    """Moments, the latest first."""

    latest: list[Moment]
    earlier: list[Moment]


def of(country: Country, actor: Actor) -> Story:
    """What every room tells of this partner to this reader."""
    told = (moment for room in rooms() if room.story is not None for moment in room.story(country, actor))
    found = sorted(told, key=lambda moment: (moment.day, moment.title), reverse=True)
    return Story(found[:FIRST], found[FIRST:])


def next_decision(agreements: Iterable[Any], today: dt.date) -> tuple[Any, str] | None:
    """The agreement on which a decision presses most, and where it is taken; None where none is due."""
    due = pressing_first(row for row in agreements if renewal_due(row, today) or row.state_now == "expired")
    if not due:
        return None
    step = AGREEMENT.transition("review")
    offered = step is not None and due[0].state in step.sources
    return due[0], reverse("do", args=["agreements", due[0].pk, "review"]) if offered else ""
