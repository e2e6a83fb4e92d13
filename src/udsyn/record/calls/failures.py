"""What the last attempt to load a source met, where it failed: the page says since when nothing new has come."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from udsyn.errors import UdsynError
from udsyn.record.lock import locked
from udsyn.record.shelf import Shelf

FILE = "failures.json"


def failures(shelf: Shelf) -> dict[str, dict[str, Any]]:
    """Source → retrieved, file, reason of its last failure, where nothing came after it."""
    with suppress(OSError, ValueError):
        found = json.loads(path_of(shelf).read_bytes())
        return found if isinstance(found, dict) else {}
    return {}


def note(shelf: Shelf, source: str, retrieved: dt.date, file: str, reason: str) -> None:
    """Keep a failure. Where the record cannot be written, the failure itself is what is told."""
    with suppress(UdsynError, OSError):
        save(shelf, {**failures(shelf), source: {"retrieved": str(retrieved), "file": file, "reason": reason}})


def forget(shelf: Shelf, source: str) -> None:
    """A source that came again."""
    held = failures(shelf)
    if held.pop(source, None) is not None:
        save(shelf, held)


def save(shelf: Shelf, found: dict[str, dict[str, Any]]) -> None:
    with locked(shelf.record):
        shelf.folder.mkdir(parents=True, exist_ok=True)
        beside = path_of(shelf).with_suffix(".part")
        beside.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
        beside.replace(path_of(shelf))


def path_of(shelf: Shelf) -> Path:
    return shelf.folder / FILE
