"""Who builds on our science: the firms whose patent families cite our works, each with the families and the works.

A family counts once, in equal parts for its applicants. A citation of the examiner is no use, so it counts only where
asked for; a citation found with less confidence than asked for does not count. Firms are ranked by

    score = Σ part of the family × recency / √(all families of the firm + PRIOR)

where recency halves every HALF_LIFE years before the newest filing: Salton's measure of two sets, up to a factor that
all firms share. The largest firms of a field cite everybody; their size damps that, and PRIOR what rests on one family.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence.intervals import share_interval
from udsyn.evidence.question import Unit
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.technology.engines import DUCKDB, open_on
from udsyn.evidence.technology.families import Patents, statement
from udsyn.evidence.technology.names.resolve import resolve
from udsyn.facts import countries
from udsyn.record.engine import Place, Record

if TYPE_CHECKING:
    import duckdb

#: years in which the weight of a family halves
HALF_LIFE = 10
#: families added to a firm's, so that one of one is less than five of ten
PRIOR = 4
#: where a citation stands: on the front page, in the text
PLACES = ("front", "text")
#: least confidence of a link, on the scale of Reliance on Science (1 to 10)
CONFIDENCE = 4
COUNTING = (
    "One family counts once, in equal parts for its applicants. An applicant's country is that of its address: a "
    "group's arm abroad counts there."
)
NOT_COVERED = "Not covered: families that cite no paper, and links and filings that no loaded source has."
#: families named as reasons, and kept for those who want to see all
REASONS, SHOWN = 3, 20
SCHEMA: Mapping[str, Any] = {
    "rank": pl.Int64,
    "name": pl.String,
    "country": pl.String,
    "score": pl.Float64,
    "families": pl.Float64,
    "families_all": pl.Float64,
    "share": pl.Float64,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
    "works": pl.Int64,
    "last_year": pl.Int64,
    "spellings": pl.List(pl.String),
    "reasons": pl.List(pl.String),
}


@dataclass(frozen=True)
class Found:
    """Firms in their order, each a row of `users` with `cited` (its families that cite ours, newest first) besides."""

    rows: tuple[dict[str, Any], ...]
    origin: Provenance
    notes: tuple[str, ...]


class Parts(TypedDict, total=False):
    """What `users` and `find` take by name: see `Asked`."""

    country: str | None
    unit: Unit | str | tuple[str, str | int] | None
    institution: int | None
    words: Sequence[str]
    confidence: int
    examiner: bool
    place: str | None
    overrides: Mapping[str, str] | None
    source: str | None
    limit: int
    engine: str


@dataclass(frozen=True)
class Asked:
    """Of which works, by which citations, and of whose patents."""

    country: str | None = None  #: of the applicants, else all
    unit: Unit | str | tuple[str, str | int] | None = None  #: of our works: field/21, topic/T10030, ...
    institution: int | None = None  #: of our works: OpenAlex's number
    words: Sequence[str] = ()  #: beginnings of words, of which a work's title or its topic's name has one
    confidence: int = CONFIDENCE  #: least of a link to a paper (1 to 10; a source without one counts)
    examiner: bool = False  #: also count citations of examiners
    place: str | None = None  #: only citations on the front page (front), or in the text (text)
    overrides: Mapping[str, str] | None = None  #: name → entity, decided by people
    source: str | None = None  #: of families
    limit: int = 20  #: firms
    engine: str = DUCKDB  #: duckdb or spark


def users(record: Place, home: str, **parts: Unpack[Parts]) -> Result:
    """The firms that build on home's works, first those for whom they weigh most. Asked by the parts of `Asked`.

    Columns: rank, name, country, score, families (that cite, in parts), families_all (of the firm, in
    parts), share of them with its interval (Wilson), works (of ours, cited), last_year (of filing), spellings (names
    that were taken for one), reasons (patent, title ← work, title).
    """
    found = find(record, home, **parts)
    rows = [{**row, "reasons": [reason(one) for one in row["cited"][:REASONS]]} for row in found.rows]
    return Result(pl.DataFrame([{k: row[k] for k in SCHEMA} for row in rows], SCHEMA), found.origin, found.notes)


def find(record: Place, home: str, **parts: Unpack[Parts]) -> Found:
    """The firms that build on home's works, each with its patents and the works that they cite. Asked by `Asked`.

    `cited` has publication, family, title, year, and of the work that it cites: work, doi, work_title, works (how
    many), place, confidence.
    Raises NotHeld where no patents are held, UsageError for what cannot be asked.
    """
    asked = Asked(**parts)
    partner = countries.code_of(asked.country) if asked.country else None
    with open_on(asked.engine, record, asked.source, works=True) as held:
        works = ours(held, countries.code_of(home), asked)
        find_citing(held, asked.confidence, asked.examiner, asked.place)
        rows = ranked(held, partner, asked.limit, asked.overrides)
        families = count(held.connection, "SELECT count(DISTINCT family) FROM citing")
        origin = Provenance("technology-users", "fractional (applicant)", held.source, snapshot_of(record))
        asked_about = (
            f"{works:,} works of {countries.name(home)} are asked about; {families:,} patent families cite them."
        )
        notes = (asked_about, COUNTING, counted(asked), NOT_COVERED, f"Terms: {'; '.join(held.terms)}.")
    return Found(tuple(rows), origin, notes)


def find_citing(held: Patents, confidence: int, examiner: bool, place: str | None = None) -> None:
    """Make the table `citing` (family, work, ...) of the families that cite a work of the table `ours`."""
    if place not in (None, *PLACES):
        raise UsageError(f"no place {place}: a citation stands in {' or '.join(PLACES)}.")
    given = {"confidence": confidence, "examiner": examiner, "place": place}
    held.keep("citing", statement("citing"), **given)


def ours(held: Patents, home: str, asked: Asked) -> int:
    """Make the table of our works that are asked about; returns how many they are."""
    conditions = ["work IN (SELECT work FROM work_countries WHERE country = $home)"]
    given: dict[str, str | int] = {"home": home}
    if asked.unit is not None:
        unit = Unit.of(asked.unit)
        conditions.append(f"{unit.level} = {unit.number}")
    if asked.institution is not None:
        conditions.append("work IN (SELECT work FROM authorships WHERE institution = $institution)")
        given["institution"] = asked.institution
    if asked.words:
        conditions.append(WORDED)
        given["worded"] = beginnings(asked.words)
    held.lend(
        "ours",
        f"SELECT work, bare(doi) AS doi, title, year FROM works_in_scope "  # noqa: S608
        f"WHERE {' AND '.join(conditions)}",
        **given,
    )
    return count(held.connection, "SELECT count(*) FROM ours")


#: a work whose title, or whose topic's name, has a word that begins so
WORDED = (
    "(regexp_matches(lower(coalesce(title, '')), $worded) "
    "OR topic IN (SELECT topic FROM topics WHERE regexp_matches(lower(name), $worded)))"
)


def beginnings(words: Sequence[str]) -> str:
    """A pattern for texts with a word that begins as one of these does. Raises UsageError where none has a letter."""
    said = [re.escape(word.lower()) for word in words if any(sign.isalnum() for sign in word)]
    if not said:
        raise UsageError(f"no word in {' '.join(words)!r}: write beginnings of words, such as electroly.")
    return rf"(^|[^\pL\pN])({'|'.join(said)})"


def ranked(
    held: Patents, country: str | None, limit: int, overrides: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The first firms in their order. All applicants' names are resolved together: spellings are told by the others."""
    names = held.ask(statement("applicants"), country=country, half=HALF_LIFE)
    mentions: dict[str, int] = dict(names.group_by("name").agg(pl.col("mentions").sum()).iter_rows())
    entity = {name: named.entity for name, named in resolve(mentions, overrides).items()}
    naming = pl.col("name").replace_strict(entity, return_dtype=pl.String).alias("firm")
    spelled = pl.col("name").sort_by("mentions", "name", descending=[True, False]).alias("spellings")
    named = names.with_columns(naming)
    firms = named.group_by("firm", "country").agg(pl.col("families", "citing", "weight").sum(), spelled)
    firms = firms.filter(pl.col("citing") > 0).with_columns(
        score=pl.col("weight") / (pl.col("families") + PRIOR).sqrt()
    )
    firms = firms.sort("score", "firm", "country", descending=[True, False, False]).head(limit)
    chosen = named.join(firms.select("firm", "country"), on=["firm", "country"], how="semi", nulls_equal=True)
    held.connection.register("chosen", chosen.select("name", "country", "firm").to_arrow())
    told = held.connection.sql(statement("reasons")).pl().partition_by("firm", "country", as_dict=True)
    return [
        {"rank": rank, **firm_row(firm, told[firm["firm"], firm["country"]])}
        for rank, firm in enumerate(firms.to_dicts(), start=1)
    ]


def firm_row(firm: Mapping[str, Any], cited: pl.DataFrame) -> dict[str, Any]:
    """What is told of one firm; `cited`: its families that cite ours, newest first."""
    share = min(1.0, firm["citing"] / firm["families"])
    low, high = share_interval(share, firm["families"])
    return {
        "name": firm["firm"],
        "country": firm["country"],
        "score": firm["score"],
        "families": firm["citing"],
        "families_all": firm["families"],
        "share": share,
        "share_low": low,
        "share_high": high,
        "works": cited["all_works"].explode().n_unique(),
        "last_year": cited["year"].max(),
        "spellings": firm["spellings"],
        "cited": cited.drop("firm", "country", "all_works").head(SHOWN).to_dicts(),
    }


def reason(family: Mapping[str, Any]) -> str:
    """One family and the work it cites, with where the citation stands and how sure the link is."""
    more = f" and {family['works'] - 1} more" if family["works"] > 1 else ""
    sure = f"confidence {family['confidence']} of 10" if family["confidence"] else "confidence not said"
    told = ", ".join(filter(None, (stands(family["place"]), sure)))
    title, work = family["title"], family["work"]
    return f"{family['publication']} ({family['year']}) {title} ← W{work} {family['work_title']}{more} ({told})"


def stands(places: str | None) -> str:
    """Where citations (`places`, as `both, front`) stand, in words; nothing where no source says."""
    said = set((places or "").split(", "))
    words = {"front": "on the front page", "text": "in the text"}
    return " and ".join(words[place] for place in PLACES if said & {place, "both"})


def counted(asked: Asked) -> str:
    """Which citations count, in words."""
    where = {None: "", "front": ", on the front page only", "text": ", in the text only"}[asked.place]
    examiners = "count, too" if asked.examiner else "do not count"
    return f"Links to papers from confidence {asked.confidence} on{where}; citations of examiners {examiners}."


def snapshot_of(record: Place) -> str | None:
    """The newest snapshot among the record's sources of works."""
    dates = [said for one in Record.open(record).sources().values() if (said := one.get("snapshot"))]
    return max(dates, default=None)


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    ((found,),) = connection.execute(query).fetchall()
    return int(found)
