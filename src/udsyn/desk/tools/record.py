"""The record that the desk reads from."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from udsyn.record import care
from udsyn.record.engine import MANIFEST, Record


def opt_out(authors: Iterable[str]) -> None:
    """Put authors on the record's list of those who are never proposed; nothing where no record is named."""
    record = named()
    if record is not None:
        for author in authors:
            care.opt_out(record, int(author[1:]))


def named() -> Record | None:
    """The record that UDSYN_RECORD names; None where it names none, or a folder without one."""
    path = os.environ.get("UDSYN_RECORD")
    return Record(Path(path)) if path and Path(path, MANIFEST).is_file() else None
