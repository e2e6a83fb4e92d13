"""OpenAlex's ids as people write them: with their letter or without, as a folder and a number, or as an address.

The one place that reads an id that a person gives. Ids in files are read by the millions, by `record/reader.py` and
`record/sources/scan.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from udsyn.errors import UsageError

#: kind → (its folder in OpenAlex's addresses, its letter, an example)
KINDS: Mapping[str, tuple[str, str, str]] = {
    "work": ("works", "W", "W2741809807"),
    "author": ("authors", "A", "A5012345678"),
    "institution": ("institutions", "I", "I123456789"),
    "topic": ("topics", "T", "T10001"),
    "subfield": ("subfields", "", "1702"),
    "field": ("fields", "", "17"),
    "domain": ("domains", "", "3"),
}
LONGEST = 18  #: digits that fit into 64 bits


def find(text: str | int, kind: str, bare: bool = True) -> int | None:
    """The number of an id, or None for what is no id of this kind; `bare`: a number alone is one, too.

    >>> find("T10001", "topic"), find("https://openalex.org/fields/21", "field"), find(21, "field"), find("X1", "work")
    (10001, 21, 21, None)
    """
    folder, letter, _ = KINDS[kind]
    address = r"(?:(?:https?://)?(?:www\.|api\.)?openalex\.org/)?"
    own = f"(?:{letter})?" if letter else ""
    match = re.fullmatch(rf"{address}(?:{folder}/)?{own}([0-9]{{1,{LONGEST}}})/?", str(text).strip(), re.IGNORECASE)
    return int(match[1]) if match and (bare or match[1] != match[0]) else None


def number(text: str | int, kind: str) -> int:
    """The number of an id. Raises UsageError for what is no id of this kind."""
    found = find(text, kind)
    if found is None:
        shown = "".join(c if c.isprintable() else "?" for c in str(text)[:80])
        raise UsageError(f"{shown} is not an id: write the {kind}'s as {KINDS[kind][2]}.")
    return found


def written(number_: int | str, kind: str) -> str:
    """An id as OpenAlex writes it in short: T10001, 21."""
    return f"{KINDS[kind][1]}{number_}"
