"""Reading the files that cases come in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from udsyn.packs.language import PackError

LARGEST = 32 * 1024 * 1024


def load_text(path: Path) -> str:
    """The text of a file in UTF-8. Raises PackError where it is none, or too large."""
    if path.stat().st_size > LARGEST:
        raise PackError(f"{path.name}: larger than {LARGEST >> 20} MB.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PackError(f"{path.name} is not text in UTF-8.") from None


def load_json(path: Path) -> Any:
    """What a JSON file says. Raises PackError where it is none."""
    try:
        return json.loads(load_text(path))
    except (ValueError, RecursionError) as error:
        raise PackError(f"{path.name} is not JSON: {error}.") from None
