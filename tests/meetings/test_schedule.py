"""Schedules are sound and optimal; impossible events get their reason."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.meetings.days import day, fewest_breaks, tiny_events

from udsyn.meetings import check, cores, count_breaks, parse_event, read_event, schedule_event, search
from udsyn.meetings.engine import Report
from udsyn.meetings.event import Event

QUICK = ("tic-12", "tic-12crafc", "tic-13", "tic-14crafd")
EVENTS = (*QUICK, "tic-14crafa", "tic-14crafc", "forum-13crafc", "ticf-13crafc")


def run_here(engine: str, event: Event) -> list[dict[str, Any]]:
    """What an engine tells, run in this process."""
    out = io.BytesIO()
    solve = {"cores": cores.solve, "exhaustive": cores.solve_exhaustively, "search": search.solve}[engine]
    solve(event, Report(out), 0)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("engine", ["cores", "exhaustive", "search"])
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=tiny_events())
def test_engines_agree_with_brute_force(engine: str, data: dict[str, Any]) -> None:
    event = parse_event(data)
    told = run_here(engine, event)
    best = fewest_breaks(event)
    if best is None:
        assert told[-1] == {"infeasible": True}
        return
    assert told[-1]["optimal"]
    assert check(event, told[-1]["schedule"], breaks=best) == []
    assert all(found.get("bound", 0) <= best for found in told)


@pytest.mark.parametrize("seed", range(3))
def test_a_generated_day_is_proven_and_repeats(seed: int) -> None:
    event = parse_event(day(seed))
    first, second = schedule_event(event, 60), schedule_event(event, 60)
    assert first.status == "optimal"
    assert first.breaks == first.bound == count_breaks(event, first.schedule)
    assert check(event, first.schedule) == []
    assert (first.schedule, first.breaks) == (second.schedule, second.breaks)


@pytest.mark.parametrize("name", QUICK)
def test_published_events_reach_their_optimum(name: str) -> None:
    folder = published()
    event = read_event(folder / f"{name}.json")
    answer = schedule_event(event, 100)
    assert (answer.status, answer.breaks) == ("optimal", int(json.loads((folder / "optima.json").read_text())[name]))
    assert check(event, answer.schedule, breaks=answer.breaks) == []


@pytest.mark.prove
@pytest.mark.parametrize("name", EVENTS)
def test_every_published_event_is_proven_within_a_minute(name: str) -> None:
    folder = published()
    event = read_event(folder / f"{name}.json")
    answer = schedule_event(event, 60)
    optimum = int(json.loads((folder / "optima.json").read_text())[name])
    assert (answer.status, answer.breaks, answer.bound) == ("optimal", optimum, optimum)
    assert answer.seconds <= 60
    assert check(event, answer.schedule, breaks=optimum) == []


def published() -> Path:
    if not (folder := os.environ.get("UDSYN_DATA")):
        pytest.skip("UDSYN_DATA is not set: the published events are not part of the repository")
    return Path(folder) / "meetings"


def ended(code: str, seconds: float) -> int:
    """How a process ended that bounded itself as an engine does and then ran the code."""
    start = f"from udsyn.meetings import engine; engine.SPARE = 0; engine.bound({seconds}); "
    return subprocess.run([sys.executable, "-c", start + code], check=False, capture_output=True).returncode


def test_an_engine_that_nobody_stops_ends_by_itself() -> None:
    assert ended("[None for _ in iter(int, 1)]", seconds=3) == -signal.SIGXCPU


def test_an_engine_is_refused_more_memory_than_its_share() -> None:
    assert ended("bytearray(engine.MOST_MEMORY)", seconds=60) == 1
    assert ended("bytearray(engine.MOST_MEMORY // 8)", seconds=60) == 0


def test_an_event_without_meetings_is_done() -> None:
    event = parse_event({**day(0), "meetings": []})
    assert (schedule_event(event).status, schedule_event(event).breaks) == ("optimal", 0)


def impossible(**changes: Any) -> Event:
    event = day(1)
    for name, value in changes.items():
        event[name] = value
    return parse_event(event)


def test_a_participant_with_too_many_meetings_is_named() -> None:
    people = [{"id": f"P{number}"} for number in range(9)]
    wishes = [{"id": f"M{number}", "participants": ["P0", f"P{number}"]} for number in range(1, 9)]
    answer = schedule_event(impossible(slots=5, participants=people, meetings=wishes, sessions={}))
    assert answer.status == "infeasible"
    assert answer.reason is not None
    assert "P0 has 6 meetings that fit only into slots 1-5" in answer.reason
    assert len(answer.conflict) == 6


def test_too_few_tables_are_named() -> None:
    answer = schedule_event(impossible(tables=6))
    assert answer.status == "infeasible"
    assert answer.reason is not None
    assert "49 meetings fit only into slots 1-8, where 6 tables hold 48" in answer.reason


def test_a_conflict_that_needs_search_is_narrowed_down() -> None:
    """Three people who all meet each other cannot do so in two slots; the fourth meeting is not to blame."""
    people = [{"id": name} for name in "ABCDE"]
    wishes = [{"id": pair, "participants": list(pair)} for pair in ("AB", "DE", "BC", "CA")]
    answer = schedule_event(impossible(slots=2, tables=3, participants=people, meetings=wishes, sessions={}))
    assert (answer.status, set(answer.conflict)) == ("infeasible", {"AB", "BC", "CA"})


def test_an_unfair_event_is_told_so() -> None:
    """B is free at both ends of the day only, so B has a break and nobody else can have one."""
    people = [{"id": "A"}, {"id": "B", "unavailable": [2]}, {"id": "C"}]
    wishes = [{"id": "AB", "participants": ["A", "B"]}, {"id": "BC", "participants": ["B", "C"]}]
    answer = schedule_event(
        impossible(slots=3, participants=people, meetings=wishes, sessions={}, max_break_difference=0)
    )
    assert answer.status == "infeasible"
    assert answer.reason is not None
    assert "max_break_difference" in answer.reason


def test_minimal_conflicts_are_conflicts_and_minimal() -> None:
    """Every proper part of a reported conflict can be held."""
    rng = random.Random(5)
    seen = 0
    for number in range(25):
        data = day(number, people=6, meetings=6, slots=4, tables=2)
        for person in data["participants"]:
            person["unavailable"] = rng.sample([1, 2, 3, 4], rng.randint(0, 3))
        event = parse_event(data)
        answer = schedule_event(event)
        if not answer.conflict:
            continue
        seen += 1
        for left_out in [None, *answer.conflict]:
            wishes = [wish for wish in data["meetings"] if wish["id"] in answer.conflict and wish["id"] != left_out]
            part = parse_event({**data, "meetings": wishes, "max_break_difference": None})
            assert (fewest_breaks(part) is None) == (left_out is None)
    assert seen > 10


def command(file: Path, *options: str) -> list[str]:
    return [sys.executable, "-c", "from udsyn.cli import main; main()", "meetings", "schedule", str(file), *options]


def hard(folder: Path) -> Path:
    """A day too hard to prove in seconds."""
    file = folder / "event.json"
    file.write_text(json.dumps(day(3, people=40, meetings=120, slots=12, tables=10)))
    return file


def test_the_time_limit_is_kept(tmp_path: Path) -> None:
    started = time.monotonic()
    done = subprocess.run(command(hard(tmp_path), "--time-limit", "2"), capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["status"] in ("feasible", "unknown", "optimal")
    assert time.monotonic() - started < 20  # two seconds on an idle machine; the start of Python counts here


def test_ctrl_c_prints_the_best_found(tmp_path: Path) -> None:
    process = subprocess.Popen(command(hard(tmp_path)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    for line in process.stderr:
        if b"breaks" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(out)["breaks"] is not None
    assert b"Traceback" not in err
