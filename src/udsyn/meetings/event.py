"""A matchmaking day as data: who is there, which meetings are wanted, and what the house allows.

`Event` is read from one JSON object (docs/meetings.md lists every field). Reading checks everything that can be wrong
with the file itself; whether the wishes fit together is the solver's question.
"""

from __future__ import annotations

import datetime as dt
import json
import zoneinfo
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from udsyn import zones
from udsyn.errors import UsageError

#: The largest event accepted: meetings, slots, and meetings × slots. A day of this size still solves in memory.
MOST_MEETINGS, MOST_SLOTS, MOST_CELLS = 3_000, 300, 60_000


class EventError(UsageError):
    """The event file cannot be used as it stands."""


class Priority(StrEnum):
    """How much a meeting is wanted. Only `must` meetings have to take place."""

    MUST = "must"
    LIKE = "like"
    RATHER_NOT = "rather_not"


@dataclass(frozen=True)
class Participant:
    id: str
    unavailable: frozenset[int] = frozenset()
    name: str = ""
    email: str = ""
    timezone: str = ""  # IANA name; the event's own where empty
    earliest: dt.time | None = None  # on the participant's own clock
    latest: dt.time | None = None
    lunch: bool = True  # whether the event's lunch rule holds for this participant

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True)
class Meeting:
    id: str
    participants: tuple[str, ...]
    session: str | None = None
    slot: int | None = None
    after: tuple[str, ...] = ()
    priority: Priority = Priority.MUST
    room: str | None = None  # a wish for one room


@dataclass(frozen=True)
class Room:
    id: str
    tables: int
    place: str = ""


@dataclass(frozen=True)
class Event:
    """One day. Slots are numbered from 1; `tables` meetings fit into a slot."""

    slots: int
    tables: int
    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    sessions: Mapping[str, frozenset[int]] = field(default_factory=dict)
    max_break_difference: int | None = None
    name: str = "Meetings"
    organizer: str = ""  # e-mail address that calendar invitations come from
    date: dt.date | None = None
    timezone: str = "Europe/Copenhagen"
    starts: tuple[dt.time, ...] = ()  # when each slot begins, on the event's clock
    minutes: int = 20  # length of a meeting
    rooms: tuple[Room, ...] = ()
    travel: Mapping[tuple[str, str], int] = field(default_factory=dict)  # whole slots needed between two places
    lunch: frozenset[int] = frozenset()  # everyone keeps one of these slots free
    max_streak: int | None = None  # most meetings in a row
    fair: bool = False  # raise the least-served participant first

    @property
    def plain(self) -> bool:
        """Whether the exact core covers the event: every meeting must take place and only breaks count."""
        return (
            all(meeting.priority is Priority.MUST for meeting in self.meetings)
            and not self.rooms
            and not self.lunch
            and self.max_streak is None
        )

    def musts(self) -> Event:
        """The event with only the meetings that have to take place."""
        kept = {meeting.id for meeting in self.meetings if meeting.priority is Priority.MUST}
        if len(kept) == len(self.meetings):
            return self
        return self.only(kept)

    def only(self, kept: Collection[str]) -> Event:
        """The event with these meetings only; precedences on others fall away."""
        meetings = tuple(
            replace(meeting, after=tuple(other for other in meeting.after if other in kept))
            for meeting in self.meetings
            if meeting.id in kept
        )
        return replace(self, meetings=meetings)

    @cached_property
    def by_id(self) -> dict[str, Meeting]:
        return {meeting.id: meeting for meeting in self.meetings}

    @cached_property
    def people(self) -> dict[str, Participant]:
        return {person.id: person for person in self.participants}

    @cached_property
    def meetings_of(self) -> dict[str, tuple[Meeting, ...]]:
        """Participant id → their meetings in file order; participants without a meeting have an empty tuple."""
        held: dict[str, list[Meeting]] = {person.id: [] for person in self.participants}
        for meeting in self.meetings:
            for person in meeting.participants:
                held[person].append(meeting)
        return {person: tuple(meetings) for person, meetings in held.items()}

    @cached_property
    def blocked(self) -> dict[str, frozenset[int]]:
        """Participant id → slots that are out: unavailable ones and those outside the hours on their own clock."""
        return {person.id: person.unavailable | self.out_of_hours(person) for person in self.participants}

    @cached_property
    def windows(self) -> dict[str, frozenset[int]]:
        """Meeting id → the slots that its session, its fixed slot and its participants leave open."""
        return {meeting.id: self.window(meeting) for meeting in self.meetings}

    def window(self, meeting: Meeting) -> frozenset[int]:
        wanted = self.sessions[meeting.session] if meeting.session is not None else frozenset(range(1, self.slots + 1))
        if meeting.slot is not None:
            wanted &= {meeting.slot}
        return wanted.difference(*(self.blocked[person] for person in meeting.participants))

    def out_of_hours(self, person: Participant) -> frozenset[int]:
        if person.earliest is None and person.latest is None:
            return frozenset()
        out = []
        for slot in range(1, self.slots + 1):
            start, end = (moment.time() for moment in self.times(slot, person))
            early = person.earliest is not None and start < person.earliest
            late = person.latest is not None and (end > person.latest or end < start)
            if early or late:
                out.append(slot)
        return frozenset(out)

    def times(self, slot: int, person: Participant | None = None) -> tuple[dt.datetime, dt.datetime]:
        """Start and end of a slot, on the participant's clock where one is given. Needs `date` and `starts`."""
        if self.date is None or not self.starts:
            raise EventError("the event has no clock: give `date` and `starts` to get times of day.")
        here = zoneinfo.ZoneInfo(self.timezone)
        start = dt.datetime.combine(self.date, self.starts[slot - 1], here)
        end = start + dt.timedelta(minutes=self.minutes)
        if person is None or not person.timezone:
            return start, end
        there = zoneinfo.ZoneInfo(person.timezone)
        return start.astimezone(there), end.astimezone(there)

    @property
    def has_clock(self) -> bool:
        return self.date is not None and bool(self.starts)


# ---------------------------------------------------------------------------------------------------------- reading


def read_event(path: Path) -> Event:
    """Read and check one event file. Raises EventError naming the file, the place in it and what to do."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise EventError(f"{path}: not a text file. An event is one JSON object in UTF-8.") from None
    if not text.strip():
        raise EventError(f"{path}: the file is empty. An event is one JSON object; docs/meetings.md shows one.")
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "nesting"
        raise EventError(f"{path}: not valid JSON ({where}). Correct the file and run again.") from None
    try:
        return parse_event(data)
    except EventError as error:
        raise EventError(f"{path}: {error}") from None


def parse_event(data: Any) -> Event:
    """An Event from the parsed JSON object. Raises EventError at the first thing that is wrong."""
    top = Fields(data, "the event")
    slots = top.whole("slots", least=1, most=MOST_SLOTS)
    date = top.parsed("date", dt.date.fromisoformat, "a date such as 2026-11-24")
    zone = top.parsed("timezone", known_zone, "an IANA time zone such as Europe/Copenhagen") or "Europe/Copenhagen"
    rooms = tuple(parse_room(item, place) for item, place in top.objects("rooms", "room"))
    unique((room.id for room in rooms), "room")
    tables = top.whole("tables", least=1, default=sum(room.tables for room in rooms) or None)
    sessions = parse_sessions(top, slots)
    participants = tuple(
        parse_participant(item, place, slots) for item, place in top.objects("participants", "participant", True)
    )
    unique((person.id for person in participants), "participant")
    wanted = top.objects("meetings", "meeting", required=True)
    if len(wanted) > MOST_MEETINGS or len(wanted) * slots > MOST_CELLS:
        raise EventError(
            f"{len(wanted):,} meetings in {slots} slots are more than one schedule takes (at most {MOST_MEETINGS:,} "
            f"meetings, and {MOST_CELLS:,} meetings × slots): split the event into days or halls and schedule each."
        )
    meetings = tuple(parse_meeting(item, place, slots) for item, place in wanted)
    unique((meeting.id for meeting in meetings), "meeting")
    event = Event(
        slots=slots,
        tables=tables,
        participants=participants,
        meetings=meetings,
        sessions=sessions,
        max_break_difference=top.whole("max_break_difference", least=0, default=None, optional=True),
        name=top.text("name") or "Meetings",
        organizer=top.text("organizer"),
        date=date,
        timezone=zone,
        starts=parse_starts(top, slots),
        minutes=top.whole("minutes", least=1, most=1440, default=20),
        rooms=rooms,
        travel=parse_travel(top, rooms),
        lunch=frozenset(top.slot_list("lunch", slots)),
        max_streak=top.whole("max_streak", least=1, default=None, optional=True),
        fair=top.flag("fair", False),
    )
    check_references(event)
    return event


def parse_participant(data: Any, place: str, slots: int) -> Participant:
    if isinstance(data, str):
        return Participant(data)
    item = Fields(data, place)
    id_ = item.id()
    item.place = f"participant {id_}"
    return Participant(
        id=id_,
        unavailable=frozenset(item.slot_list("unavailable", slots)),
        name=item.text("name"),
        email=item.text("email"),
        timezone=item.parsed("timezone", known_zone, "an IANA time zone such as Asia/Seoul") or "",
        earliest=item.parsed("earliest", dt.time.fromisoformat, "a time such as 08:00"),
        latest=item.parsed("latest", dt.time.fromisoformat, "a time such as 18:00"),
        lunch=item.flag("lunch", True),
    )


def parse_meeting(data: Any, place: str, slots: int) -> Meeting:
    item = Fields(data, place)
    id_ = item.id()
    item.place = f"meeting {id_}"
    people = tuple(item.names("participants"))
    if len(people) < 2:
        raise EventError(f"{item.place} has {len(people)} participants: a meeting needs at least two.")
    twice = [person for person, times in Counter(people).items() if times > 1]
    if twice:
        raise EventError(f"{item.place} names participant {twice[0]} twice: a meeting needs different people.")
    return Meeting(
        id=id_,
        participants=people,
        session=item.text("session") or None,
        slot=item.whole("slot", least=1, most=slots, default=None, optional=True),
        after=tuple(dict.fromkeys(item.names("after"))),
        priority=item.parsed("priority", Priority, "must, like or rather_not") or Priority.MUST,
        room=item.text("room") or None,
    )


def parse_room(data: Any, place: str) -> Room:
    item = Fields(data, place)
    return Room(id=item.id(), tables=item.whole("tables", least=1), place=item.text("place"))


def parse_sessions(top: Fields, slots: int) -> dict[str, frozenset[int]]:
    data = top.data.get("sessions") or {}
    if not isinstance(data, Mapping):
        raise EventError("`sessions` must be an object: session name → list of slots.")
    sessions = Fields(data, "`sessions`")
    return {name: frozenset(sessions.slot_list(name, slots)) for name in data}


def parse_starts(top: Fields, slots: int) -> tuple[dt.time, ...]:
    """`starts`: a time per slot, or the first slot's time (then `minutes` + `pause` apart)."""
    data = top.data.get("starts")
    if data is None:
        return ()
    try:
        if isinstance(data, str):
            first = dt.datetime.combine(dt.date(2000, 1, 1), dt.time.fromisoformat(data))
            step = top.whole("minutes", least=1, default=20) + top.whole("pause", least=0, default=0)
            moments = [first + dt.timedelta(minutes=step * index) for index in range(slots)]
            if moments[-1].date() != first.date():
                raise EventError(f"`starts` {data}: {slots} slots of {step} minutes run past midnight.")
            return tuple(moment.time() for moment in moments)
        starts = tuple(dt.time.fromisoformat(text) for text in data)
    except (TypeError, ValueError):
        raise EventError("`starts` must be a time such as 09:00, or a list with one time per slot.") from None
    if len(starts) != slots or list(starts) != sorted(set(starts)):
        raise EventError(f"`starts` must list {slots} rising times, one per slot.")
    return starts


def parse_travel(top: Fields, rooms: tuple[Room, ...]) -> dict[tuple[str, str], int]:
    """`travel`: a list of {from, to, slots}; the way back is the same unless given."""
    places = {room.place for room in rooms}
    travel: dict[tuple[str, str], int] = {}
    for data, place in top.objects("travel", "travel"):
        item = Fields(data, place)
        ends = item.text("from"), item.text("to")
        for end in ends:
            if end not in places:
                raise EventError(f"{place}: no room is at {end or 'an unnamed place'}. Places are named in `rooms`.")
        needed = item.whole("slots", least=0, most=MOST_SLOTS)
        travel[ends] = needed
        travel.setdefault(ends[::-1], needed)
    return travel


def known_zone(text: str) -> str:
    if text not in zones.names():
        raise ValueError(text)
    return text


def unique(ids: Iterable[str], what: str) -> None:
    for id_, times in Counter(ids).items():
        if times > 1:
            raise EventError(f"{what} {id_} is listed {times} times: ids must differ.")


def check_references(event: Event) -> None:
    """Every id that is used exists, and the precedences have no cycle."""
    rooms = {room.id for room in event.rooms}
    for meeting in event.meetings:
        for person in meeting.participants:
            if person not in event.people:
                raise EventError(f"meeting {meeting.id} names participant {person}, who is not in `participants`.")
        if meeting.session is not None and meeting.session not in event.sessions:
            known = ", ".join(event.sessions) or "none"
            raise EventError(f"meeting {meeting.id} is in session {meeting.session}; known sessions: {known}.")
        for other in meeting.after:
            if other not in event.by_id:
                raise EventError(f"meeting {meeting.id} must come after {other}, which is not in `meetings`.")
        if meeting.room is not None and meeting.room not in rooms:
            raise EventError(f"meeting {meeting.id} wants room {meeting.room}, which is not in `rooms`.")
    if event.rooms and event.tables > sum(room.tables for room in event.rooms):
        raise EventError("`tables` is more than the rooms hold together: correct one of the two.")
    if not event.has_clock:
        for someone in event.participants:
            if someone.earliest or someone.latest:
                raise EventError(f"participant {someone.id} has hours of the day; give the event `date` and `starts`.")
    try:
        tuple(TopologicalSorter({meeting.id: meeting.after for meeting in event.meetings}).static_order())
    except CycleError as error:
        circle = " after ".join(str(id_) for id_ in error.args[1])
        raise EventError(f"the precedences go round in a circle: {circle}. Drop one of them.") from None


@dataclass
class Fields:
    """One JSON object being read, and where it stands in the file."""

    data: Any
    place: str

    def __post_init__(self) -> None:
        if not isinstance(self.data, Mapping):
            raise EventError(f"{self.place} must be a JSON object, not {kind(self.data)}.")

    def whole(
        self, name: str, *, least: int, most: int | None = None, default: int | None = None, optional: bool = False
    ) -> Any:
        value = self.data.get(name)
        if value is None:
            if default is not None or optional:
                return default
            raise EventError(f"{self.place} has no `{name}`: give a whole number.")
        if isinstance(value, bool) or not isinstance(value, int):
            raise EventError(f"{self.place}: `{name}` must be a whole number, not {json.dumps(value)[:40]}.")
        if value < least or (most is not None and value > most):
            span = f"between {least} and {most}" if most is not None else f"at least {least}"
            raise EventError(f"{self.place}: `{name}` is {value}; it must be {span}.")
        return value

    def id(self) -> str:
        value = self.data.get("id")
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
            raise EventError(f"{self.place} has no `id`.")
        return str(value)

    def text(self, name: str) -> str:
        value = self.data.get(name)
        if value is None:
            return ""
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            raise EventError(f"{self.place}: `{name}` must be text, not {kind(value)}.")
        return str(value)

    def flag(self, name: str, default: bool) -> bool:
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            raise EventError(f"{self.place}: `{name}` must be true or false.")
        return value

    def parsed(self, name: str, read: Any, wanted: str) -> Any:
        value = self.text(name)
        if not value:
            return None
        try:
            return read(value)
        except ValueError:
            raise EventError(f"{self.place}: `{name}` is {value}; it must be {wanted}.") from None

    def items(self, name: str, required: bool = False) -> list[Any]:
        value = self.data.get(name)
        if value is None and not required:
            return []
        if not isinstance(value, list):
            raise EventError(f"{self.place}: `{name}` must be a list.")
        return value

    def objects(self, name: str, what: str, required: bool = False) -> list[tuple[Any, str]]:
        return [(item, f"{what} number {number}") for number, item in enumerate(self.items(name, required), 1)]

    def names(self, name: str) -> list[str]:
        for value in (values := self.items(name)):
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                raise EventError(f"{self.place}: `{name}` must list ids.")
        return [str(value) for value in values]

    def slot_list(self, name: str, slots: int) -> list[int]:
        values = self.items(name)
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= slots:
                raise EventError(f"{self.place}: `{name}` lists slot {json.dumps(value)[:40]}; slots run 1 to {slots}.")
        return values


def kind(value: Any) -> str:
    names = {type(None): "nothing", list: "a list", str: "text", bool: "true/false", int: "a number", float: "a number"}
    return names.get(type(value), type(value).__name__)
