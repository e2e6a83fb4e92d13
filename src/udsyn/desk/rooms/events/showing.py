"""What everybody may know of events, and what they add to the story of a partner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Moment, Shown
from udsyn.desk.rooms.events.models import Event
from udsyn.desk.rooms.events.states import SHOWN
from udsyn.desk.rooms.parties.models import Country


def events() -> Iterator[Shown]:
    """Events with a public page; those that take registrations are open until the end of the last day for it."""
    for row in Event.objects.filter(public=True, state__in=SHOWN).select_related("country"):
        codes = (row.country.code,) if row.country else ()
        closes = end_of(row) if row.takes_registrations else None
        url, words = reverse("event", args=[row.pk]), f"{row.place} {row.about or ''}"
        yield Shown(row.get_kind_of_display(), str(row), url, codes, None, closes, words)


def end_of(row: Event) -> dt.datetime:
    """The end of the last day of registration, on the event's own clock."""
    return dt.datetime.combine(row.closes_on or row.last_day, dt.time(23, 59, 59), ZoneInfo(row.zone))


@kept
def with_partner(actor: Actor, *, given: int) -> Any:
    seen = Event.objects.visible_to(actor).filter(country=given).exclude(state="cancelled")
    return seen.only("first_day", "kind_of", "title")


def of_partner(country: Country, actor: Actor) -> Iterator[Moment]:
    """Events with the partner that the reader sees, on their first day."""
    resource = RESOURCES["event"]
    for row in with_partner(actor, given=country.pk):
        yield Moment(row.first_day, row.get_kind_of_display(), str(row), resource.url(row))
