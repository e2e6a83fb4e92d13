"""What is open to a pair: calls on a day, ranked for a text, each with the pair's verdict, its clause and its deadline.

First the rules, then the ranking: a call that is near in words but gives a country no money says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence.funds import eligible as rules
from udsyn.evidence.funds import register as calls
from udsyn.evidence.funds.ranking import rank

#: How the id of a topic begins → the part of Horizon Europe that it belongs to; the widening part has no rules here.
PARTS = (
    (r"HORIZON-(CL[1-6]|HLTH|MISS|JU|JTI|SESAR|KDT|EUROHPC|EUSPA|NEB|CID|RAISE)\b", "horizon/2"),
    (r"(HORIZON-)?(ERC|MSCA|INFRA)\b", "horizon/1"),
    (r"HORIZON-(EIC|EIE|EIT)\b", "horizon/3"),
)
#: The worst for a pair first.
WORST = (rules.NOT_ALLOWED, rules.NO_MONEY, rules.READ_TEXT, rules.MONEY)
COPENHAGEN = "Europe/Copenhagen"
CASCADE = "Cascade call: the project that passes the money on says who may have it"
NO_RULES = "No rules of this funder are held"
Row = dict[str, Any]


def open_calls(
    record: Path | str,
    on: dt.date,
    text: str | None = None,
    *,
    countries: Sequence[str] = (),
    states: Sequence[str] = (calls.OPEN,),
    sources: Sequence[str] = (),
    zone: str = COPENHAGEN,
    limit: int | None = None,
) -> list[Row]:
    """A row per call that is open (or coming, ...) on a day: rank, id, title, state, deadline, verdict, clause, ...

    With a text, those that share a term with it, the nearest first, each with `score` (0 to 1) and `reasons`; else by
    deadline. With countries, `verdict` and `clause` are the pair's: of the country that fares worst, money last.
    `deadline` is the wall clock in `zone`; a day alone where the source gives no hour. Raises NotHeld where no calls
    are held, UsageError for an unknown country, state or source.
    """
    if unknown := set(states) - set(calls.STATES):
        raise UsageError(f"no state {min(unknown)}; there are {', '.join(calls.STATES)}.")
    if zone not in available_timezones():
        raise UsageError(f"{zone} is no time zone; {COPENHAGEN} is one.")
    codes = [rules.code_of(country) for country in countries]
    told = calls.told_on(record, on, sources).filter(pl.col("state").is_in(list(states)))
    told = told.sort("closes", "id", "title", nulls_last=True)
    rows = [one_call(row, zone) for row in told.iter_rows(named=True)]
    if text is not None:
        texts = [" ".join(filter(None, (row["text"], row["text_da"]))) for row in told.iter_rows(named=True)]
        titles = [" ".join(filter(None, (row["title"], row["title_da"]))) for row in told.iter_rows(named=True)]
        matches = rank(text, titles, texts)
        rows = [{**rows[one.place], "score": one.score, "reasons": list(one.terms)} for one in matches]
    if codes:
        judge = Judge(codes, on)
        clauses = {key(row): row["clauses"] or [] for row in told.iter_rows(named=True)}
        rows = [{**row, **judge(row, clauses[key(row)])} for row in rows]
    return [{"rank": number, **row} for number, row in enumerate(rows[:limit], 1)]


def key(row: Row) -> tuple[str, str, str]:
    return row["source"], row["id"], row["title"]


def one_call(row: Row, zone: str) -> Row:
    return {
        "id": row["id"],
        "title": row["title"],
        "state": row["state"],
        "opens": str(row["opens"]) if row["opens"] else None,
        "deadline": deadline(row, zone),
        "cascade": row["cascade"],
        "budget": row["budget"],
        "currency": row["currency"],
        "funder": row["funder"],
        "programme": programme_of(row),
        "source": row["source"],
        "url": row["url"],
    }


def deadline(row: Row, zone: str) -> str | None:
    """The last moment for somebody new, on the clock of a zone; its day where no hour and zone are known."""
    last = next((one for one in row["deadlines"] or () if one["day"] == row["closes"]), None)
    if last is None or not (last["time"] and last["zone"]):
        return str(row["closes"]) if row["closes"] else None
    local = dt.datetime.fromisoformat(f"{last['day']}T{last['time']}").replace(tzinfo=ZoneInfo(last["zone"]))
    return f"{local.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"


def programme_of(row: Row) -> str | None:
    """The programme by whose rules a call is judged: by its id, or as it was typed in."""
    if row["programme"] in rules.PROGRAMMES:
        return str(row["programme"])
    return next((part for pattern, part in PARTS if re.match(pattern, row["id"])), row["programme"])


class Judge:
    """The verdict of countries on each call: what the call itself says of them, else the rules of its programme."""

    def __init__(self, countries: Sequence[str], on: dt.date) -> None:
        self.countries, self.on = countries, on
        self.known: dict[str, list[Row]] = {}

    def __call__(self, call: Row, clauses: Sequence[Mapping[str, str]]) -> Row:
        own = {one["country"]: {**one, "source": call["url"]} for one in clauses}
        found = [
            own.get(country) or general for country, general in zip(self.countries, self.general(call), strict=True)
        ]
        worst = min(found, key=lambda one: WORST.index(one["verdict"]))
        said = [f"{one['country']} {one['verdict']}: {one['clause']}" for one in found]
        changes = dict.fromkeys(one["would_change"] for one in found if one.get("would_change"))
        return {
            "verdict": worst["verdict"],
            "clause": "; ".join(said),
            "would_change": " ".join(changes) or None,
        }

    def general(self, call: Row) -> list[Row]:
        programme = call["programme"]
        if call["cascade"] or programme not in rules.PROGRAMMES:
            clause = CASCADE if call["cascade"] else NO_RULES
            return [{"country": one, "verdict": rules.READ_TEXT, "clause": clause} for one in self.countries]
        if programme not in self.known:
            self.known[programme] = rules.eligible(self.countries, programme, self.on)
        return self.known[programme]
