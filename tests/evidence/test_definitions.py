"""Every definition id that a result can carry is a heading of docs/indicators.md."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from udsyn.cli.evidence import group
from udsyn.evidence.indicators import INDICATORS, Indicator, checklist

ROOT = Path(__file__).resolve().parents[2]
USED = re.compile(r'(?:Provenance\(|provenance\((?:record, \w+, )?|^DEFINITION = )\s*"(?P<id>[a-z-]+)"', re.MULTILINE)


def test_definition_ids_are_headings() -> None:
    page = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^## (.+)$", page, re.MULTILINE))
    modules = sorted((ROOT / "src" / "udsyn" / "evidence").rglob("*.py"))
    used = {match["id"] for module in modules for match in USED.finditer(module.read_text(encoding="utf-8"))}
    assert {"share", "profile", "strengths", "ties", "rates", "differences", "published", "works"} <= used
    assert used <= headings, f"no definition of {sorted(used - headings)} in docs/indicators.md"


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.name)
def test_every_indicator_gives_its_worked_number(indicator: Indicator) -> None:
    found = indicator.worked()
    assert isinstance(found, (int, Fraction)), "worked examples are exact"
    assert found == indicator.gives
    assert indicator.formula
    assert indicator.source


def test_the_page_holds_every_indicator() -> None:
    """Written by `python -m udsyn.evidence.indicators docs/indicators.md`."""
    assert checklist() in (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")


def test_every_indicator_says_where_it_is_printed() -> None:
    """The first word of `where` is a command."""
    known = {"cubes", *group.commands}
    assert {re.split(r"[ ,]", indicator.where)[0] for indicator in INDICATORS} <= known
