"""Tables of sensitive fields: what is read, what is set aside, which edition counts on a day, and what is touched."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.invented_lists import sensitive

from udsyn.cli import udsyn
from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.safeguards import fields
from udsyn.record.engine import Record
from udsyn.record.lists.fields import load, shelf_of

OLD, NEW = dt.date(2025, 6, 1), dt.date(2026, 6, 1)
ROWS = [
    {"id": "1", "title": "Tidal computing", "words": "tide comput*; wave logic", "topics": "T10682; T11804"},
    {"id": "2", "title": "Foam sensors", "valid_to": "2025-07"},
    {"id": "3", "title": "Undated spray", "valid_from": ""},
    {"edition": "second", "id": "1", "title": "Tidal computing", "words": "moon engine", "valid_from": "2026"},
    {"list": "Another list", "id": "a", "title": "Wave logic", "valid_from": ""},
]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    load(tmp_path / "record", sensitive(tmp_path / "table.csv", ROWS))
    return tmp_path / "record"


def found(record: Path, said: str, day: dt.date, *topics: str) -> list[tuple[str, str, str, str | None]]:
    rows = fields.touched(fields.held(record), said, topics, day)
    return [(one.field.list, one.field.edition, one.field.id, one.by) for one in rows]


def test_words_stand_together_as_a_phrase_and_a_star_leaves_the_end_open(record: Path) -> None:
    assert found(record, "On TIDE  Computers, and more", OLD) == [("Fields of waves", "first", "1", "tide comput*")]
    assert found(record, "T\u200bіde computing", OLD) == [("Fields of waves", "first", "1", "tide comput*")]
    for other in ("tide and computing", "computing the tide", "riptide computing", "", "(.*)", "foam sensorium"):
        assert found(record, other, OLD) == [], other


def test_topics_are_matched_whole(record: Path) -> None:
    assert found(record, "", OLD, "T11804") == [("Fields of waves", "first", "1", "T11804")]
    assert found(record, "", OLD, "T1180", "T118041") == []


def test_of_each_list_the_edition_counts_that_began_last(record: Path) -> None:
    said = "wave logic, moon engine, undated spray"
    assert found(record, said, OLD) == [
        ("Another list", "first", "a", "Wave logic"),
        ("Fields of waves", "first", "1", "wave logic"),
        ("Fields of waves", "first", "3", "Undated spray"),
    ]
    assert found(record, said, NEW) == [
        ("Another list", "first", "a", "Wave logic"),
        ("Fields of waves", "second", "1", "moon engine"),
    ]
    assert found(record, said, dt.date(2025, 12, 31))[1][1] == "first"
    assert found(record, said, dt.date(2026, 1, 1))[1][1] == "second"


def test_a_row_ends_on_its_last_day(record: Path) -> None:
    assert found(record, "foam sensors", dt.date(2025, 6, 30))
    assert not found(record, "foam sensors", dt.date(2025, 7, 1))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"title": " "}, "no title"),
        ({"source": ""}, "no source"),
        ({"topics": "T1;quantum"}, "quantum is no topic"),
        ({"valid_from": "soon"}, "valid_from 'soon' is no date"),
        ({"valid_from": "2026-02", "valid_to": "2026-01"}, "ends before it begins"),
    ],
)
def test_a_line_that_cannot_be_read_is_set_aside_with_its_reason(
    tmp_path: Path, said: dict[str, str], reason: str
) -> None:
    good = {"id": "9", "title": "Foam"}
    loaded = load(tmp_path / "record", sensitive(tmp_path / "t.csv", [{"id": "1", "title": "Waves", **said}, good]))
    assert (loaded.rows, loaded.quarantined) == (1, 1)
    (fault,) = shelf_of(tmp_path / "record").quarantined().to_dicts()
    assert fault["where"] == "line 2"
    assert reason in fault["reason"]


def test_what_is_no_table_is_refused_and_a_table_is_read_once(record: Path, tmp_path: Path) -> None:
    assert load(record, tmp_path / "table.csv").unchanged == 1
    for content, words in ((b"a,b\n1,2\n", "no column list"), (b"\xff\xfe\x00", "UTF-8"), (b"", "no column list")):
        (tmp_path / "x.csv").write_bytes(content)
        with pytest.raises(UdsynError, match=words):
            load(record, tmp_path / "x.csv")
    assert len(fields.held(record)) == len(ROWS)


def test_the_command_line_says_row_edition_date_and_source(record: Path, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        answer = CliRunner().invoke(udsyn, ["safeguards", *words, "--format", "json"], catch_exceptions=True)
        return json.loads(answer.stdout) if answer.exit_code == 0 else answer.exception

    place = ("--record", str(record))
    asked = ("fields", "--text", "moon engines and a moon engine", "--on", "2026-03-16", *place)
    assert run(*asked) == [
        {
            "list": "Fields of waves",
            "edition": "second",
            "id": "1",
            "title": "Tidal computing",
            "by": "moon engine",
            "valid_from": "2026",
            "valid_to": None,
            "source": "invented for a test",
        }
    ]
    assert [row["id"] for row in run("fields", "--on", "2026-03-16", *place)] == ["a", "1"]
    assert isinstance(run("fields", "--topic", "quantum", *place), UsageError)
    Record.create(tmp_path / "empty")
    assert "no table of fields" in str(run("fields", "--text", "waves", "--record", str(tmp_path / "empty")))
    table = sensitive(tmp_path / "again.csv", ROWS[:2])
    assert run("load", str(table), "--as", "fields", *place) == {"rows": 2, "dropped": 0, "unchanged": 0}
