"""Enquiries of a desk from before this room become requests, with their comments; nothing is lost."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import starting


def manage(folder, *arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
    done = starting.run([sys.executable, "-m", "udsyn.desk", *arguments], environment | {"UDSYN_DESK": str(folder)})
    assert done.returncode == 0, done.stderr[-2000:]


def put(database, table, **values):
    """A row with these values; columns that must hold something and are not named hold something plain."""
    columns = database.execute(f"PRAGMA table_info({table})").fetchall()
    plain = {"datetime": "2026-03-02 09:00:00", "date": "2026-03-02", "integer": 0, "bigint": 0, "bool": 0, "real": 0}
    for _n, name, kind, needed, default, key in columns:
        if needed and not key and default is None and name not in values:
            values[name] = plain.get(kind.lower(), "")
    names, holes = ", ".join(values), ", ".join("?" * len(values))
    return database.execute(f"INSERT INTO {table} ({names}) VALUES ({holes})", list(values.values())).lastrowid


@dataclass
class Come:
    """A desk that came along, and what was put into it: ids of enquiries by state, of mails by what becomes of them."""

    file: Path
    enquiries: dict[str, int]
    mails: dict[str, int]
    link: int

    def rows(self, question):
        with sqlite3.connect(self.file) as database:
            return database.execute(question).fetchall()


@pytest.fixture(scope="module")
def come(tmp_path_factory):
    """A desk from before this room, filled on its way: enquiries first, and mails with holes once they are requests."""
    folder = tmp_path_factory.mktemp("came")
    file = folder / "desk.sqlite3"
    manage(folder, "migrate", "core", "0004_message_sending")
    manage(folder, "migrate", "posts", "0001_initial")
    with sqlite3.connect(file) as database:
        country = put(database, "parties_country", code="KR", name="Korea")
        centre = put(database, "posts_centre", slug="seoul", name="Seoul", country_id=country, opened_precision="day")
        user = put(database, "parties_user", email="u@example.org", calendar_key="k")
        enquiries = {
            state: put(
                database, "posts_enquiry", centre_id=centre, name=state, email="a@example.org", organisation="Firm",
                text="Hello", state=state,
            )
            for state in ("received", "taken", "answered", "discarded")
        }  # fmt: skip
        put(database, "core_comment", kind="enquiry", object_id=enquiries["taken"], text="kept", author_id=user)
    manage(folder, "migrate", "service", "0002_enquiries_become_requests")
    with sqlite3.connect(file) as database:
        request = put(database, "service_request", centre_id=centre, name="A", email="a@example.org", text="t",
                      state="shortlisted", keep_until="2030-01-01")  # fmt: skip
        link = put(database, "service_link", purpose="shortlist", kind="request", object_id=request,
                   recipient="a@example.org")  # fmt: skip

        def message(body, recipient="a@example.org", state="drafted", about=request):
            return put(database, "core_message", recipient=recipient, subject="s", body=body, state=state,
                       about=f"request:{about}", responsible_id=user,
                       sent_at="2026-03-02" if state == "sent" else None)  # fmt: skip

        mails = {
            "own": message(f"Dear A,\n\nHere:\n[[link:{link}:da]]\n\nSeoul"),
            "twice": message(f"- yes: [[link:{link}:en?answer=yes]]\n- no: [[link:{link}:en?answer=no]]"),
            "theirs": message(f"Dear [[link:{link}:en]],\n\nno.", recipient="thief@example.org"),
            "left": message(f"[[link:{link}:da]]", state="sent"),
        }
    manage(folder, "migrate", "service")  # the other rooms' tables are `test_released.py`'s
    return Come(file, enquiries, mails, link)


def test_enquiries_become_requests(come):
    ids = come.enquiries
    asked = "SELECT id, name, state, result, organisation_name FROM service_request WHERE name <> 'A' ORDER BY id"
    assert come.rows(asked) == [
        (ids["received"], "received", "received", None, "Firm"),
        (ids["taken"], "taken", "accepted", None, "Firm"),
        (ids["answered"], "answered", "closed", "answered", "Firm"),
        (ids["discarded"], "discarded", "declined", None, "Firm"),
    ]
    steps = come.rows("SELECT what, COUNT(*) FROM service_step GROUP BY what ORDER BY what")
    assert steps == [("accepted", 2), ("closed", 1), ("declined", 1), ("received", 4)]
    assert come.rows("SELECT kind, object_id, text FROM core_comment") == [("request", ids["taken"], "kept")]
    assert not come.rows("SELECT name FROM sqlite_master WHERE name = 'posts_enquiry'")


def test_holes_of_mails_that_wait_move_below_their_text(come):
    """A mark that is the mail's own becomes a hole; one that somebody wrote stays text; what left is left alone."""
    link = come.link
    rows = come.rows("SELECT id, body, below FROM core_message")
    found = {number: (body, json.loads(below)) for number, body, below in rows}
    own, twice, theirs, left = (found[number] for number in come.mails.values())
    assert own == (
        "Dear A,\n\nHere:", ["\n", {"link": link, "language": "da", "query": ""}, "\n\nSeoul"])  # fmt: skip
    assert twice == ("- yes:", [
        " ", {"link": link, "language": "en", "query": "?answer=yes"},
        "\n- no: ", {"link": link, "language": "en", "query": "?answer=no"},
    ])  # fmt: skip
    assert theirs == (f"Dear [[link:{link}:en]],\n\nno.", [])
    assert left == (f"[[link:{link}:da]]", [])
