"""The pictures of docs/patterns.md, cut out of pages of the demonstration: `python -m tests.desk.patterns [FOLDER]`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.desk.browsing import CHROMIUM
from tests.desk.pictures import demonstration

DOCS = Path(__file__).parents[2] / "docs"
WINDOW = {"width": 820, "height": 900}
EDGE = 8  #: pixels around what is cut out


@dataclass(frozen=True)
class Pattern:
    """What one picture shows: a page, what is pressed on it, and the picture's first and last element."""

    name: str
    address: str
    first: str
    last: str
    pressed: tuple[str, ...] = ()


AGREEMENT = "main tbody tr:has-text('in force') a"
UNDATED = "main tbody tr:has-text('not known') a"
PATTERNS = (
    Pattern("steps", "/en/desk/agreements/", "main .head", "main .actions", (AGREEMENT,)),
    Pattern("confirm", "/en/desk/agreements/", "main h1", "main form.card", (AGREEMENT, "main .actions .danger")),
    Pattern("late", "/en/inbox/", "main li:has(.late)", "main li:has(.late) ~ li:has(.late)"),
    Pattern("nothing", "/en/desk/agreements/?q=zzz", "main .filters", "main .quiet + p"),
    Pattern("unknown", "/en/desk/agreements/", "main dl.facts dt", "main dl.facts dd:nth-of-type(9)", (UNDATED,)),
    Pattern("figure", "/en/results/", "main .card h2", "main .card tbody tr:nth-child(3)"),
)


def cut(page: Any, pattern: Pattern, file: Path) -> None:
    """Take the picture of one pattern with a page of somebody who is signed in."""
    page.goto(pattern.address)
    for pressed in pattern.pressed:
        page.goto(page.locator(pressed).first.get_attribute("href"))
    ends = [page.locator(selector).first.bounding_box() for selector in (pattern.first, pattern.last)]
    frame = page.locator("main").bounding_box()
    top, bottom = ends[0]["y"] - EDGE, ends[1]["y"] + ends[1]["height"] + EDGE
    clip = {"x": frame["x"], "y": top, "width": frame["width"], "height": bottom - top}
    page.screenshot(path=file, clip=clip, full_page=True)


def named(page: str) -> Iterator[str]:
    """The pictures that a page of the manual shows."""
    yield from re.findall(r"!\[[^]]+\]\(patterns/(\w+)\.png\)", page)


def main(folder: str = str(DOCS / "patterns")) -> None:
    from playwright.sync_api import sync_playwright

    Path(folder).mkdir(parents=True, exist_ok=True)
    with demonstration() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport=WINDOW, base_url=url, locale="en-GB").new_page()
        page.set_default_timeout(120_000)
        page.goto("/en/")
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("officer", re.IGNORECASE)).first.click()
        for pattern in PATTERNS:
            cut(page, pattern, Path(folder) / f"{pattern.name}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
