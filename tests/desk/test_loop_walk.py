"""In a real browser, in both languages: two works come of a stay, its guest strikes one, the agreement is renewed with
its dossier sealed beside the decision, and the next year, the next round's page and the public pages follow."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import socket
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from browsing import PHONE, WIDE, needs_chromium
from playwright.sync_api import expect
from tests.desk.cast import running, udsyn
from tests.desk.walking import Walk
from tests.evidence.made_records import write

from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORS, AUTHORSHIPS, WORKS

pytestmark = [needs_chromium, pytest.mark.django_db]
TODAY = dt.date.today()
STAYED, BEFORE = TODAY - dt.timedelta(days=800), TODAY - dt.timedelta(days=1200)
PUBLISHED, LATER = TODAY - dt.timedelta(days=300), TODAY - dt.timedelta(days=20)
GUEST, HOST = (700, "0000-0002-1825-0097"), (701, "0000-0001-5109-3700")  #: invented numbers with a valid check digit
LANGUAGES = ("da", "en")


def a_stay_of_two_years_ago(folder) -> dict[str, int]:
    """Make the reported stay of the demonstration one of a Korean guest, under the plan that is to be renewed."""
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as desk, desk:

        def one(statement, *values):
            return desk.execute(statement, values).fetchone()[0]

        korea = one("SELECT id FROM parties_country WHERE code = 'KR'")
        plan = one("SELECT id FROM cooperation_agreement WHERE kind_of = 'plan' AND country_id = ?", korea)
        stay = one("SELECT id FROM stays_stay WHERE state = 'reported'")
        guest = one("SELECT id FROM parties_person WHERE merged_into_id IS NULL AND email <> '' ORDER BY id DESC")
        signed, ends = TODAY - dt.timedelta(days=1500), TODAY + dt.timedelta(days=900)
        desk.execute(
            "UPDATE cooperation_agreement SET signed = ?, starts = ?, ends = ? WHERE id = ?",
            (signed, signed, ends, plan),
        )
        desk.execute(
            "UPDATE stays_stay SET direction = 'incoming', country_id = ?, guest_id = ?, guest_orcid = ?, "
            "host_orcid = ?, first = ?, last = ? WHERE id = ?",
            (korea, guest, GUEST[1], HOST[1], STAYED, STAYED + dt.timedelta(days=60), stay),
        )
        desk.execute("UPDATE core_message SET state = 'withdrawn' WHERE state = 'drafted'")
    return {"plan": plan, "stay": stay, "guest": guest}


def record_of(folder, days) -> Record:
    """What guest and host wrote together, a work for each day."""
    record = Record.create(folder)
    number = np.arange(1, len(days) + 1)
    title = np.array([f"Quantum sensors, part {n}" for n in number])
    year = np.array([day.year for day in days], np.int16)
    made = {"work": number, "date": np.array(days, dtype="datetime64[D]"), "year": year, "title": title}
    write(record, WORKS, made | {"source": np.full(len(days), "made")})
    both = {"seq": np.tile([1, 2], len(days)), "author": np.tile([GUEST[0], HOST[0]], len(days))}
    write(record, AUTHORSHIPS, {"work": np.repeat(number, 2), **both})
    write(record, AUTHORS, {"author": np.array([GUEST[0], HOST[0]]), "orcid": np.array([GUEST[1], HOST[1]])})
    return record


@pytest.fixture
def walk(served, browser, tmp_path):
    folder = tmp_path / "desk"
    shutil.copytree(served.folder, folder)
    rows = a_stay_of_two_years_ago(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(folder, port):
        found = Walk(folder, f"http://127.0.0.1:{port}", served.users, browser, "en", WIDE, javascript=True)
        found.rows = rows
        yield found
        found.close()


def test_from_a_stay_to_the_next_decision_and_the_next_page(walk, tmp_path):
    t, plan = walk.t, walk.rows["plan"]
    officer, second, visitor = walk.enter("officer"), walk.enter("officer2"), walk.enter()

    def follow(name, days) -> None:
        done = udsyn("follow-up", "--desk", walk.folder, "--record", record_of(tmp_path / name, days).path)
        assert done.returncode == 0, done.stderr

    def both(page, address, name) -> list[str]:
        """What a page says in each language; kept as a picture."""
        found = []
        for walk.language in LANGUAGES:
            page.goto(f"/{walk.language}{address}")
            walk.look(page, name)
            found.append(page.locator("main").inner_text())
        return found

    def works(address, where) -> list[tuple[str, int]]:
        """In each language: the joint works of stays that a page tells, and how many stand behind the number."""
        found = []
        for walk.language in LANGUAGES:
            officer.goto(f"/{walk.language}{address}")
            walk.look(officer, "dossier" if "dossier" in address else "report")
            word = walk.t("stay").capitalize()
            row = officer.locator(f"{where} tr").filter(has=officer.get_by_text(word, exact=True))
            link = row.locator("a[href*='finds']")
            told = link.inner_text()
            with officer.expect_navigation():
                link.click()
            walk.look(officer, "works")
            found.append((told, officer.locator("a[href*='openalex.org/W']").count()))
        return found

    dossier = f"/desk/dossier/agreement/{plan}/"
    follow("this-year", [BEFORE, PUBLISHED, PUBLISHED])
    assert works(dossier, "#came") == [("2", 2)] * 2
    # the guest is asked by mail and strikes one, on a phone without scripts
    officer.goto(f"/en/desk/people/{walk.rows['guest']}/")
    officer.get_by_role("button", name=t("Ask by mail what came of it")).click()
    walk.take(officer, "Approve and send")
    mailed = next(text for text in walk.mails().values() if "/mine/" in text)
    walk.viewport, walk.javascript = PHONE, False
    phone = walk.enter()
    desks, own = walk.language, walk.link(mailed, "mine")
    walk.language = own.split("/")[1]  # mail and page speak the guest's language, whatever the officer's screen does
    phone.goto(own)
    walk.look(phone, "mine")
    expect(phone.locator("input[name=strike]")).to_have_count(2)
    phone.locator("input[name=strike]").first.check()
    with phone.expect_navigation():
        phone.get_by_role("button", name=t("The rest is right")).click()
    walk.viewport, walk.language = WIDE, desks
    assert works(dossier, "#came") == [("1", 1)] * 2
    # renewed by two, with the dossier sealed beside the decision
    walk.language = "en"
    agreement = f"/en/desk/agreements/{plan}/"
    officer.goto(agreement)
    walk.take(officer, "Review the renewal")
    officer.goto(agreement)
    with officer.expect_navigation():
        officer.get_by_role("link", name=t("Renew"), exact=True).click()
    officer.locator("textarea[name=reason]").fill("One stay went on; the next years ask for more.")
    with officer.expect_navigation():
        officer.get_by_role("button", name=t("Renew"), exact=True).click()
    second.goto("/en/inbox/")
    with second.expect_navigation():
        second.locator("main a[href*='/proposal/']", has_text=t("Renew")).first.click()
    walk.look(second, "second-person")
    with second.expect_navigation():
        second.get_by_role("button", name=t("Confirm"), exact=True).click()
    officer.goto(agreement)
    with officer.expect_navigation():
        officer.locator("main a[href*='/desk/dossiers/']").first.click()
    sealed = officer.url.partition("/en/")[2]
    for text, word in zip(both(officer, f"/{sealed}", "sealed"), ("holder", "holds"), strict=True):
        assert "One stay went on" in text
        assert word in text
    # the next year's record has another work: the sealed one stays as it stood, all else follows
    follow("next-year", [BEFORE, PUBLISHED, PUBLISHED, LATER])
    assert works(dossier, "#came") == [("2", 2)] * 2
    assert works(f"/desk/report/{TODAY.year}/", "#lasting") == [("2", 2)] * 2
    officer.goto(f"/en/{sealed}")
    row = officer.locator("#came tr", has_text="Stay").locator("td[data-label='Joint works']")
    expect(row).to_have_text("1")
    # what applicants and everybody read
    visitor.goto("/en/stays/")
    with visitor.expect_navigation():
        visitor.get_by_role("link", name="Stays, next year").click()
    next_round = visitor.url.partition("/en")[2]
    for text, words in zip(both(visitor, next_round, "next-round"), ("For få par", "too few pairs"), strict=True):
        assert re.search(words, text, re.IGNORECASE)
    for text, walk.language in zip(both(visitor, "/abroad/seoul/", "public"), LANGUAGES, strict=True):
        assert walk.t("with an outcome").lower() in text.lower()
