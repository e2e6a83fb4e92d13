"""The demonstration desk of the tests, built once for each state of the sources and each day, and copied from then on.

Migrating and inventing half a year costs many times what a test does. What was built is kept under `.pytest_cache`, in
a folder named after everything that it is made of; another source file, another package or another day is another desk.
A package that a fault was put into finds the desk of the sound one, and keeps none.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock

import udsyn
from udsyn.desk.ops import keys

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".pytest_cache" / "desk"
DATABASE = "template.sqlite3"


def name() -> str:
    """A hash of the package, of what it is installed with, of Python and of the day."""
    made_of = hashlib.sha256(f"{sys.version} {date.today()}".encode())
    files = [path for path in (ROOT / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in sorted([*files, ROOT / "uv.lock", ROOT / "tests/desk/template.py"]):
        made_of.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return made_of.hexdigest()[:16]


def copy(folder: str) -> None:
    """Copy the kept desk into an empty folder: its files, its key and its database; where none is kept, the key alone.

    All these desks sign with one key, so that what one process builds is another's too.
    """
    with locked():
        if (KEPT / name() / DATABASE).exists():
            shutil.copytree(KEPT / name(), folder, dirs_exist_ok=True)
        else:
            keys.secret_key(KEPT, None)
            shutil.copy(KEPT / "secret.key", folder)


def fill(connection: Any, database: Path) -> None:
    """Make the connection's test database (in memory) a copy of a file, as Django would have made it by migrating."""
    from django.conf import settings

    connection.close()
    in_memory = connection.creation._get_test_db_name()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = in_memory
    connection.ensure_connection()
    with closing(sqlite3.connect(database)) as kept:
        kept.backup(connection.connection)


def keep(connection: Any, folder: str) -> None:
    """Keep a desk that was just built, and nothing older."""
    template = KEPT / name()
    with locked():
        for old in KEPT.glob("*/"):
            shutil.rmtree(old)
        shutil.copytree(folder, template)
        with closing(sqlite3.connect(template / "unfinished")) as kept:
            connection.connection.backup(kept)
        (template / "unfinished").rename(template / DATABASE)


def once(folder: str, connection: Any, build: Callable[[], None]) -> None:
    """Fill the test database: from the copy that lies in the folder, else by building it, which is kept.

    Of several processes that find none, one builds it and the others wait.
    """
    if connection.vendor != "sqlite":
        build()
        return
    with locked("building"):
        if not (Path(folder) / DATABASE).exists():
            copy(folder)
        if (Path(folder) / DATABASE).exists():
            fill(connection, Path(folder) / DATABASE)
            return
        build()
        if Path(udsyn.__file__).is_relative_to(ROOT):
            keep(connection, folder)


def locked(what: str = "lock") -> FileLock:
    KEPT.mkdir(parents=True, exist_ok=True)
    return FileLock(KEPT / what)
