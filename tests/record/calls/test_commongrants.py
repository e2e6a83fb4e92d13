"""CommonGrants out and in again: nothing of ours is lost, and what goes out is valid by the protocol's own schema."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from udsyn.record.calls import load, register
from udsyn.record.calls.commongrants import write
from udsyn.record.calls.tables import CALLS

DATA = os.environ.get("UDSYN_DATA")
FETCHED = dt.date(2026, 3, 2)
OPPORTUNITY = {
    "id": "018f2e77-3a4b-7c1d-9e2f-abcdef123456",
    "title": "Small business grants",
    "status": {"value": "open"},
    "description": "Money for small firms",
    "funding": {"totalAmountAvailable": {"amount": "1000000.00", "currency": "USD"}, "estimatedAwardCount": 10},
    "keyDates": {
        "postDate": {"name": "Posted", "eventType": "singleDate", "date": "2026-01-15"},
        "closeDate": {"name": "Closes", "eventType": "singleDate", "date": "2026-12-31", "time": "17:00:00"},
    },
    "acceptedApplicantTypes": [{"value": "non_profit_with_501c3"}, {"value": "custom", "customValue": "choirs"}],
    "createdAt": "2026-01-01T00:00:00Z",
    "lastModifiedAt": "2026-01-01T00:00:00Z",
}


def loaded(folder: Path, document: Any) -> list[dict[str, Any]]:
    file = folder / "in.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    load(folder / "record", file, "commongrants", retrieved=FETCHED)
    rows: list[dict[str, Any]] = register(folder / "record").scan("calls").select(list(CALLS)).collect().to_dicts()
    return rows


@pytest.mark.parametrize("wrap", [lambda one: {"items": [one]}, lambda one: {"data": one}, lambda one: [one]])
def test_an_opportunity_is_read_in_each_wrapping(tmp_path: Path, wrap: Any) -> None:
    (row,) = loaded(tmp_path, wrap(OPPORTUNITY))
    assert (row["opens"], row["closes"], row["budget"]) == (dt.date(2026, 1, 15), dt.date(2026, 12, 31), 1e6)
    assert row["deadlines"][0]["time"] == "17:00"
    assert row["applicants"] == ["non_profit_with_501c3", "choirs"]


def test_words_instead_of_a_day_are_no_day(tmp_path: Path) -> None:
    event = {"name": "Closes", "eventType": "other", "details": "Ongoing"}
    wrong = {**OPPORTUNITY, "keyDates": {"closeDate": {**event, "eventType": "singleDate", "date": "31-12-2026"}}}
    good = {**OPPORTUNITY, "keyDates": {"closeDate": event}}
    (row,) = loaded(tmp_path, {"items": [good, wrong]})
    assert (row["closes"], row["ongoing"]) == (None, True)
    assert "31-12-2026" in register(tmp_path / "record").quarantined()["reason"][0]


def full_call() -> dict[str, Any]:
    """A call with a value in every column."""
    return {
        **dict.fromkeys(CALLS),
        "id": "ifd-2026",
        "title": "Green hydrogen",
        "title_da": "Grøn brint",
        "text": "Text",
        "text_da": "Tekst",
        "funder": "Innovation Fund",
        "programme": "bilateral",
        "action": "RIA",
        "cascade": False,
        "status_said": "open",
        "opens": dt.date(2026, 1, 1),
        "closes": dt.date(2026, 3, 1),
        "ongoing": False,
        "deadlines": [
            {"stage": 1, "day": dt.date(2026, 3, 1), "time": "12:00", "zone": "Europe/Copenhagen"},
            {"stage": 2, "day": dt.date(2026, 9, 1), "time": None, "zone": None},
        ],
        "currency": "DKK",
        "budget": 2e7,
        "budget_said": "DKK 20 m",
        "shared_by": 2,
        "least": 1e6,
        "most": 5e6,
        "awards": 4,
        "applicants": ["university"],
        "clauses": [{"country": "KR", "verdict": "no_money", "clause": "Each side pays its own"}],
        "url": "https://example.org/call",
        "listed_on": FETCHED,
        "snapshot": "list-1",
    }


def test_a_call_that_goes_out_comes_back_as_it_was(tmp_path: Path) -> None:
    call = full_call()
    assert None not in call.values()
    assert loaded(tmp_path, {"items": [write(call, "typed", "open")]}) == [call]


def sparse_call() -> dict[str, Any]:
    lists = {"deadlines": [], "applicants": [], "clauses": []}
    return {**dict.fromkeys(CALLS), **lists, "id": "a", "title": "A", "listed_on": FETCHED}


def test_a_call_of_which_little_is_known_comes_back_too(tmp_path: Path) -> None:
    assert loaded(tmp_path, {"items": [write(sparse_call(), "typed", "custom")]}) == [sparse_call()]


@pytest.mark.skipif(not DATA, reason="UDSYN_DATA names no folder of real data")
@pytest.mark.parametrize("call", [full_call(), sparse_call(), {**full_call(), "ongoing": True}])
def test_what_goes_out_is_valid(call: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    api = yaml.load((Path(DATA or "") / "opportunities/openapi.0.4.0.yaml").read_text(), yaml.CSafeLoader)
    schema = {"$ref": "#/components/schemas/CommonGrants.Models.OpportunityBase", "components": api["components"]}
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(
        write(call, "typed", "open")
    )
