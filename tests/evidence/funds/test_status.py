"""What is open on a day, and what changed: against the published answers and against plain set computations."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import os
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.funds import register
from udsyn.evidence.funds.changes import by_key, changes, log, summary
from udsyn.evidence.funds.status import sources, status
from udsyn.record.calls import load

DATA = os.environ.get("UDSYN_DATA")
real = pytest.mark.skipif(not DATA, reason="UDSYN_DATA names no folder of real data")
HEADER = "snapshot,list_date,code,name,open_date,close_date,budget"
Line = dict[str, str]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calls") / "record"
    load(folder, Path(DATA or "") / "calls/horizon_open_calls.csv.gz", "dated-lists")
    return folder


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    with gzip.open(Path(DATA or "") / "calls/horizon_open_calls.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def answers() -> list[Line]:
    with (Path(DATA or "") / "calls/horizon_open_calls_answers.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def told(answer: Line) -> dict[str, Any]:
    numbers = {"rows": "distinct_rows", "codes": "distinct_codes", "open": "open", "forthcoming": "forthcoming"}
    return {
        "list_date": answer["list_date"],
        **{ours: int(answer[theirs]) for ours, theirs in numbers.items()},
        "past": int(answer["past"]),
    }


@real
def test_each_list_and_each_day_has_its_published_numbers(record: Path, answers: list[Line]) -> None:
    assert len(answers) == 16
    newest: dict[str, dict[str, Any]] = {}
    for answer in answers:
        day = dt.date.fromisoformat(answer["list_date"])
        found = status(record, day, answer["snapshot"])
        assert {name: found[name] for name in told(answer)} == told(answer)
        newest[answer["list_date"]] = told(answer)  # the file has the later snapshot of a day last
    assert len(newest) == 14
    for day, expected in newest.items():
        found = status(record, dt.date.fromisoformat(day))
        assert {name: found[name] for name in expected} == expected


def plain_changes(before: list[Line], after: list[Line]) -> dict[str, int]:
    """Sets of keys, and of what each key is said to be: nothing of ours is used."""
    dates: list[dict[tuple[str, str], set[tuple[str, str]]]] = [{}, {}]
    rest: list[dict[tuple[str, str], set[str]]] = [{}, {}]
    for side, found in enumerate((before, after)):
        for line in found:
            key = (line["code"], line["name"])
            dates[side].setdefault(key, set()).add((line["open_date"], line["close_date"]))
            rest[side].setdefault(key, set()).add(line["budget"])
    one, two = dates
    both = one.keys() & two.keys()
    moved = {key for key in both if one[key] != two[key]}
    changed = {key for key in both - moved if rest[0][key] != rest[1][key]}
    return {
        "new": len(two.keys() - one.keys()),
        "gone": len(one.keys() - two.keys()),
        "moved": len(moved),
        "changed": len(changed),
    }


@real
def test_the_log_between_any_two_lists_is_the_plain_difference(record: Path, lines: list[Line]) -> None:
    newest: dict[str, str] = {}
    for line in lines:
        newest[line["list_date"]] = max(newest.get(line["list_date"], ""), line["snapshot"])
    by_list = {day: [line for line in lines if line["snapshot"] == name] for day, name in newest.items()}
    held = register.held(record)
    days = {dt.date.fromisoformat(day): lines for day, lines in sorted(by_list.items())}
    stood = {day: by_key(register.standing(held, day)) for day in days}
    for before, after in combinations(days, 2):
        found = summary(log(stood[before], stood[after], before, after))
        expected = plain_changes(days[before], days[after])
        assert {name: found[name] for name in expected} == expected, (before, after)
    first, last = min(days), max(days)
    assert changes(record, first, last) == log(stood[first], stood[last], first, last)


@real
def test_past_calls_that_every_late_list_carries_are_never_open(record: Path) -> None:
    rows = register.held(record)
    late = rows.filter(rows["listed_on"] >= dt.date(2026, 2, 23))
    past = late.filter(late["closes"] < dt.date(2026, 2, 23)).select("id", "title").unique()
    assert len(past) == 18
    for day in (dt.date(2026, 2, 23), dt.date(2026, 3, 2), dt.date(2026, 12, 1)):
        told_open = register.told_on(record, day).filter(state="open").select("id", "title")
        assert past.join(told_open, on=["id", "title"]).is_empty()


def made(folder: Path, *lists: str, name: str = "lists.csv") -> Path:
    file = folder / name
    file.write_text("\n".join([HEADER, *lists]) + "\n", encoding="utf-8")
    load(folder / "record", file, "dated-lists", retrieved=dt.date(2026, 3, 1))
    return folder / "record"


def test_moved_reopened_changed_and_rewritten(tmp_path: Path) -> None:
    record = made(
        tmp_path,
        "a,2026-01-01,A-1,Moves,2025-12-01,2026-02-01,1.0",
        "a,2026-01-01,A-2,Reopens,2025-11-01,2025-12-01,1.0",
        "a,2026-01-01,A-3,Costs,2025-12-01,2026-03-01,1000000.0",
        "a,2026-01-01,A-4,Writes,2025-12-01,2026-03-01,1000000.0",
        "a,2026-01-01,A-5,Goes,2025-12-01,2026-03-01,",
        "b,2026-02-01,A-1,Moves,2025-12-01,2026-03-01,1.0",
        "b,2026-02-01,A-2,Reopens,2025-11-01,2026-06-01,1.0",
        "b,2026-02-01,A-3,Costs,2025-12-01,2026-03-01,2000000.0",
        "b,2026-02-01,A-4,Writes,2025-12-01,2026-03-01,€1.000.000",
        "b,2026-02-01,A-6,Comes,2025-12-01,2026-03-01,",
    )
    found = changes(record, dt.date(2026, 1, 15), dt.date(2026, 2, 15))
    assert summary(found) == {"new": 1, "gone": 1, "moved": 2, "changed": 2, "reopened": 1, "rewritten": 1}
    moved = next(row for row in found if row["name"] == "Moves")
    assert (moved["before"], moved["after"]) == ("2025-12-01 to 2026-02-01", "2025-12-01 to 2026-03-01")


def test_a_list_that_a_later_file_holds_again_counts_once(tmp_path: Path) -> None:
    one = "a,2026-01-01,A-1,One,2025-12-01,2026-02-01,"
    two = "b,2026-02-01,A-1,One,2025-12-01,2026-02-01,"
    made(tmp_path, one)
    record = made(tmp_path, one, two, name="later.csv")
    assert status(record, dt.date(2026, 1, 15))["rows"] == 1
    assert status(record, dt.date(2026, 1, 15), "b")["rows"] == 1
    assert len(register.held(record)) == 2


def test_a_name_that_two_lists_carry_is_told_apart_by_their_days(tmp_path: Path) -> None:
    early, late = "week,2026-01-01,X,One,2026-01-01,2026-02-01,", "week,2026-01-08,X,One,2026-01-01,2026-03-01,"
    (tmp_path / "a.csv").write_text("\n".join((HEADER, early, late, late.replace("X", "Y"))) + "\n", encoding="utf-8")
    load(tmp_path / "record", tmp_path / "a.csv", "dated-lists")
    found = [status(tmp_path / "record", dt.date(2026, 1, day)) for day in (7, 8)]
    assert [(one["list_date"], one["rows"]) for one in found] == [("2026-01-01", 1), ("2026-01-08", 2)]
    assert status(tmp_path / "record", dt.date(2026, 1, 7), "week")["rows"] == 2


def test_cascade_calls_borrow_an_id(tmp_path: Path) -> None:
    record = made(
        tmp_path,
        "a,2026-01-01,HORIZON-CL5-2026-01,A topic,2026-01-01,2026-02-01,",
        "a,2026-01-01,HORIZON-CL5-2023-01,OPEN CALL 2,2026-01-01,2026-02-01,",
        "a,2026-01-01,HORIZON-EUROHPC-JU-2025-01,Late,2026-01-01,2026-02-01,",
        "a,2026-01-01,HORIZON-MISS-2026-01,Pilot A,2026-01-01,2026-02-01,",
        "a,2026-01-01,HORIZON-MISS-2026-01,Pilot B,2026-01-01,2026-02-01,",
    )
    found = dict(register.told_on(record, dt.date(2026, 1, 1)).select("title", "cascade").iter_rows())
    assert found == {"A topic": False, "OPEN CALL 2": True, "Late": False, "Pilot A": True, "Pilot B": True}


def test_what_is_not_held_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotHeld, match="no calls are held"):
        status(tmp_path / "record", dt.date(2026, 1, 1))
    record = made(tmp_path, "a,2026-01-01,A-1,One,2025-12-01,2026-02-01,")
    with pytest.raises(NotHeld, match="the first is of 2026-01-01"):
        status(record, dt.date(2025, 1, 1))
    with pytest.raises(UsageError, match="no list z is held; there are a"):
        status(record, dt.date(2026, 1, 1), "z")
    with pytest.raises(UsageError, match="no calls of sedia are held; there are dated-lists"):
        status(record, dt.date(2026, 1, 1), source="sedia")


def test_a_source_that_fails_says_since_when(tmp_path: Path) -> None:
    record = made(tmp_path, "a,2026-01-01,A-1,One,2025-12-01,2026-02-01,")
    page = tmp_path / "page.csv"
    page.write_text("<html>429</html>", encoding="utf-8")
    with pytest.raises(Exception, match="web page"):
        load(record, page, "dated-lists", retrieved=dt.date(2026, 3, 8))
    (row,) = sources(record, dt.date(2026, 3, 9))
    assert (row["last_good"], row["days_old"], row["failed_on"]) == ("2026-03-01", 8, "2026-03-08")
    assert "web page" in row["failure"]
