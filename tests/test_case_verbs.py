"""What is decided about a case answers alike: from its object, from its file, and on the command line."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner

import udsyn
from udsyn.allocation import lottery
from udsyn.cli import udsyn as command_line
from udsyn.errors import UdsynError

PAPERS = {"reviewers": ["a", "b"], "papers": [1, 2], "scores": [[3, 1], [2, 2]], "cover": 1, "load": 1}
PLACES = {"applicants": {"ann": ["kiel"], "bo": ["kiel"]}, "hosts": {"kiel": {"places": 1, "ranking": ["bo", "ann"]}}}
TOUR = {
    "groups": 1,
    "start": {"x": 0, "y": 0, "open": 0, "close": 20},
    "stops": [{"x": 3, "y": 4, "value": 5, "duration": 10, "open": 0, "close": 30, "id": "s"}],
    "decimals": 0,
}
PANEL = {"proposals": ["p", "q"], "assessors": ["x", "y"], "grades": [[6, 5], [3, None]]}
RANKINGS = {"ours": {"a": 1, "b": 2, "c": 3, "d": 4}, "theirs": {"b": 1, "a": 2, "c": 2}}
JOURNEY = {"family": "tax", "country": "DK", "from": "2023-01-01T08:00", "to": "2023-01-03T09:30"}
AID = {"undertaking": "A", "asked": 1000, "awards": [{"date": "2025-01-02", "amount": 5000, "undertaking": "A"}]}
MISSION = {"days": 20, "budget": [{"amount": 3200}]}
DAY = dt.date(2026, 3, 16)

#: verb → its case, what is given by name, and the same on the command line
ALIKE = {
    "assign_reviewers": (
        PAPERS,
        {"cap": 0.5, "draws": 2, "seed": 1},
        "allocation reviewers --cap 0.5 --draws 2 --seed 1",
    ),
    "match_places": (PLACES, {"every": True, "plan": "most"}, "allocation places --all --plan most"),
    "plan_tours": (TOUR, {"time_limit": 9.0}, "allocation tours --time-limit 9"),
    "rank_grades": (PANEL, {"share": 0.8}, "allocation ranks --share 0.8"),
    "merge_rankings": (RANKINGS, {"rule": "both_top", "top": 2}, "allocation merge --rule both_top --top 2"),
    "travel_allowance": (JOURNEY, {}, "stays allowance"),
    "stay_grant": (MISSION, {"on": DAY}, f"stays grant --on {DAY}"),
    "aid_room": (AID, {"on": DAY}, f"safeguards aid --on {DAY}"),
}


def untimed(answer):
    return {k: v for k, v in answer.items() if k != "seconds"} if isinstance(answer, dict) else answer


@pytest.mark.parametrize("verb", ALIKE)
def test_object_file_and_command_answer_alike(verb, tmp_path):
    case, parts, command = ALIKE[verb]
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case))
    ask = getattr(udsyn, verb)
    answers = [ask(case, **parts), ask(file, **parts), ask(str(file), **parts)]
    said = CliRunner().invoke(command_line, [*command.split(), str(file), "--format", "json"], catch_exceptions=False)
    answers.append(json.loads(said.stdout))
    assert [untimed(answer) for answer in answers] == [untimed(answers[0])] * 4


def test_some_are_known_by_hand():
    assert udsyn.assign_reviewers(PAPERS)["total"] == 5
    assert udsyn.match_places(PLACES)["applicant_optimal"] == {"ann": None, "bo": "kiel"}
    assert [row["id"] for row in udsyn.rank_grades(PANEL)] == ["p", "q"]
    merged = {rule: udsyn.merge_rankings(RANKINGS, rule=rule) for rule in ("mean", "theirs")}
    assert [(row["place"], row["id"]) for row in merged["mean"]] == [(1, "a"), (1, "b"), (3, "c"), (None, "d")]
    assert [(row["place"], row["id"]) for row in merged["theirs"]] == [(1, "b"), (2, "a"), (2, "c"), (None, "d")]
    aid = udsyn.aid_room(AID, DAY)
    assert (aid["ceiling"] - aid["room"], aid["may_grant"]) == (5000, 1000)
    assert (
        aid["register_by"] == "2026-04-16"
    )  # twenty working days: Maundy Thursday, Good Friday, Easter Monday are none


def test_a_changed_lot_is_found():
    log = lottery.draw("a seed of many letters, that nobody can guess", ["p", "q", "r"])
    assert udsyn.check_lots(log) == {"holds": True, "faults": []}
    assert not udsyn.check_lots({**log, "order": log["order"][::-1]})["holds"]


def test_a_case_that_is_none_is_refused():
    for verb in (
        udsyn.assign_reviewers,
        udsyn.match_places,
        udsyn.plan_tours,
        udsyn.rank_grades,
        udsyn.travel_allowance,
    ):
        with pytest.raises(UdsynError):
            verb({})
    for case in ({"ours": {}}, {**RANKINGS, "theirs": {"a": 0}}):
        with pytest.raises(UdsynError, match="theirs"):
            udsyn.merge_rankings(case, rule="mean")
    with pytest.raises(UdsynError, match="how many"):
        udsyn.merge_rankings(RANKINGS, rule="both_top")
