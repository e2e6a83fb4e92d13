"""Tenders that need a technology: by code or words, open on a day, with their worth and whether home may bid."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.markets.access import Access, may_bid
from udsyn.facts.countries import code_of
from udsyn.record.shelf import Shelf
from udsyn.record.tenders.load import KEY, current, rows_of, shelf, worth
from udsyn.record.trade.lists import plain

#: deadlines within which somebody can still take part
TO_BID = ("tender", "participation", "interest")
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
    for on that day, by the deadline's day as the buyer writes it, and what is planned; unknown deadlines are kept.

    Columns: notice, source, country, buyer, title, kind, published, status, state (open, planned, unknown; with `on`),
    deadline (as written), due (UTC, null unless time and zone are known), value, currency, value_of (notice, lots),
    matched (what met it), access (may, read_text, no_right: on that day, else on the day of publication), reason, url.
    Raises NotHeld where no tenders are held.
    """
    held, place = shelf(Path(record)), code_of(country) if country else None
    notices = standing(held, place)
    matched = meeting(held, notices, codes or {}, words)
    found = notices.join(matched, on=KEY, how="inner" if codes or words else "left")
    found = found.join(ends(held, found), on=KEY, how="left").with_columns(state=state(on))
    if on:
        found = found.filter(pl.col("state") != "closed")
    found = found.join(titles(held, found), on=KEY, how="left")
    lots = rows_of(held, "lots", found)
    found = found.drop("value", "currency").join(worth(found, lots), on=KEY, how="left")
    found = found.with_columns(hits=pl.col("matched").list.len().fill_null(0))
    found = found.sort("hits", "due_day", "notice", descending=[True, False, False], nulls_last=True).head(limit)
    access = [of(row, code_of(home), on or row["published"]) for row in found.iter_rows(named=True)]
    return found.with_columns(
        access=pl.Series([one.verdict for one in access], dtype=pl.String),
        reason=pl.Series([one.reason for one in access], dtype=pl.String),
    ).select(COLUMNS)


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
    notices = standing(held, place)
    matched = meeting(held, notices, codes or {}, words)
    if codes or words:
        same = notices.join(matched, on=KEY, how="semi").select("source", "process").drop_nulls()
        near = notices.join(same, on=["source", "process"], how="semi")
        notices = pl.concat([notices.join(matched, on=KEY, how="semi"), near]).unique(KEY, maintain_order=True)
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


def standing(held: Shelf, country: str | None) -> pl.DataFrame:
    """The notices that stand, of one country's buyers where it is named. Raises NotHeld where there are none at all."""
    notices = current(held)
    if notices.is_empty():
        raise NotHeld("the record holds no tenders. Load some with `udsyn markets load FILE --as eforms`.")
    return notices.filter(pl.col("country") == country) if country else notices


def meeting(
    held: Shelf, notices: pl.DataFrame, codes: Mapping[str, Sequence[str]], words: Sequence[str]
) -> pl.DataFrame:
    """What of a need each notice meets: codes and words, in a list."""
    found = [pl.DataFrame(schema={**{name: notices.schema[name] for name in KEY}, "met": pl.String})]
    if codes:
        held_codes = rows_of(held, "codes", notices)
        for scheme, wanted in codes.items():
            for code in wanted:
                stem = stem_of(plain(code, scheme), scheme)
                below = held_codes.filter((pl.col("scheme") == scheme) & pl.col("code").str.starts_with(stem))
                found.append(below.select(*KEY, met=pl.lit(f"{scheme} {code}")))
    if words:
        texts = rows_of(held, "texts", notices).select(
            *KEY, said=pl.concat_str("title", "text", separator=" ", ignore_nulls=True).map_elements(folded, pl.String)
        )
        for word in words:
            start = folded(word)
            if not start:
                raise UsageError(f"{word!r} holds no word to look for.")
            with_it = texts.filter(pl.col("said").str.contains(rf"\b{re.escape(start)}"))
            found.append(with_it.select(*KEY, met=pl.lit(word)))
    together = pl.concat(found).unique(maintain_order=True)
    return together.group_by(KEY, maintain_order=True).agg(matched=pl.col("met"))


def stem_of(code: str, scheme: str) -> str:
    """What a code and all below it begin with: of CPV 42990000 it is 4299, but never less than a division."""
    return (code.rstrip("0") or code).ljust(2, "0") if scheme.startswith("cpv") else code


def ends(held: Shelf, notices: pl.DataFrame) -> pl.DataFrame:
    """The last deadline of each notice."""
    deadlines = rows_of(held, "deadlines", notices).filter(pl.col("kind").is_in(TO_BID))
    last = deadlines.sort("day", "said", nulls_last=False).group_by(KEY, maintain_order=True).last()
    return last.select(*KEY, deadline="said", due="at", due_day="day")


def state(on: dt.date | None) -> pl.Expr:
    """Whether somebody may still bid on a day; null where no day is asked about."""
    if on is None:
        return pl.lit(None, pl.String)
    return (
        pl.when((pl.col("status") == "cancelled") | (pl.col("kind") == "award"))
        .then(pl.lit("closed"))
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


def titles(held: Shelf, notices: pl.DataFrame) -> pl.DataFrame:
    """The title of each notice in its own language, else in any."""
    texts = rows_of(held, "texts", notices).filter(pl.col("title").is_not_null())
    texts = texts.join(notices.select(*KEY, own="language"), on=KEY)
    order = texts.with_columns(far=(pl.col("language") != pl.col("own")).fill_null(value=True))
    return order.sort("lot", "far", "language", nulls_last=True).group_by(KEY).first().select(*KEY, "title")


def folded(text: str) -> str:
    """Lower case without accents and punctuation."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", bare.casefold()))
