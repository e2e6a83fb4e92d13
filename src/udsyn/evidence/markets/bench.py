"""How well texts of tenders find the group of their codes: by a baseline, by labels alone, and learned from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence.markets.labels import DIVISION, HEADING, Baseline, Labels, Scores, hits, interval, learned
from udsyn.evidence.markets.needs import schemes
from udsyn.record.tenders.load import KEY, current, rows_of, shelf

#: texts of a group that learning needs, one for each fold
FOLDS = 5
#: texts of a language below which no figure is given
FEWEST = 20


def digits_of(scheme: str) -> int:
    """How many digits name a group of the scheme's codes: of CPV the division, of HS the heading."""
    return HEADING if scheme.startswith("hs") else DIVISION


def coded(record: Path, scheme: str) -> pl.DataFrame:
    """Texts of the tenders that stand with the group of their main code, or the first: language, said, group."""
    held, digits = shelf(record), digits_of(scheme)
    notices = current(held)
    codes = rows_of(held, "codes", notices).filter(pl.col("scheme") == scheme)
    order = codes.sort(pl.col("main").fill_null(value=True).not_(), "lot", "code")
    one = order.group_by(KEY, maintain_order=True).first()
    texts = rows_of(held, "texts", notices).filter(pl.col("language").is_not_null())
    said = pl.concat_str("title", "text", separator=". ", ignore_nulls=True)
    whole = texts.sort("lot").group_by([*KEY, "language"], maintain_order=True).agg(said=said.str.join(" "))
    group = pl.col("code").str.slice(0, digits)
    return whole.join(one.select(*KEY, group=group), on=KEY).filter(pl.col("group").str.len_chars() == digits)


def evaluate(record: Path | str, scheme: str = "cpv") -> list[dict[str, Any]]:
    """Group found at 1 and among 5, by method and language, with 95 % bootstrap intervals.

    Only texts whose group has a label are judged; labels alone know the texts, never their codes.
    Raises NotHeld where labels or coded texts are missing.
    """
    labels = schemes(record).get(scheme)
    if labels is None:
        raise NotHeld(f"no labels of {scheme} are loaded: `udsyn markets load FILE --as labels --scheme {scheme}`.")
    digits = digits_of(scheme)
    known = {code[:digits] for code in labels["code"]}
    texts = coded(Path(record), scheme).filter(pl.col("group").is_in(list(known))).sort(*KEY, "language")
    if len(texts) < FEWEST:
        raise NotHeld(f"fewer than {FEWEST} coded texts are held: load tenders with codes of {scheme}.")
    said, truth = texts["said"].to_list(), texts["group"].to_list()
    rows = judged("baseline", *Baseline(labels).groups(said, digits), texts)
    rows += judged("labels", *Labels(labels, said).groups(said, digits), texts)
    count = Counter(truth)
    often = texts.filter(pl.col("group").is_in([name for name, times in count.items() if times >= FOLDS]))
    if often["group"].n_unique() > 2:
        rows += judged("learned", *learned(often["said"].to_list(), often["group"].to_list(), FOLDS), often)
    return rows


def judged(method: str, names: Sequence[str], scores: Scores, texts: pl.DataFrame) -> list[dict[str, Any]]:
    """A row for all languages, and one for each that has enough texts."""
    truth = texts["group"].to_list()
    held = texts.select("language").with_columns(
        one=pl.Series(hits(names, scores, truth, 1)), five=pl.Series(hits(names, scores, truth, 5))
    )
    rows = []
    for language in ["all", *sorted(held["language"].unique())]:
        part = held if language == "all" else held.filter(pl.col("language") == language)
        if len(part) >= FEWEST:
            one, five = interval(part["one"].to_list()), interval(part["five"].to_list())
            at1 = dict(zip(("at1", "at1_low", "at1_high"), one, strict=True))
            at5 = dict(zip(("at5", "at5_low", "at5_high"), five, strict=True))
            rows.append({"method": method, "language": language, "texts": len(part), **at1, **at5})
    return rows
