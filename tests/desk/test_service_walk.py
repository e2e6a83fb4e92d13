"""The whole story in a real browser, in both languages, with and without JavaScript: a client asks, three people are
found in the record, both sides say yes by mail link, they meet, something comes of it, and it shows where it should."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, needs_chromium
from django.utils import timezone
from tests.desk.cast import running
from tests.desk.walking import PICTURES, Walk

from udsyn.desk.rooms.parties.models import Country

pytestmark = [needs_chromium, pytest.mark.django_db]
NEED = "perovskite solar cells and batteries"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A record of the generated world, or the one that UDSYN_WALK_RECORD names."""
    if os.environ.get("UDSYN_WALK_RECORD"):
        return Path(os.environ["UDSYN_WALK_RECORD"])
    from udsyn import world
    from udsyn.record.ingest import ingest_openalex

    folder = tmp_path_factory.mktemp("walk")
    world.build(folder / "world", works=2000, seed=3)
    ingest_openalex(folder / "world", folder / "record")
    return folder / "record"


@pytest.fixture
def walk(request, served, browser, tmp_path, world, monkeypatch):
    language, viewport, javascript = request.param
    monkeypatch.setenv("UDSYN_RECORD", str(world))
    folder = tmp_path / "desk"
    shutil.copytree(served.folder, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as desk, desk:
        desk.execute("UPDATE core_message SET state = 'withdrawn' WHERE state = 'drafted'")  # of the demonstration
    with running(folder, port):
        found = Walk(folder, f"http://127.0.0.1:{port}", served.users, browser, language, viewport, javascript)
        yield found
        found.close()


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param(("en", WIDE, True), id="english", marks=pytest.mark.prove),
        pytest.param(("da", PHONE, False), id="danish-phone-no-script"),
    ],
    indirect=True,
)
def test_from_a_request_to_an_outcome(walk):
    t, lang = walk.t, walk.language
    # a client asks
    client = walk.enter()
    client.goto(f"/{lang}/abroad/seoul/")
    walk.look(client, "centre")
    client.get_by_label(t("your name")).fill("Åse Østergård-Kjærgaard")
    client.get_by_label(t("your e-mail")).fill("aase@vindlys.example")
    client.get_by_label(t("organisation")).fill("Vindlys Energy")
    client.get_by_label(t("what is it about?")).fill("We build electrolysers and look for a group on membranes.")
    client.get_by_role("button", name=t("Send"), exact=True).click()
    walk.look(client, "thanks")
    # the attaché takes it up and writes the need
    page = walk.enter("attache")
    page.goto(f"/{lang}/inbox/")
    walk.look(page, "inbox")
    page.get_by_role("link", name="Åse Østergård-Kjærgaard").first.click()
    request_url = page.url
    walk.look(page, "request")
    walk.take(page, "Take it up")
    page.get_by_role("link", name=t("Edit"), exact=True).click()
    page.get_by_label(t("the need")).fill(NEED)
    page.get_by_label(t("theme")).select_option("energy")
    for question in ("critical", "sanctioned", "dual_use"):
        page.locator(f"#id_{question}").select_option("no")
    walk.look(page, "triage")
    page.get_by_role("button", name=t("Save"), exact=True).click()
    walk.take(page, "The need is clear")
    # three people from the record, with reasons and ways
    page.get_by_role("link", name=t("Find candidates")).click()
    page.get_by_role("button", name=t("Ask the record")).click()
    walk.look(page, "found")
    boxes = page.locator('input[name="take"]')
    assert boxes.count() >= 3
    for number in range(3):
        boxes.nth(number).check()
    names = [page.locator("form[method=post] article h3 label").nth(n).inner_text().strip() for n in range(3)]
    page.get_by_role("button", name=t("Add those ticked")).click()
    for number, name in enumerate(names):
        page.goto(request_url)
        page.get_by_role("link", name=name).first.click()
        assert "W" in page.locator("main").inner_text()  # the works behind the reasons
        page.get_by_role("link", name=t("Edit"), exact=True).click()
        page.locator("#id_email").fill(f"candidate{number}@bukhan.example")
        page.get_by_role("button", name=t("Save"), exact=True).click()
        walk.take(page, "Vetted: fits")
    walk.look(page, "candidate")
    page.goto(request_url)
    walk.take(page, "Send the short list")
    assert walk.mails() == {}  # nothing leaves before it is approved
    walk.approve_all(page)
    mailed = walk.mails()
    assert list(mailed) == ["aase@vindlys.example"]
    assert not any(f"candidate{n}@" in mailed["aase@vindlys.example"] for n in range(3))
    # the client chooses by link
    client.goto(walk.link(mailed["aase@vindlys.example"]))
    walk.look(client, "short-list")
    for name in names[:2]:
        client.get_by_label(name, exact=True).first.check()
    client.get_by_role("button", name=t("Ask those I ticked")).click()
    walk.look(client, "chosen")
    assert "@" not in client.locator("main").inner_text()
    # the attaché asks the first, who says yes by link
    page.goto(f"/{lang}/inbox/")
    page.get_by_role("link", name=f"– {names[0]}").first.click()
    introduction_url = page.url
    walk.take(page, "Ask the candidate")
    walk.approve_all(page)
    asked = walk.mails()["candidate0@bukhan.example"]
    assert "aase" not in asked
    assert "Østergård" not in asked
    candidate = walk.enter()
    candidate.goto(walk.link(asked).replace("/en/", f"/{lang}/"))
    walk.look(candidate, "consent")
    candidate.get_by_role("button", name=t("Yes, introduce us")).click()
    walk.look(candidate, "answered")
    both = walk.mails()
    assert "candidate0@bukhan.example" in both["aase@vindlys.example"]
    assert "aase@vindlys.example" in both["candidate0@bukhan.example"]
    # they meet
    page.goto(introduction_url)
    walk.look(page, "introduction")
    begun = timezone.localtime() - timedelta(hours=3)
    page.get_by_role("link", name=t("appointment")).last.click()
    page.locator("#id_starts").fill(begun.strftime("%Y-%m-%dT%H:%M"))
    page.locator("#id_ends").fill((begun + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("#id_place").fill("Seoul")
    page.get_by_role("button", name=t("Save"), exact=True).click()
    walk.take(page, "It was held")
    page.goto(introduction_url)
    assert t("they have met") in page.locator(".head").first.inner_text()
    # how did it go, by one click
    page.goto(request_url)
    due = page.locator("tr", has=page.locator("td", has_text=re.compile(r"^\s*30\s*$")))  # a phone's table has no rows
    due.locator("a").first.click()
    walk.take(page, "Ask now")
    followed = walk.mails()["aase@vindlys.example"]
    outcome_link = next(w for w in followed.split() if w.endswith("?answer=outcome")).partition(":8000")[2]
    client.goto(outcome_link)
    walk.look(client, "follow-up")
    client.get_by_label(t("kind"), exact=True).select_option("grant")
    client.get_by_label(t("title"), exact=True).fill("Joint grant for membranes")
    client.get_by_label(t("date"), exact=True).fill(timezone.localdate().isoformat())
    client.get_by_label(t("without the centre")).select_option("would_not")
    client.get_by_role("button", name=t("Send my answer")).last.click()
    walk.look(client, "followed")
    # the outcome is confirmed and shows where it should
    page.goto(f"/{lang}/inbox/")
    page.get_by_role("link", name="Joint grant for membranes").click()
    walk.take(page, "Confirm")
    page.goto(request_url)
    walk.look(page, "request-at-the-end")
    page.goto(f"/{lang}/desk/countries/{Country.objects.get(code='KR').pk}/")
    assert "Joint grant for membranes" in page.locator("main").inner_text()
    walk.look(page, "partner")
    page.goto(f"/{lang}/figures/?by=centre")
    walk.look(page, "figures")
    assert "Seoul" in page.locator("main").inner_text()
    year = timezone.localdate().year
    page.goto(f"/{lang}/desk/centres/seoul/report/{year}/")
    walk.look(page, "report")
    assert "Joint grant for membranes" in page.locator("main").inner_text()
    for form, start in (("html", b"<!doctype html>"), ("pdf", b"%PDF-")):
        got = page.request.get(f"/{lang}/desk/centres/seoul/report/{year}.{form}")
        assert got.body().startswith(start)
        if PICTURES:
            Path(PICTURES, f"report-{lang}.{form}").write_bytes(got.body())


@pytest.mark.parametrize("walk", [("en", WIDE, True)], indirect=True)
def test_a_contact_is_logged_in_under_a_minute(walk):
    """Counted: clicks, and keys pressed. At 200 ms a key and two seconds a click it stays far below a minute."""
    from playwright.sync_api import expect

    page = walk.enter("attache")
    clicks = keys = 0
    page.goto("/en/desk/requests/")
    with page.expect_navigation():
        page.get_by_role("link", name="Log a contact").click()
    clicks += 1
    expect(page.locator("[name=name]")).to_be_focused()  # writing can begin at once
    for text, tabs in (("Karla Holm", 1), ("Vindlys Energy", 1), ("Wants to meet the membrane group", 1)):
        page.keyboard.type(text)
        keys += len(text) + tabs
        for _tab in range(tabs):
            page.keyboard.press("Tab")
    page.keyboard.type("t")  # telephone
    page.keyboard.press("Tab")
    page.keyboard.type("15")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keys += 5
    assert "Karla Holm" in page.locator("h1").inner_text()
    assert "15" in page.locator("main").inner_text()
    seconds = clicks * 2 + keys * 0.2
    print(f"logging a contact: {clicks} click, {keys} keys, about {seconds:.0f} s")
    assert clicks <= 2
    assert seconds < 40
