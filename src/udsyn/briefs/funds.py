"""The section of a country brief on money: calls open to the pair, the nearest to their joint strengths first."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from udsyn.briefs.document import Block, Column, Section, Table, Text
from udsyn.briefs.sections import LONG_LIST, Pair
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.funds import eligible as rules
from udsyn.evidence.funds.find import open_calls
from udsyn.evidence.funds.funders import funders
from udsyn.evidence.funds.register import held
from udsyn.record.engine import Place, Record

TITLE = "Open calls"
#: In which order verdicts are shown, and in words.
VERDICTS = {
    rules.MONEY: "money for both",
    rules.NO_MONEY: "not for both",
    rules.READ_TEXT: "read the text",
    rules.NOT_ALLOWED: "not allowed",
}
#: The same after a number of calls.
SUMMED = {
    rules.MONEY: "with money for both",
    rules.NO_MONEY: "without money for at least one of them",
    rules.READ_TEXT: "whose text decides",
    rules.NOT_ALLOWED: "in which one of them is not allowed",
}
OF_ONE = {
    rules.MONEY: "money",
    rules.NO_MONEY: "no money",
    rules.READ_TEXT: "read the text",
    rules.NOT_ALLOWED: "not allowed",
}
#: A verdict on one country, as clauses begin: `KR no_money:`
VERDICT = re.compile(rf"\b([A-Z]{{2}}) ({'|'.join(VERDICTS)}):")
FUNDERS = 10
PAID = [
    Column("name", "Funder"),
    Column("country", "Country"),
    Column("works", "Joint works that name it", "integer"),
    Column("share", "of those that name any", "percent"),
    Column("projects", "Joint projects", "integer"),
    Column("last_year", "Last year", "year"),
]
COLUMNS = [
    Column("title", "Call"),
    Column("verdict", "Money"),
    Column("clause", "Why"),
    Column("deadline", "Deadline"),
    Column("reasons", "Near to"),
    Column("source", "Source", "links"),
]


def section(record: Place, pair: Pair, strengths: Sequence[str]) -> Section | None:
    """What is open to the pair on the day of the newest list; None where neither calls nor funders are held.

    `strengths`: names of fields in which both are strong; calls that share their words come first.
    """
    path = record.path if isinstance(record, Record) else record
    before = paid_before(path, pair)
    try:
        on: dt.date = held(path)["listed_on"].sort()[-1]
    except NotHeld:
        return Section("funds", "Who paid for joint work", before) if before else None
    countries = [pair.home.code, pair.partner.code]
    found = open_calls(path, on, countries=countries)
    ranked = open_calls(path, on, " ".join(strengths), countries=countries) if strengths else []
    near = {key(row): row for row in ranked}
    rows = sorted(({**row, **near.get(key(row), {})} for row in found), key=in_order)
    return Section("funds", TITLE, [Text(said(on, rows), "finding"), table(pair, rows), caution(), *before])


def paid_before(record: Place, pair: Pair) -> list[Block]:
    """Who paid for what the pair did together; nothing where the record does not say."""
    try:
        found = funders(record, pair.home.code, pair.partner.code, limit=FUNDERS)
    except (NotHeld, UsageError):
        return []
    if found.rows.is_empty():
        return []
    shown = [{**row, "name": row["name"] or row["id"]} for row in found.rows.to_dicts()]
    caption = f"Who paid for joint work of {pair}"
    return [Table(caption, PAID, shown, found.provenance), Text(" ".join(found.notes), "small")]


def key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["source"], row["id"], row["title"]


def in_order(row: dict[str, Any]) -> tuple[int, float, str]:
    """Money first, then the nearest, then the earliest deadline."""
    return list(VERDICTS).index(row["verdict"]), -row.get("score", 0.0), row["deadline"] or "9"


def said(on: dt.date, rows: Sequence[dict[str, Any]]) -> str:
    counts = Counter(row["verdict"] for row in rows)
    parts = [f"{counts[verdict]:,} {SUMMED[verdict]}" for verdict in VERDICTS if counts[verdict]]
    which = f": {', '.join(parts)}" if parts else ""
    return f"On {on}, {len(rows):,} of the calls that are held are open{which}."


def table(pair: Pair, rows: Sequence[dict[str, Any]]) -> Table:
    names = {country.code: country.name for country in (pair.home, pair.partner)}
    shown = [
        {
            **row,
            "verdict": VERDICTS[row["verdict"]],
            "clause": in_words(f"{row['clause']}. {row['would_change'] or ''}".strip(), names),
            "deadline": row["deadline"] or "none said",
            "reasons": ", ".join(row.get("reasons", [])),
            "source": [{"label": row["source"], "url": row["url"]}],
        }
        for row in rows[:LONG_LIST]
    ]
    return Table(f"Calls open to {pair}, the first {len(shown)}", COLUMNS, shown)


def in_words(clause: str, names: Mapping[str, str]) -> str:
    """Countries by name and verdicts without their underscores; what holds for both countries is said once."""
    said = VERDICT.sub(lambda found: f"{names.get(found[1], found[1])}, {OF_ONE[found[2]]}:", clause)
    return ". ".join(dict.fromkeys(said.rstrip(".").split(". "))) + "."


def caution() -> Text:
    return Text(
        "Open by the dates of the newest list of each source. The text of a call can override each answer; "
        "`udsyn funds open` lists all.",
        "small",
    )
