"""A schedule for people: CSV, a calendar file per participant, printable pages and a picture of the day."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import icalendar
import jinja2

from udsyn.errors import UdsynError
from udsyn.meetings.check import breaks_by_participant, check
from udsyn.meetings.event import Event, Meeting, Participant

TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("udsyn.meetings"),
    autoescape=jinja2.select_autoescape(default=True, default_for_string=True),
    trim_blocks=True,
    lstrip_blocks=True,
)
COLUMNS = ("slot", "start", "end", "room", "table", "meeting", "participants")


@dataclass(frozen=True)
class Stand:
    """One meeting where it stands: slot, room (where the event has rooms) and table number."""

    meeting: Meeting
    slot: int
    room: str
    table: int


def publish(
    event: Event,
    schedule: Mapping[str, int],
    folder: Path,
    rooms: Mapping[str, str] | None = None,
    before: Mapping[str, int] | None = None,
    sequence: int = 0,
    stamp: dt.datetime | None = None,
) -> list[Path]:
    """Write everything into `folder` and return what was written. Calendars need the event's `date` and `starts`.

    `before` is the schedule sent earlier: its meetings that no longer stand are cancelled in the calendars. `sequence`
    is the number of this version (0 for the first), `stamp` the moment it was made (now).
    """
    schedule = {id_: slot for id_, slot in schedule.items() if id_ in event.by_id}
    cancelled = (before or {}).keys() - schedule.keys()
    wrong = check(event.only(event.by_id.keys() - cancelled), schedule, rooms=rooms)
    if wrong:
        raise UdsynError(
            f"the schedule is not sound: {wrong[0]} Correct it (`udsyn meetings replan`) before it goes out."
        )
    stands = seat(event, schedule, rooms or {})
    stamp = stamp or dt.datetime.now(dt.UTC)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "schedule.csv": as_csv(event, stands).encode(),
        "participants.html": participants_page(event, stands).encode(),
        "tables.html": tables_page(event, stands).encode(),
        "day.svg": picture(event, stands).encode(),
    }
    if event.has_clock:
        files |= calendars(event, stands, before or {}, sequence, stamp)
    paths = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return paths


def seat(event: Event, schedule: Mapping[str, int], rooms: Mapping[str, str]) -> list[Stand]:
    """Give each meeting a table, where possible the one at which one of its people sat before."""
    stands: list[Stand] = []
    last: dict[tuple[str, str], int] = {}  # participant, room → table
    places = {room.id: room.tables for room in event.rooms} or {"": event.tables}
    for slot in range(1, event.slots + 1):
        free = {room: set(range(1, tables + 1)) for room, tables in places.items()}
        here = [event.by_id[id_] for id_ in event.by_id if schedule.get(id_) == slot]
        known = {
            meeting.id: [last[key] for one in meeting.participants if (key := (one, rooms.get(meeting.id, ""))) in last]
            for meeting in here
        }
        for meeting in sorted(here, key=lambda meeting: not known[meeting.id]):
            room = rooms.get(meeting.id, "")
            table = next((table for table in known[meeting.id] if table in free[room]), None) or min(free[room])
            free[room].discard(table)
            last |= {(one, room): table for one in meeting.participants}
            stands.append(Stand(meeting, slot, room, table))
    return stands


def as_csv(event: Event, stands: list[Stand]) -> str:
    """A row per meeting; cells that a spreadsheet would run as a formula are quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for stand in stands:
        start, end = clock(event, stand.slot)
        names = "; ".join(event.people[person].label for person in stand.meeting.participants)
        row = (stand.slot, start, end, stand.room, stand.table, stand.meeting.id, names)
        writer.writerow([f"'{cell}" if str(cell).startswith(("=", "+", "-", "@")) else cell for cell in row])
    return out.getvalue()


def clock(event: Event, slot: int, person: Participant | None = None) -> tuple[str, str]:
    """Start and end of a slot as text, on the participant's clock; empty for events without a clock."""
    if not event.has_clock:
        return "", ""
    start, end = event.times(slot, person)
    return f"{start:%H:%M}", f"{end:%H:%M}"


# ------------------------------------------------------------------------------------------------------------- pages


def participants_page(event: Event, stands: list[Stand]) -> str:
    sheets = []
    for person in event.participants:
        mine = {stand.slot: stand for stand in stands if person.id in stand.meeting.participants}
        if not mine:
            continue
        rows = [
            {
                "slot": slot,
                "time": "–".join(filter(None, clock(event, slot, person))),
                "stand": mine.get(slot),
                "with": others(event, mine[slot].meeting, person) if slot in mine else "",
            }
            for slot in range(min(mine), max(mine) + 1)
        ]
        zone = person.timezone or event.timezone
        sheets.append({"title": person.label, "rows": rows, "zone": zone if event.has_clock else ""})
    return TEMPLATES.get_template("sheets.html").render(event=event, sheets=sheets, by="participant")


def tables_page(event: Event, stands: list[Stand]) -> str:
    sheets = []
    for room, table in sorted({(stand.room, stand.table) for stand in stands}):
        rows = [
            {
                "slot": stand.slot,
                "time": "–".join(filter(None, clock(event, stand.slot))),
                "stand": stand,
                "with": others(event, stand.meeting),
            }
            for stand in stands
            if (stand.room, stand.table) == (room, table)
        ]
        title = f"{room}, table {table}" if room else f"Table {table}"
        sheets.append({"title": title, "rows": rows, "zone": event.timezone if event.has_clock else ""})
    return TEMPLATES.get_template("sheets.html").render(event=event, sheets=sheets, by="table")


def others(event: Event, meeting: Meeting, person: Participant | None = None) -> str:
    people = [event.people[one].label for one in meeting.participants if person is None or one != person.id]
    return (", " if person is not None else " · ").join(people)


def picture(event: Event, stands: list[Stand]) -> str:
    """The day as SVG: a row per participant, a column per slot; meetings filled, breaks marked, closed slots grey."""
    busy: dict[str, dict[int, Stand]] = {person.id: {} for person in event.participants}
    for stand in stands:
        for one in stand.meeting.participants:
            busy[one][stand.slot] = stand
    breaks = breaks_by_participant(event, {stand.meeting.id: stand.slot for stand in stands})
    people = sorted(
        (person for person in event.participants if busy[person.id]),
        key=lambda person: (min(busy[person.id]), -len(busy[person.id]), person.id),
    )
    rows = [
        {"label": person.label, "breaks": breaks[person.id], "cells": list(cells(event, person, busy[person.id]))}
        for person in people
    ]
    heads = [clock(event, slot)[0] or str(slot) for slot in range(1, event.slots + 1)]
    return TEMPLATES.get_template("day.svg").render(event=event, rows=rows, heads=heads, breaks=sum(breaks.values()))


def cells(event: Event, person: Participant, mine: Mapping[int, Stand]) -> Iterator[dict[str, str]]:
    for slot in range(1, event.slots + 1):
        if slot in mine:
            yield {"kind": "met", "text": mine[slot].meeting.id, "title": others(event, mine[slot].meeting, person)}
        elif min(mine) < slot < max(mine):
            yield {"kind": "break", "text": "", "title": "break"}
        elif slot in event.blocked[person.id]:
            yield {"kind": "closed", "text": "", "title": "not available"}
        else:
            yield {"kind": "free", "text": "", "title": "free"}


# --------------------------------------------------------------------------------------------------------- calendars


def calendars(
    event: Event, stands: list[Stand], before: Mapping[str, int], sequence: int, stamp: dt.datetime
) -> dict[str, bytes]:
    """File name → iCalendar bytes, one file per participant, and one more for those with cancelled meetings."""
    files = {}
    standing = {stand.meeting.id for stand in stands}
    for number, person in enumerate(event.participants, 1):
        name = f"calendars/{number:03d}-{re.sub(r'[^A-Za-z0-9_-]+', '-', person.id)}"
        mine = [stand for stand in stands if person.id in stand.meeting.participants]
        if mine:
            entries = [entry(event, stand.meeting, stand.slot, sequence, stamp, seat=stand) for stand in mine]
            files[f"{name}.ics"] = calendar(event, "REQUEST" if event.organizer else "PUBLISH", entries)
        gone = [
            event.by_id[id_]
            for id_ in before
            if id_ not in standing and id_ in event.by_id and person.id in event.by_id[id_].participants
        ]
        if gone:
            entries = [entry(event, meeting, before[meeting.id], sequence, stamp) for meeting in gone]
            files[f"{name}-cancelled.ics"] = calendar(event, "CANCEL", entries)
    return files


def calendar(event: Event, method: str, entries: list[icalendar.Event]) -> bytes:
    found = icalendar.Calendar()
    found.add("prodid", "-//Udsyn//Meetings//EN")
    found.add("version", "2.0")
    found.add("method", method)
    found.add("x-wr-calname", event.name)
    for one in entries:
        found.add_component(one)
    found.add_missing_timezones()
    return bytes(found.to_ical())


def entry(
    event: Event, meeting: Meeting, slot: int, sequence: int, stamp: dt.datetime, seat: Stand | None = None
) -> icalendar.Event:
    """One meeting. The UID depends on event and meeting only, so that a later version replaces an earlier one."""
    start, end = event.times(slot)
    found = icalendar.Event()
    found.add("uid", f"{slug(meeting.id)}.{start:%Y%m%d}.{slug(event.name)}@meetings.udsyn.invalid")
    found.add("sequence", sequence)
    found.add("dtstamp", stamp)
    found.add("dtstart", start)
    found.add("dtend", end)
    found.add("summary", f"{event.name}: {others(event, meeting)}")
    found.add("status", "CONFIRMED" if seat else "CANCELLED")
    if seat:
        found.add("location", f"{seat.room}, table {seat.table}" if seat.room else f"Table {seat.table}")
    if event.organizer:
        found.add("organizer", icalendar.vCalAddress(f"mailto:{event.organizer}"))
    for person in meeting.participants:
        if email := event.people[person].email:
            attendee = icalendar.vCalAddress(f"mailto:{email}")
            attendee.params["CN"] = event.people[person].label
            found.add("attendee", attendee, encode=0)
    return found


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"
