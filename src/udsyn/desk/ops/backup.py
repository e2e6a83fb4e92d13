"""One archive of a desk, and a desk from an archive."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from udsyn import __version__
from udsyn.desk.ops import privacy
from udsyn.desk.ops.office import start
from udsyn.desk.ops.shape import applied, known
from udsyn.errors import UdsynError, UsageError


def backup(target: Path) -> dict[str, Any]:
    """One archive of database, files and key, taken while the desk runs; never half-written.

    The secret key is in it: keep it as carefully as the desk itself. Returns what it holds.
    """
    from django.conf import settings
    from django.db import connection

    from udsyn.desk.kernel import ledger

    verdict = ledger.verify()
    about = {
        "udsyn": __version__,
        "database": connection.vendor,
        "ledger_lines": verdict.lines,
        "ledger_head": verdict.head,
        "migrations": sorted(applied()),
    }
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            dump = Path(scratch) / "database"
            dump_database(connection, dump)
            (Path(scratch) / "backup.json").write_text(json.dumps(about, indent=1))
            with tarfile.open(beside, "w:gz") as archive:
                archive.add(Path(scratch) / "backup.json", "backup.json")
                archive.add(dump, "database")
                for name in ("files", "secret.key"):
                    if (settings.FOLDER / name).exists():
                        archive.add(settings.FOLDER / name, name)
        beside.chmod(0o600)
        beside.replace(target)
    except sqlite3.Error as error:
        raise UdsynError(f"the backup could not be written ({error}): is the disk full? Nothing is left.") from None
    finally:
        beside.unlink(missing_ok=True)
    return about


def dump_database(connection: Any, target: Path) -> None:
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return
    run_postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={target}", connection=connection)


def run_postgresql(program: str, *arguments: str, connection: Any) -> None:
    """PostgreSQL's own tool, with the password in its environment and not on the command line."""
    has = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": has["HOST"],
        "PGPORT": str(has["PORT"]),
        "PGUSER": has["USER"],
        "PGPASSWORD": has["PASSWORD"],
        "PGDATABASE": has["NAME"],
    }
    try:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise UdsynError(f"{program} is not installed; it comes with PostgreSQL's client package.") from None
    if done.returncode:
        raise UdsynError(f"{program} failed: {done.stderr.strip()}")


def restore(source: Path, folder: Path) -> dict[str, Any]:
    """Put a backup back, into a folder (and a PostgreSQL database) that holds no desk. Returns what it holds."""
    if (folder / "desk.sqlite3").exists() or (folder / "files").exists():
        raise UsageError(f"{folder} holds a desk already: restore into an empty folder.")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            with tarfile.open(source) as archive:
                archive.extractall(scratch, filter="data")
            about: dict[str, Any] = json.loads((Path(scratch) / "backup.json").read_text())
            privacy.write_privately()
            privacy.close(Path(scratch))  # an archive says how open its files were when they were packed
            folder.mkdir(parents=True, exist_ok=True)
            if (Path(scratch) / "secret.key").exists():
                shutil.move(Path(scratch) / "secret.key", folder / "secret.key")
            start(folder)
            if newer := sorted({*about.get("migrations", ())} - known()):
                (folder / "secret.key").unlink(missing_ok=True)
                raise UsageError(
                    f"this backup is of another version (Udsyn {about['udsyn']}, with {newer[0]}): restore it with that"
                    f" one; this is {__version__}."
                )
            if (Path(scratch) / "files").exists():
                shutil.move(Path(scratch) / "files", folder / "files")
            if about["database"] == "sqlite":
                shutil.move(Path(scratch) / "database", folder / "desk.sqlite3")
            else:
                from django.db import connection

                if connection.vendor != "postgresql":
                    raise UsageError("this backup is of PostgreSQL: set DATABASE_URL to an empty database.")
                run_postgresql(
                    "pg_restore",
                    "--no-owner",
                    "--exit-on-error",
                    f"--dbname={connection.settings_dict['NAME']}",
                    str(Path(scratch) / "database"),
                    connection=connection,
                )
    except (tarfile.TarError, EOFError, KeyError, ValueError, OSError) as error:
        raise UdsynError(f"{source} is not a whole backup ({error}).") from None
    return about
