"""The same tests on PostgreSQL: Debian's server, started here in a folder of its own, as a user that is not root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)
REDUCED = ["test_lifecycles.py", "test_guards.py", "-k", "not key and not files_that_are_not_taken"]

pytestmark = [
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed: apt-get install postgresql"),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="this is the PostgreSQL run"),
]


@pytest.fixture(scope="module")
def database():
    """A server that listens on a socket in its own folder only."""
    folder = Path("/tmp") / f"udsyn-pg-{os.getpid()}"
    folder.mkdir(mode=0o700)
    root = os.geteuid() == 0
    if root:
        shutil.chown(folder, "postgres")

    def run(program, *arguments):
        command = [str(PROGRAMS.with_name(program)), *arguments]
        as_other = ["runuser", "-u", "postgres", "--"] if root else []
        subprocess.run([*as_other, *command], check=True, capture_output=True, cwd="/tmp")

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "udsyn", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses=127.0.0.1 -p {PORT} -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgresql://udsyn@127.0.0.1:{PORT}/postgres"
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder)


PORT = 18_400 + os.getpid() % 30


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
