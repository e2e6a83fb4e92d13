"""Calendar feeds: what has a date and is seen by the owner of the feed's secret address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from udsyn.desk.kernel import queues
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.tools.texts import one_line
from udsyn.desk.web.requests import HttpRequest

if TYPE_CHECKING:  # long to load: where an entry is written
    from icalendar import Alarm, Event


@dataclass(frozen=True)
class Date:
    """An entry of a calendar. `uid` stays the same for ever, so that a change or a cancellation replaces it.

    `alarm` is how long before it begins a telephone rings.
    """

    uid: str
    title: str
    starts: dt.datetime | dt.date
    ends: dt.datetime | dt.date | None = None
    place: str = ""
    text: str = ""
    version: int = 0
    cancelled: bool = False
    changed: dt.datetime | None = None
    alarm: dt.timedelta | None = None


def render(dates: Iterable[Date], name: str, method: str = "PUBLISH") -> bytes:
    """An iCalendar file (RFC 5545) with full time zone definitions."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Udsyn//Desk//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    for date in dates:
        try:
            calendar.add_component(entry(date))
        except (ValueError, OverflowError) as error:  # a day that no calendar holds; the others stay
            queues.told(date.uid, error)
    calendar.add_missing_timezones()
    return calendar.to_ical()


#: who may keep a calendar, and how many seconds
PUBLIC, OWN = "public, max-age=3600", "private, max-age=900"


def answer(dates: Iterable[Date], name: str, file: str, kept: str = PUBLIC) -> HttpResponse:
    """A calendar to subscribe to, as `FILE.ics`; `kept` says who may keep it, and how long."""
    return HttpResponse(
        render(dates, name),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{file}.ics"',
            "Cache-Control": kept,
        },
    )


def entry(date: Date) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{date.uid}@udsyn")
    event.add("summary", one_line(date.title))
    event.add("dtstart", local(date.starts))
    if date.ends:
        event.add("dtend", local(date.ends))
    event.add("dtstamp", (date.changed or timezone.now()).astimezone(dt.UTC))
    event.add("sequence", date.version)
    if date.place:
        event.add("location", one_line(date.place))
    if date.text:
        event.add("description", "\n".join(map(one_line, date.text.splitlines())))
    event.add("status", "CANCELLED" if date.cancelled else "CONFIRMED")
    if date.alarm and not date.cancelled:
        event.add_component(ring(date.alarm, event["summary"]))
    return event


def ring(before: dt.timedelta, words: str) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -before)
    return alarm


def local(moment: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return timezone.localtime(moment) if isinstance(moment, dt.datetime) else moment


@login_not_required
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The feed of one user. Its address is the key; a new one is made on the account page."""
    user = get_object_or_404(get_user_model().objects.filter(is_active=True), calendar_key=key)
    actor = actor_of(user, timezone.localdate())
    dates = queues.gathered([find for room in rooms() for find in room.feeds], actor)
    return answer(dates, "Udsyn", "udsyn", OWN)
