"""What is open to a pair: calls on a day, ranked for a text, each with the pair's verdict, its clause and its deadline.

First the rules, then the ranking: a call that is near in words but gives a country no money says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from udsyn import zones
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.funds import eligible as rules
from udsyn.evidence.funds import register as calls
from udsyn.evidence.funds.ranking import Embed, Match, meaning, rank
from udsyn.record.engine import Record
from udsyn.record.tables import TOPICS, WORKS

if TYPE_CHECKING:  # it brings SciPy, and every start of a desk reads this page
    from udsyn.evidence.funds.history import Paid

#: How the id of a topic begins → the part of Horizon Europe that it belongs to; the widening part has no rules here.
PARTS = (
    (r"HORIZON-(CL[1-6]|HLTH|MISS|JU|JTI|SESAR|KDT|EUROHPC|EUSPA|NEB|CID|RAISE)\b", "horizon/2"),
    (r"(HORIZON-)?(ERC|MSCA|INFRA)\b", "horizon/1"),
    (r"HORIZON-(EIC|EIE|EIT)\b", "horizon/3"),
)
#: The worst for a pair first.
WORST = (rules.NOT_ALLOWED, rules.NO_MONEY, rules.READ_TEXT, rules.MONEY)
COPENHAGEN = "Europe/Copenhagen"
COMING = (calls.OPEN, calls.FORTHCOMING)
#: A work or a topic of the record.
OF_RECORD = re.compile(r"([WT])(\d+)")
#: What was paid before counts at most so much beside the words of a call: it is known by fields of science, not words.
HISTORY = 0.5
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
    found = judged(calls.held(record), on, countries=countries, states=states, sources=sources, zone=zone)
    if text is not None:
        found = [
            replace(found[one.place], row={**found[one.place].row, "score": one.score, "reasons": list(one.terms)})
            for one in by_words(text, found)
        ]
    return numbered((one.told for one in found), limit)


def find(
    record: Path | str,
    text: str,
    on: dt.date,
    *,
    countries: Sequence[str] = (),
    states: Sequence[str] = COMING,
    sources: Sequence[str] = (),
    zone: str = COPENHAGEN,
    limit: int | None = None,
    embed: Embed | None = None,
) -> list[Row]:
    """Calls that fit a text best, within what is allowed: rank, ..., score, reasons, topics, neighbours.

    As `open_calls`, but calls that a country may not take part in are left out, and the score is made of three: the
    words that a call shares (`reasons`; 1 for the call that shares most), up to 0.5 for how well it fits what was paid
    for projects like the text (`learned`; `topics` are what the projects that say so were about, `neighbours` their
    ids), and with `embed`, a language model, up to 1 for how near the title is by meaning (`near`, null without). So a
    call may fit without a common word. The text is free, or a work (W…) or a topic (T…) of the record. Without
    CORDIS's tables in the record words alone count.
    """
    from udsyn.evidence.funds.history import Paid

    found = judged(calls.held(record), on, countries=countries, states=states, sources=sources, zone=zone)
    return fitting(words_of(record, text), found, Paid.held(record), limit, embed)


def fitting(
    text: str, found: Sequence[Judged], paid: Paid | None, limit: int | None = None, embed: Embed | None = None
) -> list[Row]:
    """Of judged calls those that fit a text, as `find` gives them."""
    return numbered((one.told for one in fits(text, found, paid, embed)), limit)


def fits(text: str, found: Sequence[Judged], paid: Paid | None, embed: Embed | None = None) -> list[Judged]:
    """Of judged calls those that fit a text, the best first, each with its `fit`; without those not allowed."""
    allowed = [one for one in found if one.verdict.get("verdict") != rules.NOT_ALLOWED]
    matches = by_words(text, allowed)
    words = {one.place: replace(one, score=one.score / matches[0].score) for one in matches}
    ids = [one.row["id"] for one in allowed]
    before = paid.before(text, ids, [one.titles for one in allowed]) if paid else [None for _ in ids]
    near = meaning(text, [one.titles for one in allowed], embed) if embed else None
    fitted = []
    for place, one in enumerate(allowed):
        match, like = words.get(place), before[place]
        by_meaning = near[place] if near else None
        if match or like or by_meaning:
            score = (match.score if match else 0.0) + HISTORY * (like.fit if like else 0.0) + (by_meaning or 0.0)
            reasons = list(match.terms) if match else []
            told = {"score": score, "near": by_meaning, "reasons": reasons, "topics": like.topics if like else []}
            fitted.append(replace(one, fit={**told, "neighbours": like.projects if like else []}))
    return sorted(fitted, key=lambda one: -one.fit["score"])


def words_of(record: Path | str, text: str) -> str:
    """A text, or the title and topic of the work (W…), the name of the topic (T…), that it names.

    Raises NotHeld where the record does not hold it.
    """
    asked = OF_RECORD.fullmatch(text.strip())
    if asked is None:
        return text
    sql = {
        "W": "SELECT concat_ws(' ', title, (SELECT name FROM topics WHERE topics.topic = works.topic)) FROM works "
        "WHERE work = ?",
        "T": "SELECT name FROM topics WHERE topic = ?",
    }[asked[1]]
    opened = Record(Path(record))
    if opened.manifest_file.is_file() and opened.holds(WORKS) and opened.holds(TOPICS):
        with opened.connect() as connection:
            if found := connection.execute(sql, [int(asked[2])]).fetchone():
                return str(found[0])
    raise NotHeld(f"the record holds no {text.strip()}.")


@dataclass(frozen=True)
class Judged:
    """A call that stands on a day: as it is shown, what it says, and the verdict of the countries asked about.

    `closes` is its deadline for somebody new, a day where no hour is known; `stages` are more than one where others
    follow for those who passed; `each` has a row per country; `named` are the countries that the call itself speaks of;
    `fit` is how near it is to a text.
    """

    row: Row
    titles: str
    texts: str
    closes: dt.datetime | dt.date | None
    stages: int
    title_da: str | None = None
    named: frozenset[str] = frozenset()
    each: Sequence[Row] = ()
    verdict: Row = field(default_factory=dict)
    fit: Row = field(default_factory=dict)

    @property
    def told(self) -> Row:
        return {**self.row, **self.verdict, **self.fit}

    def says_of(self, country: str) -> bool:
        """Does the call itself say something of a country that was asked about?"""
        return any(one.get("own") and one["country"] == country for one in self.each)


def judged(
    rows: pl.DataFrame,
    on: dt.date,
    *,
    countries: Sequence[str] = (),
    states: Sequence[str] = (calls.OPEN,),
    sources: Sequence[str] = (),
    zone: str = COPENHAGEN,
    language: rules.Language = "en",
) -> list[Judged]:
    """The calls among rows of the register (`register.held`) that stand in these states on a day, by deadline."""
    if unknown := set(states) - set(calls.STATES):
        raise UsageError(f"no state {min(unknown)}; there are {', '.join(calls.STATES)}.")
    if zone not in zones.names():
        raise UsageError(f"{zone} is no time zone; {COPENHAGEN} is one.")
    codes = [rules.code_of(country) for country in countries]
    told = calls.stood(rows, on, sources).filter(pl.col("state").is_in(list(states)))
    judge = Judge(codes, on, language) if codes else None
    found = []
    for call in told.sort("closes", "id", "title", nulls_last=True).iter_rows(named=True):
        row = one_call(call, zone)
        stages = len({one["stage"] for one in call["deadlines"] or ()})
        named = frozenset(one["country"] for one in call["clauses"] or [])
        one = Judged(row, both(call, "title"), both(call, "text"), closing(call), stages, call["title_da"], named)
        if judge:
            each = judge(row, call["clauses"] or [])
            one = replace(one, each=each, verdict=in_one(each))
        found.append(one)
    return found


def both(call: Row, name: str) -> str:
    """What is written of a call in both languages."""
    return " ".join(filter(None, (call[name], call[f"{name}_da"])))


def by_words(text: str, found: Sequence[Judged]) -> list[Match]:
    return rank(text, [one.titles for one in found], [one.texts for one in found])


def numbered(rows: Iterable[Row], limit: int | None) -> list[Row]:
    return [{"rank": number, **row} for number, row in enumerate(islice(rows, limit), 1)]


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
    last = closing(row)
    if isinstance(last, dt.datetime):
        return f"{last.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"
    return str(last) if last else None


def closing(row: Row) -> dt.datetime | dt.date | None:
    """The last moment for somebody new, on the clock of the source; its day where no hour and zone are known."""
    closes: dt.date | None = row["closes"]
    last = next((one for one in row["deadlines"] or () if one["day"] == closes), None)
    if last is None or not (last["time"] and last["zone"]):
        return closes
    return dt.datetime.fromisoformat(f"{last['day']}T{last['time']}").replace(tzinfo=ZoneInfo(last["zone"]))


def programme_of(row: Row) -> str | None:
    """The programme by whose rules a call is judged: by its id, or as it was typed in."""
    if row["programme"] in rules.PROGRAMMES:
        return str(row["programme"])
    return next((part for pattern, part in PARTS if re.match(pattern, row["id"])), row["programme"])


class Judge:
    """The verdict of countries on each call: what the call itself says of them, else the rules of its programme."""

    def __init__(self, countries: Sequence[str], on: dt.date, language: rules.Language = "en") -> None:
        self.countries, self.on, self.language = countries, on, language
        self.known: dict[str, list[Row]] = {}

    def __call__(self, call: Row, clauses: Sequence[Mapping[str, str]]) -> list[Row]:
        about = {"source": call["funder"], "url": call["url"], "own": True}
        own = {one["country"]: {**one, **about} for one in clauses}
        return [
            own.get(country) or general for country, general in zip(self.countries, self.general(call), strict=True)
        ]

    def general(self, call: Row) -> list[Row]:
        programme = call["programme"]
        if call["cascade"] or programme not in rules.PROGRAMMES:
            clause = CASCADE if call["cascade"] else NO_RULES
            return [{"country": one, "verdict": rules.READ_TEXT, "clause": clause} for one in self.countries]
        if programme not in self.known:
            self.known[programme] = rules.eligible(self.countries, programme, self.on, language=self.language)
        return self.known[programme]


def in_one(found: Sequence[Row]) -> Row:
    """The verdict of several countries: of that which fares worst, with the clause of each."""
    worst = min(found, key=lambda one: WORST.index(one["verdict"]))
    changes = dict.fromkeys(one["would_change"] for one in found if one.get("would_change"))
    return {
        "verdict": worst["verdict"],
        "clause": "; ".join(f"{one['country']} {one['verdict']}: {one['clause']}" for one in found),
        "would_change": " ".join(changes) or None,
    }
