"""What an operator relies on: backup and restore, a killed server, a clean check, the same desk on PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import urllib.parse
import urllib.request
from contextlib import suppress
from http.cookiejar import CookieJar

import pytest
from aiosmtpd.controller import Controller
from tests.desk.cast import UDSYN, clean, running, udsyn


def test_backup_and_restore_give_the_same_desk(folder, tmp_path):
    (folder / "files/ab").mkdir(parents=True)
    (folder / "files/ab/abc").write_bytes(b"content")
    archive = tmp_path / "backup.tar.gz"
    made = udsyn("backup", archive, "--desk", folder, "--format", "json")
    assert made.returncode == 0, made.stderr
    assert archive.stat().st_mode & 0o077 == 0
    back = udsyn("restore", archive, "--desk", tmp_path / "back", "--format", "json")
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout) == json.loads(made.stdout)
    assert (tmp_path / "back/files/ab/abc").read_bytes() == b"content"
    assert (tmp_path / "back/secret.key").read_text() == (folder / "secret.key").read_text()
    again = udsyn("restore", archive, "--desk", tmp_path / "back")
    assert again.returncode == 2
    assert "holds a desk already" in again.stderr
    archive.write_bytes(archive.read_bytes()[:5000])
    broken = udsyn("restore", archive, "--desk", tmp_path / "other")
    assert broken.returncode == 1
    assert "not a whole backup" in broken.stderr


def test_a_changed_ledger_is_told(folder):
    with sqlite3.connect(folder / "desk.sqlite3") as database:
        database.execute("DROP TRIGGER ledger_UPDATE")
        database.execute("UPDATE core_entry SET actor_name = 'Somebody else' WHERE seq = 9")
    told = udsyn("verify-ledger", "--desk", folder, "--format", "json")
    assert told.returncode == 1
    assert json.loads(told.stdout)["broken"] == ["line 9 was changed after it was written"]
    assert "Traceback" not in told.stderr


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A new desk, as an operator makes it; tests only look at it."""
    desk = tmp_path_factory.mktemp("empty") / "d"
    made = udsyn("migrate", "--desk", desk)
    assert made.returncode == 0, made.stderr
    return desk


def test_a_server_for_others_has_nothing_to_mend(empty):
    there = {"UDSYN_DESK_URL": "https://desk.example.org"}
    asked = udsyn("check", "--deploy", "--desk", empty, **there)
    assert asked.returncode == 1
    assert "UDSYN_DESK_PROXIES" in asked.stderr
    checked = udsyn("check", "--deploy", "--desk", empty, **there, UDSYN_DESK_PROXIES="127.0.0.1")
    assert checked.returncode == 0, checked.stderr
    wrong = udsyn("check", "--desk", empty, UDSYN_DESK_PROXIES="localhost")
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


def wider(folder):
    return [str(path.relative_to(folder)) for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_everything_is_private_from_the_start(empty, folder, tmp_path):
    (folder / "files/ab").mkdir(parents=True)
    (folder / "files/ab/abc").write_bytes(b"content")  # as wide as the machine makes it, and so into the archive
    (folder / "files/ab/abc").chmod(0o644)
    told = udsyn("check", "--desk", folder)
    assert told.returncode == 1
    assert "chmod -R go=" in told.stderr
    archive = tmp_path / "backup.tar.gz"
    assert udsyn("check", "--desk", empty).returncode == 0
    assert udsyn("backup", archive, "--desk", folder).returncode == 0
    assert udsyn("restore", archive, "--desk", tmp_path / "back").returncode == 0
    assert wider(empty) == wider(tmp_path / "back") == []
    assert archive.stat().st_mode & 0o077 == 0


def test_a_backup_of_a_later_version_is_refused_and_leaves_nothing(folder, tmp_path):
    with sqlite3.connect(folder / "desk.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', '2030-01-01')"
        )
    archive, back = tmp_path / "backup.tar.gz", tmp_path / "back"
    assert udsyn("backup", archive, "--desk", folder).returncode == 0
    refused = udsyn("restore", archive, "--desk", back)
    assert refused.returncode == 2
    assert "another version" in refused.stderr
    assert {path.name for path in back.rglob("*") if path.is_file()} <= {".gitignore"}


def test_an_open_door_listens_to_this_machine_only(folder):
    refused = udsyn("serve", "--desk", folder, "--host", "0.0.0.0", "--port", "1")
    assert refused.returncode == 2
    assert "this machine only" in refused.stderr


class Visitor:
    """Somebody with a browser's cookies who writes comments."""

    def __init__(self, url, user):
        self.url = url
        self.web = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.post("/en/account/demo/", user=user)

    def post(self, path, **fields):
        page = self.web.open(self.url + "/en/abroad/", timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        return self.web.open(self.url + path, body, timeout=20).status


class Killer:
    """A mail server that takes the mail and kills the sender before saying so."""

    def __init__(self):
        self.mails, self.sender = 0, None

    async def handle_DATA(self, server, session, envelope):
        self.mails += 1
        self.sender.kill()
        self.sender.wait()
        return "250 OK"


@pytest.fixture
def killer():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Killer()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.address = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


def test_a_mail_never_leaves_twice_when_the_sender_is_killed(folder, killer):
    with sqlite3.connect(folder / "desk.sqlite3") as database:
        database.execute("UPDATE core_message SET state = 'withdrawn' WHERE state = 'approved'")
        ((number,),) = database.execute("SELECT min(id) FROM core_message")
        database.execute("UPDATE core_message SET state = 'approved' WHERE id = ?", [number])
    killer.sender = subprocess.Popen(
        [UDSYN, "desk", "send", "--desk", folder], env=clean() | {"UDSYN_DESK_MAIL": killer.address}
    )
    assert killer.sender.wait(60) == -signal.SIGKILL
    assert killer.mails == 1
    again = udsyn("send", "--desk", folder, UDSYN_DESK_MAIL=killer.address)
    assert (again.returncode, killer.mails) == (0, 1), again.stderr  # another sender may still be at it
    with sqlite3.connect(folder / "desk.sqlite3") as database:
        assert database.execute("SELECT state FROM core_message WHERE id = ?", [number]).fetchone() == ("sending",)
        database.execute("UPDATE core_message SET changed = '2026-01-01 00:00:00' WHERE id = ?", [number])
    told = udsyn("send", "--desk", folder, UDSYN_DESK_MAIL=killer.address)
    assert (told.returncode, killer.mails) == (1, 1)
    assert "Of 1 nobody knows whether they left" in told.stderr
    assert udsyn("verify-ledger", "--desk", folder).returncode == 0


def write_until(visitor, path, name, stop, acknowledged):
    number = 0
    while not stop.is_set():
        text = f"{name}-{number}"
        with suppress(OSError):
            if visitor.post(path, text=text, visibility="colleagues") == 200:
                acknowledged.append(text)
        number += 1


def comments(folder):
    with sqlite3.connect(folder / "desk.sqlite3") as database:
        return {row[0] for row in database.execute("SELECT text FROM core_comment")}


def write_and_stop(served, folder, port, writers, wanted, how):
    """Several writers until so many writes are acknowledged; then the server ends in the given way. Returns them."""
    stop, acknowledged = threading.Event(), []
    with running(folder, port) as process:
        visitors = [Visitor(f"http://127.0.0.1:{port}", served.users["officer"]) for _n in range(writers)]
        threads = [
            threading.Thread(target=write_until, args=(v, "/en/desk/countries/1/comment/", f"w{n}", stop, acknowledged))
            for n, v in enumerate(visitors)
        ]
        for thread in threads:
            thread.start()
        for _tenth in range(600):
            if len(acknowledged) >= wanted or stop.wait(0.1):
                break
        with suppress(ProcessLookupError):
            how(process)
        stop.set()
        for thread in threads:
            thread.join()
    return acknowledged


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)


def test_a_killed_server_loses_no_acknowledged_write(served, folder):
    acknowledged = write_and_stop(served, folder, 18431, 3, 12, kill)
    assert len(acknowledged) >= 12
    assert set(acknowledged) <= comments(folder)
    assert udsyn("verify-ledger", "--desk", folder).returncode == 0


def test_eight_writers_at_once_lose_nothing(served, folder):
    acknowledged = write_and_stop(served, folder, 18432, 8, 24, lambda process: None)
    assert len(acknowledged) >= 24
    assert set(acknowledged) <= comments(folder)
    assert len(set(acknowledged)) == len(acknowledged)
    assert udsyn("verify-ledger", "--desk", folder).returncode == 0


@pytest.mark.prove
@pytest.mark.parametrize("draw", range(50))
def test_fifty_kills(draw, served, folder):
    acknowledged = write_and_stop(served, folder, 18440 + draw, 3, 1 + draw, kill)
    assert set(acknowledged) <= comments(folder)
    assert udsyn("verify-ledger", "--desk", folder).returncode == 0
