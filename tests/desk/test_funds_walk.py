"""Funds in a real browser: a visitor on a telephone in the dark, without JavaScript, from the search to the answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from browsing import needs_chromium, problems

pytestmark = [needs_chromium, pytest.mark.django_db]
PICTURES = os.environ.get("UDSYN_PICTURES")  #: a folder: each step is kept there as a picture
NARROW = {"width": 320, "height": 740}


def test_a_visitor_finds_funds_and_asks_who_may(served, browser):
    from axe_playwright_python.sync_playwright import Axe

    axe, seen = Axe(), []
    context = browser.new_context(viewport=NARROW, color_scheme="dark", java_script_enabled=False, base_url=served.url)
    page = context.new_page()

    def look(name):
        seen.append(name)
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"funds-{name}.png"), full_page=True)

    page.goto("/en/funds/")
    page.get_by_label("words").fill("hydrogen")
    page.get_by_label("partner country", exact=True).select_option("KR")
    page.get_by_role("button", name="Show").click()
    look("search")
    row = page.get_by_role("listitem").filter(has_text="Green hydrogen with Korea").first
    assert "without money" in row.inner_text()
    row.locator("summary").click()
    assert "Each side pays its own" in row.inner_text()
    page.get_by_role("link", name="Ask what a programme says").click()
    page.get_by_label("partner country", exact=True).select_option("KR")
    page.get_by_label("programme").select_option("horizon/2")
    page.get_by_role("button", name="Ask").click()
    assert "Associated to Pillar II" in page.locator("main").inner_text()
    look("answer")
    page.goto("/da/funds/with/KR/")
    assert "Midler til samarbejde med Sydkorea nu" in page.get_by_role("heading", level=1).inner_text()
    look("partner")
    context.close()
    context = browser.new_context(viewport=NARROW, color_scheme="dark", base_url=served.url)
    page = context.new_page()
    for path in ("/en/funds/?q=hydrogen&country=KR", "/en/funds/answer/", "/da/funds/with/KR/"):
        page.goto(path)
        assert problems(page, axe) == []
    context.close()
    assert len(seen) == 3
