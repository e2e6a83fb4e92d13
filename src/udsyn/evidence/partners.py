"""Home's partners side by side: which countries are looked at, and what the tie with each is made of."""

from __future__ import annotations

from typing import Unpack

import polars as pl

from udsyn import facts
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.sources import choose, of_source, provenance
from udsyn.evidence.ties import NUMBERS, only_countries, ties
from udsyn.record.engine import Place, Record
from udsyn.record.tables import PAIR_YEAR

LISTED = 20
GROWTH_YEARS = 5


def partners_of(
    record: Place, question: Question | str | None = None, *, limit: int = LISTED, **parts: Unpack[Parts]
) -> list[str]:
    """Countries to set side by side: all with an agreement, centre or post of home, then the largest by joint works.

    In order of joint works over all complete years; countries without any come last. Codes.
    """
    record, asked = Record.open(record), ask("partners_of", question, parts)
    code, chosen = asked.country, choose(record, PAIR_YEAR, asked)
    works = partner_works(record, code, chosen.name, chosen.last_complete)
    sums = works.group_by("partner").agg(pl.col("works").sum()).sort(["works", "partner"], descending=[True, False])
    largest = sums["partner"].to_list()
    instruments = facts.treatments(code).keys() | {post.country for post in facts.posts(home=code)}
    wanted = instruments | set(largest[: max(0, limit - len(instruments))])
    return [partner for partner in largest if partner in wanted] + sorted(wanted - set(largest))


def partner_works(record: Record, home: str, source: str, last: int | None) -> pl.DataFrame:
    """Joint works of home with each partner a year, up to the last complete year: partner, year, works."""
    pairs = only_countries(of_source(record, PAIR_YEAR, source))
    mine = pairs.filter((pl.col("c1") == home) | (pl.col("c2") == home))
    if last is not None:
        mine = mine.filter(pl.col("year") <= last)
    other = pl.when(pl.col("c1") == home).then(pl.col("c2")).otherwise(pl.col("c1"))
    return mine.select(other.alias("partner"), pl.col("year").cast(pl.Int64), "works").sort("partner", "year")


def side_by_side(
    record: Place, question: Question | str | None = None, *, limit: int = LISTED, **parts: Unpack[Parts]
) -> Result:
    """One row per partner: all of `ties` in the last complete year, and growth.

    growth is the yearly growth of joint works between the two last periods of GROWTH_YEARS years (null where either has
    none). A partner without joint works has zeros. Raises UsageError for an unknown country or source.
    """
    record, asked = Record.open(record), ask("side_by_side", question, parts)
    code, chosen = asked.country, choose(record, PAIR_YEAR, asked)
    partners = partners_of(record, asked, limit=limit)
    found = ties(record, asked)
    tie = {row["partner"]: row for row in found.rows.to_dicts()}
    rises = growth(partner_works(record, code, chosen.name, chosen.last_complete))
    rows = [
        {
            "partner": partner,
            "year": chosen.last_complete,
            **{name: tie.get(partner, {"works": 0.0, "share": 0.0}).get(name) for name in NUMBERS},
            "growth": rises.get(partner),
            "result": f"ties/{code}/{partner}/{chosen.last_complete}",
        }
        for partner in partners
    ]
    numbers = dict.fromkeys((*NUMBERS, "growth"), pl.Float64)
    frame = pl.DataFrame(rows, schema={"partner": pl.String, "year": pl.Int64, **numbers, "result": pl.String})
    return Result(frame, provenance(record, chosen, "ties", "full", None), found.notes)


def growth(works: pl.DataFrame) -> dict[str, float]:
    """Partner → yearly growth of joint works between two neighbouring periods of GROWTH_YEARS years each."""
    if works.is_empty():
        return {}
    last = int(str(works["year"].max()))
    late = pl.col("year") > last - GROWTH_YEARS
    early = (pl.col("year") > last - 2 * GROWTH_YEARS) & ~late
    sums = works.group_by("partner").agg(
        late=pl.col("works").filter(late).sum(), early=pl.col("works").filter(early).sum()
    )
    held = sums.filter((pl.col("late") > 0) & (pl.col("early") > 0))
    return {partner: (late_ / early_) ** (1 / GROWTH_YEARS) - 1 for partner, late_, early_ in held.iter_rows()}
