"""What every command takes: --record after the verb, and --format where data are printed."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from udsyn.cli import main, udsyn
from udsyn.cli.reference import walk

CASE = {"applicants": {"a": ["H"]}, "hosts": {"H": {"places": 1, "ranking": ["a"]}}}
#: Rooms whose commands answer with one object.
ONE_OBJECT = {
    *("udsyn allocation places", "udsyn allocation reviewers", "udsyn allocation tours"),
    *("udsyn safeguards aid", "udsyn safeguards export", "udsyn safeguards load", "udsyn stays allowance"),
    *(
        "udsyn funds load",
        "udsyn funds status",
        "udsyn funds changes",
        "udsyn funds export",
        "udsyn markets read",
        "udsyn markets load",
    ),
}


def commands():
    return {path: command for path, command, _ in walk(udsyn, "udsyn") if not isinstance(command, click.Group)}


def option_of(command, name):
    return next((option for option in command.params if name in option.opts), None)


def test_every_command_takes_a_record():
    assert not [path for path, command in commands().items() if option_of(command, "--record") is None]


def test_an_answer_of_one_object_is_json_unless_asked_otherwise():
    found = commands()
    assert {path: option_of(found[path], "--format").default for path in ONE_OBJECT} == dict.fromkeys(
        ONE_OBJECT, "json"
    )


@pytest.mark.parametrize("format_", ["json", "csv", "table"])
def test_a_case_in_every_format_with_a_record_that_it_has_no_use_for(tmp_path, format_):
    case = tmp_path / "case.json"
    case.write_text(json.dumps(CASE), encoding="utf-8")
    asked = ["allocation", "places", str(case), "--record", str(tmp_path / "none"), "--format", format_]
    found = CliRunner().invoke(udsyn, asked, catch_exceptions=False)
    assert found.exit_code == 0
    assert "applicant_optimal" in found.stdout
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("verb", "case", "said"),
    [
        ("allocation tours", {"groups": 0, "start": {}, "stops": []}, "groups: 0 is not a number from 1 on"),
        ("allocation places", {"applicants": []}, "an object is wanted"),
        ("allocation reviewers", {"reviewers": ["r", "r"]}, "r stands twice"),
        ("stays allowance", {"family": " "}, "family is missing"),
        ("safeguards aid", {"awards": 3}, "awards"),
        ("meetings schedule", {"slots": -1}, "slots"),
    ],
)
def test_a_case_that_asks_nothing_sensible_is_wrong_use(tmp_path, capsys, verb, case, said):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case), encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main([*verb.split(), str(file), *(["--on", "2024-01-01"] if verb == "safeguards aid" else [])])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--name", ""], ["--name", " "], ["--name="], ["--country", "", "--name", "x"]])
def test_an_empty_value_clears_nobody(capsys, words):
    with pytest.raises(SystemExit) as stop:
        main(["safeguards", "check", *words])
    assert stop.value.code == 2
    assert f"{words[0].strip('=')}: the value is empty" in capsys.readouterr().err
