"""Decisions who is listed: kept with person, reason and day, taken elsewhere, and lapsed when either side changes."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.invented_lists import amending, body, whole

from udsyn.cli import udsyn
from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.safeguards import asking, crosswalk
from udsyn.evidence.safeguards.body import Body
from udsyn.record.engine import Record
from udsyn.record.lists.load import load

ACT, DAY = "32014R9833", dt.date(2026, 11, 27)
ASKED = Body("Institute of Waves, Omsk", "RU")
FRIEND = Body("Omsk Institute of Waves", "NO")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    rows = [body("1", "Omsk Institute of Waves"), body("2", "Perm Foam Yard")]
    load(tmp_path / "record", whole(tmp_path, ACT, rows), "eu-acts")
    return tmp_path / "record"


def verdict(record: Path, asked: Body) -> tuple[str, str]:
    (found,) = asking.check(record, asked, DAY)
    return found.verdict, str(found.reason)


def test_a_decision_has_a_person_a_reason_and_a_day_and_holds(record: Path) -> None:
    assert verdict(record, ASKED)[0] == "ask"
    asking.decide(record, ASKED, "Omsk Institute of Waves", "is", "A. Person", "the same seal", DAY)
    said, reason = verdict(record, ASKED)
    assert said == "is"
    assert "A. Person confirmed on 2026-11-27 that it is: the same seal." in reason
    asking.decide(record, ASKED, "Omsk Institute of Waves", "is_not", "B. Person", "another town", DAY)
    assert verdict(record, ASKED)[0] == "is_not", "the last decision counts"
    assert verdict(record, FRIEND)[0] == "is_not", "nobody else's"


def test_it_lapses_when_the_entry_changes(record: Path, tmp_path: Path) -> None:
    asking.decide(record, ASKED, "Omsk Institute of Waves", "is_not", "A. Person", "another town", DAY)
    moved = body("1", "Omsk Institute of Waves", position="Moved", startDate="1.3.2026")
    load(record, amending(tmp_path, "32026R9001", ACT, [moved]), "eu-acts")
    said, reason = verdict(record, ASKED)
    assert said == "ask"
    assert "has lapsed, since the entry changed" in reason


def test_it_lapses_when_the_record_says_otherwise(record: Path) -> None:
    before = Body("Institute of Waves, Omsk", "RU", ("Old name",), "https://ror.org/0aaaaaa00")
    after = Body("Institute of Waves, Omsk", "RU", ("New name",), "https://ror.org/0aaaaaa00")
    asking.decide(record, before, "Omsk Institute of Waves", "is", "A. Person", "the same seal", DAY)
    assert verdict(record, before)[0] == "is"
    said, reason = verdict(record, after)
    assert said == "ask"
    assert "the record says otherwise" in reason


def test_a_confirmed_body_stands_whatever_it_calls_itself(record: Path) -> None:
    named = Body("Omsk Institute of Waves", "RU", (), "https://ror.org/0aaaaaa00")
    asking.decide(record, named, "Omsk Institute of Waves", "is", "A. Person", "the same seal", DAY)
    renamed = Body("Quite Another", "RU", (), "https://ror.org/0aaaaaa00")
    said, reason = verdict(record, renamed)
    assert said == "ask"
    assert "lapsed" in reason


def test_a_crosswalk_goes_from_one_record_to_another(record: Path, tmp_path: Path) -> None:
    def run(*words: str) -> dict[str, object]:
        answer = CliRunner().invoke(udsyn, ["safeguards", *words], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return dict(json.loads(answer.stdout))

    said = ("--name", ASKED.name, "--country", "RU", "--as", "is_not", "--by", "A. Person", "--because", "=1+1, a town")
    run("decide", "Omsk Institute of Waves", *said, "--record", str(record))
    out = tmp_path / "crosswalk.csv"
    assert run("crosswalk", "--out", str(out), "--record", str(record)) == {"decisions": 1, "new": 0}
    with out.open(encoding="utf-8", newline="") as file:
        assert [row["reason"] for row in csv.DictReader(file)] == ["=1+1, a town"]
    other = tmp_path / "other"
    load(other, tmp_path / f"{ACT}.csv", "eu-acts")
    assert run("crosswalk", "--take-in", str(out), "--record", str(other)) == {"decisions": 1, "new": 1}
    assert run("crosswalk", "--take-in", str(out), "--record", str(other)) == {"decisions": 1, "new": 0}
    assert verdict(other, ASKED)[0] == "is_not"


def test_what_is_wrong_is_said(record: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no entry Nobody is near"):
        asking.decide(record, ASKED, "Nobody", "is", "A", "b", DAY)
    with pytest.raises(UsageError, match="who decides and why"):
        asking.decide(record, ASKED, "Omsk Institute of Waves", "is", " ", "b", DAY)
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UdsynError, match="no column body"):
        crosswalk.parse(file)
    line = ["x", "RU", "[]", "e", "perhaps", "p", "r", "2026-01-01", "s", "s"]
    file.write_text(",".join(crosswalk.COLUMNS) + "\n" + ",".join(line) + "\n", encoding="utf-8")
    with pytest.raises(UdsynError, match="line 2: perhaps is no decision"):
        crosswalk.parse(file)
    Record.create(tmp_path / "empty")
    assert crosswalk.held(tmp_path / "empty") == {}
