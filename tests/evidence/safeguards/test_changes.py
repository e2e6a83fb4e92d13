"""What a newer edition changes, and which cases it opens: against sets counted from the files themselves."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from tests.invented_lists import amending, body, whole

from udsyn.evidence.safeguards import asking, entries
from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.reopening import Decided, reopened
from udsyn.record.lists.load import load

ACT = "32014R9833"
Lines = dict[tuple[str, ...], dict[str, str]]


def lines_of(files: Iterable[Path]) -> Lines:
    """What files say, one after another: the oracle. It knows the columns and nothing of Udsyn."""
    said: Lines = {}
    for file in files:
        with file.open(encoding="utf-8", newline="") as content:
            for row in csv.DictReader(content):
                act = row.pop("amendedCelex", None) or row.pop("celex")
                row.pop("amendmentCelex", None)
                entry = row["recordId"] or row["name"]
                kind = {"Person": "person", "Vessel": "vessel", "Asset": "thing"}.get(row["schema"], "body")
                key = (act, row["programKey"], row["annex"], row["measure"], kind, entry)
                while key in said and "celex" in str(file):  # pragma: no cover, the real files repeat two
                    key = (*key, "2")
                said[key] = {name: value for name, value in row.items() if value}
    return said


def differing(before: Lines, after: Lines) -> set[tuple[str, ...]]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


@pytest.fixture
def editions(tmp_path: Path) -> list[Path]:
    """A whole act, then acts that add, change and repeat, then a whole edition that lacks one and changes another."""
    names = ["Omsk Wave Institute", "Tomsk Foam Yard", "Orenburg Spray Works", "Perm Tide Bureau"]
    first = [body(str(number), name) for number, name in enumerate(names, 1)]
    changed = body("2", "Tomsk Foam Yard", measure="Export control", position="Moved", startDate="1.3.2026")
    added = body("5", "Kazan Ripple Plant", startDate="1.4.2026")
    later = [row for row in first if row["recordId"] not in ("1", "2")] + [changed, added]
    later[0] = later[0] | {"alias": "Spray Works of Orenburg"}
    return [
        whole(tmp_path / "1", ACT, first),
        amending(tmp_path / "2", "32026R9001", ACT, [changed, first[2]]),
        amending(tmp_path / "3", "32026R9002", ACT, [added]),
        whole(tmp_path / "4", ACT, later),
    ]


def test_each_edition_changes_what_it_says_and_opens_the_cases_that_rest_on_it(
    tmp_path: Path, editions: list[Path]
) -> None:
    record, cases, before, oracle_before = tmp_path / "record", {}, {}, {}
    for number, file in enumerate(editions, 1):
        load(record, file, "eu-acts")
        after = entries.held(record)
        oracle = (
            lines_of([file]) if "celex" in file.read_text().split(",")[0] else {**oracle_before, **lines_of([file])}
        )
        changes = entries.changed(before, after)
        assert {change.key for change in changes} == differing(oracle_before, oracle), f"edition {number}"
        opened = reopened(cases, changes)
        assert set(opened) == {name for name, case in cases.items() if case.entries & differing(oracle_before, oracle)}
        cases = {entry.name: Decided(Body(entry.name, "RU"), frozenset({key})) for key, entry in after.items()}
        before, oracle_before = after, oracle


def test_the_line_that_changed_is_told(tmp_path: Path, editions: list[Path]) -> None:
    record = tmp_path / "record"
    load(record, editions[0], "eu-acts", retrieved=dt.date(2026, 11, 25))
    load(record, editions[1], "eu-acts", retrieved=dt.date(2026, 11, 27))
    rows = asking.changes(record, dt.date(2026, 11, 26))
    assert [(row["change"], row["column"], row["before"], row["after"]) for row in rows] == [
        ("changed", "startDate", "25.2.2022", "1.3.2026"),
        ("changed", "position", None, "Moved"),
    ]
    assert asking.changes(record, dt.date(2026, 11, 27)) == []


def test_a_new_entry_opens_the_case_of_its_namesake_only(tmp_path: Path, editions: list[Path]) -> None:
    record = tmp_path / "record"
    load(record, editions[0], "eu-acts")
    before = entries.held(record)
    load(record, editions[2], "eu-acts")
    cases = {
        "partner": Decided(Body("Kazan Ripple Plant", "RU"), frozenset()),
        "namesake": Decided(Body("Kazan Ripple Plant", "TR"), frozenset()),
        "other": Decided(Body("Omsk Wave Institute", "RU"), frozenset(before)),
    }
    opened = reopened(cases, entries.changed(before, entries.held(record)))
    assert set(opened) == {"partner", "namesake"}, "an equal name is looked at again, and dismissed again with a reason"


def test_a_corrected_act_replaces_its_first_transcription(tmp_path: Path, editions: list[Path]) -> None:
    record = tmp_path / "record"
    for file in editions[:3]:
        load(record, file, "eu-acts")
    load(record, amending(tmp_path / "again", "32026R9002", ACT, [body("6", "Kasan Ripple Plant")]), "eu-acts")
    names = {entry.name for entry in entries.held(record).values()}
    assert "Kasan Ripple Plant" in names
    assert "Kazan Ripple Plant" not in names


def test_acts_alone_and_the_whole_list_in_any_order(tmp_path: Path, editions: list[Path]) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for file in editions[:3]:
        load(one, file, "eu-acts")
    for file in (editions[2], editions[1], editions[0]):
        load(two, file, "eu-acts")
    assert len(entries.held(one)) == len(entries.held(two)) == 5
    load(tmp_path / "three", editions[1], "eu-acts")
    assert len(entries.held(tmp_path / "three")) == 2


def test_no_order_of_loading_changes_what_holds(tmp_path: Path, editions: list[Path]) -> None:
    """Every order of an older and a newer whole list and two acts, each with the day on which it was fetched."""
    record = tmp_path / "record"
    for number, file in enumerate(editions, 1):
        load(record, file, "eu-acts", retrieved=dt.date(2026, 11, number))
    held = list(entries.statements(record))
    assert len(held) == len(editions)
    for some in (held, [said for said in held if said.retrieved != "2026-11-04"]):
        orders = [[replace(said, edition=number) for number, said in enumerate(order)] for order in permutations(some)]
        found = [{key: entry.said for key, entry in entries.current(order).items()} for order in orders]
        assert all(one == found[0] for one in found)


def test_an_act_that_stands_on_the_shelf_before_the_whole_list_still_changes_it(
    tmp_path: Path, editions: list[Path]
) -> None:
    states = []
    for name, order in {"one": (0, 1, 2), "two": (1, 0, 2), "three": (2, 1, 0)}.items():
        for number in order:
            load(tmp_path / name, editions[number], "eu-acts")
        load(tmp_path / name, editions[order[0]], "eu-acts")  # what is held is not read again
        states.append({key: entry.said for key, entry in entries.held(tmp_path / name).items()})
    assert states[0] == states[1] == states[2]
    assert any(said.get("position") == "Moved" for said in states[0].values())


@pytest.mark.skipif(not os.environ.get("UDSYN_DATA"), reason="UDSYN_DATA names no folder of real data")
def test_the_real_acts_one_by_one(tmp_path: Path) -> None:
    folder, record = Path(os.environ["UDSYN_DATA"]) / "sanctions", tmp_path / "record"
    load(record, folder / "consolidated", "eu-acts")
    before, said = entries.held(record), lines_of(sorted((folder / "consolidated").glob("*.csv")))
    partners = {
        entry.name: Decided(Body(entry.name, None), frozenset({key})) for key, entry in list(before.items())[::40]
    }
    for act in sorted((folder / "amendments").glob("*.csv")):
        load(record, act, "eu-acts")
        after, now = entries.held(record), {**said, **lines_of([act])}
        changes = entries.changed(before, after)
        assert {change.key for change in changes} == differing(said, now)
        news = {row["name"] for key, row in now.items() if said.get(key) != row and key[4] != "person"}
        added = {name: Decided(Body(name, None), frozenset()) for name in news}
        assert set(reopened({**partners, **added}, changes)) == news, "no decided case, and each new partner"
        before, said = after, now
