"""What the lists on the record's shelf say of partners: asked by the page of safeguards and by the gate of security.

The desk judges nothing here; `udsyn.evidence.safeguards` does. Where no list is loaded
nothing is said, and pages say so.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from udsyn.desk.kernel.wording import language
from udsyn.evidence.safeguards import asking, bodies, crosswalk, entries, fields, identity
from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.entries import Change
from udsyn.evidence.safeguards.identity import IS_NOT, Lists, Verdict
from udsyn.evidence.safeguards.names import words
from udsyn.evidence.safeguards.reasons import Lands, Reason
from udsyn.record.engine import MANIFEST, Record
from udsyn.record.lists.fields import shelf_of as fields_of
from udsyn.record.lists.load import shelf_of

#: The engine's sentences, for the catalogue: their filling is put in after they are translated.
SENTENCES = (
    gettext_noop("the entry's country"),
    gettext_noop("the entry's address “%(address)s”"),
    gettext_noop("no address, but the programme %(programme)s"),
    gettext_noop("neither address nor the programme %(programme)s names one country"),
    gettext_noop("the date of birth (%(births)s)"),
    gettext_noop("what the act says of the person"),
    gettext_noop("The names are the same, and both are in %(country)s (%(by)s)."),
    gettext_noop(
        "The names are alike (%(listed)s, %(likeness)s %%), and both are in %(country)s (%(by)s): a person must look."
    ),
    gettext_noop("Only the short name %(listed)s is the same, both in %(country)s (%(by)s): a person must look."),
    gettext_noop("The names are the same, but what is listed is in %(theirs)s (%(by)s), and this is in %(country)s."),
    gettext_noop("The names are the same, but %(by)s: a person must look."),
    gettext_noop(
        "The names are the same, but this one's country is not known; what is listed is in %(theirs)s (%(by)s)."
    ),
    gettext_noop("A person of this name is listed. A name alone confirms nobody: compare %(with_)s."),
    gettext_noop(
        "Its %(relation)s in ROR, %(name)s, is listed: %(reason)s Whether that reaches this one, a person must say."
    ),
    gettext_noop("%(person)s confirmed on %(day)s that it is: %(words)s. %(reason)s"),
    gettext_noop("%(person)s said on %(day)s that it is not: %(words)s. %(reason)s"),
    gettext_noop("What %(person)s decided on %(day)s has lapsed, since the entry changed. %(reason)s"),
    gettext_noop("What %(person)s decided on %(day)s has lapsed, since the record says otherwise of it. %(reason)s"),
    gettext_noop("It is not in force on %(day)s, but from %(since)s. %(reason)s"),
    gettext_noop("It ended on %(until)s. %(reason)s"),
    gettext_noop("%(reason)s Since when, the list does not say."),
)


#: Organisations of the register that a page offers for a name.
CHOICES = 8
#: Name and country of a partner, and its ROR id where that is known.
Partner = tuple[str, str | None] | tuple[str, str | None, str]


def said(reason: Reason) -> str:
    """A reason in the reader's language; what the lists and registers say stays as they word it."""
    return _(reason.sentence) % {name: filled(value) for name, value in reason.values.items()}


def filled(value: object) -> object:
    if isinstance(value, Reason):
        return said(value)
    return value.in_language(language()) if isinstance(value, Lands) else value


def record() -> Path | None:
    """The record whose lists are asked; None where none is named or no list is loaded."""
    named = os.environ.get("UDSYN_RECORD")
    if not named or not Path(named, MANIFEST).is_file() or not shelf_of(named).folder.is_dir():
        return None
    return Path(named)


def lists() -> Lists | None:
    place = record()
    return loaded(str(place), stamp_of(place)) if place is not None else None


def stamp_of(place: Path) -> tuple[int, int]:
    """Tells states of the shelf and of the crosswalk apart."""
    decided = place / crosswalk.FILE
    return shelf_of(place).folder.stat().st_mtime_ns, decided.stat().st_mtime_ns if decided.is_file() else 0


@lru_cache(maxsize=1)
def loaded(folder: str, stamp: tuple[int, int]) -> Lists:
    """Read once for each state of the shelf."""
    return Lists(entries.held(folder), crosswalk.held(folder))


def fields_held() -> list[fields.Field]:
    """The sensitive fields of the record's tables; none where none is loaded."""
    named = os.environ.get("UDSYN_RECORD")
    folder = fields_of(named).folder if named else None
    return sensitive(str(named), folder.stat().st_mtime_ns) if folder is not None and folder.is_dir() else []


@lru_cache(maxsize=1)
def sensitive(record: str, stamp: int) -> list[fields.Field]:
    """Read once for each state of the shelf."""
    return fields.held(record)


def ask(name: str, country: str | None, day: dt.date, ror: str = "") -> list[Verdict] | None:
    """What stands against a partner on a day, and what does not; None where no list is loaded."""
    held, place = lists(), record()
    if held is None or place is None:
        return None
    body = known(place, ror) or Body(name, country)
    ((_body, found),) = identity.judge(held, [body], day)
    return found + identity.people(held, name, day)


def identify(
    body: tuple[str, str | None, str], entry: str, decision: str, person: str, reason: str, day: dt.date
) -> None:
    """Keep what a person decided of a partner (name, country, ROR id) and an entry, in the record's crosswalk.

    Raises UsageError for an entry that is not near the partner, or without a reason.
    """
    place, (name, country, ror) = record(), body
    if place is not None:
        asking.decide(place, known(place, ror) or Body(name, country), entry, decision, person, reason, day)


def known(place: Path, ror: str) -> Body | None:
    """The record's own body of a ROR id, with its other names, parent and successor."""
    if not ror:
        return None
    return register(str(place), Path(place, MANIFEST).stat().st_mtime_ns).get(bodies.ROR + ror)


@lru_cache(maxsize=1)
def register(folder: str, stamp: int) -> dict[str | None, Body]:
    """Read once for each state of the record."""
    return {one.body.id: one.body for one in bodies.all_of(Record.open(folder))}


def choices(name: str, country: str | None) -> list[Body]:
    """Organisations of ROR's register one of whose names holds all words of a name, the shortest names first."""
    place, wanted = record(), frozenset(words(name))
    if place is None or not wanted:
        return []
    found = {
        body.id: body
        for said, body in worded(str(place), Path(place, MANIFEST).stat().st_mtime_ns)
        if wanted <= said and country in (None, body.country)
    }
    return sorted(found.values(), key=lambda body: (len(body.name), body.name))[:CHOICES]


@lru_cache(maxsize=1)
def worded(folder: str, stamp: int) -> list[tuple[frozenset[str], Body]]:
    """The words of each name of the register's bodies."""
    known = (body for id_, body in register(folder, stamp).items() if id_)
    return [(frozenset(words(name.text)), body) for body in known for name in body.said()]


def said_of(ror: str) -> list[str | None] | None:
    """What the record says of a ROR id: its name, country, other names, and what it belongs to; None where nothing."""
    place = record()
    body = known(place, ror) if place is not None else None
    if body is None:
        return None
    related = sorted(f"{relation}: {other.name}" for relation, other in body.related)
    return [body.name, body.country, *sorted(body.names), *related]


def standing(partners: Iterable[Partner], day: dt.date) -> list[tuple[str, Verdict]]:
    """Of partners, what stands or must be asked on a day: (name, verdict)."""
    place = record()
    held = lists() if place is not None else None
    if held is None or place is None:
        return []
    asked = [known(place, "".join(ror)) or Body(name, country) for name, country, *ror in partners if name]
    return [
        (body.name, verdict)
        for body, found in identity.judge(held, asked, day)
        for verdict in found
        if verdict.verdict != IS_NOT
    ]


def changes(since: dt.date) -> list[Change] | None:
    """What the lists say otherwise than at the end of a day; None where none is loaded."""
    place = record()
    if place is None:
        return None
    return entries.changed(entries.held(place, day=since), entries.held(place))
