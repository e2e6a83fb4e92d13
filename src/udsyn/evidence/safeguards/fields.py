"""Which rows of the loaded tables of sensitive fields a declared field of research touches on a day.

A row touches words that hold its title or one of its phrases, and the topics that it names. It says that a person must
look, and by which list in which edition; nothing is ever refused by it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.safeguards.names import words
from udsyn.facts.models import earliest
from udsyn.record.engine import Place, Record
from udsyn.record.lists.fields import FIELDS, TOPIC, shelf_of

COLUMNS = ("list", "edition", "id", "title", "by", "valid_from", "valid_to", "source")
ALWAYS = dt.date.min


@dataclass(frozen=True)
class Field:
    """A sensitive field as a list names it. Dates are ISO, perhaps a month or year only; None is not known."""

    list: str
    edition: str
    id: str
    title: str
    source: str
    words: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None

    @property
    def begins(self) -> dt.date:
        """An unknown beginning counts as always, so that nothing is missed."""
        return earliest(self.valid_from) if self.valid_from else ALWAYS

    def ended(self, day: dt.date) -> bool:
        return self.valid_to is not None and day >= earliest(self.valid_to)


@dataclass(frozen=True)
class Touched:
    """A field that is touched, and by which of the declared words or topics."""

    field: Field
    by: str | None

    def as_row(self) -> dict[str, Any]:
        """By `COLUMNS`."""
        return {**vars(self.field), "by": self.by}


def check(place: Place, said: str, topics: Iterable[str], day: dt.date) -> list[dict[str, Any]]:
    """Rows of the fields that words and topics touch on a day; of all in force where nothing is said.

    Raises UsageError for what is no topic, UdsynError where no table is loaded.
    """
    wanted = list(topics)
    if wrong := [topic for topic in wanted if not TOPIC.fullmatch(topic)]:
        raise UsageError(f"{wrong[0]} is no topic of OpenAlex: they are T and a number, such as T10682.")
    fields = held(Record.open(place).path)
    if not fields:
        raise UdsynError(
            "no table of fields is loaded, so nothing can be said. "
            "Load one with `udsyn safeguards load TABLE.csv --as fields`."
        )
    asked = said.strip() or wanted
    found = touched(fields, said, wanted, day) if asked else [Touched(one, None) for one in in_force(fields, day)]
    return [one.as_row() for one in found]


def held(record: Path | str) -> list[Field]:
    """All fields on a record's shelf, of every edition; a field that two files hold is one."""
    rows = shelf_of(record).scan(FIELDS).collect().to_dicts()
    return list(dict.fromkeys(field_of(row) for row in rows))


def field_of(row: Mapping[str, Any]) -> Field:
    values = {name: row[name] for name in ("list", "edition", "id", "title", "valid_from", "valid_to")}
    return Field(**values, source=row["cited"], words=tuple(row["words"]), topics=tuple(row["topics"]))


def in_force(fields: Iterable[Field], day: dt.date) -> list[Field]:
    """Of each list, the fields of the edition that has begun last by a day, by list and id; none that has ended."""
    begun = [one for one in fields if one.begins <= day]
    latest: dict[str, tuple[dt.date, str]] = {}
    for one in begun:
        latest[one.list] = max(latest.get(one.list, (ALWAYS, "")), (one.begins, one.edition))
    standing = (one for one in begun if one.edition == latest[one.list][1] and not one.ended(day))
    return sorted(standing, key=lambda one: (one.list, one.id))


def touched(fields: Iterable[Field], said: str, topics: Iterable[str], day: dt.date) -> list[Touched]:
    """The fields in force on a day that declared words or topics touch, by list and id."""
    text, named = " ".join(words(said)), set(topics)
    return [Touched(one, by) for one in in_force(fields, day) if (by := why(one, text, named))]


def why(field: Field, text: str, topics: set[str]) -> str | None:
    """The first phrase that a text of plain words holds, or the first topic; None where the field is not touched."""
    phrase = next((one for one in (field.title, *field.words) if holds(text, one)), None)
    return phrase or next((topic for topic in field.topics if topic in topics), None)


def holds(text: str, phrase: str) -> bool:
    """Whether the words of a phrase stand in a text one after another; a star leaves the end of a word open.

    >>> holds("sensors for quantum computing", "quantum comput*"), holds("quantum sensors", "sensor")
    (True, False)
    """
    parts = [" ".join(words(part)) + (r"\w*" if part.endswith("*") else "") for part in phrase.split() if words(part)]
    return bool(parts) and re.search(rf"\b{' '.join(parts)}\b", text) is not None
