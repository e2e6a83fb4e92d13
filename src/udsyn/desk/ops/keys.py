"""Where a desk lies, and the key with which it signs: made once, read by its owner only, never part of a clone."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from udsyn.errors import UsageError

DEFAULT = "desk"
#: keys that are known to others, by their SHA-256. The first was published with the source code until November 2026:
#: whoever has it signs consent links, sessions and password resets of every desk that uses it.
COMPROMISED = frozenset({"c10260d65b3560206db9a0f8d89f2ff8a7b9dcafff29fa765615cd1c92da520c"})


def folder(named: Path | str | None) -> Path:
    """The desk's folder: the one named, or ./desk. Raises UsageError where the default would lie inside a clone."""
    if named:
        return Path(named).absolute()
    here = Path(DEFAULT).absolute()
    if clone := next((above for above in here.parents if (above / ".git").exists()), None):
        raise UsageError(
            f"the desk and its key would lie inside the clone {clone}: name another folder with --desk or UDSYN_DESK."
        )
    return here


def prepare(place: Path) -> None:
    """Make the folder, closed to others, and tell git to leave out everything in it, wherever it lies."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    leave_out = place / ".gitignore"
    if not leave_out.exists():
        leave_out.write_text("*\n")


def secret_key(place: Path, given: str | None) -> str:
    """The key given, or the one in the desk's folder, made at the first start. Raises UsageError for a known one."""
    file = place / "secret.key"
    if given:
        return sound(given, "UDSYN_DESK_SECRET_KEY")
    if not file.is_file():
        prepare(place)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(64))
    return sound(file.read_text().strip(), str(file))


def sound(key: str, where: str) -> str:
    if hashlib.sha256(key.encode()).hexdigest() in COMPROMISED:
        raise UsageError(
            f"{where} holds a key that was published with the source code: anybody can sign with it. Remove it; the "
            "next start makes a new one, links in mails that have left end, and everybody signs in again."
        )
    return key
