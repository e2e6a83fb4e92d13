"""Every definition id that a result can carry is a heading of docs/indicators.md."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
USED = re.compile(r'(?:Provenance\(|provenance\((?:record, \w+, )?|^DEFINITION = )\s*"(?P<id>[a-z-]+)"', re.MULTILINE)


def test_definition_ids_are_headings() -> None:
    page = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^## (.+)$", page, re.MULTILINE))
    modules = sorted((ROOT / "src" / "udsyn" / "evidence").rglob("*.py"))
    used = {match["id"] for module in modules for match in USED.finditer(module.read_text(encoding="utf-8"))}
    assert {"share", "profile", "strengths", "ties", "rates", "differences", "published", "works"} <= used
    assert used <= headings, f"no definition of {sorted(used - headings)} in docs/indicators.md"
