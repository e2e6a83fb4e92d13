"""Releases of the Open Contracting Data Standard: merging by its rules, and the planted state of thousands."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from udsyn.record.shelf import Fault, Row
from udsyn.record.tenders import load, ocds

Json = dict[str, Any]
A = "ocds-213czf-A"


def release(date: str, *tags: str, ocid: str = A, **parts: Any) -> Json:
    return {"ocid": ocid, "id": f"{ocid}-{date}", "date": date, "tag": list(tags), "language": "pt", **parts}


def test_merging_equals_the_record_that_the_standard_prescribes() -> None:
    """One case of each rule of the standard's page on merging: the record is written out by hand."""
    classified = {"id": "1", "scheme": "CPV"}
    first = release(
        "2026-01-05T10:00:00Z",
        "tender",
        parties=[
            {"id": "p1", "roles": ["buyer"], "name": "Port", "additionalIdentifiers": [{"id": "a"}, {"id": "b"}]},
        ],
        tender={
            "id": "t",
            "title": "Electrolysers",
            "status": "active",
            "submissionMethod": ["electronicSubmission", "inPerson"],
            "items": [
                {"id": "1", "quantity": 2, "classification": classified, "additionalClassifications": [classified]},
                {"id": "2", "quantity": 4},
            ],
            "value": {"amount": 5, "currency": "EUR"},
        },
    )
    second = release(
        "2026-02-01T10:00:00Z",
        "tenderAmendment",
        parties=[{"id": "p1", "roles": ["buyer", "payer"], "additionalIdentifiers": [{"id": "c"}]}],
        tender={
            "title": None,
            "submissionMethod": ["inPerson"],
            "items": [{"id": "2", "quantity": 5}, {"id": "1", "additionalClassifications": []}, {"id": "3"}],
            "value": {"amount": 6},
        },
    )
    assert ocds.merged([second, first]) == {
        "ocid": A,
        "id": f"{A}-2026-02-01T10:00:00Z",
        "date": "2026-02-01T10:00:00Z",
        "tag": ["compiled"],
        "language": "pt",
        "parties": [
            {"id": "p1", "roles": ["buyer", "payer"], "name": "Port", "additionalIdentifiers": [{"id": "c"}]},
        ],
        "tender": {
            "id": "t",
            "status": "active",
            "submissionMethod": ["inPerson"],
            "items": [
                {"id": "1", "quantity": 2, "classification": classified, "additionalClassifications": []},
                {"id": "2", "quantity": 5},
                {"id": "3"},
            ],
            "value": {"amount": 6, "currency": "EUR"},
        },
    }


def planted(processes: int, seed: int) -> tuple[list[Json], dict[str, Json]]:
    """Releases in any order, and the state that each process ends in, kept by a plain loop."""
    draw = random.Random(seed)
    sent: list[Json] = []
    states: dict[str, Json] = {}
    for number in range(processes):
        ocid = f"ocds-world-{number:05d}"
        state = states[ocid] = {"value": draw.randrange(1, 10**6), "status": "published", "lots": {}, "winner": None}
        lots = [{"id": f"L{lot}", "value": money(draw)} for lot in range(draw.randrange(1, 4))]
        state["lots"] = {lot["id"]: lot["value"]["amount"] for lot in lots}
        value = {"amount": state["value"], "currency": "BRL"}
        tender: Json = {"id": "t", "status": "active", "title": f"Purchase {number}", "value": value, "lots": lots}
        sent.append(release("2026-01-01T09:00:00Z", "tender", ocid=ocid, tender=tender))
        for day in range(2, draw.randrange(2, 10)):
            date = f"2026-01-{day:02d}T09:00:00Z"
            what = draw.choice(["value", "lot", "cancel", "award"])
            if what == "value":
                state["value"] = draw.randrange(1, 10**6)
                sent.append(release(date, "tenderAmendment", ocid=ocid, tender={"value": {"amount": state["value"]}}))
            elif what == "lot":
                lot = {"id": f"L{draw.randrange(5)}", "value": money(draw)}
                state["lots"][lot["id"]] = lot["value"]["amount"]
                sent.append(release(date, "tenderAmendment", ocid=ocid, tender={"lots": [lot]}))
            elif what == "cancel":
                state["status"] = "cancelled"
                sent.append(release(date, "tenderCancellation", ocid=ocid, tender={"status": "cancelled"}))
                break
            else:
                state["winner"] = f"Firm {draw.randrange(40)}"
                award = {"id": "1", "suppliers": [{"id": "s", "name": state["winner"]}], "value": money(draw)}
                sent.append(release(date, "award", ocid=ocid, awards=[award]))
    draw.shuffle(sent)
    return sent, states


def money(draw: random.Random) -> Json:
    return {"amount": draw.randrange(1, 10**6), "currency": "BRL"}


def test_ten_thousand_releases_give_the_planted_state(tmp_path: Path) -> None:
    sent, states = planted(3_300, seed=4)
    assert len(sent) >= 10_000
    file = tmp_path / "releases.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in sent), encoding="utf-8")
    found: dict[str, list[Json]] = defaultdict(list)
    for row in ocds.read(file):
        assert isinstance(row, Row), row
        found[row.table].append(dict(row.values))
    heads = {row["notice"]: row for row in found["notices"]}
    assert {ocid: (row["value"], row["status"]) for ocid, row in heads.items()} == {
        ocid: (state["value"], state["status"]) for ocid, state in states.items()
    }
    lots: dict[str, dict[str, float]] = defaultdict(dict)
    for row in found["lots"]:
        lots[row["notice"]][row["lot"]] = row["value"]
    assert lots == {ocid: state["lots"] for ocid, state in states.items()}
    winners = {row["notice"]: row["name"] for row in found["suppliers"]}
    assert winners == {ocid: state["winner"] for ocid, state in states.items() if state["winner"]}


def test_what_comes_later_is_merged_with_what_is_held(tmp_path: Path) -> None:
    """A call on Monday, its amendment on Tuesday, its cancellation on Wednesday, each in a file of its own."""
    days = [
        release("2026-03-02T09:00:00Z", "tender", tender={"id": "t", "title": "Pumps", "status": "active"}),
        release(
            "2026-03-03T09:00:00Z", "tenderAmendment", tender={"value": {"amount": 7, "currency": "BRL"}, "id": "t"}
        ),
        release("2026-03-04T09:00:00Z", "tenderCancellation", tender={"status": "cancelled"}),
    ]
    record, seen = tmp_path / "record", []
    for number, one in enumerate([days[1], days[0], days[2]]):  # the first two arrive the wrong way round
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps({"releases": [one]}), encoding="utf-8")
        load.load(record, file, "ocds", source="Brazil")
        ((value, status),) = load.current(load.shelf(record)).select("value", "status").rows()
        seen.append((value, status))
    assert seen == [(7, "published"), (7, "published"), (7, "cancelled")]
    again = load.load(record, file, "ocds", source="Brazil")
    assert (again.rows, again.unchanged) == (0, 1)
    held = load.shelf(record)
    titles = load.rows_of(held, "texts", load.current(held))["title"].to_list()
    assert titles == ["Pumps"], "what the last release does not repeat is not lost"


def test_records_packages_and_lists_are_read_alike(tmp_path: Path) -> None:
    one = release("2026-03-02T09:00:00Z", "tender", tender={"id": "t", "title": "Pumps"})
    compiled = {**one, "tag": ["compiled"]}
    for document in (
        [one],
        {"releases": [one]},
        {"records": [{"ocid": A, "releases": [one], "compiledRelease": compiled}]},
        {"records": [{"ocid": A, "releases": [{"url": "https://example.org/1"}], "compiledRelease": compiled}]},
        one,
    ):
        file = tmp_path / "file.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        tables = [row.table for row in ocds.read(file) if isinstance(row, Row)]
        assert tables == ["notices", "texts", "releases"], document


def test_people_are_left_out_and_schemes_kept_apart(tmp_path: Path) -> None:
    item = {
        "id": "1",
        "classification": {"scheme": "CATMAT", "id": 450123},
        "additionalClassifications": [{"scheme": "UNSPSC", "id": "26111700"}],
    }
    buyer = {"id": "b", "roles": ["buyer"], "name": "Porto", "address": {"countryName": "Brazil"}}
    person = {"name": "Ada Contact", "email": "ada@example.org"}
    one = release(
        "2026-03-02T09:00:00Z",
        "tender",
        buyer={"id": "b"},
        parties=[buyer | {"contactPoint": person}],
        tender={"id": "t", "items": [item], "tenderPeriod": {"endDate": "2026-05-04T17:00:00-03:00"}},
    )
    file = tmp_path / "file.json"
    file.write_text(json.dumps(one), encoding="utf-8")
    rows = [row for row in ocds.read(file) if isinstance(row, Row)]
    assert "Ada" not in str(rows)
    assert [(row.values["scheme"], row.values["code"]) for row in rows if row.table == "codes"] == [
        ("catmat", "450123"),
        ("unspsc", "26111700"),
    ]
    (head,) = (row.values for row in rows if row.table == "notices")
    assert (head["country"], head["buyer"], head["language"]) == ("BR", "Porto", "pt")
    (ends,) = (row.values for row in rows if row.table == "deadlines")
    assert ends["at"].isoformat() == "2026-05-04T20:00:00+00:00"


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        ({"id": "1"}, "no ocid"),
        ({"ocid": A}, "no date"),
        ("text", "no release"),
        (release("2026-01-01", tender={"value": {"amount": 5}}), "currency None"),
        (release("2026-01-01", tender={"value": {"amount": "5", "currency": "EUR"}}), "'5' is no amount"),
    ],
)
def test_a_fault_is_named_and_stops_no_other(tmp_path: Path, one: Any, reason: str) -> None:
    file = tmp_path / "file.json"
    file.write_text(json.dumps([one, release("2026-01-01", "tender", ocid="ocds-other")]), encoding="utf-8")
    found = list(ocds.read(file))
    assert [fault.reason for fault in found if isinstance(fault, Fault) if reason in fault.reason]
    assert [row.values["notice"] for row in found if isinstance(row, Row) if row.table == "notices"] == ["ocds-other"]


def test_totals_of_lots_and_notice_are_never_added() -> None:
    key = {"source": "s", "version": 1}
    notices = pl.DataFrame(
        [
            key | {"notice": "stated", "value": 900.0, "currency": "EUR"},
            key | {"notice": "summed", "value": None, "currency": None},
            key | {"notice": "partly", "value": None, "currency": None},
            key | {"notice": "mixed", "value": None, "currency": None},
        ]
    )
    lots = pl.DataFrame(
        [
            key | {"notice": notice, "lot": lot, "kind": kind, "value": value, "currency": currency}
            for notice, lot, kind, value, currency in (
                ("stated", "1", "lot", 400.0, "EUR"),
                ("stated", "2", "lot", 500.0, "EUR"),
                ("summed", "1", "lot", 400.0, "EUR"),
                ("summed", "2", "lot", 500.0, "EUR"),
                ("summed", "g", "group", 900.0, "EUR"),
                ("partly", "1", "lot", 400.0, "EUR"),
                ("partly", "2", "lot", None, None),
                ("mixed", "1", "lot", 400.0, "EUR"),
                ("mixed", "2", "lot", 400.0, "GBP"),
            )
        ]
    )
    found = load.worth(notices, lots).select("notice", "value", "currency", "value_of").rows()
    assert found == [
        ("stated", 900.0, "EUR", "notice"),
        ("summed", 900.0, "EUR", "lots"),
        ("partly", None, None, None),
        ("mixed", None, None, None),
    ]
