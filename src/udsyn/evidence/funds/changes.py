"""What changed between two lists: calls that are new, gone, moved to other dates, or changed otherwise.

    new     (code, name) stands in the later list only        gone     in the earlier only
    moved   in both, with another open or close date          changed  in both, the same dates, anything else different

Of the changed, `rewritten` are those that say the same in another way (`€5.000.000` for `5000000.0`); of the moved,
`reopened` are those that had closed on the earlier day and are open on the later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence.funds import register as calls

NEW, GONE, MOVED, CHANGED = KINDS = ("new", "gone", "moved", "changed")
DATES = ("opens", "closes")
#: What is no property of the call, but of the list and the file.
ABOUT_LIST = {*calls.KEY, *DATES, "listed_on", "snapshot", "source", "edition"}
#: A text whose meaning is read into another column; a sign in front of it is no other meaning.
SAID, MARKS = {"budget_said": "budget"}, {"currency"}
Row = dict[str, Any]
#: (code, name) → the rows of a list that have them
Listed = dict[tuple[str, str], list[Row]]


def changes(record: Path | str, before: dt.date, after: dt.date, source: str | None = None) -> list[Row]:
    """A row per call that differs between the newest lists at two days: change, code, name, what, before, after, note.

    Raises NotHeld where a day has no list.
    """
    rows = calls.held(record, source)
    name = source or calls.chosen_source(rows)
    rows = rows.filter(pl.col("source") == name)
    one, two = (by_key(calls.standing(rows, day)) for day in (before, after))
    for day, found in ((before, one), (after, two)):
        if not found:
            raise NotHeld(f"no list of {name} is held of {day} or before; the first is of {calls.first_day(rows)}.")
    return log(one, two, before, after)


def log(one: Listed, two: Listed, before: dt.date, after: dt.date) -> list[Row]:
    """What differs between two lists as they stood on two days, by kind, code and name."""
    found = [told(NEW, key, "call", [], two[key]) for key in two.keys() - one.keys()]
    found += [told(GONE, key, "call", one[key], []) for key in one.keys() - two.keys()]
    for key in one.keys() & two.keys():
        found += difference(key, one[key], two[key], before, after)
    return sorted(found, key=lambda row: (KINDS.index(row["change"]), row["code"], row["name"]))


def summary(rows: list[Row]) -> dict[str, int]:
    """Counts: new, gone, moved, changed; reopened of the moved, rewritten of the changed."""
    kinds = [row["change"] for row in rows]
    notes = [row["note"] for row in rows]
    return {
        **{kind: kinds.count(kind) for kind in KINDS},
        "reopened": notes.count("reopened"),
        "rewritten": notes.count("rewritten"),
    }


def by_key(frame: pl.DataFrame) -> Listed:
    found: Listed = {}
    for row in frame.iter_rows(named=True):
        found.setdefault((row["id"], row["title"]), []).append(row)
    return found


def difference(key: tuple[str, str], one: list[Row], two: list[Row], before: dt.date, after: dt.date) -> list[Row]:
    """How a call that stands in both lists differs: no row, or one."""
    if values(one, DATES) != values(two, DATES):
        reopened = all(is_past(row, before) for row in one) and any(is_open(row, after) for row in two)
        return [told(MOVED, key, "dates", one, two, "reopened" if reopened else "")]
    names = [name for name in one[0] if name not in ABOUT_LIST and values(one, [name]) != values(two, [name])]
    if not names:
        return []
    said = {SAID[name] for name in names if name in SAID}
    rewritten = set(names) <= SAID.keys() | MARKS and values(one, said) == values(two, said)
    what = [name for name in names if name not in SAID.values() and name not in MARKS] or names
    return [told(CHANGED, key, " ".join(what), one, two, "rewritten" if rewritten else "", what)]


def values(rows: Iterable[Row], names: Iterable[str]) -> set[str]:
    return {repr([row[name] for name in names]) for row in rows}


def told(
    change: str,
    key: tuple[str, str],
    what: str,
    one: list[Row],
    two: list[Row],
    note: str = "",
    names: Iterable[str] = (),
) -> Row:
    shown = list(names) or list(DATES)
    return {
        "change": change,
        "code": key[0],
        "name": key[1],
        "what": what,
        "before": shortly(one, shown),
        "after": shortly(two, shown),
        "note": note,
    }


def shortly(rows: list[Row], names: list[str]) -> str | None:
    """The values of a call, and of each other one of the same name in the list."""
    written = sorted({" to ".join(str(row[name]) for name in names if row[name] is not None) for row in rows})
    return "; ".join(written) or None


def is_past(row: Row, day: dt.date) -> bool:
    return row["closes"] is not None and row["closes"] < day


def is_open(row: Row, day: dt.date) -> bool:
    return None not in (row["opens"], row["closes"]) and row["opens"] <= day <= row["closes"]
