"""Calendars of participants: one entry a meeting, which changes in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import formats, translation

from udsyn.desk.rooms.events.models import Attendee, Event, Stop, Talk
from udsyn.desk.tools.outbox import Attachment
from udsyn.desk.web import feeds

ALARM = dt.timedelta(minutes=10)


def talks_of(row: Attendee) -> list[Talk]:
    """A participant's meetings in their order, cancelled ones too."""
    held = Talk.objects.filter(event=row.event_id, a=row.pk) | Talk.objects.filter(event=row.event_id, b=row.pk)
    return list(held.select_related("a", "b", "hall", "event").order_by("slot", "pk"))


def stops_of(row: Attendee) -> list[Stop]:
    """The stops of a delegation at which a participant's group is, in their order; all where they have no group."""
    stops = row.event.stops.filter(at__isnull=False).exclude(state="dropped").order_by("at", "pk")
    return list(stops.filter(party=row.party) if row.party else stops)


def when_there(stop: Stop) -> str:
    """Begin and end of a visit on the clock of its place, such as `3 December 2026 09:30–10:15`."""
    assert stop.at is not None
    starts = stop.at.astimezone(stop.event.here)
    ends = starts + dt.timedelta(minutes=stop.minutes)
    return f"{formats.date_format(starts, 'DATE_FORMAT')} {starts:%H:%M}–{ends:%H:%M}"


def dates(row: Attendee) -> Iterator[feeds.Date]:
    """What a participant's calendar holds, each meeting and each stop once."""
    for talk in talks_of(row):
        yield entry(talk, row)
    yield from dates_of_delegation(row.event, row.party)


def entry(talk: Talk, row: Attendee) -> feeds.Date:
    """A meeting. Its UID never changes, its version rises with every change."""
    slots = talk.event.slots
    slot = slots[min(talk.slot, len(slots)) - 1]
    return feeds.Date(
        f"talk-{talk.pk}",
        f"{talk.other(row.pk).label} – {talk.event}",
        slot.starts,
        slot.ends,
        place=", ".join(filter(None, (f"{talk.hall}, {talk.table}", talk.event.place))),
        version=talk.version,
        cancelled=talk.state == "cancelled",
        changed=talk.changed,
        alarm=ALARM,
    )


def stop_entry(stop: Stop, party: int | None = None) -> feeds.Date:
    """A stop of a delegation. One that has lost its time, or has gone to another group, is cancelled."""
    at = stop.at or dt.datetime.combine(stop.day, stop.opens, stop.event.here)
    return feeds.Date(
        f"stop-{stop.pk}",
        f"{stop.host} – {stop.event}",
        at,
        at + dt.timedelta(minutes=stop.minutes),
        place=stop.place,
        version=stop.version,
        cancelled=stop.state == "dropped" or stop.at is None or party not in (None, stop.party),
        changed=stop.changed,
        alarm=dt.timedelta(minutes=30),
    )


def dates_of_delegation(event: Event, party: int | None = None) -> Iterator[feeds.Date]:
    """The stops that have or had a time; of another group those only that have moved, for they may have been here."""
    for stop in event.stops.select_related("event"):
        if stop.published and (party in (None, stop.party) or stop.version > 1):
            yield stop_entry(stop, party)


def attachments(row: Attendee) -> list[Attachment]:
    """What a mail brings: a file with what stands, and one that takes back what does not."""
    with translation.override(row.language):
        name = str(row.event)
        found = list(dates(row))
    standing = [date for date in found if not date.cancelled]
    gone = [date for date in found if date.cancelled and date.version > 0]
    made: list[Attachment] = []
    for what, method, file in ((standing, "PUBLISH", "programme"), (gone, "CANCEL", "cancelled")):
        if what:
            kind = f"text/calendar; method={method}; charset=utf-8"
            made.append((f"{file}.ics", feeds.render(what, name, method), kind))
    return made
