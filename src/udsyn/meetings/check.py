"""The independent checker: reads an event and a schedule and lists every rule that is broken.

It shares no code with the solvers: everything is recomputed from the event's own fields, one rule a function.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from udsyn.meetings.event import Event, Meeting, Priority

Schedule = Mapping[str, int]


def check(
    event: Event, schedule: Schedule, breaks: int | None = None, rooms: Mapping[str, str] | None = None
) -> list[str]:
    """Everything wrong with a schedule (meeting id → slot), in words; an empty list when it is sound.

    `breaks`, where given, must be the true total; `rooms` (meeting id → room) is needed for events with rooms.
    """
    wrong = [
        *unknown_or_missing(event, schedule),
        *(problem for meeting in held(event, schedule) for problem in meeting_rules(event, meeting, schedule)),
        *double_bookings(event, schedule),
        *full_slots(event, schedule),
        *uneven_breaks(event, schedule),
        *lunches(event, schedule),
        *streaks(event, schedule),
        *(room_rules(event, schedule, rooms or {}) if event.rooms else ()),
    ]
    if breaks is not None and not wrong and breaks != (true := count_breaks(event, schedule)):
        wrong.append(f"{breaks} breaks are claimed, the schedule has {true}.")
    return wrong


def count_breaks(event: Event, schedule: Schedule) -> int:
    """Total number of breaks: idle runs of slots between two meetings of one participant."""
    return sum(breaks_by_participant(event, schedule).values())


def breaks_by_participant(event: Event, schedule: Schedule) -> dict[str, int]:
    breaks = {}
    for person, slots in busy(event, schedule).items():
        breaks[person] = sum(1 for earlier, later in pairwise(slots) if later - earlier > 1)
    return breaks


def busy(event: Event, schedule: Schedule) -> dict[str, list[int]]:
    """Participant id → the slots in which they meet, in order."""
    slots: dict[str, list[int]] = {person.id: [] for person in event.participants}
    for meeting in held(event, schedule):
        for person in meeting.participants:
            slots[person].append(schedule[meeting.id])
    return {person: sorted(times) for person, times in slots.items()}


def held(event: Event, schedule: Schedule) -> list[Meeting]:
    return [meeting for meeting in event.meetings if meeting.id in schedule]


def unknown_or_missing(event: Event, schedule: Schedule) -> Iterator[str]:
    known = {meeting.id for meeting in event.meetings}
    for id_ in schedule:
        if id_ not in known:
            yield f"meeting {id_} is scheduled but not in the event."
    for meeting in event.meetings:
        if meeting.priority is Priority.MUST and meeting.id not in schedule:
            yield f"meeting {meeting.id} is not scheduled."


def meeting_rules(event: Event, meeting: Meeting, schedule: Schedule) -> Iterator[str]:
    slot = schedule[meeting.id]
    if not 1 <= slot <= event.slots:
        yield f"meeting {meeting.id} is in slot {slot}; slots run 1 to {event.slots}."
        return
    if meeting.slot is not None and slot != meeting.slot:
        yield f"meeting {meeting.id} is fixed in slot {meeting.slot} but stands in {slot}."
    if meeting.session is not None and slot not in event.sessions[meeting.session]:
        yield f"meeting {meeting.id} stands in slot {slot}, outside session {meeting.session}."
    for person in event.participants:
        if person.id in meeting.participants:
            if slot in person.unavailable:
                yield f"participant {person.id} is not available in slot {slot} (meeting {meeting.id})."
            elif slot in event.out_of_hours(person):
                yield f"slot {slot} is outside the hours of participant {person.id} (meeting {meeting.id})."
    for other in meeting.after:
        if other in schedule and schedule[other] >= slot:
            yield f"meeting {meeting.id} (slot {slot}) must come after {other} (slot {schedule[other]})."


def double_bookings(event: Event, schedule: Schedule) -> Iterator[str]:
    for person, slots in busy(event, schedule).items():
        for slot, times in Counter(slots).items():
            if times > 1:
                yield f"participant {person} has {times} meetings in slot {slot}."


def full_slots(event: Event, schedule: Schedule) -> Iterator[str]:
    for slot, meetings in sorted(Counter(schedule.values()).items()):
        if meetings > event.tables:
            yield f"slot {slot} holds {meetings} meetings for {event.tables} tables."


def uneven_breaks(event: Event, schedule: Schedule) -> Iterator[str]:
    breaks = breaks_by_participant(event, schedule)
    if event.max_break_difference is None or not breaks:
        return
    most, least = max(breaks, key=breaks.__getitem__), min(breaks, key=breaks.__getitem__)
    if breaks[most] - breaks[least] > event.max_break_difference:
        yield (
            f"participant {most} has {breaks[most]} breaks and {least} has {breaks[least]}; "
            f"they may differ by {event.max_break_difference}."
        )


def lunches(event: Event, schedule: Schedule) -> Iterator[str]:
    if not event.lunch:
        return
    slots = busy(event, schedule)
    for person in event.participants:
        if person.lunch and event.lunch <= set(slots[person.id]):
            yield f"participant {person.id} has no free slot for lunch."


def streaks(event: Event, schedule: Schedule) -> Iterator[str]:
    if event.max_streak is None:
        return
    for person, slots in busy(event, schedule).items():
        taken = set(slots)
        for slot in slots:
            if all(slot + step in taken for step in range(event.max_streak + 1)):
                yield f"participant {person} has more than {event.max_streak} meetings in a row from slot {slot}."
                break


def room_rules(event: Event, schedule: Schedule, rooms: Mapping[str, str]) -> Iterator[str]:
    by_id = {room.id: room for room in event.rooms}
    load: Counter[tuple[str, int]] = Counter()
    stops: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for meeting in held(event, schedule):
        room = rooms.get(meeting.id)
        if room is None or room not in by_id:
            yield f"meeting {meeting.id} has no room."
            continue
        if meeting.room is not None and meeting.room != room:
            yield f"meeting {meeting.id} is in room {room} but wants {meeting.room}."
        load[room, schedule[meeting.id]] += 1
        for person in meeting.participants:
            stops[person].append((schedule[meeting.id], by_id[room].place))
    for (room, slot), meetings in sorted(load.items()):
        if meetings > by_id[room].tables:
            yield f"room {room} holds {meetings} meetings in slot {slot} for {by_id[room].tables} tables."
    for person, visits in stops.items():
        visits.sort()
        for (leave, here), (arrive, there) in pairwise(visits):
            needed = event.travel.get((here, there), 0) if here != there else 0
            if arrive - leave - 1 < needed:
                yield (
                    f"participant {person} needs {needed} slots from {here} to {there} "
                    f"but has {arrive - leave - 1} (slots {leave} and {arrive})."
                )
