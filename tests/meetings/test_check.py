"""The checker, against schedules whose faults were put in by hand: each rule is broken alone, just so, and just not."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from udsyn.meetings import check, count_breaks, parse_event


def people(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"id": name} | more.get(name, {}) for name in names]


def event(meetings: list[dict[str, Any]] | None = None, **changes: Any) -> Any:
    """Four people, two meetings (A with B, C with D), four slots, two tables."""
    plain = [{"id": "M1", "participants": ["A", "B"]}, {"id": "M2", "participants": ["C", "D"]}]
    core = {"slots": 4, "tables": 2, "participants": people("A", "B", "C", "D"), "meetings": meetings or plain}
    return parse_event(core | changes)


#: what is told of a schedule; nothing where it is sound
CASES = [
    (event(), {"M1": 1, "M2": 1}, []),
    (event(tables=1), {"M1": 1, "M2": 1}, ["slot 1 holds 2 meetings for 1 tables."]),
    (event(tables=1), {"M1": 1, "M2": 2}, []),
    (event(), {"M1": 1}, ["meeting M2 is not scheduled."]),
    (event(), {"M1": 1, "M2": 2, "M9": 3}, ["meeting M9 is scheduled but not in the event."]),
    (event(), {"M1": 4, "M2": 1}, []),
    (event(), {"M1": 5, "M2": 1}, ["meeting M1 is in slot 5; slots run 1 to 4."]),
    (event(), {"M1": 0, "M2": 1}, ["meeting M1 is in slot 0; slots run 1 to 4."]),
    (
        event(participants=people("A", "B", "C", "D", A={"unavailable": [2]})),
        {"M1": 2, "M2": 1},
        ["participant A is not available in slot 2 (meeting M1)."],
    ),
    (event(participants=people("A", "B", "C", "D", A={"unavailable": [2]})), {"M1": 1, "M2": 2}, []),
    (
        event([{"id": "M1", "participants": ["A", "B"]}, {"id": "M2", "participants": ["A", "C"]}]),
        {"M1": 1, "M2": 1},
        ["participant A has 2 meetings in slot 1."],
    ),
    (
        event([{"id": "M1", "participants": ["A", "B"], "slot": 3}]),
        {"M1": 2},
        ["meeting M1 is fixed in slot 3 but stands in 2."],
    ),
    (event([{"id": "M1", "participants": ["A", "B"], "slot": 3}]), {"M1": 3}, []),
    (
        event([{"id": "M1", "participants": ["A", "B"], "session": "late"}], sessions={"late": [3, 4]}),
        {"M1": 2},
        ["meeting M1 stands in slot 2, outside session late."],
    ),
    (event([{"id": "M1", "participants": ["A", "B"], "session": "late"}], sessions={"late": [3, 4]}), {"M1": 3}, []),
]
AFTER = [{"id": "M1", "participants": ["A", "B"]}, {"id": "M2", "participants": ["C", "D"], "after": ["M1"]}]
CASES += [
    (event(AFTER), {"M1": 2, "M2": 2}, ["meeting M2 (slot 2) must come after M1 (slot 2)."]),
    (event(AFTER), {"M1": 3, "M2": 2}, ["meeting M2 (slot 2) must come after M1 (slot 3)."]),
    (event(AFTER), {"M1": 2, "M2": 3}, []),
]


@pytest.mark.parametrize(("given", "schedule", "told"), CASES)
def test_a_fault_is_told_and_a_sound_schedule_is_not(given: Any, schedule: dict[str, int], told: list[str]) -> None:
    assert check(given, schedule) == told


def meets_b_and_c(**changes: Any) -> Any:
    """A meets B, then C."""
    return event([{"id": "M1", "participants": ["A", "B"]}, {"id": "M2", "participants": ["A", "C"]}], **changes)


@pytest.mark.parametrize(("first", "second"), [pair for pair in product(range(1, 5), repeat=2) if pair[0] != pair[1]])
def test_a_break_is_an_idle_run_between_two_meetings(first: int, second: int) -> None:
    idle = abs(first - second) > 1
    schedule = {"M1": first, "M2": second}
    assert count_breaks(meets_b_and_c(), schedule) == idle
    assert check(meets_b_and_c(), schedule, breaks=int(idle)) == []
    assert check(meets_b_and_c(), schedule, breaks=2) == [f"2 breaks are claimed, the schedule has {int(idle)}."]
    assert check(meets_b_and_c(), schedule, breaks=1 - idle) == [
        f"{1 - idle} breaks are claimed, the schedule has {int(idle)}."
    ]
    uneven = ["participant A has 1 breaks and B has 0; they may differ by 0."] if idle else []
    assert check(meets_b_and_c(max_break_difference=0), schedule) == uneven
    assert check(meets_b_and_c(max_break_difference=1), schedule) == []


def test_a_row_of_meetings_is_at_most_as_long_as_was_said() -> None:
    three = [{"id": f"M{n}", "participants": ["A", other]} for n, other in enumerate("BCD", 1)]
    told = ["participant A has more than 2 meetings in a row from slot 2."]
    assert check(event(three, max_streak=2), {"M1": 2, "M2": 3, "M3": 4}) == told
    assert check(event(three, max_streak=2), {"M1": 1, "M2": 2, "M3": 4}) == []
    assert check(event(three, max_streak=3), {"M1": 2, "M2": 3, "M3": 4}) == []


ROOMS = [{"id": "R1", "tables": 1, "place": "North"}, {"id": "R2", "tables": 2, "place": "South"}]
WALK = [{"from": "North", "to": "South", "slots": 1}]
LUNCH = event([{"id": f"M{n}", "participants": ["A", other]} for n, other in enumerate("BC", 1)], lunch=[2, 3])


@pytest.mark.parametrize(
    ("changes", "schedule", "rooms", "told"),
    [
        ({}, {"M1": 1, "M2": 1}, {"M1": "R1", "M2": "R2"}, []),
        ({}, {"M1": 1, "M2": 2}, {"M1": "R1", "M2": "R1"}, []),
        ({}, {"M1": 1, "M2": 1}, {"M1": "R1", "M2": "R1"}, ["room R1 holds 2 meetings in slot 1 for 1 tables."]),
        ({}, {"M1": 1, "M2": 1}, {"M1": "R2", "M2": "R2"}, []),
        ({}, {"M1": 1, "M2": 1}, {"M2": "R2"}, ["meeting M1 has no room."]),
        ({}, {"M1": 1, "M2": 1}, {"M1": "R9", "M2": "R2"}, ["meeting M1 has no room."]),
        ({}, {"M1": 1, "M2": 1}, None, ["meeting M1 has no room.", "meeting M2 has no room."]),
        ({"room": "R2"}, {"M1": 1, "M2": 1}, {"M1": "R2", "M2": "R1"}, []),
        (
            {"room": "R2"},
            {"M1": 1, "M2": 1},
            {"M1": "R1", "M2": "R2"},
            ["meeting M1 is in room R1 but wants R2."],
        ),
    ],
)
def test_rooms_hold_what_they_hold(changes: Any, schedule: Any, rooms: Any, told: list[str]) -> None:
    meetings = [{"id": "M1", "participants": ["A", "B"]} | changes, {"id": "M2", "participants": ["C", "D"]}]
    assert check(event(meetings, rooms=ROOMS), schedule, rooms=rooms) == told


@pytest.mark.parametrize(("first", "second"), [pair for pair in product(range(1, 5), repeat=2) if pair[0] != pair[1]])
def test_people_need_time_to_walk(first: int, second: int) -> None:
    """One slot between North and South, either way round; none between rooms of one place."""
    given, schedule = meets_b_and_c(rooms=ROOMS, travel=WALK), {"M1": first, "M2": second}
    here, there = ("North", "South") if first < second else ("South", "North")
    early, late = sorted((first, second))
    told = f"participant A needs 1 slots from {here} to {there} but has 0 (slots {early} and {late})."
    assert check(given, schedule, rooms={"M1": "R1", "M2": "R2"}) == ([told] if late - early == 1 else [])
    assert check(given, schedule, rooms={"M1": "R2", "M2": "R2"}) == []
    assert check(meets_b_and_c(rooms=ROOMS), schedule, rooms={"M1": "R1", "M2": "R2"}) == []


def test_a_slot_for_lunch_stays_free() -> None:
    assert check(LUNCH, {"M1": 2, "M2": 3}) == ["participant A has no free slot for lunch."]
    assert check(LUNCH, {"M1": 1, "M2": 3}) == check(LUNCH, {"M1": 1, "M2": 4}) == []
    meetings = [{"id": f"M{n}", "participants": ["A", other]} for n, other in enumerate("BC", 1)]
    fasting = event(meetings, lunch=[2, 3], participants=people("A", "B", "C", "D", A={"lunch": False}))
    assert check(fasting, {"M1": 2, "M2": 3}) == []
    assert check(event(meetings), {"M1": 2, "M2": 3}) == [], "without a rule nobody has to eat"


def test_only_what_must_be_has_to_be_and_order_binds_what_is_held() -> None:
    likes = [{"id": "M1", "participants": ["A", "B"], "priority": "like"}, {"id": "M2", "participants": ["C", "D"]}]
    assert check(event(likes), {"M2": 1}) == []
    after = [likes[0], likes[1] | {"after": ["M1"]}]
    assert check(event(after), {"M2": 1}) == []
    assert check(event(after), {"M1": 1, "M2": 1}) == ["meeting M2 (slot 1) must come after M1 (slot 1)."]


def test_hours_are_kept_on_the_clock_of_the_participant() -> None:
    """Slots of an hour from 09:00 in Copenhagen; who works from 10 cannot come to the first."""
    clock = {"date": "2026-06-01", "starts": ["09:00", "10:00", "11:00", "12:00"]}
    hours = {"earliest": "10:00", "latest": "18:00"}
    given = event(participants=people("A", "B", "C", "D", A=hours), **clock)
    assert check(given, {"M1": 1, "M2": 1}) == ["slot 1 is outside the hours of participant A (meeting M1)."]
    assert check(given, {"M1": 2, "M2": 1}) == []


def test_a_claim_is_judged_of_sound_schedules_only() -> None:
    """A schedule that breaks a rule is told that, not how many breaks it has."""
    assert check(event(tables=1), {"M1": 1, "M2": 1}, breaks=7) == ["slot 1 holds 2 meetings for 1 tables."]


def test_the_checker_needs_no_more_than_participants() -> None:
    assert count_breaks(event(), {}) == 0
    assert check(event(max_break_difference=0), {"M1": 1, "M2": 2}) == []
