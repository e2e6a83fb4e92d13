"""Broken event files get a clear message at once."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from udsyn.cli.meetings import group
from udsyn.meetings import EventError, parse_event, read_event

GOOD: dict[str, Any] = {
    "slots": 4,
    "tables": 2,
    "sessions": {"morning": [1, 2], "afternoon": [3, 4]},
    "max_break_difference": 2,
    "participants": [
        {"id": "P1", "unavailable": []},
        {"id": "P2", "unavailable": [1]},
        {"id": "P3", "unavailable": []},
    ],
    "meetings": [
        {"id": "M1", "participants": ["P1", "P2"], "session": "morning", "slot": None, "after": []},
        {"id": "M2", "participants": ["P2", "P3"], "session": None, "slot": 3, "after": ["M1"]},
    ],
}


def meeting(event: dict[str, Any], number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = event["meetings"][number]
    return found


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "unknown participant": (lambda e: meeting(e).update(participants=["P1", "P9"]), "P9.*not in `participants`"),
    "unknown session": (lambda e: meeting(e).update(session="night"), "session night; known.*morning"),
    "unknown meeting before": (lambda e: meeting(e).update(after=["M9"]), "after M9.*not in `meetings`"),
    "a person twice": (lambda e: meeting(e).update(participants=["P1", "P1"]), "P1 twice"),
    "one person alone": (lambda e: meeting(e).update(participants=["P1"]), "at least two"),
    "slot out of range": (lambda e: meeting(e).update(slot=5), "`slot` is 5; it must be between 1 and 4"),
    "unavailable out of range": (lambda e: e["participants"][0].update(unavailable=[0]), "slot 0; slots run 1 to 4"),
    "session out of range": (lambda e: e["sessions"].update(morning=[9]), "slot 9; slots run 1 to 4"),
    "cyclic precedences": (lambda e: meeting(e).update(after=["M2"]), "circle: M.* after M"),
    "after itself": (lambda e: meeting(e).update(after=["M1"]), "circle"),
    "zero tables": (lambda e: e.update(tables=0), "`tables` is 0; it must be at least 1"),
    "no slots": (lambda e: e.pop("slots"), "no `slots`"),
    "text for a number": (lambda e: e.update(slots="four"), "whole number"),
    "true for a number": (lambda e: e.update(tables=True), "whole number"),
    "negative difference": (lambda e: e.update(max_break_difference=-1), "at least 0"),
    "participant twice": (lambda e: e["participants"].append({"id": "P1"}), "P1 is listed 2 times"),
    "meeting twice": (lambda e: e["meetings"].append(e["meetings"][0]), "M1 is listed 2 times"),
    "no id": (lambda e: e["participants"].append({}), "participant number 4 has no `id`"),
    "meetings no list": (lambda e: e.update(meetings={}), "`meetings` must be a list"),
    "unknown time zone": (lambda e: e.update(timezone="Mars/Base"), "IANA"),
    "unknown priority": (lambda e: meeting(e).update(priority="soon"), "must, like or rather_not"),
    "hours without clock": (lambda e: e["participants"][0].update(earliest="08:00"), "give the event `date`"),
    "too many": (
        lambda e: e.update(meetings=[{"id": f"M{n}", "participants": ["P1", "P3"]} for n in range(10_000)]),
        "10,000 meetings",
    ),
}


def test_a_sound_event_is_read() -> None:
    event = parse_event(GOOD)
    assert event.windows == {"M1": {2}, "M2": {3}}
    assert event.plain


@pytest.mark.parametrize("name", BROKEN)
def test_broken_events_say_what_is_wrong(name: str, tmp_path: Path) -> None:
    spoil, message = BROKEN[name]
    event = copy.deepcopy(GOOD)
    spoil(event)
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event))
    with pytest.raises(EventError) as error:
        read_event(file)
    assert re.search(message, str(error.value))
    assert str(file) in str(error.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "empty"), (b"{", "not valid JSON"), (b"[]", "must be a JSON object"), (b"\xff\xfe\x00", "not a text file"),
     (b"[" * 100_000, "not valid JSON"), (b"null", "must be a JSON object")],
)  # fmt: skip
def test_files_that_are_no_event(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(content)
    with pytest.raises(EventError, match=message):
        read_event(file)


def test_the_command_line_refuses_a_missing_file() -> None:
    result = CliRunner().invoke(group, ["schedule", "nowhere.json"])
    assert result.exit_code == 2
