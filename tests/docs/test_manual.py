"""The pages of the manual hang together: every page is in the contents, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def in_contents(node: object) -> set[str]:
    if isinstance(node, str):
        return {node}
    if isinstance(node, dict):
        return set().union(*(in_contents(value) for value in node.values()))
    return set().union(*(in_contents(value) for value in node)) if isinstance(node, list) else set()


def test_every_page_is_in_the_contents() -> None:
    contents = in_contents(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    assert contents == {str(page.relative_to(ROOT / "docs")) for page in PAGES}


def test_every_relative_link_leads_to_a_file() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert broken == []
