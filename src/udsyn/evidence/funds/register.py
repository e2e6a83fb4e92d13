"""The register of calls as it stood on a day: the newest list of each source, and what was told of single calls.

A list is whole: what no longer stands in it is gone. Of calls that came one by one (typed in, found by a search) the
last word on each stands. Whether a call is open is computed from its dates; the source's own word is never used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.record.calls import CALLS, register
from udsyn.record.shelf import Row

OPEN, FORTHCOMING, PAST, UNKNOWN = "open", "forthcoming", "past", "unknown"
STATES = (OPEN, FORTHCOMING, PAST, UNKNOWN)
#: What tells a call of a list from another; cascade calls share the id of the topic whose money they pass on.
KEY = ("id", "title")
FIRST_SOURCE = "dated-lists"
#: The year of the work programme in a topic's id.
YEAR = r"-(20\d\d)-"
JOINT_UNDERTAKING = r"-JU-|EUROHPC"


def held(record: Path | str, source: str | None = None) -> pl.DataFrame:
    """Every row of every file, with its `source`; of a list that two files hold, the later file's rows.

    Raises NotHeld where no calls are held, UsageError for a source that is not.
    """
    shelf = register(record)
    about = shelf.sources()
    if about.is_empty():
        raise NotHeld("no calls are held: load some with `udsyn funds load FILE --as FORM`.")
    names = about["source"].unique().sort().to_list()
    if source is not None and source not in names:
        raise UsageError(f"no calls of {source} are held; there are {', '.join(names)}.")
    frames = [
        pl.read_parquet(folder / "calls.parquet").with_columns(
            source=pl.lit(one.source), edition=pl.lit(f"{one.retrieved} {one.hash}")
        )
        for folder, one in shelf.held()
        if source in (None, one.source)
    ]
    rows = pl.concat(frames, how="vertical_relaxed")
    newest = pl.col("edition").max().over("source", "snapshot", "listed_on")
    return rows.filter(pl.col("snapshot").is_null() | (pl.col("edition") == newest))


def beside(source: str, rows: Iterable[Row]) -> pl.DataFrame:
    """Calls that stand on no shelf, as those typed in at a desk, like those that `held` gives."""
    found = pl.DataFrame([row.values for row in rows], schema=CALLS, orient="row")
    return found.with_columns(source=pl.lit(source), edition=pl.col("listed_on").cast(pl.String))


def lists(rows: pl.DataFrame) -> pl.DataFrame:
    """The lists among the rows, oldest first: source, listed_on, snapshot."""
    return (
        rows.filter(pl.col("snapshot").is_not_null())
        .select("source", "listed_on", "snapshot")
        .unique()
        .sort("listed_on", "snapshot", "source")
    )


def chosen_source(rows: pl.DataFrame) -> str:
    """The source that answers where none is named: dated lists where they are held, else the first by name."""
    names = rows["source"].unique().sort().to_list()
    return FIRST_SOURCE if FIRST_SOURCE in names else str(names[0])


def standing(rows: pl.DataFrame, on: dt.date, snapshot: str | None = None) -> pl.DataFrame:
    """One source's calls as they stood on a day: its newest list (or the one named), and the last word on others."""
    found = lists(rows)
    if snapshot is not None:
        if snapshot not in found["snapshot"]:
            raise UsageError(f"no list {snapshot} is held; there are {', '.join(found['snapshot'].to_list()[-20:])}.")
        return rows_of(found.filter(pl.col("snapshot") == snapshot).tail(1), rows)
    listed = rows_of(found.filter(pl.col("listed_on") <= on).tail(1), rows)
    single = rows.filter(pl.col("snapshot").is_null(), pl.col("listed_on") <= on)
    last = single.sort("listed_on", "edition").unique(KEY, keep="last", maintain_order=True)
    return told_by_both(listed, last)


def rows_of(one: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a list, told by its day and name: a source may use a name again. None where there is no list."""
    return rows.join(
        one.select("listed_on", "snapshot"), on=["listed_on", "snapshot"], how="semi", maintain_order="left"
    )


def told_by_both(listed: pl.DataFrame, single: pl.DataFrame) -> pl.DataFrame:
    """A list with what a file of one topic adds to it (text, money); what only single files tell stands beside."""
    if listed.is_empty() or single.is_empty():
        return pl.concat([listed, single])
    extra = [name for name in CALLS if name not in ("id", "title", "listed_on", "snapshot")]
    key = pl.col("id").str.to_lowercase()
    added = single.with_columns(key=key).unique("key", keep="last").select("key", *extra)
    filled = listed.with_columns(key=key).join(added, on="key", how="left", suffix="_single", maintain_order="left")
    words = [pl.coalesce(name, f"{name}_single").alias(name) for name in extra if CALLS[name] not in LISTS]
    words += [
        pl.when(pl.col(name).list.len() > 0).then(name).otherwise(f"{name}_single").alias(name)
        for name in extra
        if CALLS[name] in LISTS
    ]
    rest = single.filter(~key.is_in(listed["id"].str.to_lowercase().implode()))
    return pl.concat([filled.with_columns(words).select(listed.columns), rest])


LISTS = [kind for kind in CALLS.dtypes() if isinstance(kind, pl.List)]


def told_on(record: Path | str, on: dt.date, sources: Sequence[str] = ()) -> pl.DataFrame:
    """All sources' calls as they stood on a day, kept apart by `source`, with their `state` and `cascade`."""
    return stood(held(record), on, sources)


def stood(rows: pl.DataFrame, on: dt.date, sources: Sequence[str] = ()) -> pl.DataFrame:
    """As `told_on`, of rows as `held` gives them. Raises UsageError for a source that none of them is of."""
    names = sorted(set(rows["source"]))
    if unknown := sorted(set(sources) - set(names)):
        raise UsageError(f"no calls of {unknown[0]} are held; there are {', '.join(names)}.")
    apart = rows.partition_by("source", maintain_order=True)
    kept = [
        standing(one, on).unique([*KEY, "opens", "closes"], keep="first", maintain_order=True)
        for one in apart
        if not sources or one["source"][0] in sources
    ]
    return with_cascade(pl.concat(kept)).with_columns(state=state_on(on))


def first_day(rows: pl.DataFrame) -> str:
    """The day of the first list."""
    return str(rows["listed_on"].sort()[0])


def state_on(day: dt.date) -> pl.Expr:
    """open, forthcoming, past or unknown on a day: open where opens <= day <= closes; ongoing calls do not close."""
    opens, closes = pl.col("opens"), pl.col("closes")
    return (
        pl.when(closes < day)
        .then(pl.lit(PAST))
        .when(opens > day)
        .then(pl.lit(FORTHCOMING))
        .when((opens <= day) & ((closes >= day) | pl.col("ongoing").fill_null(False)))
        .then(pl.lit(OPEN))
        .otherwise(pl.lit(UNKNOWN))
    )


def with_cascade(rows: pl.DataFrame) -> pl.DataFrame:
    """`cascade` where the source does not say it: calls of a project that borrow the id of the topic that paid it.

    They share an id with another title in the list, or open in a later year than the work programme in their id; joint
    undertakings open topics of last year's programme and are left out of the latter.
    """
    shared = pl.col("title").n_unique().over("source", "id") > 1
    old = pl.col("id").str.extract(YEAR).cast(pl.Int32) < pl.col("opens").dt.year()
    joint = pl.col("id").str.contains(JOINT_UNDERTAKING)
    return rows.with_columns(cascade=pl.coalesce("cascade", shared | (old & ~joint).fill_null(False)))
