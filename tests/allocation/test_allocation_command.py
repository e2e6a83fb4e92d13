"""The verbs of `udsyn allocation`, as a caller meets them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from udsyn.allocation import lottery
from udsyn.cli import udsyn
from udsyn.errors import UdsynError


def ask(tmp_path, verb, case, *options):
    file = tmp_path / "case.json"
    file.write_text(case if isinstance(case, str) else json.dumps(case), encoding="utf-8")
    return json.loads(
        CliRunner().invoke(udsyn, ["allocation", verb, str(file), *options], catch_exceptions=False).stdout
    )


def test_reviewers(tmp_path):
    case = {"reviewers": ["a", "b"], "papers": [1, 2], "scores": [[3, 1], [2, 2]], "cover": 1, "load": 1}
    answer = ask(tmp_path, "reviewers", case)
    assert (answer["status"], answer["total"], answer["worst"], answer["bound"]) == ("optimal", 5, 2, 5)
    assert answer["assignment"] == [
        {"paper": "1", "reviewer": "a", "probability": 1.0},
        {"paper": "2", "reviewer": "b", "probability": 1.0},
    ]
    drawn = ask(tmp_path, "reviewers", case, "--cap", "0.5", "--draws", "20", "--seed", "3")
    assert drawn["total"] == 4
    assert {pair["probability"] for pair in drawn["assignment"]} == {0.5}
    assert len(drawn["draws"]) == 20
    assert all(len({pair["reviewer"] for pair in one}) == len(one) == 2 for one in drawn["draws"])


def test_what_an_infeasible_case_needs(tmp_path):
    case = {"reviewers": ["a"], "papers": ["p", "q"], "scores": [[1, 1]], "cover": 1, "load": 1}
    answer = ask(tmp_path, "reviewers", case)
    assert answer["status"] == "infeasible"
    assert answer["total"] is None
    assert answer["needs"] == [{"who": "a", "load": 2, "why": "the papers need a load of 2; 1 is allowed"}]


def test_places(tmp_path):
    case = {
        "applicants": {"ann": ["x", "y"], "bo": ["y", "x"]},
        "hosts": {"x": {"places": 1, "ranking": ["bo", "ann"]}, "y": {"places": 1, "ranking": ["ann", "bo"]}},
    }
    answer = ask(tmp_path, "places", case, "--all")
    assert answer["applicant_optimal"] == {"ann": "x", "bo": "y"}
    assert answer["host_optimal"] == {"ann": "y", "bo": "x"}
    assert answer["matchings"] == [{"ann": "x", "bo": "y"}, {"ann": "y", "bo": "x"}]
    assert answer["unplaced"] == []


def test_tours(tmp_path):
    stop = {"x": 3, "y": 4, "value": 5, "duration": 10, "open": 0, "close": 30}
    case = {
        "groups": 2,
        "start": {"x": 0, "y": 0, "open": 0, "close": 20},
        "stops": [stop | {"id": "s"}],
        "decimals": 0,
    }
    answer = ask(tmp_path, "tours", case)
    assert (answer["status"], answer["value"], answer["bound"], answer["tours"]) == ("optimal", 5, 5, [["s"], []])
    late = ask(tmp_path, "tours", case | {"stops": [stop | {"id": "s", "must": True, "open": 25}]})
    assert (late["status"], late["clash"]) == ("infeasible", ["s"])


@pytest.mark.parametrize("verb", ["reviewers", "places", "tours"])
@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000, "{}"])
def test_what_is_no_case_is_refused_in_words(tmp_path, verb, text):
    with pytest.raises(UdsynError):
        ask(tmp_path, verb, text)


def test_a_cap_is_a_probability(tmp_path):
    (tmp_path / "case.json").write_text("{}", encoding="utf-8")
    for cap in ("0", "1.5", "nan", "half"):
        asked = CliRunner().invoke(udsyn, ["allocation", "reviewers", str(tmp_path / "case.json"), "--cap", cap])
        assert asked.exit_code == 2


def test_a_strangers_second_draw(tmp_path):
    log = lottery.draw("a seed that was written down before the list was known", ["P2", "P1", "P3"])
    published = ("--commitment", log["commitment"])
    assert ask(tmp_path, "lots", log, *published) == {"holds": True, "faults": []}
    assert ask(tmp_path, "lots", log, "--commitment", "0" * 64)["faults"] == [
        "the seed is not the one that was committed to"
    ]
    assert ask(tmp_path, "lots", log | {"order": log["order"][::-1]})["faults"] == ["order differs"]
    assert not ask(tmp_path, "lots", {"list": ["P1"]})["holds"]


def test_expected_ranks_of_a_panel(tmp_path):
    case = {"proposals": ["a", "b"], "assessors": ["v", "w"], "grades": [[2, None], [5, 6]]}
    rows = ask(tmp_path, "ranks", case, "--format", "json")
    assert [(row["id"], row["mean"], row["low"], row["high"]) for row in rows] == [("b", 5.5, 1, 1), ("a", 2, 2, 2)]
    assert rows[0]["rank"] + rows[1]["rank"] == pytest.approx(3, abs=1e-3)
    with pytest.raises(UdsynError, match="less than 1"):
        ask(tmp_path, "ranks", case, "--share", "1")
