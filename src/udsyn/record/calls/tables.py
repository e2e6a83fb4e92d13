"""A call as the register holds it: one table for all sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.record.calls import said
from udsyn.record.shelf import Row, Shelf

#: A deadline: its stage (1, 2 where there are two), the day, the wall clock where the source gives one with a zone.
DEADLINE = pl.Struct({"stage": pl.Int64, "day": pl.Date, "time": pl.String, "zone": pl.String})
#: What the call itself says of a country: money, no_money, not_allowed or read_text, and its clause.
CLAUSE = pl.Struct({"country": pl.String, "verdict": pl.String, "clause": pl.String})

COLUMNS: dict[str, pl.DataType] = {
    "id": pl.String(),  # as the source writes it; a borrowed one may be shared
    "title": pl.String(),
    "title_da": pl.String(),
    "text": pl.String(),  # what is asked for: outcome and scope, without markup
    "text_da": pl.String(),
    "funder": pl.String(),
    "programme": pl.String(),
    "action": pl.String(),
    "cascade": pl.Boolean(),  # said by the source to pass on money of a project; null where it does not say
    "status_said": pl.String(),  # the source's own word on its own day; never used to answer what is open
    "opens": pl.Date(),
    "closes": pl.Date(),  # the last day on which somebody new may apply
    "ongoing": pl.Boolean(),  # the source says that there is no deadline
    "deadlines": pl.List(DEADLINE),
    "currency": pl.String(),
    "budget": pl.Float64(),  # of this call alone: its part where several share one
    "budget_said": pl.String(),
    "shared_by": pl.Int64(),  # so many topics share the source's figure
    "least": pl.Float64(),  # per award
    "most": pl.Float64(),
    "awards": pl.Int64(),
    "applicants": pl.List(pl.String),
    "clauses": pl.List(CLAUSE),
    "url": pl.String(),
    "listed_on": pl.Date(),  # the day of the list, or the day on which the file was fetched
    "snapshot": pl.String(),  # the list that the row stands in; null where the file is no whole list
}
CALLS = pl.Schema(COLUMNS)
#: What a column of whole numbers cannot hold is no count.
LARGEST = 2**63
#: Calls held in memory while a file is read: their texts are long.
BATCH = 250


@dataclass(frozen=True)
class Deadline:
    """A day, and the wall clock in a zone where both are known. `stage` counts from 1 in calls of two stages."""

    day: dt.date
    time: str | None = None
    zone: str | None = None
    stage: int | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call as one source tells it; unknown is None."""

    id: str
    title: str
    listed_on: dt.date
    snapshot: str | None = None
    title_da: str | None = None
    text: str | None = None
    text_da: str | None = None
    funder: str | None = None
    programme: str | None = None
    action: str | None = None
    cascade: bool | None = None
    status_said: str | None = None
    opens: dt.date | None = None
    ongoing: bool | None = None
    deadlines: tuple[Deadline, ...] = ()
    currency: str | None = None
    budget: float | None = None
    budget_said: str | None = None
    shared_by: int | None = None
    least: float | None = None
    most: float | None = None
    awards: int | None = None
    applicants: tuple[str, ...] = ()
    clauses: tuple[Mapping[str, str], ...] = ()
    url: str | None = None

    @property
    def closes(self) -> dt.date | None:
        """The last day for somebody new: the last deadline, but the first stage's where there are two."""
        return max((one.day for one in self.deadlines if one.stage in (None, 1)), default=None)

    def row(self) -> Row:
        return row_of({**asdict(self), "closes": self.closes})


def row_of(values: Mapping[str, Any]) -> Row:
    """A row of the register; what is of another kind than its column is unknown."""
    return Row("calls", {name: of_kind(kind, values.get(name)) for name, kind in CALLS.items()})


def of_kind(kind: pl.DataType, value: Any) -> Any:
    """A value as a column of a kind has it; None (or an empty list) where it is something else."""
    if isinstance(kind, pl.List):
        parts = [of_kind(pl_type(kind.inner), one) for one in value] if isinstance(value, (list, tuple)) else []
        return [one for one in parts if one is not None]
    if isinstance(kind, pl.Struct):
        says = isinstance(value, Mapping)
        return {part.name: of_kind(pl_type(part.dtype), value.get(part.name)) for part in kind.fields} if says else None
    if isinstance(kind, pl.String):
        return value if isinstance(value, str) else said.word(value)
    if isinstance(kind, pl.Boolean | pl.Date):
        return value if type(value) is (bool if isinstance(kind, pl.Boolean) else dt.date) else None
    number = said.amount(value)
    if number is None or not isinstance(kind, pl.Int64):
        return number
    return int(number) if number < LARGEST else None


def pl_type(kind: Any) -> pl.DataType:
    """A kind of column, which Polars also writes as the class."""
    found: pl.DataType = kind() if isinstance(kind, type) else kind
    return found


def register(record: Path | str) -> Shelf:
    """The shelf of calls in a record."""
    return Shelf(Path(record), "calls", {"calls": CALLS}, batch=BATCH)


def first(values: Iterable[Any]) -> Any:
    """The first value that is one; None where there is none."""
    return next((value for value in values if value not in (None, "", [], {})), None)


def listed(value: Any) -> list[Any]:
    """A list as it is, one value as a list of one, nothing as none."""
    return value if isinstance(value, list) else [] if value is None else [value]
