"""The tables of tenders, in the words of the Open Contracting Data Standard, so that all publishers meet in them.

A row of every table names its `notice` and, where one notice is published anew, its `version`. `lot` is empty for what
is said of the whole notice. What a publisher does not say is null: unknown, never zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from udsyn.record.shelf import Row

TEXT, DAY, NUMBER, YES_NO = pl.String(), pl.Date(), pl.Float64(), pl.Boolean()
WHOLE, MOMENT = pl.Int64(), pl.Datetime("us", "UTC")
KEY = {"notice": TEXT, "version": WHOLE}

TENDERS = {
    # `process` joins a notice to its award, `number` is what a publisher prints it under;
    # `value` is the buyer's total for all lots, never the sum of theirs
    "notices": pl.Schema(
        KEY
        | {"process": TEXT, "number": TEXT, "kind": TEXT, "stage": TEXT, "type": TEXT, "status": TEXT, "published": DAY}
        | {"country": TEXT, "buyer": TEXT, "nature": TEXT, "procedure": TEXT, "language": TEXT}
        | {"value": NUMBER, "currency": TEXT, "gpa": YES_NO, "url": TEXT}
    ),
    # kind: lot, part (of a plan) or group (of lots, whose value is theirs once more)
    "lots": pl.Schema(
        KEY
        | {"lot": TEXT, "kind": TEXT, "nature": TEXT, "country": TEXT, "status": TEXT}
        | {"value": NUMBER, "currency": TEXT, "gpa": YES_NO}
    ),
    "texts": pl.Schema(KEY | {"lot": TEXT, "language": TEXT, "title": TEXT, "text": TEXT}),
    "codes": pl.Schema(KEY | {"lot": TEXT, "scheme": TEXT, "code": TEXT, "main": YES_NO}),
    # `at` is exact; where the publisher gives a day or no zone, it is null and `day` and `said` hold what there is
    "deadlines": pl.Schema(KEY | {"lot": TEXT, "kind": TEXT, "at": MOMENT, "day": DAY, "said": TEXT}),
    "parties": pl.Schema(KEY | {"party": TEXT, "role": TEXT, "name": TEXT, "country": TEXT, "identifier": TEXT}),
    "awards": pl.Schema(
        KEY
        | {"award": TEXT, "lot": TEXT, "status": TEXT, "date": DAY, "value": NUMBER, "currency": TEXT, "bids": WHOLE}
    ),
    "suppliers": pl.Schema(KEY | {"award": TEXT, "party": TEXT, "name": TEXT, "country": TEXT, "identifier": TEXT}),
    # kind: changes, cancels, follows, modifies, and what it names: a notice or a publisher's number
    "links": pl.Schema(KEY | {"kind": TEXT, "target": TEXT, "reason": TEXT}),
    # what a publisher sends piece by piece, kept so that later pieces can be merged with it
    "releases": pl.Schema({"notice": TEXT, "date": TEXT, "release": TEXT}),
    # only where the loader asks for them
    "contacts": pl.Schema(KEY | {"party": TEXT, "name": TEXT, "mail": TEXT, "phone": TEXT}),
}


@dataclass
class Notice:
    """One notice while it is read: rows by table; the key is added when they are handed on."""

    notice: str
    version: int = 1
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def __iter__(self) -> Iterator[Row]:
        """Its rows, by table, each with the notice's key."""
        key = {"notice": self.notice, "version": self.version}
        for table in TENDERS:
            for values in self.rows.get(table, ()):
                yield Row(table, key | values)


@dataclass(frozen=True)
class Moment:
    """A deadline as said: exact where it has time and zone, else a day."""

    said: str
    day: dt.date | None = None
    at: dt.datetime | None = None

    def columns(self) -> dict[str, Any]:
        return {"at": self.at, "day": self.day, "said": self.said}
