"""Kept answers: the same as fresh ones, given up when the record changes, and never in the way."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from udsyn.evidence.places import kept as keeping
from udsyn.evidence.places.hotspots import hotspots
from udsyn.record.engine import Record


@pytest.fixture
def copy(small_world: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    shutil.copytree(small_world[0], tmp_path / "record", ignore=shutil.ignore_patterns(keeping.FOLDER))
    return tmp_path / "record"


def answers(record: Path) -> list[Path]:
    return sorted((record / keeping.FOLDER).glob("*/*.parquet"))


def test_a_kept_answer_is_the_fresh_one_to_the_byte(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = hotspots(copy, home="DK", intervals=True)
    assert len(answers(copy)) == 1
    monkeypatch.setattr("udsyn.evidence.places.hotspots.found_in", None)  # nothing is counted a second time
    again = hotspots(Record.open(copy), home="DK", intervals=True)
    assert json.dumps(again.records()) == json.dumps(fresh.records())
    assert again.notes == fresh.notes
    assert again.rows.schema == fresh.rows.schema


def test_every_question_has_its_own_answer(copy: Path) -> None:
    whole, part, other = hotspots(copy), hotspots(copy, unit="field/21"), hotspots(copy, home="KR")
    assert len(answers(copy)) == 3
    assert whole.rows["weight"].sum() > part.rows["weight"].sum()
    assert whole.rows["home_works"].null_count() == whole.rows.height
    assert other.rows["home_works"].null_count() == 0


def test_a_changed_record_or_method_gives_up_the_old_answers(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hotspots(copy)
    (before,) = answers(copy)
    record = Record.open(copy)
    record.write_manifest({**record.manifest(), "note": "another state"})
    hotspots(copy)
    (after,) = answers(copy)
    assert after.parent != before.parent
    monkeypatch.setattr(keeping, "CODE", ("siting.py",))
    hotspots(copy)
    assert answers(copy)[0].parent not in (before.parent, after.parent)


def test_a_broken_answer_or_a_record_that_cannot_be_written_is_no_obstacle(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = hotspots(copy).records()
    answers(copy)[0].write_bytes(b"broken")
    assert hotspots(copy).records() == fresh
    shutil.rmtree(copy / keeping.FOLDER)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(keeping, "write_atomically", refuse)
    assert hotspots(copy).records() == fresh
    assert not answers(copy)


def test_a_question_leaves_no_word_of_the_engine_behind() -> None:
    """What holds on to an answer makes the engine speak of leaks on stderr when the process ends."""
    asked = (
        "import duckdb; from udsyn.evidence.places.chosen import Chosen; "
        "print(Chosen(duckdb.connect(), None, '', None, 2020, ()).frame('SELECT $a AS a', a=7)['a'][0])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("7\n", "")
