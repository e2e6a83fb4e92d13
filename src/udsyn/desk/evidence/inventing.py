"""What the record's patents say of a partner's firms and of home's science: asked by the pages of technology.

The desk judges nothing here; `udsyn.evidence.technology` does. An answer is kept while the shelf of patents stands.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from udsyn.errors import NotHeld, UdsynError
from udsyn.evidence.technology import crossed as science
from udsyn.evidence.technology import strengths, users
from udsyn.evidence.technology.family import Family, read
from udsyn.evidence.technology.users import Found
from udsyn.evidence.verdicts import JOINT
from udsyn.record.engine import MANIFEST, SHELVES

Rows = list[dict[str, Any]]
#: firms of an answer; a page shows some of them
MOST = 100


def record() -> Path | None:
    """The record that the desk reads from, if it holds works and patents."""
    named = os.environ.get("UDSYN_RECORD")
    found = Path(named) if named else None
    return found if found and (found / MANIFEST).is_file() and shelf_of(found).is_dir() else None


def shelf_of(place: Path) -> Path:
    return place / SHELVES / "patents"


def stamp_of(place: Path) -> tuple[int, int]:
    """Tells states of the works and of the patents apart."""
    return (place / MANIFEST).stat().st_mtime_ns, shelf_of(place).stat().st_mtime_ns


def builders(country: str, words: Sequence[str] = ()) -> Found | None:
    """The firms of a country that build on home's works, first those for whom they weigh most; None without patents.

    Raises UsageError where no word has a letter.
    """
    place = record()
    if place is None:
        return None
    try:
        return asked(place, stamp_of(place), settings.HOME, country, tuple(words))
    except NotHeld:
        return None


@lru_cache(maxsize=64)
def asked(place: Path, _stamp: tuple[int, int], home: str, country: str, words: tuple[str, ...]) -> Found:
    return users.find(place, home, country=country, words=words, limit=MOST)


def both_strong(country: str) -> Rows:
    """Classes of CPC in which home and a country are both strong; nothing where too little is held."""
    place = record()
    if place is None:
        return []
    try:
        return paired(place, stamp_of(place), settings.HOME, country)
    except NotHeld:
        return []


@lru_cache(maxsize=64)
def paired(place: Path, _stamp: tuple[int, int], home: str, country: str) -> Rows:
    rows = strengths.strengths(place, home, country).rows.to_dicts()
    return [row for row in rows if row["quadrant"] == JOINT]


def crossed(country: str) -> Rows:
    """Fields of science by activity of both in science and technology; nothing where too little is held."""
    place = record()
    if place is None:
        return []
    try:
        return met(place, stamp_of(place), settings.HOME, country)
    except UdsynError:
        return []


@lru_cache(maxsize=64)
def met(place: Path, _stamp: tuple[int, int], home: str, country: str) -> Rows:
    return science.crossed(place, home, country).rows.to_dicts()


def family(number: str) -> Family | None:
    """All that is held of a patent family; None where it is not held."""
    place = record()
    try:
        return read(place, number) if place is not None else None
    except NotHeld:
        return None
