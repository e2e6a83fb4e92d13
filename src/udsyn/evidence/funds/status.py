"""How many calls are open, coming and past on a day, from the dates in the newest list at that day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence.funds import register as calls
from udsyn.record.calls import register
from udsyn.record.calls.failures import failures

#: What makes a row of a list distinct.
DISTINCT = ("id", "title", "opens", "closes")


def status(record: Path | str, on: dt.date, snapshot: str | None = None, source: str | None = None) -> dict[str, Any]:
    """One object: list_date, rows, codes, open, forthcoming, past, unknown, source, snapshot.

    Counted are the distinct (code, name, open, close) of the newest list of the source not after the day, or of the
    list that is named. `unknown` are those whose dates do not tell. Raises NotHeld where there is no list.
    """
    rows = calls.held(record, source)
    name = source or (owner(rows, snapshot) if snapshot else calls.chosen_source(rows))
    found = calls.standing(rows.filter(pl.col("source") == name), on, snapshot)
    if found.is_empty():
        first = calls.first_day(rows.filter(pl.col("source") == name))
        raise NotHeld(f"no list of {name} is held of {on} or before; the first is of {first}.")
    apart = found.unique(DISTINCT)
    counted = dict(apart.group_by(state=calls.state_on(on)).len().iter_rows())
    listed = found["snapshot"].drop_nulls()
    return {
        "list_date": str(found["listed_on"].max()),
        "rows": len(apart),
        "codes": apart["id"].n_unique(),
        **{state: counted.get(state, 0) for state in calls.STATES},
        "source": name,
        "snapshot": listed[0] if len(listed) else None,
    }


def owner(rows: pl.DataFrame, snapshot: str) -> str:
    """The source that has a list of that name; the usual one where none has."""
    found = rows.filter(pl.col("snapshot") == snapshot)["source"]
    return str(found[0]) if len(found) else calls.chosen_source(rows)


def sources(record: Path | str, on: dt.date) -> list[dict[str, Any]]:
    """A row per source: its last good state, how old it is on a day, and what the last attempt met where it failed."""
    shelf = register(record)
    failed = failures(shelf)
    files = shelf.sources().sort("retrieved", "hash")
    last = files.group_by("source").agg(pl.all().last(), files=pl.len())
    good = {row["source"]: row for row in last.iter_rows(named=True)}
    return [about(name, good.get(name), failed.get(name), on) for name in sorted({*good, *failed})]


def about(name: str, good: dict[str, Any] | None, failed: dict[str, Any] | None, on: dt.date) -> dict[str, Any]:
    day = dt.date.fromisoformat(good["retrieved"]) if good else None
    return {
        "source": name,
        "last_good": str(day) if day else None,
        "days_old": (on - day).days if day else None,
        "files": good["files"] if good else 0,
        "rows": good["rows"] if good else 0,
        "quarantined": good["quarantined"] if good else 0,
        "failed_on": failed["retrieved"] if failed else None,
        "failure": failed["reason"] if failed else None,
        "licence": good["licence"] if good else None,
    }
