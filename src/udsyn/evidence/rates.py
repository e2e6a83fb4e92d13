"""Which part of a country's works is international, led from there, or written with business."""

from __future__ import annotations

from typing import Any, Unpack

import polars as pl

from udsyn.evidence.address import stem
from udsyn.evidence.intervals import share_interval
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.sources import choose, of_source, provenance
from udsyn.evidence.teams import international, said
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_YEAR, KIND_YEAR

#: rate → (cube, column or kind) that counts its works
RATES = {
    "international": (COUNTRY_YEAR, "works_international"),
    "multilateral": (COUNTRY_YEAR, "works_multilateral"),
    "intercontinental": (KIND_YEAR, "intercontinental"),
    "long_distance": (KIND_YEAR, "long_distance"),
    "first": (COUNTRY_YEAR, "works_first"),
    "corresponding": (COUNTRY_YEAR, "works_corresponding"),
    "company": (KIND_YEAR, "company"),
}


def rates(record: Place, question: Question | str | None = None, **parts: Unpack[Parts]) -> Result:
    """One row per year: works, and as shares of them (full counting) with 95 % intervals:

    international (two or more countries), multilateral (three or more), intercontinental (two or more continents),
    long_distance (institutions of two countries more than 5,000 km apart), first and corresponding (such an author in
    the country; OpenAlex flags all or no corresponding authors of many works), company (a company among the
    institutions). Intervals are Wilson's, of fewer works by design_effect, that of the international share. What the
    source lacks is null. Raises UsageError for an unknown country or source.
    """
    record, asked = Record.open(record), ask("rates", question, parts)
    code, years = asked.country, asked.years
    chosen = choose(record, COUNTRY_YEAR, asked)
    own = of_source(record, COUNTRY_YEAR, chosen.name, years).filter(pl.col("country") == code).sort("year")
    kinds = of_source(record, KIND_YEAR, chosen.name, years)
    of_kind: dict[tuple[str, int], float] = {}
    if not kinds.is_empty():
        mine = kinds.filter(pl.col("country") == code)
        of_kind = {(kind, year): works for kind, year, works in mine.select("kind", "year", "works").iter_rows()}
    effects = international(record, chosen, code, years)
    rows = [
        {
            **rates_of(row, of_kind, chosen.counted, effects.of(str(row["year"]))),
            "result": f"{stem('rates', asked)}/{row['year']}",
        }
        for row in own.to_dicts()
    ]
    names = [f"{rate}{part}" for rate in RATES for part in ("", "_low", "_high")]
    numbers = dict.fromkeys(("works", *names, "design_effect"), pl.Float64)
    schema = {"year": pl.Int64, **numbers, "result": pl.String}
    notes = [*chosen.said, said(record, chosen)] + ([] if rows else [f"nothing held on {code} in {chosen.name}."])
    frame = pl.DataFrame(rows, schema=schema)
    lacking = [rate for rate in RATES if rows and frame[rate].is_null().all()]
    notes += [f"{chosen.name} does not say which works are {', '.join(lacking)}."] if lacking else []
    return Result(frame, provenance(record, chosen, "rates", "full", years), tuple(notes))


def rates_of(
    row: dict[str, Any], of_kind: dict[tuple[str, int], float], counted: bool, effect: float
) -> dict[str, Any]:
    """One year's rates, with intervals for works that hang together as the design effect says."""
    found: dict[str, Any] = {"year": row["year"], "works": row["works"], "design_effect": effect}
    for rate, (cube, name) in RATES.items():
        absent = 0.0 if counted else None  # a counted source without such works has none; a panel may not tell
        count = row.get(name) if cube is COUNTRY_YEAR else of_kind.get((name, row["year"]), absent)
        known = count is not None and row["works"]
        share = count / row["works"] if known else None
        low, high = share_interval(share, row["works"] / effect) if share is not None else (None, None)
        found |= {rate: share, f"{rate}_low": low, f"{rate}_high": high}
    return found
