"""Which list a file is an edition of, where the file itself does not say."""

from __future__ import annotations

import re
from pathlib import Path


def list_of(form: str, path: Path) -> str:
    """The form and the letters of the file's name: sdn.xml and SDN_2026-11-27.xml are editions of one list.

    >>> list_of("ofac", Path("SDN_2026-11-27.xml"))
    'ofac sdn'
    """
    stem = path.name.split(".")[0].lower()
    return " ".join([form, *re.findall(r"[^\W\d_]+", stem)])
