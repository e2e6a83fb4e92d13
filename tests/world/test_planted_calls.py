"""The generated world's calls: what was planted is what the register and the rules say, and what a brief shows."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from udsyn import demo
from udsyn.briefs import funds
from udsyn.briefs.asking import Country
from udsyn.briefs.sections import Pair
from udsyn.evidence.funds.changes import changes, summary
from udsyn.evidence.funds.export import export_calls
from udsyn.evidence.funds.find import find, open_calls
from udsyn.evidence.funds.history import history
from udsyn.evidence.funds.register import STATES
from udsyn.record.calls import load
from udsyn.world import calls

PAIR = Pair(Country("DK", "Denmark"), Country("KR", "Korea"))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("calls")
    calls.write(out / "world")
    demo.read_calls(out / "record", out / "world")
    return out / "record", json.loads((out / "world" / calls.FOLDER / "truth.json").read_bytes())


def test_each_call_has_its_planted_state_and_verdict(planted: tuple[Path, dict[str, Any]]) -> None:
    record, truth = planted
    rows = open_calls(record, dt.date.fromisoformat(truth["on"]), countries=truth["countries"], states=STATES)
    assert {row["id"]: {"state": row["state"], "verdict": row["verdict"]} for row in rows} == truth["calls"]


def test_the_lists_differ_as_planted(planted: tuple[Path, dict[str, Any]]) -> None:
    record, truth = planted
    found = changes(record, dt.date.fromisoformat(calls.BEFORE), dt.date.fromisoformat(calls.ON))
    assert {name: summary(found)[name] for name in truth["changes"]} == truth["changes"]


def test_what_was_paid_before_is_found_as_planted(planted: tuple[Path, dict[str, Any]]) -> None:
    record, truth = planted
    assert {text: history(record, text, 1)[0]["topic"] for text in truth["history"]} == truth["history"]
    found = find(record, "electrolysis", dt.date.fromisoformat(truth["on"]), countries=truth["countries"])
    assert found[0]["id"] == "HORIZON-CL5-2026-DEMO-01"
    assert set(found[0]["neighbours"]) == {"9001", "9002"}


def test_a_brief_shows_what_is_open_with_money_first(planted: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    record, truth = planted
    section = funds.section(record, PAIR, ["Energy", "Immunology and Microbiology"])
    assert section is not None
    said, table, _ = section.blocks
    is_open = [one for one in truth["calls"].values() if one["state"] == "open"]
    assert f"{len(is_open)} of the calls" in said.words
    verdicts = [row["verdict"] for row in table.rows]
    assert verdicts.count("money for both") == sum(one["verdict"] == "money" for one in is_open)
    assert verdicts == sorted(verdicts, key=list(funds.VERDICTS.values()).index)
    assert table.rows[0]["reasons"]
    assert funds.section(tmp_path / "none", PAIR, []) is None


def test_calls_that_went_out_come_back_as_they_were(planted: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    record, truth = planted
    day = dt.date.fromisoformat(truth["on"])
    sent = export_calls(record, day, STATES)
    assert {one["status"]["value"] for one in sent["items"]} == {"open", "forecasted", "closed"}
    (tmp_path / "calls.json").write_text(json.dumps(sent), encoding="utf-8")
    assert load(tmp_path / "record", tmp_path / "calls.json", "commongrants", retrieved=day).rows == len(truth["calls"])
    back = open_calls(tmp_path / "record", day, countries=truth["countries"], states=STATES)
    assert {row["id"]: {"state": row["state"], "verdict": row["verdict"]} for row in back} == truth["calls"]
