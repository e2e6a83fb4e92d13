"""What the record's tenders and trade say: asked by the pages of markets.

The desk judges nothing here; `udsyn.evidence.markets` does. What takes long to lay out is kept while the shelves stand.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from udsyn.errors import NotHeld
from udsyn.evidence.markets import needs, tenders, trade
from udsyn.evidence.profile import specialisation
from udsyn.record.engine import SHELVES

Rows = list[dict[str, Any]]
#: languages in which labels are compared with a text: all of them would take minutes to lay out
LANGUAGES = ("da", "en", "es", "pt", "de", "fr")


def record() -> Path | None:
    """The record that the desk reads from, if it holds tenders or trade."""
    named = os.environ.get("UDSYN_RECORD")
    kinds = ("tenders", "trade")
    return Path(named) if named and any((Path(named) / SHELVES / kind).is_dir() for kind in kinds) else None


def open_tenders(
    on: dt.date, codes: Mapping[str, Sequence[str]], words: Sequence[str], country: str | None, most: int
) -> Rows | None:
    """Tenders that are open or planned on a day, with what home's firms may; None where no tenders are held."""
    place = record()
    if place is None:
        return None
    asked: dict[str, Any] = {"codes": codes, "words": words, "country": country, "limit": most}
    try:
        return tenders.find(place, on=on, home=settings.HOME, **asked).to_dicts()
    except NotHeld:
        return None


def winners(codes: Mapping[str, Sequence[str]], words: Sequence[str], country: str | None, most: int) -> Rows:
    """Who won such tenders before, the most awards first."""
    place = record()
    if place is None:
        return []
    try:
        return tenders.winners(place, codes=codes, words=words, country=country, limit=most).to_dicts()
    except NotHeld:
        return []


def market(country: str, codes: Sequence[str]) -> dict[str, Any] | None:
    """The years of a country's market for a basket, its suppliers and whose figures these are; None without trade."""
    found, place = yearly(country, codes), record()
    if found is None or place is None:
        return None
    last = found["years"][-1]
    sellers = trade.suppliers(place, country, codes, hs=last["hs"], version=last["version"]).to_dicts()
    return found | {"suppliers": sellers, "basket": trade.names_of(place, codes) or dict.fromkeys(codes, "")}


def yearly(country: str, codes: Sequence[str]) -> dict[str, Any] | None:
    """The years of a country's market for a basket, and whose figures these are; None where no trade is held."""
    place = record()
    if place is None or not codes:
        return None
    try:
        years = trade.market(place, country, codes, home=settings.HOME).drop_nulls("imports").to_dicts()
    except NotHeld:
        return None
    if not years:
        return None
    of = trade.Edition(years[-1]["hs"], years[-1]["version"])
    return {
        "years": years,
        "source": f"{trade.source_of(place, of)} {of.version}, {of.hs}",
        "of_year": trade.REVISIONS.get(of.hs),
    }


def sold(country: str, most: int) -> dict[str, Any] | None:
    """What a country imports in all, and most of it among the goods in which home is specialised."""
    whole = yearly(country, trade.ALL)
    place = record()
    if whole is None or place is None:
        return None
    found = trade.products(place, country, home=settings.HOME).to_dicts()
    strong = [row for row in found if row["advantage"] is not None and row["advantage"] > 1][:most]
    names = trade.names_of(place, [row["product"] for row in strong])
    return whole | {"goods": [{**row, "name": names.get(row["product"], "")} for row in strong]}


def research(country: str, topics: Sequence[str]) -> Rows:
    """A country's works and activity in topics; nothing where none are held."""
    place = record()
    if place is None or not topics:
        return []
    try:
        rows = specialisation(place, country, level="topic")
    except NotHeld:
        return []
    wanted = {topic.rpartition("/")[2].upper().removeprefix("T") for topic in topics}
    return [row for row in rows.to_dicts() if str(row["id"]).upper().removeprefix("T") in wanted]


def proposed(need: needs.Need, most: int) -> list[needs.Code]:
    """Codes of each scheme whose labels fit a need's text best; none where no labels are held."""
    place = record()
    if place is None:
        return []
    folder = place / SHELVES / "trade"
    laid = labels(place, folder.stat().st_mtime_ns if folder.is_dir() else 0)
    text = " ".join([need.text, *need.words])
    return [
        needs.Code(scheme=scheme, code=one.code, label=one.label, score=round(one.score, 3))
        for scheme, held in laid.items()
        for one in held.rank(text, most)
    ]


@lru_cache(maxsize=1)
def labels(place: Path, _stamp: int) -> dict[str, Any]:
    """Scheme → its labels, ready to be asked."""
    import polars as pl

    from udsyn.evidence.markets.labels import Labels  # loaded where a text is compared

    held = {name: rows.filter(pl.col("language").is_in(LANGUAGES)) for name, rows in needs.schemes(place).items()}
    return {name: Labels(rows) for name, rows in held.items() if not rows.is_empty()}
