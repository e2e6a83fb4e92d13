"""The record that the desk reads from."""

from __future__ import annotations

import os
from pathlib import Path

from udsyn.record.engine import MANIFEST, Record


def named() -> Record | None:
    """The record that UDSYN_RECORD names; None where it names none, or a folder without one."""
    path = os.environ.get("UDSYN_RECORD")
    return Record(Path(path)) if path and Path(path, MANIFEST).is_file() else None
