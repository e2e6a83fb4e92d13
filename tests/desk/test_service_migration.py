"""Enquiries of a desk from before this room become requests, with their comments; nothing is lost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys


def manage(folder, *arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, "-m", "udsyn.desk", *arguments],
        env=environment | {"UDSYN_DESK": str(folder)},
        capture_output=True,
        text=True,
    )
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


def test_enquiries_become_requests(tmp_path):
    manage(tmp_path, "migrate", "core")
    manage(tmp_path, "migrate", "posts", "0001_initial")
    with sqlite3.connect(tmp_path / "desk.sqlite3") as database:
        country = put(database, "parties_country", code="KR", name="Korea")
        centre = put(database, "posts_centre", slug="seoul", name="Seoul", country_id=country, opened_precision="day")
        user = put(database, "parties_user", email="u@example.org", calendar_key="k")
        ids = {
            state: put(
                database, "posts_enquiry", centre_id=centre, name=state, email="a@example.org", organisation="Firm",
                text="Hello", state=state,
            )
            for state in ("received", "taken", "answered", "discarded")
        }  # fmt: skip
        put(database, "core_comment", kind="enquiry", object_id=ids["taken"], text="kept", author_id=user)
    manage(tmp_path, "migrate")
    with sqlite3.connect(tmp_path / "desk.sqlite3") as database:
        rows = database.execute("SELECT id, name, state, result, organisation_name FROM service_request ORDER BY id")
        assert rows.fetchall() == [
            (ids["received"], "received", "received", None, "Firm"),
            (ids["taken"], "taken", "accepted", None, "Firm"),
            (ids["answered"], "answered", "closed", "answered", "Firm"),
            (ids["discarded"], "discarded", "declined", None, "Firm"),
        ]
        steps = database.execute("SELECT what, COUNT(*) FROM service_step GROUP BY what ORDER BY what")
        assert steps.fetchall() == [("accepted", 2), ("closed", 1), ("declined", 1), ("received", 4)]
        comment = database.execute("SELECT kind, object_id, text FROM core_comment").fetchall()
        assert comment == [("request", ids["taken"], "kept")]
        assert not database.execute("SELECT name FROM sqlite_master WHERE name = 'posts_enquiry'").fetchall()


def test_holes_of_mails_that_wait_move_below_their_text(tmp_path):
    """A mark that is the mail's own becomes a hole; one that somebody wrote stays text; what left is left alone."""
    manage(tmp_path, "migrate", "service", "0002_enquiries_become_requests")
    manage(tmp_path, "migrate", "core", "0004_message_sending")
    with sqlite3.connect(tmp_path / "desk.sqlite3") as database:
        country = put(database, "parties_country", code="KR", name="Korea")
        centre = put(database, "posts_centre", slug="seoul", name="Seoul", country_id=country, opened_precision="day")
        user = put(database, "parties_user", email="u@example.org", calendar_key="k")
        request = put(database, "service_request", centre_id=centre, name="A", email="a@example.org", text="t",
                      state="shortlisted", keep_until="2030-01-01")  # fmt: skip
        link = put(database, "service_link", purpose="shortlist", kind="request", object_id=request,
                   recipient="a@example.org")  # fmt: skip

        def message(body, recipient="a@example.org", state="drafted", about=request):
            return put(database, "core_message", recipient=recipient, subject="s", body=body, state=state,
                       about=f"request:{about}", responsible_id=user,
                       sent_at="2026-03-02" if state == "sent" else None)  # fmt: skip

        own = message(f"Dear A,\n\nHere:\n[[link:{link}:da]]\n\nSeoul")
        twice = message(f"- yes: [[link:{link}:en?answer=yes]]\n- no: [[link:{link}:en?answer=no]]")
        theirs = message(f"Dear [[link:{link}:en]],\n\nno.", recipient="thief@example.org")
        left = message(f"[[link:{link}:da]]", state="sent")
    manage(tmp_path, "migrate")
    with sqlite3.connect(tmp_path / "desk.sqlite3") as database:
        rows = database.execute("SELECT id, body, below FROM core_message").fetchall()
        found = {number: (body, json.loads(below)) for number, body, below in rows}
    assert found[own] == (
        "Dear A,\n\nHere:", ["\n", {"link": link, "language": "da", "query": ""}, "\n\nSeoul"])  # fmt: skip
    assert found[twice] == ("- yes:", [
        " ", {"link": link, "language": "en", "query": "?answer=yes"},
        "\n- no: ", {"link": link, "language": "en", "query": "?answer=no"},
    ])  # fmt: skip
    assert found[theirs] == (f"Dear [[link:{link}:en]],\n\nno.", [])
    assert found[left] == (f"[[link:{link}:da]]", [])
