"""The desk's folder is its owner's alone: database, files, mails, key, evidence, backups."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

OTHERS = 0o077  #: what group and others may do: nothing


def write_privately() -> None:
    """What this process and its children write from now on, nobody else reads."""
    os.umask(OTHERS)


def inside(folder: Path) -> Iterator[Path]:
    yield folder
    yield from (path for path in folder.rglob("*") if not path.is_symlink())


def close(folder: Path) -> None:
    """Take from group and others what they may do in the folder."""
    for path in inside(folder):
        path.chmod(path.stat().st_mode & ~OTHERS & 0o7777)


def open_to_others(folder: Path) -> list[Path]:
    """Where somebody else on this machine may read or write, or could if the folder around it were opened."""
    return [path for path in inside(folder) if path.stat().st_mode & OTHERS]
