"""A stay each way in a real browser: a guest comes, and somebody goes abroad, on a phone without JavaScript."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import sqlite3
from contextlib import closing

import pytest
from browsing import WIDE, needs_chromium
from tests.desk.cast import running
from tests.desk.walking import Walk

pytestmark = [needs_chromium, pytest.mark.django_db]
PHONE = {"width": 360, "height": 740}
#: who comes or goes, in the demonstration
GUESTS = {"da": "Hana Riverstone", "en": "Astrid Bregendal"}


@pytest.fixture
def walk(request, served, browser, tmp_path):
    language, viewport, javascript = request.param
    folder = tmp_path / "desk"
    shutil.copytree(served.folder, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    change(folder, "UPDATE core_message SET state = 'withdrawn' WHERE state = 'drafted'")  # of the demonstration
    with running(folder, port):
        found = Walk(folder, f"http://127.0.0.1:{port}", served.users, browser, language, viewport, javascript)
        yield found
        found.close()


def change(folder, statement, *values):
    with closing(sqlite3.connect(folder / "desk.sqlite3", timeout=20)) as desk, desk:
        return desk.execute(statement, values).fetchone()


def with_reason(walk, page, label):
    with page.expect_navigation():
        page.get_by_role("link", name=walk.t(label), exact=True).click()
    page.locator("textarea[name=reason]").fill("Publications and lists were looked up.")
    with page.expect_navigation():
        page.get_by_role("button", name=walk.t(label), exact=True).click()


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param(("da", WIDE, True), id="guest-comes"),
        pytest.param(("en", PHONE, False), id="goes-abroad-phone-no-script", marks=pytest.mark.prove),
    ],
    indirect=True,
)
def test_a_stay_from_screening_to_report(walk):
    (number,) = change(walk.folder, "SELECT id FROM stays_stay WHERE guest_name = ?", GUESTS[walk.language])
    url = f"/{walk.language}/desk/stays/{number}/"
    officer = walk.enter("officer2")
    officer.goto(f"{url}do/invite/")
    assert walk.t("Open a case of safeguards first.") in officer.locator("main").inner_text()
    officer.goto(url)
    walk.look(officer, "planned")
    walk.take(officer, "Open a case of safeguards")

    (case,) = change(walk.folder, "SELECT id FROM safeguards_case WHERE about_kind = 'stay' AND about_id = ?", number)
    cleared(walk, officer, case)
    officer.goto(url)
    walk.take(officer, "Prepare the invitation")
    walk.look(officer, "invited")
    walk.approve_all(officer)

    mails = walk.mails()
    to, host_to = change(walk.folder, "SELECT guest_email, host_email FROM stays_stay WHERE id = ?", number)
    guest, host = walk.enter(), walk.enter()
    own = walk.link(mails[to], "stays/stay")
    guest.goto(walk.url + own)
    guest_language = own.split("/")[1]
    letter = guest.request.get(f"{walk.url}{own}invitation-da.pdf")
    assert letter.body().startswith(b"%PDF-")
    page = walk.url + own.replace(f"/{guest_language}/", f"/{walk.language}/", 1)
    guest.goto(page)
    walk.look(guest, "guest")
    with guest.expect_navigation():
        guest.get_by_role("button", name=walk.t("Yes, I come")).click()
    guest.locator("input[name=done]").first.check()
    with guest.expect_navigation():
        guest.get_by_role("button", name=walk.t("Note as done")).click()
    walk.look(guest, "guest-agreed")
    host.goto(walk.url + walk.link(mails[host_to], "stays/stay").replace("/en/", f"/{walk.language}/", 1))
    assert walk.t("Housing") in host.locator("main").inner_text()
    walk.look(host, "host")

    today = dt.date.today()
    days = (today - dt.timedelta(20)).isoformat(), (today - dt.timedelta(1)).isoformat()
    change(
        walk.folder,
        "UPDATE stays_stay SET first = ?, last = ?, permit_granted = ? WHERE id = ?",
        *days,
        days[0],
        number,
    )
    change(walk.folder, "UPDATE safeguards_case SET first = ?, last = ? WHERE id = ?", *days, case)
    officer.goto(url)
    walk.take(officer, "Note the arrival")
    walk.take(officer, "Note the end")
    guest.goto(page)
    guest.locator("textarea[name=report]").fill("Two drafts, and a student goes the other way.")
    walk.look(guest, "report")
    with guest.expect_navigation():
        guest.get_by_role("button", name=walk.t("Confirm it as my report")).click()
    assert "Two drafts" in guest.locator("main").inner_text()
    officer.goto(url)
    walk.look(officer, "reported")
    assert walk.t("over, with report") in officer.locator("main").inner_text()
    rounds(walk, officer)


def cleared(walk, officer, case):
    """The screener asks, somebody else decides. The nine questions are walked in the room of safeguards."""
    path = f"/{walk.language}/desk/cases/{case}/"
    officer.goto(f"{path}edit/")
    for question in ("critical", "sanctioned", "dual_use"):
        officer.locator(f"[name={question}]").select_option("no")
    officer.locator("[name=evidence]").fill("Publications and lists, today.")
    (approver,) = change(walk.folder, "SELECT person_id FROM parties_user WHERE email = 'officer@demo.example'")
    change(
        walk.folder,
        "UPDATE safeguards_answer SET answer = 'yes' WHERE answer = '' AND case_id = ?", case,
    )  # fmt: skip
    with officer.expect_navigation():
        officer.locator("main form button").last.click()
    change(walk.folder, "UPDATE safeguards_case SET approver_id = ? WHERE id = ?", approver, case)
    officer.goto(path)
    walk.take(officer, "Note that the guest was screened")
    walk.take(officer, "Ask the approver")
    screener = walk.enter("officer")
    screener.goto(path)
    with_reason(walk, screener, "Clear it")
    walk.look(screener, "cleared")


def rounds(walk, officer):
    """What is public, and the places side by side."""
    visitor = walk.enter()
    visitor.goto(f"/{walk.language}/stays/")
    walk.look(visitor, "open-rounds")
    with visitor.expect_navigation():
        visitor.locator("main .waiting a").first.click()
    walk.look(visitor, "open-round")
    (number,) = change(
        walk.folder, "SELECT id FROM stays_round WHERE state = 'open' AND closes_on < date('now') ORDER BY id"
    )
    officer.goto(f"/{walk.language}/desk/stay-rounds/{number}/places/")
    walk.look(officer, "places")
    with officer.expect_navigation():
        officer.get_by_role("button", name=walk.t("Choose this one")).first.click()
    assert walk.t("Chosen.") in officer.locator("main").inner_text()
