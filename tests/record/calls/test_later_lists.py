"""Later lists: a source drops a field, renames it, or writes another kind of value into it. Nothing breaks, and no day
or amount appears that the source did not write.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.record.calls.test_call_readers import FETCHED, HEADER, PORTAL, TOPIC, TYPED, UTLYSNING, XML, rows_of, written

from udsyn.errors import UdsynError
from udsyn.evidence.funds.find import judged
from udsyn.evidence.funds.register import held, told_on
from udsyn.record.calls import load, loading, register
from udsyn.record.calls.failures import failures

#: Besides: the field is not there, and stands under another name.
ODD: tuple[Any, ...] = (
    None,
    "",
    "Pending",
    7,
    -1,
    1e30,
    True,
    [],
    ["x"],
    {},
    {"x": [None]},
    "31094599",
    "99999999-99-99",
)
ONE: dict[str, Any] = PORTAL["fundingData"]["GrantTenderObj"][0]
SEDIA = {
    "results": [
        {
            "language": "en",
            "metadata": {
                "identifier": [f"HORIZON-NEW-2028-{number}"],
                "title": ["Chips"],
                "type": ["1"],
                "status": ["31094502"],
                "frameworkProgramme": ["99999999"],
                "startDate": ["2026-03-04T00:00:00.000+0000"],
                "deadlineDate": ["2026-04-29T15:00:00.000+0000"],
                "budgetOverview": [json.dumps(TOPIC["TopicDetails"]["budgetOverviewJSONItem"])],
            },
        }
        for number in (1, 2)
    ]
}
COMMON = {
    "items": [
        {
            "id": f"0{number}",
            "title": "Oceans",
            "status": {"value": "open"},
            "description": "Seas",
            "funding": {"totalAmountAvailable": {"amount": "1000.00", "currency": "USD"}},
            "keyDates": {
                "postDate": {"name": "p", "date": "2026-01-01"},
                "closeDate": {"name": "c", "date": "2026-04-01"},
            },
            "source": "https://example.org",
        }
        for number in (1, 2)
    ]
}
#: form → a document with a call that stays as it is beside the one that is changed, and the way to the latter
FORMS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "eu-portal": (
        {"fundingData": {"GrantTenderObj": [ONE, copy.deepcopy(ONE) | {"identifier": "HORIZON-NEW-2028-X"}]}},
        ("fundingData", "GrantTenderObj", 0),
    ),
    "sedia": (SEDIA, ("results", 0, "metadata")),
    "commongrants": (COMMON, ("items", 0)),
    "vinnova": ([UTLYSNING, UTLYSNING | {"diarienummer": "2026-00002"}], (0,)),
}  # fmt: skip


def at(document: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        document = document[step]
    return document


def fields(value: Any) -> Iterator[tuple[Any, ...]]:
    """The way to each field of a call, however deep."""
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield (name,)
        yield from ((name, *below) for below in fields(inner))


def variants(form: str) -> Iterator[tuple[str, Any]]:
    """The document with one field of one call renamed, or filled with something else."""
    document, way = FORMS[form]
    for *above, name in fields(at(document, way)):
        for odd in ODD:
            changed = copy.deepcopy(document)
            at(changed, (*way, *above))[name] = odd
            yield f"{[*above, name]} = {odd!r}", changed
        changed = copy.deepcopy(document)
        if isinstance(holder := at(changed, (*way, *above)), dict):
            holder[f"{name}New"] = holder.pop(name)
            yield f"{[*above, name]} renamed", changed


def read(folder: Path, name: str, document: Any, form: str) -> list[dict[str, Any]]:
    """The rows of a document; none where it is refused."""
    with contextlib.suppress(UdsynError):
        load(folder / name, written(folder / f"{name}.json", document), form, retrieved=FETCHED)
        return rows_of(folder / name)
    return []


def facts(rows: list[dict[str, Any]]) -> set[Any]:
    """All days and amounts that rows hold."""
    days = {row[name] for row in rows for name in ("opens", "closes")}
    days |= {one["day"] for row in rows for one in row["deadlines"] or ()}
    return (days | {row[name] for row in rows for name in ("budget", "least", "most", "awards")}) - {None}


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_field_makes_up_no_day_and_costs_no_other_call(form: str, tmp_path: Path) -> None:
    whole = read(tmp_path, "whole", FORMS[form][0], form)
    assert len(whole) == 2
    for number, (what, document) in enumerate(variants(form)):
        rows = read(tmp_path, str(number), document, form)
        kept = [row for row in rows if row["id"] == whole[1]["id"]]
        assert [row["closes"] for row in kept] == [whole[1]["closes"]] or not rows, what
        if "deadlineModel" not in what:  # without it two deadlines are two chances, not two stages
            closes = {row["closes"] for row in rows if row["id"] != whole[1]["id"]}
            assert closes <= {whole[0]["closes"], None}, f"{what}: a later stage is no deadline"
        assert facts(rows) <= facts(whole) | {7, 1e30, 31094599}, what


@pytest.mark.parametrize("lost", ["OpportunityID", "OpportunityTitle", "PostDate", "CloseDate", "AwardCeiling"])
def test_an_element_that_grants_gov_renames(lost: str, tmp_path: Path) -> None:
    file = tmp_path / "extract.xml"
    file.write_text(XML.replace(lost, f"New{lost}"), encoding="utf-8")
    (tmp_path / "whole.xml").write_text(XML, encoding="utf-8")
    load(tmp_path / "whole", tmp_path / "whole.xml", "grants-gov", retrieved=FETCHED)
    with contextlib.suppress(UdsynError):
        load(tmp_path / "r", file, "grants-gov", retrieved=FETCHED)
    rows = rows_of(tmp_path / "r") if (tmp_path / "r" / "calls" / "sources.parquet").exists() else []
    assert facts(rows) <= facts(rows_of(tmp_path / "whole"))


def test_odd_states_and_new_programmes_are_judged_by_dates_and_by_the_text(tmp_path: Path) -> None:
    """The list of a year that nobody has seen: codes of a programme without rules, one without an end, one of 2099."""
    lines = [
        "next,2028-01-10,FP10-CLUSTER-2028-01,New programme,2028-01-01,2028-04-01,",
        "next,2028-01-10,HORIZON-CL9-2028-01,New cluster,2028-01-01,2028-04-01,a lot",
        "next,2028-01-10,horizon-cl5-2028-01,Small letters,2028-01-10,2028-01-10,",
        "next,2028-01-10,HORIZON-CL5-2028-02,No end,2028-01-01,,",
        "next,2028-01-10,HORIZON-CL5-2028-03,No beginning,,2028-04-01,",
        "next,2028-01-10,HORIZON-CL5-2028-04,Far,2099-01-01,2099-12-31,",
        "next,2028-01-10,HORIZON-CL5-2028-05,Gone,2027-01-01,2028-01-09,",
    ]
    load(tmp_path / "r", written(tmp_path / "next.csv", "\n".join([HEADER, *lines, ""])), "dated-lists")
    on = dt.date(2028, 1, 10)
    states = dict(told_on(tmp_path / "r", on).select("title", "state").iter_rows())
    assert states == {
        "New programme": "open",
        "New cluster": "open",
        "Small letters": "open",
        "No end": "unknown",
        "No beginning": "unknown",
        "Far": "forthcoming",
        "Gone": "past",
    }
    verdicts = {one.row["title"]: one.verdict["verdict"] for one in judged(held(tmp_path / "r"), on, countries=["DK"])}
    assert verdicts == dict.fromkeys(("New programme", "New cluster", "Small letters"), "read_text")


LINE = "a,2026-03-01,A-1,One,2026-01-01,2026-04-15,\n"
GOOD: dict[str, str] = {
    **{form: json.dumps(document) for form, (document, _) in FORMS.items()},
    "grants-gov": XML,
    "dated-lists": f"{HEADER}\n{LINE}{LINE.replace('A-1', 'A-2')}",
    "typed": TYPED,
}


@pytest.mark.parametrize("form", loading.FORMS)
def test_whatever_a_source_answers_instead_the_last_good_state_stands(form: str, tmp_path: Path) -> None:
    good = GOOD[form].encode()
    load(tmp_path / "r", written(tmp_path / "good", GOOD[form]), form, retrieved=FETCHED)
    before = rows_of(tmp_path / "r")
    answers = {
        "429": b"<!DOCTYPE html><html><body>429 Too Many Requests</body></html>",
        "words": b"429 Too Many Requests",
        "message": b'{"error": {"code": 429, "message": "rate limit exceeded"}}',
        "empty": b"",
        "half": good[: len(good) * 2 // 3].rstrip(b"\n"),
        "half.gz": gzip.compress(good)[:-12],
        "no text": bytes(range(128, 256)),
    }
    for name, answer in answers.items():
        (tmp_path / name).write_bytes(answer)
        with pytest.raises(UdsynError) as refused:
            load(tmp_path / "r", tmp_path / name, form, retrieved=FETCHED + dt.timedelta(7))
        assert name in str(refused.value)
        assert failures(register(tmp_path / "r"))[form]["retrieved"] == "2026-03-09", name
    assert rows_of(tmp_path / "r") == before
