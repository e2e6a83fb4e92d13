"""What a real day needs beyond the exact core, and what happens after the schedule is confirmed."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from tests.meetings.days import day, fewest_breaks, tiny_events

from udsyn.errors import UsageError
from udsyn.meetings import check, count_breaks, pages, parse_event, schedule_event
from udsyn.meetings.check import busy
from udsyn.meetings.day import schedule_day
from udsyn.meetings.event import Event
from udsyn.meetings.replan import replan

CLOCK = {"name": "Days in Seoul", "date": "2026-11-24", "timezone": "Asia/Seoul", "starts": "09:00", "minutes": 20}


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=tiny_events())
def test_the_day_model_agrees_with_brute_force(data: dict[str, Any]) -> None:
    event = parse_event(data)
    answer, best = schedule_day(event, 30), fewest_breaks(event)
    assert (answer.status, answer.breaks) == (("infeasible", None) if best is None else ("optimal", best))
    assert best is None or check(event, answer.schedule, breaks=best) == []


def small(people: str, wishes: dict[str, str], **fields: Any) -> Event:
    """One letter a participant; meeting id → its participants."""
    meetings = [{"id": id_, "participants": list(who)} for id_, who in wishes.items()]
    for meeting in meetings:
        meeting |= fields.get("each", {}).get(meeting["id"], {})
    own = {name: value for name, value in fields.items() if name != "each"}
    base = {"slots": 4, "tables": 2, "participants": [{"id": name} for name in people], "meetings": meetings}
    return parse_event(base | own)


def test_likes_give_way_to_musts_and_unwanted_ones_cost_nothing() -> None:
    event = small(
        "AB", {"must": "AB", "like": "AB", "rather": "AB"}, slots=2,
        each={"like": {"priority": "like"}, "rather": {"priority": "rather_not"}},
    )  # fmt: skip
    answer = schedule_event(event)
    assert answer.status == "optimal"
    assert set(answer.schedule) == {"must", "like"}
    assert answer.goals == {"unserved": 0, "breaks": 0, "unwanted": 1}


def test_fairness_spreads_what_does_not_fit() -> None:
    """One table, three slots, five wishes: A could have all three; fairly, nobody misses more than two."""
    wishes = {"AB1": "AB", "AB2": "AB", "AB3": "AB", "CD1": "CD", "CD2": "CD"}
    likes = {id_: {"priority": "like"} for id_ in wishes}
    answer = schedule_event(small("ABCD", wishes, slots=3, tables=1, each=likes, fair=True))
    assert answer.goals["worst_off"] == 1
    assert answer.goals["unserved"] == 2


def test_groups_meet_at_one_table() -> None:
    event = small("ABCD", {"ABC": "ABC", "CD": "CD", "AD": "AD"}, slots=3, tables=1)
    answer = schedule_event(event)
    assert answer.status == "optimal"
    assert check(event, answer.schedule, breaks=fewest_breaks(event)) == []


def test_lunch_and_streaks_are_kept() -> None:
    wishes = {f"A{other}": f"A{other}" for other in "BCDE"}
    event = small("ABCDE", wishes, slots=6, lunch=[3, 4], max_streak=2)
    answer = schedule_event(event)
    slots = busy(event, answer.schedule)["A"]
    assert answer.status == "optimal"
    assert not {3, 4} <= set(slots)
    assert check(event, answer.schedule) == []
    assert answer.breaks == 1


def test_people_have_time_to_walk() -> None:
    rooms = [{"id": "R1", "tables": 1, "place": "hall"}, {"id": "R2", "tables": 1, "place": "tower"}]
    event = small(
        "ABC", {"AB": "AB", "AC": "AC"}, rooms=rooms, travel=[{"from": "hall", "to": "tower", "slots": 2}],
        each={"AB": {"room": "R1"}, "AC": {"room": "R2"}},
    )  # fmt: skip
    answer = schedule_event(event)
    assert sorted(answer.schedule.values()) == [1, 4]
    assert answer.rooms == {"AB": "R1", "AC": "R2"}
    assert check(event, {"AB": 1, "AC": 2}, rooms=answer.rooms) != []


def test_hours_on_another_clock_close_slots() -> None:
    people = [{"id": "A"}, {"id": "B", "timezone": "Europe/Copenhagen", "earliest": "08:00"}]
    event = small("AB", {"AB": "AB"}, **{**CLOCK, "starts": "14:00", "minutes": 60}, participants=people)
    assert event.windows["AB"] == {3, 4}  # 16:00 in Seoul is 08:00 in Copenhagen


@pytest.mark.parametrize("seed", range(3))
def test_a_cancellation_moves_nothing_that_need_not_move(seed: int) -> None:
    event = parse_event(day(seed))
    first = schedule_event(event)
    change = replan(event, first.schedule, without=["P3"])
    gone = [meeting.id for meeting in event.meetings_of["P3"]]
    assert sorted(change.cancelled) == sorted(gone)
    assert not change.moved
    assert check(change.event, change.answer.schedule) == []


def test_a_walk_in_finds_a_place_and_locks_hold() -> None:
    data = day(2)
    first = schedule_event(parse_event(data))
    data["participants"].append({"id": "guest"})
    data["meetings"] += [{"id": f"W{n}", "participants": ["guest", f"P{n}"]} for n in (1, 2)]
    locked = ["M0", "M1", "M2"]
    change = replan(parse_event(data), first.schedule, locked=locked)
    assert set(change.added) == {"W1", "W2"}
    assert all(change.answer.schedule[id_] == first.schedule[id_] for id_ in locked)
    assert check(change.event, change.answer.schedule) == []


def test_replanning_names_who_is_unknown() -> None:
    with pytest.raises(UsageError, match="P99 is not in the event"):
        replan(parse_event(day(0)), {}, without=["P99"])


def published(folder: Path, **changes: Any) -> tuple[Event, list[Path]]:
    data = {**day(0, people=8, meetings=10, slots=6, tables=4), **CLOCK, "organizer": "desk@example.org", **changes}
    for person in data["participants"]:
        person |= {"name": f"{person['id']} <b>", "email": f"{person['id'].lower()}@example.org"}
    event = parse_event(data)
    answer = schedule_event(event)
    assert answer.breaks == count_breaks(event, answer.schedule)
    stamp = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    without_first = {id_: slot for id_, slot in answer.schedule.items() if id_ != "M0"}
    pages.publish(event, answer.schedule, folder / "1", stamp=stamp)
    return event, pages.publish(event, without_first, folder / "2", before=answer.schedule, sequence=1, stamp=stamp)


def test_everything_is_written_and_escaped(tmp_path: Path) -> None:
    event, _ = published(tmp_path)
    rows = list(csv.DictReader((tmp_path / "1" / "schedule.csv").open()))
    assert len(rows) == len(event.meetings)
    assert len({(row["slot"], row["table"]) for row in rows}) == len(rows)
    for name in ("participants.html", "tables.html", "day.svg"):
        text = (tmp_path / "1" / name).read_text()
        assert "&lt;b&gt;" in text
        assert "<b>" not in text


def test_calendars_keep_their_uid_and_cancel(tmp_path: Path) -> None:
    event, _ = published(tmp_path)
    first = entries(tmp_path / "1")
    second = entries(tmp_path / "2")
    assert len(first) == len(event.meetings)
    assert first.keys() == second.keys()
    assert {one["STATUS"] for one in first.values()} == {"CONFIRMED"}
    assert {one["SEQUENCE"] for one in second.values()} == {1}
    assert [one["STATUS"] for one in second.values()].count("CANCELLED") == 1
    methods = {str(calendar(path)["METHOD"]) for path in (tmp_path / "2" / "calendars").iterdir()}
    assert methods == {"REQUEST", "CANCEL"}
    assert {one["DTSTART"].dt.utcoffset() for one in first.values()} == {dt.timedelta(hours=9)}


def calendar(path: Path) -> Any:
    return icalendar.Calendar.from_ical(path.read_bytes())


def entries(folder: Path) -> dict[str, Any]:
    found = {}
    for path in sorted((folder / "calendars").iterdir()):
        found |= {str(one["UID"]): one for one in calendar(path).walk("VEVENT")}
    return found
