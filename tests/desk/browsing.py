"""A real browser for the desk's tests: which one, how large its windows are, and what is wrong with a page."""

from __future__ import annotations

import os
import shutil

import pytest

#: the same browser without windows first: it takes a third of the processor time of one that hides them
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium-headless-shell"
)
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this thread


def problems(page, axe):
    """What axe finds, and whether the page is wider than the window."""
    found = [
        f"{v['id']}: {v['nodes'][0]['html'][:160]}"
        for v in axe.run(page).response["violations"]
        if v["impact"] in ("moderate", "serious", "critical") or any(t.startswith("wcag") for t in v["tags"])
    ]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
        found.append("wider than the window")
    return found
