"""Readers of calls: what each form says becomes rows, what cannot be read is set aside, and nothing is made up."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from udsyn.errors import UdsynError, UsageError
from udsyn.record.calls import load, register
from udsyn.record.calls.failures import failures
from udsyn.record.calls.said import american_day, amount, clock, day, moment, plain_text

DATA = os.environ.get("UDSYN_DATA")
real = pytest.mark.skipif(not DATA, reason="UDSYN_DATA names no folder of real data")
HEADER = "snapshot,list_date,code,name,open_date,close_date,budget"
FETCHED = dt.date(2026, 3, 2)


def rows_of(record: Path) -> list[dict[str, Any]]:
    return register(record).scan("calls").collect().to_dicts()


def written(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5000000.0", 5e6),
        ("€93.000.000", 93e6),
        ("$1,000,000", 1e6),
        ("12.345,50", 12345.5),
        ("260.0", 260),
        ("-", None),
        ("nan", None),
        ("", None),
        ("Pending", None),
        ("-5", None),
        ("Between $1 and $2", None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_amounts(text: object, expected: float | None) -> None:
    assert amount(text) == expected


def test_days_and_clocks() -> None:
    assert day("2026-02-30") is None
    assert day("Ongoing") is None
    assert american_day("02302026") is None
    assert american_day("03312026") == dt.date(2026, 3, 31)
    assert clock("2024-11-15T12:00:00-00:00") is None  # a noon whose offset is unknown stands for a day
    assert clock("2024-11-15T12:00:00+01:00") == "12:00"
    assert clock("2025-06-05 00:00:00") is None
    assert moment(1775401200000, "Europe/Brussels") == (dt.date(2026, 4, 5), "17:00")
    assert moment(1775347200000, "Europe/Brussels") == (dt.date(2026, 4, 5), None)  # midnight in UTC
    assert moment("soon", "Europe/Brussels") is None
    assert plain_text("<p>A&nbsp;b<script>x()</script> <b>c</b></p>") == "A b c"


def test_a_dated_list_keeps_its_rows_and_sets_faults_aside(tmp_path: Path) -> None:
    file = written(
        tmp_path / "lists.csv",
        f"{HEADER}\n"
        's1,2026-03-02,A-1,"First, with a comma",2026-01-01,2026-04-01,"€1.500.000"\n'
        "s1,2026-03-02,A-2,Second,2026-01-01,31/12/2026,\n"
        "s1,2026-03-02,A-3,Third,2026-05-01,2026-04-01,\n"
        "s1,2026-03-02,,Fourth,2026-01-01,2026-04-01,\n"
        "s1,2026-03-02,A-5,Fifth,2026-01-01,,\n"
        "s1,2026-03-02,A-6\n",
    )
    done = load(tmp_path / "record", file, "dated-lists", retrieved=FETCHED)
    assert (done.rows, done.quarantined, done.unchanged) == (2, 4, 0)
    first, fifth = rows_of(tmp_path / "record")
    assert (first["title"], first["budget"], first["currency"]) == ("First, with a comma", 1.5e6, "EUR")
    assert fifth["closes"] is None
    reasons = register(tmp_path / "record").quarantined()["reason"].to_list()
    assert [reason.split(" ")[0] for reason in reasons] == ["close_date", "closes", "has", "has"]
    assert load(tmp_path / "record", file, "dated-lists").unchanged == 1


PORTAL = {
    "fundingData": {
        "GrantTenderObj": [
            {
                "type": 1,
                "identifier": "HORIZON-CL5-2026-01-D3-02",
                "title": "Low-temperature electrolysis",
                "status": {"abbreviation": "Open"},
                "frameworkProgramme": {"abbreviation": "HORIZON"},
                "plannedOpeningDateLong": 1767225600000,  # 2026-01-01T00:00Z
                "deadlineDatesLong": [1775401200000, 1788706800000],  # 2026-04-05 and 2026-09-06, 17:00 in Brussels
                "deadlineModel": "two-stage",
            },
            {"type": 0, "identifier": "TENDER-1", "title": "A tender"},
            {"type": 1, "title": "Nameless"},
            {"type": 8, "identifier": "HORIZON-CL5-2023-D3-01", "title": "Cascade", "deadlineDatesLong": []},
        ]
    }
}
TOPIC = {
    "TopicDetails": {
        "identifier": "HORIZON-CL5-2026-01-D3-02",
        "title": "Low-temperature electrolysis",
        "description": "<p>Expected Outcome: cheaper hydrogen</p>",
        "budgetOverviewJSONItem": {
            "budgetTopicActionMap": {
                "1": [
                    {"action": "HORIZON-CL5-2026-01-D3-02 - RIA", "budgetYearMap": {"2026": "20000000"},
                     "minContribution": 3000000, "maxContribution": 5000000, "expectedGrants": 2},
                    {"action": "HORIZON-CL5-2026-01-D3-03 - RIA", "budgetYearMap": {"2026": "20000000"}},
                ]
            }
        },
    }
}  # fmt: skip


def test_the_portal_tells_two_stages_and_divides_a_shared_budget(tmp_path: Path) -> None:
    record = tmp_path / "record"
    listed = written(tmp_path / "grantsTenders.json", PORTAL)
    done = load(record, listed, "eu-portal", retrieved=FETCHED)
    assert (done.rows, done.quarantined) == (2, 1)
    load(record, written(tmp_path / "topic.json", TOPIC), "eu-portal", retrieved=FETCHED)
    by_text = {(row["id"], row["snapshot"]): row for row in rows_of(record)}
    topic = by_text["HORIZON-CL5-2026-01-D3-02", "2026-03-02"]
    assert topic["closes"] == dt.date(2026, 4, 5)  # whoever is new must be there at the first stage
    assert [one["stage"] for one in topic["deadlines"]] == [1, 2]
    assert {(one["time"], one["zone"]) for one in topic["deadlines"]} == {("17:00", "Europe/Brussels")}
    assert by_text["HORIZON-CL5-2023-D3-01", "2026-03-02"]["cascade"] is True
    detail = by_text["HORIZON-CL5-2026-01-D3-02", None]
    assert (detail["budget"], detail["shared_by"], detail["least"], detail["most"], detail["awards"]) == (
        1e7,
        2,
        3e6,
        5e6,
        2,
    )
    assert detail["text"] == "Expected Outcome: cheaper hydrogen"


def test_a_search_answer_gives_each_topic_once_in_english(tmp_path: Path) -> None:
    def result(language: str, title: str, kind: str = "1") -> dict[str, Any]:
        metadata = {
            "identifier": ["HORIZON-JU-CHIPS-2026-1"],
            "title": [title],
            "type": [kind],
            "status": ["31094502"],
            "frameworkProgramme": ["43108390"],
            "startDate": ["2026-03-04T00:00:00.000+0000"],
            "deadlineDate": ["2026-04-29T15:00:00.000+0000"],
            "budgetOverview": [json.dumps(TOPIC["TopicDetails"]["budgetOverviewJSONItem"])],
        }
        return {"language": language, "metadata": metadata}

    answer = {"results": [result("da", "Chips på dansk"), result("en", "Chips"), result("en", "A tender", "2"), {}]}
    done = load(tmp_path / "r", written(tmp_path / "a.json", answer), "sedia", retrieved=FETCHED)
    assert (done.rows, done.quarantined) == (1, 1)
    (row,) = rows_of(tmp_path / "r")
    assert (row["title"], row["programme"], row["status_said"]) == ("Chips", "HORIZON", "open")
    assert row["opens"] == dt.date(2026, 3, 4)
    assert row["deadlines"][0]["time"] == "17:00"  # 15:00 in UTC is 17:00 in Brussels in April
    assert row["budget"] is None  # two other topics' money, not this one's


XML = """<?xml version="1.0"?>
<Grants xmlns="http://apply.grants.gov/system/OpportunityDetail-V1.0">
 <OpportunitySynopsisDetail_1_0><OpportunityID>1</OpportunityID><OpportunityTitle>One</OpportunityTitle>
  <EligibleApplicants>25</EligibleApplicants><EligibleApplicants>99</EligibleApplicants>
  <PostDate>01022026</PostDate><CloseDate>03312026</CloseDate><AwardCeiling>500000</AwardCeiling>
 </OpportunitySynopsisDetail_1_0>
 <OpportunityForecastDetail_1_0><OpportunityID>2</OpportunityID><OpportunityTitle>Two</OpportunityTitle>
  <PostDate>01022026</PostDate><EstimatedSynopsisPostDate>05012026</EstimatedSynopsisPostDate>
  <EstimatedApplicationDueDate>07012026</EstimatedApplicationDueDate></OpportunityForecastDetail_1_0>
 <OpportunitySynopsisDetail_1_0><OpportunityID>3</OpportunityID><OpportunityTitle>Three</OpportunityTitle>
  <CloseDate>2026-03-31</CloseDate></OpportunitySynopsisDetail_1_0>
</Grants>"""


def test_grants_gov_reads_american_days_in_a_zip(tmp_path: Path) -> None:
    file = tmp_path / "extract.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("GrantsDBExtract.xml", XML)
    done = load(tmp_path / "r", file, "grants-gov", retrieved=FETCHED)
    assert (done.rows, done.quarantined) == (2, 1)
    one, two = rows_of(tmp_path / "r")
    assert (one["opens"], one["closes"], one["applicants"]) == (dt.date(2026, 1, 2), dt.date(2026, 3, 31), ["25", "99"])
    assert (two["opens"], two["status_said"]) == (dt.date(2026, 5, 1), "forecasted")


TYPED = """
calls:
  - id: green-2026
    title: {en: Green hydrogen with Korea, da: Grøn brint med Korea}
    funder: Innovation Fund
    opens: 2026-01-15
    deadlines: [{day: 2026-03-19, time: "12:00", zone: Europe/Copenhagen, stage: 1}, {day: 2026-09-01, stage: 2}]
    countries: [{country: KR, verdict: no_money, clause: Each side pays its own}]
    url: https://example.org/call
    retrieved: 2026-02-20
  - {id: b, title: {en: B}, funder: F, url: "https://example.org", retrieved: 2026-02-20,
     deadlines: [{day: 2026-03-19, time: "12:00"}]}
  - {id: c, title: {en: C}, funder: F, url: "https://example.org", retrieved: 2026-02-20, colour: green}
"""


def test_a_typed_call_is_as_good_as_any_feed(tmp_path: Path) -> None:
    done = load(tmp_path / "r", written(tmp_path / "typed.yaml", TYPED), "typed")
    assert (done.rows, done.quarantined) == (1, 2)
    (row,) = rows_of(tmp_path / "r")
    assert (row["title_da"], row["closes"], row["listed_on"]) == (
        "Grøn brint med Korea",
        dt.date(2026, 3, 19),
        dt.date(2026, 2, 20),
    )
    assert row["clauses"][0]["verdict"] == "no_money"
    reasons = register(tmp_path / "r").quarantined()["reason"].to_list()
    assert reasons[0].endswith("a time needs its zone, as Europe/Copenhagen")
    assert reasons[1].startswith("colour")


HALF = json.dumps(PORTAL)[:300]


@pytest.mark.parametrize(
    ("name", "bytes_", "says"),
    [
        ("429.json", b"<!DOCTYPE html><html><body>429 Too Many Requests</body></html>", "web page"),
        ("half.json", HALF.encode(), "not a whole JSON document"),
        ("half.json.gz", gzip.compress(json.dumps(PORTAL).encode())[:-20], "damaged or ends too early"),
        ("empty.json", b"", "is empty"),
        ("error.json", b'{"error": "rate limit exceeded"}', "holds no calls"),
        (
            "renamed.json",
            json.dumps(PORTAL).replace("identifier", "topicId").encode(),
            "not one call could be read",
        ),
    ],
)
def test_a_source_that_fails_leaves_the_last_good_state(tmp_path: Path, name: str, bytes_: bytes, says: str) -> None:
    record = tmp_path / "record"
    load(record, written(tmp_path / "good.json", PORTAL), "eu-portal", retrieved=FETCHED)
    before = rows_of(record)
    broken = tmp_path / name
    broken.write_bytes(bytes_)
    with pytest.raises(UdsynError, match=says):
        load(record, broken, "eu-portal", retrieved=FETCHED + dt.timedelta(7))
    assert rows_of(record) == before
    assert failures(register(record))["eu-portal"]["retrieved"] == "2026-03-09"
    later = json.loads(json.dumps(PORTAL).replace("electrolysis", "electrolysers"))
    load(record, written(tmp_path / "later.json", later), "eu-portal", retrieved=FETCHED + dt.timedelta(8))
    assert failures(register(record)) == {}


def test_a_long_list_without_any_deadline_is_refused(tmp_path: Path) -> None:
    topics = [{"type": 1, "identifier": f"A-{n}", "title": f"T {n}", "deadlines": [1775401200000]} for n in range(30)]
    file = written(tmp_path / "list.json", {"fundingData": {"GrantTenderObj": topics}})
    with pytest.raises(UdsynError, match="not one of 30 calls says when it closes"):
        load(tmp_path / "r", file, "eu-portal", retrieved=FETCHED)


def test_a_list_without_a_column_or_a_form_that_is_none(tmp_path: Path) -> None:
    file = written(tmp_path / "lists.csv", "snapshot,list_date,code,name,opening,close_date,budget\n")
    with pytest.raises(UdsynError, match="has no column open_date"):
        load(tmp_path / "r", file, "dated-lists")
    with pytest.raises(UsageError, match="no form xml"):
        load(tmp_path / "r", file, "xml")


UTLYSNING = {
    "diarienummer": "2026-00001",
    "finansiarNamn": "Vinnova",
    "titel": "Elektrolys",
    "titelEng": "Electrolysis",
    "beskrivning": "<p>Vätgas</p>",
    "budgetBelopp": 20000000,
    "budgetValuta": "SEK",
    "status": "Stängd",
    "oppningsdatum": "2026-02-01T00:00:00",
    "stangningsdatum": "2026-04-01T12:00:00Z",
    "program": [{"diarienummer": "2020-1", "titel": "Energi"}],
    "publiceringsplats": "https://example.org/2026-00001",
}


@pytest.mark.parametrize("shape", [lambda one: [one], lambda one: one, lambda one: {"utlysningar": [one]}])
def test_sweden_s_standard_in_each_of_its_shapes(shape: Any, tmp_path: Path) -> None:
    done = load(tmp_path / "r", written(tmp_path / "v.json", shape(UTLYSNING)), "vinnova", retrieved=FETCHED)
    assert (done.rows, done.quarantined) == (1, 0)
    (row,) = rows_of(tmp_path / "r")
    assert (row["id"], row["title"], row["text"]) == ("2026-00001", "Electrolysis", "Vätgas")
    assert (row["funder"], row["programme"], row["budget"], row["currency"]) == ("Vinnova", "Energi", 2e7, "SEK")
    assert (row["opens"], row["closes"], row["status_said"]) == (dt.date(2026, 2, 1), dt.date(2026, 4, 1), "Stängd")
    assert row["deadlines"] == [
        {"stage": None, "day": dt.date(2026, 4, 1), "time": "14:00", "zone": "Europe/Stockholm"}
    ]


def test_a_call_of_sweden_s_standard_that_is_wrong_is_set_aside_and_an_error_refused(tmp_path: Path) -> None:
    wrong = [{**UTLYSNING, "diarienummer": ""}, {**UTLYSNING, "stangningsdatum": "snart"}, "text"]
    late = {**UTLYSNING, "stangningsdatum": "2026-01-01"}
    done = load(tmp_path / "r", written(tmp_path / "v.json", [UTLYSNING, *wrong, late]), "vinnova", retrieved=FETCHED)
    assert (done.rows, done.quarantined) == (1, 4)
    with pytest.raises(UdsynError, match="not one call could be read"):
        load(tmp_path / "r", written(tmp_path / "e.json", {"message": "limit exceeded"}), "vinnova", retrieved=FETCHED)
    assert len(rows_of(tmp_path / "r")) == 1
    assert "not one call" in failures(register(tmp_path / "r"))["vinnova"]["reason"]


def test_a_list_that_ends_within_a_line_is_refused(tmp_path: Path) -> None:
    line = "a,2026-03-01,A-1,One,2026-01-01,2026-04-15,"
    whole = written(tmp_path / "whole.csv", f"{HEADER}\n{line}\n{line.replace('A-1', 'A-2')}")
    assert load(tmp_path / "r", whole, "dated-lists", retrieved=FETCHED).rows == 2, "a last line needs no end"
    half = written(tmp_path / "half.csv", f"{HEADER}\n{line}\n{line[:30]}")
    with pytest.raises(UdsynError, match=r"half.csv ends within line 3"):
        load(tmp_path / "r", half, "dated-lists", retrieved=FETCHED)
    short = written(tmp_path / "short.csv", f"{HEADER}\n{line}\n{line[:30]}\n")
    assert load(tmp_path / "r", short, "dated-lists", retrieved=FETCHED).quarantined == 1


@real
def test_all_real_opportunities_are_read_and_no_day_is_made_up(tmp_path: Path) -> None:
    folder = Path(DATA or "") / "opportunities"
    for name in ("ca_portal_opportunities.json", "pa_opportunities.json"):
        assert load(tmp_path / "r", folder / name, "commongrants", retrieved=FETCHED).quarantined == 0
    rows = rows_of(tmp_path / "r")
    assert len(rows) == 372
    said = [row["status_said"] for row in rows]
    words = {"Closed": 240, "Accepting applications": 82, "active": 33, "closed": 15, "forecasted": 2}
    assert {word: said.count(word) for word in words} == words
    ongoing = [row for row in rows if row["ongoing"]]
    assert len([row for row in ongoing if row["file"].startswith("ca")]) == 14
    assert all(row["closes"] is None for row in ongoing)
    assert not any(one["time"] for row in rows if row["file"].startswith("pa") for one in row["deadlines"])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured on Linux")
def test_a_large_list_streams_in_little_memory() -> None:
    """A fifth of the portal's size; `python -m benchmarks.funds_portal` measures the whole."""
    from benchmarks.funds_portal import measured

    rows, size, seconds, memory = measured(25, 2000)
    assert rows == 2000
    assert size > 20
    assert seconds < 10
    assert memory < 300
