"""Who builds on our science, asked in three places: the command line, a brief, and the desk in a real browser, from a
firm to its patent and to our paper, and into a request; by an attaché at a desk, and on a telephone without scripts."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket

import pytest
from browsing import PHONE, WIDE, needs_chromium
from tests import starting
from tests.desk.cast import UDSYN, running
from tests.desk.test_technology import loaded  # noqa: F401 (a fixture)
from tests.desk.walking import Walk

from udsyn.desk.rooms.service.models import Request
from udsyn.desk.rooms.service.states import OPEN

pytestmark = [needs_chromium, pytest.mark.django_db]
WORDS = "electroly, hydrogen, fuel cell"


def said(*words):
    done = starting.run([UDSYN, *words], os.environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def walks(served, browser, tmp_path, loaded):  # noqa: F811
    """Two people before one desk: Danish and wide, and English on a telephone without JavaScript."""
    folder = tmp_path / "desk"
    shutil.copytree(served.folder, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(folder, port, UDSYN_RECORD=str(loaded[0])):
        url = f"http://127.0.0.1:{port}"
        both = [
            Walk(folder, url, served.users, browser, language, size, javascript=scripts)
            for language, size, scripts in (("da", WIDE, True), ("en", PHONE, False))
        ]
        yield both
        for one in both:
            one.close()


def test_the_firms_to_meet_are_the_same_by_command_in_a_brief_and_at_the_desk(walks, loaded, actor_as, tmp_path):  # noqa: F811
    record, planted = loaded
    asked = ["technology", "users", "--home", "DK", "--country", "KR", "--record", record, "--format", "json"]
    words = [part for word in WORDS.split(", ") for part in ("--word", word)]
    rows = json.loads(said(*asked, *words))
    named = [row["name"] for row in rows]
    assert len({n.split()[0].upper() for n in named} & {n.upper() for n in planted["users"]}) >= 12
    assert all(re.match(r"US-\d+-B2 \(\d{4}\) .+ ← W\d+ .+", row["reasons"][0]) for row in rows)

    page = tmp_path / "kr.html"
    said("brief", "KR", "--home", "DK", "--record", record, "--out", page)
    brief = page.read_text(encoding="utf-8")
    assert "Who builds on this science" in brief
    for row in json.loads(said(*asked))[:3]:  # a brief asks for all works of ours, without words
        assert row["name"] in brief
        assert row["reasons"][0].split(" ← ")[0].split(" (")[0] in brief

    visible = Request.objects.visible_to(actor_as("attache"), "change").filter(state__in=OPEN)
    case = next(row for row in visible if row.partner.code == "KR")
    for walk in walks:
        walked(walk, case.pk, named)


def walked(walk, case, named):
    t, attache = walk.t, walk.enter("attache")
    attache.goto(f"/{walk.language}/desk/technology/?country=KR&request={case}")
    walk.look(attache, "ask")
    attache.locator("form.wide-form [name=q]").fill(WORDS)
    with attache.expect_navigation():
        attache.get_by_role("button", name=t("Ask the record")).click()
    shown = attache.locator("article h3").all_inner_texts()
    assert [re.sub(r"^\d+\. | (?:taken|taget)$", "", text.strip()) for text in shown] == named
    first = attache.locator("article", has=attache.locator("input[name=take]")).first
    taken = first.locator("label").inner_text().partition(". ")[2]
    first.locator("summary").click()
    assert "doi.org/10.5555/generated" in first.inner_html()
    walk.look(attache, "firms")
    patent = first.locator("a[href*='/desk/technology/family/']").first.get_attribute("href")
    first.locator("input[name=take]").check()
    with attache.expect_navigation():
        attache.get_by_role("button", name=t("Add those ticked")).click()
    walk.look(attache, "taken")
    attache.goto(f"/{walk.language}/desk/requests/{case}/")
    assert taken in attache.locator("main").inner_text()
    walk.look(attache, "request")
    attache.goto(patent)
    assert attache.locator("a[href*='worldwide.espacenet.com/patent']").count()
    assert attache.locator("a[href^='https://doi.org/10.5555/generated']").count()
    walk.look(attache, "patent")

    visitor = walk.enter()
    visitor.goto(f"/{walk.language}/technology/with/KR/")
    assert visitor.locator("a[href^='https://doi.org/10.5555/generated']").count(), "every line leads to the paper"
    assert not visitor.locator("a[href*='/desk/technology']").count(), "and none into the desk"
    walk.look(visitor, "public")
