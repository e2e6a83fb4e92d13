"""Who the two sides of a tie are in the record.

An OpenAlex id or an ORCID is a person, also under the ids that were merged into theirs; a ROR id is an institution.
Where only a name is known, it tells somebody apart among the co-authors of the other side, and nowhere else: there are
namesakes. Ties of those who do not want to be listed or followed are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from udsyn.record import ids
from udsyn.record.care import kept_as, unlisted
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORS, INSTITUTIONS

#: a tie as it is asked about: empty text is unknown; follow is false where a side does not want to be followed
COLUMNS = {
    "tie": pl.Int64,
    "date": pl.Date,
    "award": pl.String,
    **{
        f"{side}_{name}": kind
        for side in ("a", "b")
        for name, kind in {
            "name": pl.String,
            "country": pl.String,
            "author": pl.String,
            "orcid": pl.String,
            "ror": pl.String,
            "cordis": pl.Int64,
            "applicant": pl.String,
            "follow": pl.Boolean,
        }.items()
    },
}
ROR = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[a-z0-9]{8})", re.IGNORECASE)
ORCID = re.compile(r"(\d{4}-?\d{4}-?\d{4}-?\d{3}[\dX])", re.IGNORECASE)


@dataclass(frozen=True)
class Sides:
    """known: tie, side, letter (A, I), member, sure. named: tie, side, name, country. projects_of: tie, side,
    organisation. hidden: ties that nothing may be said about. unknown: tie and side that could not be told."""

    known: pl.DataFrame
    named: pl.DataFrame
    projects_of: pl.DataFrame
    unknown: pl.DataFrame
    hidden: frozenset[int]

    def shown(self) -> Sides:
        """The same without the ties that are hidden."""
        said = ~pl.col("tie").is_in(sorted(self.hidden))
        known, named, projects = (one.filter(said) for one in (self.known, self.named, self.projects_of))
        return Sides(known, named, projects, self.unknown.filter(said), self.hidden)


def plain_name(name: str) -> str:
    """A name as names are compared: small letters without accents, the first name first.

    >>> plain_name("Müller-Løvås, Åse M.")
    'ase m muller l vas'
    """
    last, comma, first = name.partition(",")
    text = unicodedata.normalize("NFKD", f"{first} {last}" if comma else name)
    return " ".join(re.findall("[a-z]+", "".join(c for c in text.lower() if not unicodedata.combining(c))))


def sides_of(record: Record, ties: pl.DataFrame) -> Sides:
    """Find both sides of each tie. ties: a row each, with (some of) COLUMNS."""
    rows = completed(ties)
    same = dict(kept_as(record).rows())
    gone = unlisted(record)
    by_orcid = people_by_orcid(record, rows, same)
    by_ror = institutions_by_ror(record, rows)
    known: list[tuple[int, str, str, int, str]] = []
    named: list[tuple[int, str, str, str]] = []
    projects: list[tuple[int, str, int]] = []
    unknown: list[tuple[int, str]] = []
    hidden: set[int] = set()
    for row in rows.iter_rows(named=True):
        for side in ("a", "b"):
            value = {name: row[f"{side}_{name}"] for name in ("name", "country", "author", "orcid", "ror", "cordis")}
            people = people_of(value, by_orcid, same)
            if row[f"{side}_follow"] is False or not gone.isdisjoint(people):
                hidden.add(row["tie"])
            if people:
                known += [(row["tie"], side, "A", person, "sure") for person in sorted(people)]
            elif place := by_ror.get(ror_of(value["ror"])):
                known.append((row["tie"], side, "I", place, "sure"))
            elif name := plain_name(value["name"] or ""):
                named.append((row["tie"], side, name, value["country"] or ""))
            elif not value["cordis"]:
                unknown.append((row["tie"], side))
            if value["cordis"]:
                projects.append((row["tie"], side, value["cordis"]))
    return Sides(
        frame(known, tie=pl.Int64, side=pl.String, letter=pl.String, member=pl.Int64, sure=pl.String),
        frame(named, tie=pl.Int64, side=pl.String, name=pl.String, country=pl.String),
        frame(projects, tie=pl.Int64, side=pl.String, organisation=pl.Int64),
        frame(unknown, tie=pl.Int64, side=pl.String),
        frozenset(hidden),
    ).shown()


def completed(ties: pl.DataFrame) -> pl.DataFrame:
    """The same ties with all of COLUMNS; what was not given is unknown."""
    return ties.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in COLUMNS.items() if name not in ties.columns
    )


def people_of(value: dict[str, object], by_orcid: dict[str, set[int]], same: dict[int, int]) -> set[int]:
    """Author ids of one side, under which they are kept."""
    author = ids.find(str(value["author"] or ""), "author")
    found = set(by_orcid.get(orcid_of(value["orcid"]), ()))
    return found | ({same.get(author, author)} if author is not None else set())


def people_by_orcid(record: Record, rows: pl.DataFrame, same: dict[int, int]) -> dict[str, set[int]]:
    """ORCID → all ids of that person, for those asked about."""
    asked = {orcid_of(text) for side in ("a", "b") for text in rows[f"{side}_orcid"]} - {""}
    found: dict[str, set[int]] = {}
    if asked and record.files(AUTHORS):
        held = pl.scan_parquet(record.files(AUTHORS)).select("author", "orcid").drop_nulls().collect()
        for author, text in held.iter_rows():
            if (orcid := orcid_of(text)) in asked:
                found.setdefault(orcid, set()).add(same.get(author, author))
    return found


def institutions_by_ror(record: Record, rows: pl.DataFrame) -> dict[str, int]:
    asked = {ror_of(text) for side in ("a", "b") for text in rows[f"{side}_ror"]} - {""}
    if not asked or not record.files(INSTITUTIONS):
        return {}
    held = pl.scan_parquet(record.files(INSTITUTIONS)).select("institution", "ror").drop_nulls().collect()
    return {ror: number for number, text in held.iter_rows() if (ror := ror_of(text)) in asked}


def orcid_of(text: object) -> str:
    """An ORCID's sixteen signs, or nothing."""
    match = ORCID.search(str(text or ""))
    return match[1].replace("-", "").upper() if match else ""


def ror_of(text: object) -> str:
    match = ROR.fullmatch(str(text or "").strip().rstrip("/"))
    return match[1].lower() if match else ""


def frame(rows: Sequence[tuple[object, ...]], **schema: pl.DataType | type[pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema, orient="row")
