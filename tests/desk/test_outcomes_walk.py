"""In a real browser: an introduction closes, two works appear in the record, the person strikes one by mail link on a
phone, in Danish and without JavaScript, and the partner's page, the key figures and the public page follow."""

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
from tests.desk.cast import running, udsyn
from tests.desk.walking import Walk
from tests.evidence.made_records import write

from udsyn.desk.rooms.parties.models import Country
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, WORKS

pytestmark = [needs_chromium, pytest.mark.django_db]
TODAY = dt.date.today()
AGREED, PUBLISHED = TODAY - dt.timedelta(days=700), TODAY - dt.timedelta(days=300)
WORKS_OF = (2, 2, 1, 1, 0)  #: of each pair, after it was introduced
PAIRS_SQL = """
SELECT min(introduction.id), candidate.id, request.id, candidate.name
FROM service_introduction AS introduction
JOIN service_candidate AS candidate ON candidate.id = introduction.candidate_id
JOIN service_request AS request ON request.id = candidate.request_id
WHERE introduction.state IN ('agreed', 'met')
GROUP BY request.id ORDER BY request.id LIMIT 5
"""


def five_pairs(folder) -> list[tuple[int, int, str, str, int]]:
    """Make five introductions of the demonstration two years old and Seoul's, each of a person of its own."""
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as desk, desk:
        seoul = desk.execute("SELECT id FROM posts_centre WHERE slug = 'seoul'").fetchone()[0]
        korea = desk.execute("SELECT id FROM parties_country WHERE code = 'KR'").fetchone()[0]
        free = "SELECT id, given_name, family_name FROM parties_person WHERE merged_into_id IS NULL AND email <> ''"
        people = desk.execute(f"{free} ORDER BY id DESC LIMIT 5").fetchall()
        found = []
        for number, (row, person) in enumerate(zip(desk.execute(PAIRS_SQL).fetchall(), people, strict=True)):
            introduction, candidate, request, theirs = row
            desk.execute(
                "UPDATE service_introduction SET agreed_at = ? WHERE id = ?", (f"{AGREED} 09:00:00", introduction)
            )
            author = (f"A{500 + number}", korea, candidate)
            desk.execute("UPDATE service_candidate SET author = ?, country_id = ? WHERE id = ?", author)
            owner = (person[0], seoul, request)
            desk.execute(
                "UPDATE service_request SET person_id = ?, centre_id = ?, country_id = NULL WHERE id = ?", owner
            )
            found.append((introduction, person[0], f"{person[1]} {person[2]}", theirs, 500 + number))
    return found


def write_record(folder, pairs) -> Record:
    """What the pairs wrote: the first has a joint work of before, too."""
    record = Record.create(folder / "record")
    works = [(pairs[0], AGREED - dt.timedelta(days=400))]
    works += [(pair, PUBLISHED) for pair, number in zip(pairs, WORKS_OF, strict=True) for _ in range(number)]
    number = np.arange(1, len(works) + 1)
    day = np.array([day for _pair, day in works], dtype="datetime64[D]")
    title = np.array([f"Membranes for electrolysis, part {n}" for n in number])
    columns = {"work": number, "date": day, "year": np.array([d.year for _p, d in works], np.int16), "title": title}
    write(record, WORKS, columns | {"source": np.full(len(works), "made")})
    by = [
        (n, *side)
        for n, (pair, _day) in enumerate(works, 1)
        for side in ((1, pair[4] + 400, pair[2]), (2, pair[4], pair[3]))
    ]
    names = ("work", "seq", "author", "name")
    write(record, AUTHORSHIPS, dict(zip(names, map(np.array, zip(*by, strict=True)), strict=True)))
    return record


@pytest.fixture
def walk(served, browser, tmp_path):
    folder = tmp_path / "desk"
    shutil.copytree(served.folder, folder)
    pairs = five_pairs(folder)
    write_record(tmp_path, pairs)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(folder, port):
        found = Walk(folder, f"http://127.0.0.1:{port}", served.users, browser, "da", WIDE, javascript=True)
        found.pairs, found.record = pairs, tmp_path / "record"
        yield found
        found.close()


def test_an_introduction_closes_and_what_came_of_it_is_found_struck_and_counted(walk):
    t, (introduction, person, ours, _theirs, _author) = walk.t, walk.pairs[0]
    officer = walk.enter("officer")
    officer.goto(f"/da/desk/introductions/{introduction}/")
    walk.take(officer, "Close")
    done = udsyn("follow-up", "--desk", walk.folder, "--record", walk.record)
    assert done.returncode == 0, done.stderr
    assert re.search(r"found\D+6\b", done.stdout), done.stdout
    visitor = walk.enter()
    korea = Country.objects.get(code="KR").pk

    def follow(link) -> None:
        with officer.expect_navigation():
            link.click()

    def numbers() -> list[str]:
        """Publications on the partner's page, behind its number, in the key figures and on the public page."""
        officer.goto(f"/da/desk/countries/{korea}/")
        shown = officer.locator("dl.figures div", has_text=t("publications after them"))
        partner = shown.locator("dd").inner_text()
        walk.look(officer, "partner")
        follow(shown.locator("a"))
        listed = str(officer.locator("a[href*='openalex.org/W']").count())
        walk.look(officer, "finds")
        officer.goto("/da/figures/#came")
        figures = officer.locator("#came .why", has_text=t("publications after them")).first
        text = figures.inner_text().rsplit(":", 1)[1].strip()
        walk.look(officer, "figures")
        follow(figures.locator("a"))
        behind = str(officer.locator("a[href*='openalex.org/W']").count())
        visitor.goto("/da/abroad/seoul/")
        counted = visitor.locator("#came dl.figures div", has_text=t("publications after them"))
        public = counted.locator("dd").inner_text().strip()
        walk.look(visitor, "public")
        return [partner, listed, text, behind, public]

    assert numbers() == ["6"] * 5
    # the person is asked by mail, and answers on a phone
    officer.goto("/da/inbox/")
    walk.look(officer, "inbox")
    officer.goto(f"/da/desk/people/{person}/")
    walk.look(officer, "person")
    officer.get_by_role("button", name=t("Ask by mail what came of it")).click()
    walk.look(officer, "message")
    walk.take(officer, "Approve and send")
    mailed = next(text for text in walk.mails().values() if "/mine/" in text)
    walk.viewport, walk.javascript = {**PHONE, "width": 320}, False
    phone = walk.enter()
    phone.goto(walk.link(mailed, "mine"))
    walk.look(phone, "mine")
    assert ours in phone.locator("main").inner_text()
    assert phone.locator("input[name=strike]").count() == 2
    assert phone.locator("select[name=rest-kind_of] option").count() > 3
    phone.locator("input[name=strike]").first.check()
    phone.get_by_role("button", name=t("The rest is right")).click()
    walk.look(phone, "thanks")
    assert (
        t("Thank you. You can change your answer here until the link runs out.") in phone.locator("main").inner_text()
    )
    assert numbers() == ["5"] * 5
