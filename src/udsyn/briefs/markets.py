"""The section of a country brief on markets: what the partner buys in public and imports, and home's part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from udsyn.briefs.asking import held
from udsyn.briefs.document import Block, Column, Section, Table, Text, written
from udsyn.briefs.sections import LONG_LIST, Pair
from udsyn.evidence.markets import tenders, trade
from udsyn.record.engine import Record

TITLE = "The market"
#: tenders that are counted; more are said as so many or more
MOST = 1_000
CAUTION = (
    "Open by the last deadline of each notice. What an agreement covers stands in its schedules, so a notice's own "
    "word and the text decide; `udsyn markets tenders` lists all, by code or word."
)
SPECIALISED = (
    "Advantage: the heading's part in the exports of {home} over its part in the world's; {home} is specialised where "
    "it is above 1."
)
ACCESS = {"may": "may bid", "read_text": "read the text", "no_right": "no agreement gives a right"}
#: The same after a number of tenders.
SUMMED = {
    "may": "for which they may bid",
    "read_text": "whose text decides",
    "no_right": "to which no agreement gives a right",
}


def section(record: Record, pair: Pair) -> Section | None:
    """Open tenders of the partner's buyers, and trade; None where the record holds neither."""
    blocks = [*of_tenders(record, pair), *of_trade(record, pair)]
    return Section("markets", TITLE, blocks) if blocks else None


def of_tenders(record: Record, pair: Pair) -> list[Block]:
    """What is open on the day of the newest notice, those that are due soonest first."""
    on = held(tenders.newest, record.path)
    if on is None:
        return []
    asked: dict[str, Any] = {"country": pair.partner.code, "on": on, "home": pair.home.code, "limit": MOST}
    rows = tenders.find(record.path, **asked).to_dicts()
    if not rows:
        return [Text(f"No tender of {pair.partner.name} that is held is open on {on}.")]
    many = f"{len(rows):,}" + (" or more" if len(rows) == MOST else "")
    counts = Counter(row["access"] for row in rows)
    parts = ", ".join(f"{counts[access]:,} {words}" for access, words in SUMMED.items() if counts[access])
    said = (
        f"On {on}, {many} tenders of {pair.partner.name} that are held are open or planned. "
        f"For firms of {pair.home.name} there are {parts}."
    )
    return [Text(said, "finding"), table_of_tenders(pair, rows[:LONG_LIST]), Text(CAUTION, "small")]


def table_of_tenders(pair: Pair, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = [
        Column("title", "Tender"),
        Column("buyer", "Buyer"),
        Column("deadline", "Deadline"),
        Column("worth", "Value"),
        Column("access", f"Firms of {pair.home.name}"),
        Column("source", "Source", "links"),
    ]
    shown = [
        {
            "title": row["title"] or row["notice"],
            "buyer": row["buyer"] or "not said",
            "deadline": deadline(row),
            "worth": "not said" if row["value"] is None else f"{row['value']:,.0f} {row['currency']}",
            "access": ACCESS[row["access"]],
            "source": [{"label": row["source"], "url": row["url"]}],
        }
        for row in rows
    ]
    return Table(f"Tenders of {pair.partner.name} that are due first", columns, shown)


def deadline(row: Mapping[str, Any]) -> str:
    """In UTC where it is exact, else as the buyer writes it."""
    return f"{row['due']:%Y-%m-%d %H:%M} UTC" if row["due"] else row["deadline"] or "none said"


def of_trade(record: Record, pair: Pair) -> list[Block]:
    """How large the market is, and the headings in which home is specialised and the partner buys most."""
    years = held(trade.market, record.path, pair.partner.code, trade.ALL, home=pair.home.code)
    whole = [] if years is None else years.drop_nulls("imports").to_dicts()
    if not whole:
        return []
    last = whole[-1]
    edition = trade.edition_of(record.path, trade.Edition(last["hs"], last["version"]))
    grown = "" if last["growth"] is None else f" ({written(last['growth'], 'signed_percent')} against the year before)"
    said = (
        f"{pair.partner.name} imported goods for {dollars(last['imports'])} in {last['year']}{grown}; "
        f"{written(last['home_share'], 'percent')} came from {pair.home.name}."
    )
    found = trade.products(record.path, pair.partner.code, home=pair.home.code, hs=last["hs"], version=last["version"])
    strong = found.filter(pl.col("advantage") > 1).head(LONG_LIST).to_dicts()
    products = table_of_products(record, pair, strong, whole[0]["year"], last["year"])
    return [Text(said, "finding"), *products, Text(f"Source: {edition}", "small")]


def table_of_products(
    record: Record, pair: Pair, rows: Sequence[Mapping[str, Any]], first: int, year: int
) -> list[Block]:
    if not rows:
        return [Text(f"In no heading that {pair.partner.name} imported in {year} is {pair.home.name} specialised.")]
    columns = [
        Column("product", "Heading"),
        Column("imports", f"Imports of {pair.partner.name}, million US dollars", "decimal"),
        Column("growth", f"Growth a year since {first}", "signed_percent"),
        Column("home_share", f"Share of {pair.home.name}", "percent"),
        Column("advantage", f"Advantage of {pair.home.name} (1 = as the world)", "decimal"),
    ]
    names = trade.names_of(record.path, [row["product"] for row in rows])
    shown = [
        {**row, "imports": row["imports"] / 1e3, "product": f"{row['product']} {names.get(row['product'], '')}".strip()}
        for row in rows
    ]
    caption = f"What {pair.partner.name} imported most in {year}, of the goods in which {pair.home.name} is specialised"
    return [Table(caption, columns, shown), Text(SPECIALISED.format(home=pair.home.name), "small")]


def dollars(thousands: float) -> str:
    """An amount in thousands of US dollars, in words."""
    unit, name = (1e6, "billion") if thousands >= 1e6 else (1e3, "million")
    return f"{thousands / unit:,.1f} {name} US dollars"
