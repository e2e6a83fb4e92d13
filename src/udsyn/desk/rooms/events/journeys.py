"""From the stops of an event to a delegation's way, day by day, and back."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils.translation import gettext as _

from udsyn.allocation.reading import CaseError
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events import delegation, hours, letters
from udsyn.desk.rooms.events.models import Event, Stop
from udsyn.desk.rooms.events.states import WANTED
from udsyn.packs import clock
from udsyn.packs.language import PackError


def minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def days(event: Event) -> dict[dt.date, delegation.Day]:
    """Each day of the journey as the planner reads it, with the stops that are still wanted on it."""
    found: dict[dt.date, tuple[int, int]] = {}
    for starts, ends in hours.blocks(event.hours, event.zone):
        leaves, _back = found.get(starts.date(), (minute(starts.time()), 0))
        found[starts.date()] = (leaves, minute(ends.time()))
    stops = list(event.stops.filter(state__in=WANTED).order_by("pk"))
    lat, lon = start_of(event, stops)
    return {
        day: delegation.Day(
            lat, lon, leaves, back, event.speed, event.parties, tuple(visit(one) for one in stops if one.day == day)
        )
        for day, (leaves, back) in found.items()
    }


def start_of(event: Event, stops: list[Stop]) -> tuple[float, float]:
    """Where the delegation sets out; the middle of its stops where nobody wrote it down."""
    if event.lat is not None and event.lon is not None:
        return event.lat, event.lon
    count = max(len(stops), 1)
    return sum(one.lat for one in stops) / count, sum(one.lon for one in stops) / count


def visit(row: Stop) -> delegation.Visit:
    return delegation.Visit(
        row.pk, row.lat, row.lon, minute(row.opens), minute(row.closes), row.minutes, row.value, row.must
    )


def may_plan(event: Event) -> Any:
    stops = event.stops.filter(state__in=WANTED)
    if not stops.exists():
        return _("Write down first whom the delegation could visit.")
    held = {starts.date() for starts, _ends in hours.blocks(event.hours, event.zone)}
    if lost := next((one for one in stops if one.day not in held), None):
        return _("%(stop)s is on a day that the event does not have.") % {"stop": lost}
    return None


def seal_of(event: Event) -> str:
    return hashlib.sha256(repr(sorted(days(event).items())).encode()).hexdigest()


def compute(event: Event, seconds: int) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The way of all days: what can be stored of the result, the stops with group and minute, and the trouble."""
    result: dict[str, Any] = {"status": "optimal", "value": 0.0, "bound": 0.0, "seconds": 0.0}
    made: dict[str, Any] = {}
    for day, asked in days(event).items():
        if not asked.visits:
            continue
        try:
            way = delegation.plan(asked, seconds)
        except CaseError as error:
            return {"status": "unknown"}, {}, str(error)
        result["seconds"] = round(result["seconds"] + way.seconds, 1)
        if way.status in ("infeasible", "unknown"):
            hosts = Stop.objects.filter(pk__in=way.clash).values_list("host", flat=True)
            return {"status": way.status, "seconds": result["seconds"]}, {}, f"{day}: {', '.join(hosts)}"
        result["status"] = way.status if way.status != "optimal" else result["status"]
        result["value"] += way.value or 0
        result["bound"] += way.bound or 0
        made |= {str(number): [party, at] for number, (party, at) in way.at.items()}
    return result, made, ""


def adopted(event: Event, made: dict[str, Any], actor: Actor) -> None:
    """Give each stop its group and time; those that no group reaches lose theirs. Hosts who agreed are told, and all
    who come where anything has changed."""
    before, changed = event.stops.filter(at__isnull=False).exists(), False
    for stop in event.stops.filter(state__in=WANTED):
        party, at = made.get(str(stop.pk), (None, None))
        when = None
        if at is not None:
            when = dt.datetime.combine(stop.day, dt.time(), event.here) + dt.timedelta(minutes=at)
        if (stop.party, stop.at) != (party, when):
            stored = Stop.objects.get(pk=stop.pk)
            stop.party, stop.at, stop.version = party, when, stop.version + 1
            kernel.write(stop, actor, "change", stored)
            letters.tell_host(stop)
            changed = True
    for row in event.attendees.filter(state="coming").order_by("pk") if changed else ():
        letters.programme(row, changed=before)


def holidays(event: Event) -> list[tuple[dt.date, str]]:
    """Days of the journey that are public holidays where it goes; none where they are not known."""
    if event.country is None:
        return []
    try:
        known = clock.calendar(event.country.code)
    except PackError:
        return []
    asked = {starts.date() for starts, _ends in hours.blocks(event.hours, event.zone)}
    return [(day, str(known[day])) for day in sorted(asked) if day in known]
