"""The room of safeguards in a real browser: ten seconds to a verdict, a case by keyboard, on a narrow dark screen."""

from __future__ import annotations

import datetime as dt
import os
import socket
from pathlib import Path

import pytest
from browsing import needs_chromium, problems
from tests.desk.cast import running
from tests.invented_lists import body, whole

from udsyn.record.lists.load import load

pytestmark = [needs_chromium, pytest.mark.django_db]
NARROW = {"width": 320, "height": 700}
NAME = "Han River Wave Institute"


@pytest.fixture
def desk(served, folder, browser, tmp_path):
    """A copy of the demonstration with an invented list, on a narrow dark screen."""
    rows = [body("1", NAME, address="1 First Street, Seoul, Republic of Korea")]
    load(tmp_path / "record", whole(tmp_path, "32014R9833", rows), "eu-acts", retrieved=dt.date(2026, 1, 1))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(folder, port, UDSYN_RECORD=str(tmp_path / "record")):
        context = browser.new_context(viewport=NARROW, color_scheme="dark", base_url=f"http://127.0.0.1:{port}")
        page = context.new_page()
        page.goto("/en/")
        with page.expect_navigation():
            page.locator(f'button[name=user][value="{served.users["officer"]}"]').click()
        yield page
        context.close()


def picture(page, name):
    """Kept where somebody names a folder for it."""
    if folder := os.environ.get("UDSYN_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_from_a_name_to_a_case(desk):
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    desk.goto("/da/desk/safeguards/")
    desk.get_by_label("partner", exact=False).first.focus()
    desk.keyboard.type(NAME)
    desk.get_by_label("land", exact=False).first.select_option(label="Sydkorea")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Spørg listerne").press("Enter")
    assert "Navnene er de samme, og begge er i Sydkorea" in desk.locator("main").inner_text()
    picture(desk, "ask")
    assert problems(desk, axe) == []
    with desk.expect_navigation():
        desk.get_by_role("link", name="Opret en sag").press("Enter")
    assert desk.locator("[name=partner]").input_value() == NAME
    assert problems(desk, axe) == []
    desk.locator("[name=purpose]").select_option("project")
    for question in ("critical", "sanctioned", "dual_use"):
        desk.locator(f"[name={question}]").select_option("no")
    desk.locator("[name=evidence]").fill("Opslået i dag.")
    with desk.expect_navigation():
        desk.locator("main form button[type=submit], main form button:not([type])").last.press("Enter")
    text = desk.locator("main").inner_text()
    assert "Export control" in text
    assert "partnere: vid, hvem I arbejder sammen med" in text
    picture(desk, "case")
    assert problems(desk, axe) == []
    for path, name in (("/da/desk/cases/", "cases"), ("/da/desk/safeguards/joint-works/", "joint")):
        desk.goto(path)
        picture(desk, name)
        assert problems(desk, axe) == []
