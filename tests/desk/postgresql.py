"""Debian's PostgreSQL, started in a folder of its own as a user that is not root."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)


@contextmanager
def running_postgresql(parent: Path = Path("/tmp")) -> Iterator[str]:
    """A server that listens on this machine only; yields its address as DATABASE_URL wants it."""
    assert PROGRAMS is not None, "PostgreSQL is not installed: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="udsyn-pg-", dir=parent))
    root = os.geteuid() == 0
    if root:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program, *arguments):
        command = [str(PROGRAMS.with_name(program)), *arguments]
        as_other = ["runuser", "-u", "postgres", "--"] if root else []
        subprocess.run([*as_other, *command], check=True, capture_output=True, cwd="/tmp")

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "udsyn", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses=127.0.0.1 -p {port} -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://udsyn@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)
