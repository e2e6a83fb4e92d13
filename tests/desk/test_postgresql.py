"""The same tests on PostgreSQL, and its backup and restore."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tests.desk.cast import clean, udsyn
from tests.desk.postgresql import PROGRAMS, running_postgresql
from tests.desk.test_adversity import in_a_desk, one_is_taken

HERE = Path(__file__).parent
REDUCED = ["guards", "limits", "saving", "batches"]
LEFT_OUT = "not key and not files_that_are_not_taken"

pytestmark = [
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed: apt-get install postgresql"),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="this is the PostgreSQL run"),
]


@pytest.fixture(scope="module")
def database():
    with running_postgresql() as address:
        yield address


def same_tests(database, *chosen):
    counted_elsewhere = {k: v for k, v in os.environ.items() if not k.startswith("SLIPCOVER")}
    environment = counted_elsewhere | {"DATABASE_URL": database}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not prove", *chosen]
    return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True)


def test_the_same_tests_hold_on_postgresql(database):
    done = same_tests(database, *(f"test_{name}.py" for name in REDUCED), "-k", LEFT_OUT)
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_plan_of_a_long_question_is_kept_and_that_of_a_short_one_is_not(database):
    import psycopg

    from udsyn.desk.ops import postgresql

    long = f"SELECT %s || ' {'x' * postgresql.LONG} 100 %%'"
    with psycopg.connect(
        database, autocommit=True, cursor_factory=postgresql.Asking, options=postgresql.OPTIONS, prepare_threshold=1
    ) as connection:
        for who in ("Å", "a'b", "Å"):
            asked = connection.execute(long, [who]).fetchone()[0]
            assert asked == f"{who} {'x' * postgresql.LONG} 100 %"
            assert connection.execute("SELECT %s || ' 100 %%'", [who]).fetchone()[0] == f"{who} 100 %"
        many = f"SELECT 1 IN ({', '.join(['%s'] * 70_000)})"  # more than the protocol has places for
        assert connection.execute(many, range(70_000)).fetchone()[0] is True
        kept = connection.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements").fetchall()
    assert kept == [(3, 0)], "one question, planned once"


@pytest.mark.prove
def test_all_tests_hold_on_postgresql(database):
    done = same_tests(database, ".", "--ignore=test_browser.py", "--ignore=test_office.py")
    assert done.returncode == 0, done.stdout[-4000:]
    print(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def another(database):
    """Creates a further database on the server; gives the environment that names it."""

    def create(name, like="template1"):
        question = f"CREATE DATABASE {name} TEMPLATE {like}"
        subprocess.run(["psql", database, "-qc", question], check=True, capture_output=True)
        return {"DATABASE_URL": f"{database.rpartition('/')[0]}/{name}"}

    if shutil.which("psql") is None:
        pytest.skip("psql is not installed: apt-get install postgresql-client")
    return create


@pytest.fixture(scope="module")
def facts(another, tmp_path_factory):
    """A database of the shipped facts, called `facts`; yields the folder of its desk. Tests copy both."""
    folder = tmp_path_factory.mktemp("facts") / "desk"
    filled = udsyn("fill", "--desk", folder, **another("facts"))
    assert filled.returncode == 0, filled.stderr
    return folder


@pytest.fixture
def desk(facts, tmp_path):
    """The folder of a desk of facts that a test may change; `another(name, "facts")` is its database."""
    return shutil.copytree(facts, tmp_path / "desk")


def test_a_line_of_the_ledger_on_postgresql_may_be_emptied_and_nothing_else(another, desk):
    """The trigger itself, asked by PostgreSQL's own client and not through the desk."""
    there = another("emptied", "facts")

    def told(statement):
        command = ["psql", there["DATABASE_URL"], "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else done.stderr

    one = "FROM core_entry WHERE salt <> '' AND label <> '' ORDER BY seq LIMIT 1"
    line = told(f"SELECT seq {one}")
    assert line.isdecimal(), line
    for change in (
        *("label = 'another'", "salt = 'another'", "action = ''", "hash = ''", "previous = ''", "actor_id = 1"),
        *("at = now()", "seq = seq + 1000000", "label = '', hash = ''", "label = NULL"),
    ):
        assert "append-only" in told(f"UPDATE core_entry SET {change} WHERE seq = {line}"), change
    for statement in (f"DELETE FROM core_entry WHERE seq = {line}", "TRUNCATE core_entry CASCADE"):
        assert "append-only" in told(statement), statement
    assert udsyn("verify-ledger", "--desk", desk, **there).returncode == 0
    assert told(f"UPDATE core_entry SET label = '', before = '', after = '', salt = '' WHERE seq = {line}") == ""
    assert told(f"SELECT label || before || after || salt FROM core_entry WHERE seq = {line}") == ""
    assert "append-only" in told(f"UPDATE core_entry SET label = 'back' WHERE seq = {line}")
    broken = udsyn("verify-ledger", "--desk", desk, **there)
    assert broken.returncode == 1, "no line says that it was emptied"
    assert f"line {line} was changed" in broken.stdout + broken.stderr


def test_of_two_who_approve_at_once_on_postgresql_one_does(another, desk):
    """Rows are locked there, and not the whole file."""
    there = another("together", "facts")
    for who in ("officer", "officer2"):
        made = udsyn("add-user", f"{who}@demo.example", "officer", "--name", who, "--desk", desk, **there)
        assert made.returncode == 0, made.stderr
    one_is_taken(there | {"UDSYN_DESK": str(desk)})


@pytest.mark.prove
def test_a_new_desk_on_postgresql_has_the_shape_of_one_that_came_along(another, tmp_path):
    """Made at once, or by one migration after another: the same tables, keys, indexes and triggers."""
    there = {"made": another("made"), "came": another("came")}
    assert udsyn("migrate", "--desk", tmp_path / "made", **there["made"]).returncode == 0
    environment = clean() | there["came"] | {"UDSYN_DESK": str(tmp_path / "came")}
    for part in (["core"], []):
        subprocess.run([sys.executable, "-m", "udsyn.desk", "migrate", "-v0", *part], env=environment, check=True)
    assert udsyn("migrate", "--desk", tmp_path / "came", **there["came"]).returncode == 0

    def shape(name):
        command = ["pg_dump", there[name]["DATABASE_URL"], "--schema-only", "--restrict-key=same"]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return sorted(line.strip().rstrip(",") for line in told.splitlines())  # columns may stand in another order

    assert shape("made") == shape("came")


@pytest.fixture
def small_disk():
    """A disk of 160 MB in memory, to be filled."""
    folder = Path(tempfile.mkdtemp(prefix="udsyn-small-", dir="/tmp"))
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", folder], capture_output=True
        )
        if mounted.returncode:
            pytest.skip("only root may mount a small disk")
        yield folder
        subprocess.run(["umount", "--lazy", folder], check=True)
    finally:
        folder.rmdir()


#: a form that is sent while the disk under the server is full, and once more when it is not
FULL = """
import json, os, random
import django
django.setup()
from django.conf import settings
from django.test import Client
from django.urls import reverse
from udsyn.desk.kernel import ledger
from udsyn.desk.kernel.models import Entry
from udsyn.desk.rooms.parties.models import Organisation, User
settings.ALLOWED_HOSTS = ["testserver"]
client = Client(raise_request_exception=False)
User.objects.update(must_change_password=False)  # as after the first visit
client.force_login(User.objects.get(email="officer@demo.example"), backend=settings.AUTHENTICATION_BACKENDS[-1])
form = {"name": "Full Institute", "kind_of": "university", "note": random.Random(1).randbytes(30_000).hex()}
filler, told = os.environ["FILLER"], []
def fill():
    with open(filler, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
for act in (fill, lambda: os.unlink(filler)):
    lines = Entry.objects.count()
    act()
    answer = client.post(reverse("create", args=["organisations"]), form)
    words = answer.content.decode()
    told.append([answer.status_code, "Traceback" in words or "OperationalError" in words,
                 Organisation.objects.filter(name="Full Institute").count(), Entry.objects.count() - lines])
print(json.dumps({"told": told, "whole": ledger.verify().whole}))
"""


@pytest.mark.prove
def test_a_full_disk_under_postgresql_keeps_no_half_of_a_request(small_disk, tmp_path):
    """The page says that it failed and the operator reads why; the same form goes in once there is room."""
    with running_postgresql(small_disk) as address:
        there = {"DATABASE_URL": address, "UDSYN_DESK": str(tmp_path / "desk")}
        assert udsyn("fill", "--desk", tmp_path / "desk", **there).returncode == 0
        made = udsyn("add-user", "officer@demo.example", "officer", "--name", "x", "--desk", tmp_path / "desk", **there)
        assert made.returncode == 0, made.stderr
        said, told = in_a_desk(FULL, there | {"FILLER": str(small_disk / "filler")})
    assert "No space left on device" in told, "the operator reads why"
    assert said == {"told": [[500, False, 0, 0], [302, False, 1, 1]], "whole": True}


def test_backup_and_restore_on_postgresql(another, desk, tmp_path):
    """A desk of facts is backed up, restored into another database, and is the same desk."""
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed: apt-get install postgresql-client")
    one, two = another("one", "facts"), another("two")
    made = udsyn("backup", tmp_path / "b.tar.gz", "--desk", desk, "--format", "json", **one)
    assert made.returncode == 0, made.stderr
    back = udsyn("restore", tmp_path / "b.tar.gz", "--desk", tmp_path / "c", "--format", "json", **two)
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout) == json.loads(made.stdout)
    assert json.loads(made.stdout)["ledger_lines"] > 300
    again = udsyn("backup", tmp_path / "d.tar.gz", "--desk", tmp_path / "c", "--format", "json", **two)
    assert json.loads(again.stdout)["ledger_head"] == json.loads(made.stdout)["ledger_head"]
    wrong = udsyn("restore", tmp_path / "b.tar.gz", "--desk", tmp_path / "e")
    assert wrong.returncode == 2
    assert "set DATABASE_URL" in wrong.stderr
