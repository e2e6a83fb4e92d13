"""Tenders that need a technology: by code or words, open on a day, with their worth and whether home may bid."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.markets.access import Access, may_bid
from udsyn.facts.countries import code_of
from udsyn.record.shelf import Shelf
from udsyn.record.tenders.index import bare, coded, fetch, index, told, worded
from udsyn.record.tenders.load import KEY, rows_of, shelf
from udsyn.record.trade.lists import plain

COLUMNS = (
    *("notice", "source", "country", "buyer", "title", "kind", "published", "status", "state", "deadline", "due"),
    *("value", "currency", "value_of", "matched", "access", "reason", "url"),
)
WINNERS = ("supplier", "country", "awards", "value", "currency", "last", "buyers")


def find(
    record: Path | str,
    *,
    codes: Mapping[str, Sequence[str]] | None = None,
    words: Sequence[str] = (),
    country: str | None = None,
    on: dt.date | None = None,
    home: str = "DK",
    limit: int = 50,
) -> pl.DataFrame:
    """Notices that a need meets, those with the most reasons first, and of them those that are due soonest.

    `codes`: scheme → codes, each with all below it (`{"cpv": ["42990000"]}`). `words`: any of them, each as the start
    of a word in title or text, accents aside; with neither, all notices. `country`: the buyer's. `on`: what may be bid
    for on that day, by the deadline's day as the buyer writes it, and what is planned; unknown deadlines are kept, and
    what was first published after that day is left out.

    Columns: notice, source, country, buyer, title, kind, published, status, state (open, planned, unknown; with `on`),
    deadline (as written), due (UTC, null unless time and zone are known), value, currency, value_of (notice, lots),
    matched (what met it), access (may, read_text, no_right: on that day, else on the day of publication), reason, url.
    Raises NotHeld where no tenders are held.
    """
    held, place = shelf(Path(record)), code_of(country) if country else None
    folder = laid_out(held)
    light = told(folder)
    matched = meeting(folder, codes or {}, words)
    if matched is not None:
        light = light.join(matched.lazy(), on="row")
    else:
        light = light.with_columns(matched=pl.lit(None, pl.List(pl.String)))
    if place:
        light = light.filter(pl.col("country") == place)
    light = light.with_columns(state=state(on), hits=pl.col("matched").list.len().fill_null(0))
    if on:
        light = light.filter(pl.col("state") != "closed")
    best = light.sort("hits", "row", descending=[True, False]).head(limit).select("row", "state", "matched").collect()
    found = best.join(fetch(folder, best["row"]), on="row", maintain_order="left")
    access = [of(row, code_of(home), on or row["published"]) for row in found.iter_rows(named=True)]
    return found.with_columns(
        access=pl.Series([one.verdict for one in access], dtype=pl.String),
        reason=pl.Series([one.reason for one in access], dtype=pl.String),
    ).select(COLUMNS)


def newest(record: Path | str) -> dt.date | None:
    """The last day on which a notice that is held was published. Raises NotHeld where no tenders are held."""
    notices = pl.scan_parquet(laid_out(shelf(Path(record))) / "notices.parquet")
    day: dt.date | None = notices.select(pl.col("published").max()).collect().item()
    return day


def winners(
    record: Path | str,
    *,
    codes: Mapping[str, Sequence[str]] | None = None,
    words: Sequence[str] = (),
    country: str | None = None,
    limit: int = 50,
) -> pl.DataFrame:
    """Who won what a need meets, the most awards first, one row per supplier and currency.

    Columns: supplier, country (the supplier's), awards, value (the sum of its awards with a value; a consortium's award
    counts for each member), currency, last (day), buyers. Questions as `find`.
    """
    held, place = shelf(Path(record)), code_of(country) if country else None
    folder = laid_out(held)
    notices = pl.read_parquet(folder / "notices.parquet", columns=["row", *KEY, "process", "buyer", "country"])
    matched = meeting(folder, codes or {}, words)
    if matched is not None:
        met = notices.join(matched, on="row", how="semi")
        near = notices.join(met.drop_nulls("process"), on=["source", "process"], how="semi")
        notices = pl.concat([met, near]).unique("row", maintain_order=True)
    if place:
        notices = notices.filter(pl.col("country") == place)
    awards = rows_of(held, "awards", notices).join(notices.select(*KEY, "buyer"), on=KEY)
    suppliers = rows_of(held, "suppliers", notices).drop_nulls("name")
    won = suppliers.join(awards.drop("status"), on=[*KEY, "award"])
    found = (
        won.sort(*KEY, "award")
        .group_by(supplier="name", country="country", currency="currency", maintain_order=True)
        .agg(
            awards=pl.len(),
            value=pl.when(pl.col("value").is_not_null().any()).then(pl.col("value").sum()),
            last=pl.col("date").max(),
            buyers=pl.col("buyer").n_unique(),
        )
    )
    return found.sort("awards", "supplier", descending=[True, False]).head(limit).select(WINNERS)


def laid_out(held: Shelf) -> Path:
    """Where the tenders are laid out to be searched. Raises NotHeld where there are none."""
    if not held.files("notices"):
        raise NotHeld("the record holds no tenders. Load some with `udsyn markets load FILE --as eforms`.")
    return index(held)


def meeting(folder: Path, codes: Mapping[str, Sequence[str]], words: Sequence[str]) -> pl.DataFrame | None:
    """What of a need each notice meets: row, matched (codes and words); None where nothing is asked for."""
    found = [
        coded(folder, scheme, stem_of(plain(code, scheme), scheme))
        .to_frame()
        .with_columns(met=pl.lit(f"{scheme} {code}"))
        for scheme, wanted in codes.items()
        for code in wanted
    ]
    for word in words:
        starts = re.findall(r"[^\W_]+", bare(word))
        if not starts:
            raise UsageError(f"{word!r} holds no word to look for.")
        both = sorted(set.intersection(*(set(worded(folder, start)) for start in starts)))
        found.append(pl.DataFrame({"row": both}, schema={"row": pl.UInt32}).with_columns(met=pl.lit(word)))
    if not found:
        return None
    return pl.concat(found).group_by("row").agg(matched=pl.col("met").unique(maintain_order=True))


def stem_of(code: str, scheme: str) -> str:
    """What a code and all below it begin with: of CPV 42990000 it is 4299, but never less than a division."""
    return (code.rstrip("0") or code).ljust(2, "0") if scheme.startswith("cpv") else code


def state(on: dt.date | None) -> pl.Expr:
    """Whether somebody may bid on a day; null where no day is asked about."""
    if on is None:
        return pl.lit(None, pl.String)
    return (
        pl.when((pl.col("status") == "cancelled") | (pl.col("kind") == "award"))
        .then(pl.lit("closed"))
        .when(pl.col("first") > on)
        .then(pl.lit("closed"))  # to somebody who asks on that day it is not there yet
        .when(pl.col("stage").is_in(("planning", "consultation")))
        .then(pl.lit("planned"))
        .when(pl.col("due_day").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("due_day") >= on)
        .then(pl.lit("open"))
        .otherwise(pl.lit("closed"))
    )


def of(row: Mapping[str, Any], home: str, day: dt.date | None) -> Access:
    """Whether home may bid for a notice on a day."""
    if day is None:
        return Access("read_text", "the notice has no day, and the facts are dated")
    about = {name: row[name] for name in ("gpa", "value", "currency", "nature")}
    return may_bid(home, row["country"], day, **about)
