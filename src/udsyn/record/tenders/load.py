"""Loads files of tenders into the record, and shows what of them holds now."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from udsyn.errors import UsageError
from udsyn.record.shelf import Fault, Loaded, Row, Shelf
from udsyn.record.tenders import eforms, ocds, pncp, ted_search, worldbank
from udsyn.record.tenders.tables import TENDERS

KIND = "tenders"
#: format → its reader, and what its files are called where the user does not say
FORMATS: dict[str, tuple[Callable[..., Iterator[Row | Fault]], str]] = {
    "eforms": (eforms.read, "TED"),
    "ted-search": (ted_search.read, "TED search"),
    "ocds": (ocds.read, "OCDS"),
    "pncp": (pncp.read, "PNCP"),
    "worldbank": (worldbank.read, "World Bank"),
}


def shelf(record: Path) -> Shelf:
    """Where the record keeps tenders."""
    return Shelf(record, KIND, TENDERS)


def load(
    record: Path,
    file: Path,
    as_: str,
    *,
    source: str | None = None,
    contacts: bool = False,
    licence: str | None = None,
    url: str | None = None,
    retrieved: dt.date | None = None,
) -> Loaded:
    """Load a file of tenders, or each file below a folder, in one of `FORMATS`; loading again changes nothing.

    `source` names the publisher (`Brazil`, `UK`); sources are kept apart. Names of contact persons and of winners who
    are persons are left out unless `contacts`. Gives the notices loaded (rows), what was refused (quarantined) and the
    files that were there (unchanged). Raises UsageError for an unknown format.
    """
    if as_ not in FORMATS:
        raise UsageError(f"{as_} is not a format of tenders: {', '.join(FORMATS)}.")
    read, name = FORMATS[as_]
    held, named = shelf(record), source or name
    reader = partial(read, contacts=contacts)
    if as_ == "ocds":
        reader = partial(reader, earlier=partial(releases_of, held, named))
    total = Loaded()
    for path in files(file):
        total += held.load(path, named, reader, licence=licence, url=url, retrieved=retrieved)
    return total


def files(file: Path) -> list[Path]:
    """The file, or all files below a folder, in the order of their names."""
    return [file] if file.is_file() else sorted(path for path in file.rglob("[!.]*") if path.is_file())


def releases_of(held: Shelf, source: str, processes: Iterable[str]) -> dict[str, list[Any]]:
    """The releases that a source sent before, by process."""
    asked = pl.LazyFrame({"notice": list(processes)}, schema={"notice": pl.String})
    rows = held.scan("releases").filter(pl.col("source") == source).join(asked, on="notice", how="semi").collect()
    found = defaultdict(list)
    for ocid, release in rows.select("notice", "release").iter_rows():
        found[ocid].append(orjson.loads(release))
    return found


#: one publication of a notice, wherever it stands
KEY = ["source", "notice", "version"]


def current(held: Shelf) -> pl.DataFrame:
    """The notices that stand now: of each the newest version, without those that a change has replaced.

    `status` is `cancelled` where the notice says so, or where another cancels it; `by` names that other.
    """
    notices = held.scan("notices").collect()
    notices = notices.unique(KEY, keep="last", maintain_order=True).sort(*KEY)
    newest = notices.filter(pl.col("version") == pl.col("version").max().over("source", "notice"))
    links = held.scan("links").filter(pl.col("kind").is_in(["changes", "cancels"])).collect()
    links = links.join(newest.select(KEY), on=KEY, how="semi")
    named = pl.concat_str("notice", pl.col("version").cast(pl.String).str.zfill(2), separator="-")
    by_name = links.select("source", name="target", what="kind", by="notice").unique(["source", "name"], keep="last")
    found = newest.with_columns(name=named).join(by_name, on=["source", "name"], how="left")
    by_number = by_name.rename({"name": "number", "what": "what_", "by": "by_"})
    found = found.join(by_number, on=["source", "number"], how="left")
    what = pl.coalesce("what", "what_")
    cancelled = (pl.col("status") == "cancelled") | (what == "cancels").fill_null(value=False)
    return (
        found.with_columns(
            status=pl.when(cancelled).then(pl.lit("cancelled")).otherwise(pl.col("status")), by=pl.coalesce("by", "by_")
        )
        .filter((what != "changes").fill_null(value=True))
        .drop("name", "what", "what_", "by_")
    )


def rows_of(held: Shelf, table: str, notices: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table that belong to some notices, each once."""
    rows = held.scan(table).join(notices.lazy().select(KEY), on=KEY, how="semi").collect()
    return rows.drop("file").unique(maintain_order=True)


def joined(held: Shelf) -> pl.DataFrame:
    """Each award beside the notice that it follows: source, process, award, notice."""
    notices = current(held).filter(pl.col("process").is_not_null())
    awards = notices.filter(pl.col("kind") == "award").select("source", "process", award="notice")
    calls = notices.filter(pl.col("kind") == "contract").select("source", "process", "notice")
    return awards.join(calls, on=["source", "process"]).sort("source", "process", "award", "notice")


def worth(notices: pl.DataFrame, lots: pl.DataFrame) -> pl.DataFrame:
    """What each notice is worth, once: the buyer's total, else its lots' sum where each has a value in one currency.

    source, notice, version, value, currency, value_of (`notice` or `lots`, null where it is unknown). Groups and parts
    are never added: a group holds its lots once more.
    """
    single = lots.filter(pl.col("kind") == "lot").sort(*KEY, "lot")
    sums = (
        single.group_by(KEY, maintain_order=True)
        .agg(
            sum=pl.col("value").sum(),
            known=pl.col("value").is_not_null().all() & (pl.col("currency").n_unique() == 1),
            sum_currency=pl.col("currency").first(),
        )
        .filter("known")
    )
    found = notices.join(sums, on=KEY, how="left")
    stated = pl.col("value").is_not_null()
    return found.select(
        *KEY,
        value=pl.coalesce("value", "sum"),
        currency=pl.when(stated).then("currency").otherwise("sum_currency"),
        value_of=pl.when(stated).then(pl.lit("notice")).when(pl.col("sum").is_not_null()).then(pl.lit("lots")),
    )
