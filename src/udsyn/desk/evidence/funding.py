"""What the record's register of calls and the desk's own calls say together: asked by the pages of funds.

The desk judges nothing here; `udsyn.evidence.funds` does. What is read is kept while the shelves stand as they are.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from udsyn.desk.kernel.wording import language
from udsyn.errors import NotHeld, UdsynError
from udsyn.evidence.funds import changes as differences
from udsyn.evidence.funds import eligible as rules
from udsyn.evidence.funds import funders as payers
from udsyn.evidence.funds import register as calls
from udsyn.evidence.funds import status
from udsyn.evidence.funds.find import COMING, Judged, by_words, fits, fitting, judged
from udsyn.evidence.funds.sketch import Partner, Placed, Sketch, codes_of, placed
from udsyn.record.calls import register
from udsyn.record.calls.paid import TABLES, shelf_of
from udsyn.record.engine import MANIFEST
from udsyn.record.shelf import Row

if TYPE_CHECKING:  # it brings SciPy, and commands of the desk do without
    from udsyn.evidence.funds.history import Paid

#: Funders of joint works that a page names.
FUNDERS = 10
#: What the desk's own calls are called among the sources.
DESK = "desk"
#: Where no record is named: it holds nothing.
NOWHERE = os.devnull
#: The engine's sentences that a reader meets, for the catalogue.
SENTENCES = (
    gettext_noop("Cascade call: the project that passes the money on says who may have it"),
    gettext_noop("No rules of this funder are held"),
)


def record() -> Path | None:
    """The record that the desk reads from; None where none is named or it holds no calls."""
    named = os.environ.get("UDSYN_RECORD")
    return Path(named) if named and register(named).folder.is_dir() else None


def stamp(*folders: Path) -> tuple[int, ...]:
    """Changes whenever a file comes onto one of the shelves."""
    return tuple(folder.stat().st_mtime_ns if folder.is_dir() else 0 for folder in folders)


@lru_cache(maxsize=1)
def held(folder: Path, _stamp: tuple[int, ...]) -> pl.DataFrame:
    return calls.held(folder)


@lru_cache(maxsize=1)
def paid(folder: Path, _stamp: tuple[int, ...]) -> Paid | None:
    from udsyn.evidence.funds.history import Paid

    return Paid.held(folder)


def all_calls(typed: Iterable[Row]) -> pl.DataFrame:
    """The register's calls and the desk's own, with their `source`."""
    own, place = calls.beside(DESK, typed), record()
    if place is None:
        return own
    try:
        return pl.concat([held(place, stamp(register(place).folder)), own], how="vertical_relaxed")
    except NotHeld:
        return own


def listed(
    typed: Iterable[Row], on: dt.date, countries: Sequence[str], states: Sequence[str], text: str = ""
) -> list[Judged]:
    """Calls in these states on a day, each judged for the countries; with a text those of its words, best first."""
    rows = all_calls(typed)
    if rows.is_empty():
        return []
    found = judged(rows, on, countries=countries, states=states, zone=settings.TIME_ZONE, language=language())
    return [found[one.place] for one in by_words(text, found)] if text else found


def best(typed: Iterable[Row], on: dt.date, countries: Sequence[str], text: str, most: int) -> list[dict[str, Any]]:
    """Open and coming calls that fit a text best, within what is allowed: rows as `udsyn funds find` prints them."""
    return fitting(text, listed(typed, on, countries, COMING), paid_before(), most)


def sketched(typed: Iterable[Row], on: dt.date, sketch: Sketch, partners: Sequence[Placed]) -> list[Judged]:
    """Open and coming calls that fit a project sketch, as `udsyn funds sketch` answers, the best first."""
    return fits(sketch.words, listed(typed, on, codes_of(partners), COMING), paid_before())


def place_of(partner: Partner) -> Placed:
    """A partner's country. Raises NotHeld and UsageError as `udsyn funds sketch`."""
    return placed(os.environ.get("UDSYN_RECORD") or NOWHERE, [partner])[0]


def paid_before() -> Paid | None:
    """What CORDIS's projects were paid for; None where the record does not hold them."""
    place = record()
    return paid(place, stamp(*(shelf_of(place, form).folder for form in TABLES))) if place is not None else None


def answers(countries: Sequence[str], programme: str, on: dt.date, action: str | None = None) -> list[dict[str, Any]]:
    """May partners of these countries use a programme's money? Nothing for a day on which it does not run."""
    try:
        return rules.eligible(countries, programme, on, action, language())
    except UdsynError:
        return []


def funders(country: str) -> list[dict[str, Any]]:
    """Who paid for what home and a country did together; nothing where the record does not say."""
    named = os.environ.get("UDSYN_RECORD")
    manifest = Path(named) / MANIFEST if named else None
    if manifest is None or not manifest.is_file():
        return []
    return paid_together(manifest.parent, manifest.stat().st_mtime_ns, settings.HOME, country)


@lru_cache(maxsize=64)
def paid_together(place: Path, _stamp: int, home: str, country: str) -> list[dict[str, Any]]:
    try:
        return payers.funders(place, home, country, limit=FUNDERS).rows.to_dicts()
    except UdsynError:
        return []


def sources(on: dt.date) -> list[dict[str, Any]]:
    """Each source of the record with its last good state and what its last attempt met."""
    place = record()
    return status.sources(place, on) if place is not None else []


def changes(before: dt.date, after: dt.date) -> list[dict[str, Any]] | None:
    """What changed between two days, of each source that has lists; None where none has a list of both days."""
    place = record()
    if place is None:
        return None
    found: list[dict[str, Any]] = []
    known = False
    for name in [one["source"] for one in status.sources(place, after) if one["files"]]:
        try:
            found += [{**row, "source": name} for row in differences.changes(place, before, after, name)]
            known = True
        except NotHeld:
            continue
    return found if known else None


def last_lists() -> list[dt.date]:
    """The days of the newest two lists, the earlier first; fewer where fewer are held."""
    place = record()
    if place is None:
        return []
    try:
        days = calls.lists(held(place, stamp(register(place).folder)))["listed_on"]
    except NotHeld:
        return []
    return sorted(set(days))[-2:]


def said(clause: str) -> str:
    """A clause in the reader's language where the engine wrote it; what sources say stays as they word it."""
    return _(clause) if clause in SENTENCES else clause
