"""The same tests on PostgreSQL, and its backup and restore."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.desk.postgresql import PROGRAMS, running_postgresql

HERE = Path(__file__).parent
REDUCED = ["test_lifecycles.py", "test_guards.py", "-k", "not key and not files_that_are_not_taken"]

pytestmark = [
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed: apt-get install postgresql"),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="this is the PostgreSQL run"),
]


@pytest.fixture(scope="module")
def database():
    with running_postgresql() as address:
        yield address


def same_tests(database, *chosen):
    environment = os.environ | {"DATABASE_URL": database}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not prove", *chosen]
    return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True)


def test_the_same_tests_hold_on_postgresql(database):
    done = same_tests(database, *REDUCED)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.prove
def test_all_tests_hold_on_postgresql(database):
    done = same_tests(database, ".", "--ignore=test_browser.py", "--ignore=test_office.py")
    assert done.returncode == 0, done.stdout[-4000:]
    print(done.stdout.splitlines()[-1])


def udsyn(*arguments, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
    command = [Path(sys.executable).with_name("udsyn"), "desk", *map(str, arguments)]
    return subprocess.run(command, env=clean | environment, capture_output=True, text=True)


def test_backup_and_restore_on_postgresql(database, tmp_path):
    """A desk of facts is backed up, restored into another database, and is the same desk."""
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed: apt-get install postgresql-client")
    server = database.rpartition("/")[0]
    for name in ("one", "two"):
        command = ["psql", database, "-qc", f"CREATE DATABASE {name}"]
        subprocess.run(command, check=True, capture_output=True)
    one, two = ({"DATABASE_URL": f"{server}/{name}"} for name in ("one", "two"))
    filled = udsyn("fill", "--desk", tmp_path / "a", "--format", "json", **one)
    assert filled.returncode == 0, filled.stderr
    made = udsyn("backup", tmp_path / "b.tar.gz", "--desk", tmp_path / "a", "--format", "json", **one)
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
