"""Export control: codes by their parts, and six cases walked through the order, each answer with its clause."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from udsyn.cli import udsyn
from udsyn.errors import UsageError
from udsyn.packs import export
from udsyn.packs.language import PackError
from udsyn.packs.outcomes import Outcome

DAY = dt.date(2026, 3, 16)
#: a case in which every question is answered and nothing settles it but the last ones
APPLIED: dict[str, Any] = {
    "end_user_listed": False,
    "weapons_use": False,
    "military": False,
    "code": "3E001",
    "annex_iv": False,
    "destination": "KR",
    "public_domain": False,
    "research": "applied",
    "transfer": "mail",
}


@pytest.mark.parametrize(
    ("code", "category", "group", "origin", "kind"),
    [
        ("3A001", "electronics", "systems", "Wassenaar", "goods"),
        ("1C350", "special materials", "materials", "Australia Group", "goods"),
        ("2B201", "materials processing", "test, inspection and production", "Nuclear Suppliers Group", "goods"),
        ("9E101", "aerospace and propulsion", "technology", "Missile Technology", "technology"),
        ("1C450", "special materials", "materials", "Chemical Weapons", "goods"),
        ("5d002", "telecommunications and information security", "software", "Wassenaar", "software"),
    ],
)
def test_codes_are_explained(code: str, category: str, group: str, origin: str, kind: str) -> None:
    found = export.parse_code(code)
    assert found.category.startswith(category)
    assert found.group.startswith(group)
    assert origin in found.origin
    assert found.kind == kind


@pytest.mark.parametrize("text", ["", "3F001", "A3001", "3A5", "3A0001", "3A501", "ML10", "3A001 or so", "٣A001"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(PackError, match="no control code"):
        export.parse_code(text)


@pytest.mark.parametrize(
    ("changes", "answer", "step", "clause"),
    [
        ({"transfer": "visitor"}, "ask", "visitor", "Articles 2(9) and 8"),
        ({"transfer": "cloud"}, "ask", "transfer", "Article 2(2)(d)"),
        ({"research": "basic", "transfer": "publication"}, "no_licence", "basic-research", "General Technology Note"),
        ({"end_user_listed": True, "research": "basic", "public_domain": True}, "stop", "listed-end-user", "First"),
        ({"code": "3A001", "transfer": "goods"}, "ask", "goods", "Article 3(1)"),
        ({"code": "5D002", "public_domain": True}, "no_licence", "public-domain", "General Software Note"),
        ({"code": None, "listed": False, "kind": "goods"}, "no_licence", "not-listed", "Article 3(1)"),
        ({"destination": "DE"}, "no_licence", "inside-the-union", "11(1)"),
        ({"destination": "DE", "annex_iv": True}, "ask", "annex-four", "Article 11(1)"),
        ({"code": None, "listed": False, "weapons_use": True}, "stop", "weapons", "Article 4"),
        ({"code": "5D002", "research": "basic"}, "ask", "transfer", "Article 2(2)(d)"),
    ],
)
def test_cases_are_decided_with_their_clause(changes: dict[str, Any], answer: str, step: str, clause: str) -> None:
    found = export.decide({**APPLIED, **changes}, DAY)
    assert (found.answer, found.steps[-1].rule) == (answer, step)
    assert clause in found.clause
    assert set(found.because) == {"en", "da"}


@pytest.mark.parametrize("fact", [name for name in APPLIED if name not in ("code", "transfer")])
def test_a_fact_that_decides_and_is_missing_is_asked_for_and_never_guessed(fact: str) -> None:
    found = export.decide({name: value for name, value in APPLIED.items() if name != fact}, DAY)
    assert (found.answer, found.steps[-1].outcome, found.steps[-1].missing) == ("ask", Outcome.UNKNOWN, (fact,))
    assert found.because["en"].startswith("It is not known whether this holds: "), "a rule that may not hold is no fact"
    assert found.would_change is None


def test_more_facts_never_turn_a_stop_into_leave() -> None:
    """Whatever else is said, a listed end user and weapons stop it; nothing is free of a licence that was not asked."""
    free = {"public_domain": True, "research": "basic", "destination": "DE", "kind": "technology"}
    for size in range(len(free) + 1):
        for names in itertools.combinations(free, size):
            case = {name: free[name] for name in names}
            for fact in ("end_user_listed", "weapons_use"):
                assert export.decide({**APPLIED, **case, fact: True}, DAY).answer == "stop"
            assert export.decide(case, DAY).answer == "ask"


def test_a_case_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(PackError, match="which of the two"):
        export.decide({**APPLIED, "listed": False}, DAY)


def test_the_command_says_the_answer_and_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps({"end_user_listed": False}), encoding="utf-8")
    done = CliRunner().invoke(udsyn, ["safeguards", "export", str(file), "--on", str(DAY), "--language", "da"])
    answer = json.loads(done.stdout)
    assert (answer["answer"], answer["missing"]) == ("ask", ["weapons_use"])
    assert "våben" in answer["because"]
    told = CliRunner().invoke(udsyn, ["safeguards", "code", "9E101", "--format", "json"])
    assert json.loads(told.stdout)["origin"] == "Missile Technology Control Regime"
    assert isinstance(CliRunner().invoke(udsyn, ["safeguards", "code", "9Z101"]).exception, UsageError)
