"""What the record holds of each tie after its day, and what existed before, by one statement over the record.

A second look costs what came since: it reads the files that are new, and of the ties those that these can concern.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import polars as pl

from udsyn.evidence.followup.patents import held as patents_held
from udsyn.evidence.followup.patents import joint_patents
from udsyn.evidence.followup.who import Sides, completed, sides_of
from udsyn.record.care import corrections, kept_as, said
from udsyn.record.engine import Place, Record, view_sql
from udsyn.record.parts import MERGED
from udsyn.record.tables import (
    AUTHORS,
    AUTHORSHIPS,
    INSTITUTIONS,
    PARTICIPATIONS,
    REFERENCES,
    WORK_FUNDERS,
    WORKS,
    Table,
)

DEFINITION = "follow-up"
FOUND = {
    "tie": pl.Int64, "kind": pl.String, "id": pl.String, "day": pl.Date, "evidence": pl.String, "sure": pl.String,
    "later": pl.Boolean,
}  # fmt: skip
WRITTEN = {"author": pl.Int64, "institution": pl.Int64}
#: the part of an address or id by which it is compared
TAILS = {"orcid": r"(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", "ror": r"(0[a-z0-9]{8})$"}


@dataclass(frozen=True)
class Followed:
    """What was found.

    finds: tie, kind (work, grant, project, patent), id (W…, or its number), day, evidence (both: both sides are on it;
    acknowledged: one side's work names the tie's grant; cites: a work of one cites the other's; on a joint work: a
    grant that a joint work names), sure (sure: by ids; likely: one side by name; named: by a name that several people
    have). before: tie, kind, number, first, last: what both had before. sides: who they are in the record. looked:
    stands for the state of the record that has been looked through now. whole: nothing was left out.
    """

    finds: pl.DataFrame
    before: pl.DataFrame
    sides: Sides
    looked: frozenset[str]
    whole: bool = True


def follow_up(place: Place, ties: pl.DataFrame, looked: Collection[str] = ()) -> Followed:
    """Look for what came of ties.

    ties: a row each, with the columns of `who.COLUMNS`, of which tie and date must be there. looked: what an earlier
    look at the same ties gave; only works that came since are then read, of those ties only that have a side on one of
    them, and `before` counts only those. Where ids were merged since, or somebody opted out, all is looked through
    anew. Works of any type count, but for retracted ones and paratext.
    """
    record = Record.open(place)
    now = marks(record)
    whole = care_mark(record) not in looked
    fresh = [file for file in record.files(AUTHORSHIPS) if whole or stamp(file) not in looked]
    registers = not now - files_of(record, AUTHORSHIPS) <= {*looked}  # projects or patents came
    if not whole:
        ties = ties.filter(touched(record, ties, fresh, registers))
    sides = sides_of(record, ties)
    found = pl.DataFrame(schema=FOUND) if ties.is_empty() else ask(record, ties, sides, fresh)
    if whole or registers:
        said_of = ties.filter(~pl.col("tie").is_in(sorted(sides.hidden)))
        found = pl.concat([found, joint_patents(record, completed(said_of))])
    later = pl.col("later")
    before = found.filter(~later, pl.col("evidence") == "both").group_by("tie", "kind", maintain_order=True)
    return Followed(
        found.filter(later).drop("later"),
        before.agg(pl.len().alias("number"), pl.col("day").min().alias("first"), pl.col("day").max().alias("last")),
        sides,
        now,
        whole,
    )


def ask(record: Record, ties: pl.DataFrame, sides: Sides, fresh: list[Path]) -> pl.DataFrame:
    """What stands in these files of authorships about ties, as FOUND."""
    awards = ties["award"].to_list() if "award" in ties.columns else [""] * ties.height
    asked = pl.DataFrame(
        {"tie": ties["tie"], "day": ties["date"], "award": [plain_award(one) for one in awards]}
    ).filter(~pl.col("tie").is_in(sorted(sides.hidden)))
    wrong = pl.DataFrame(corrections(record).not_theirs, {"work": pl.Int64, "author": pl.Int64}, orient="row")
    with record.connect() as connection:
        connection.execute(view_sql(replace(AUTHORSHIPS, name="fresh"), fresh))
        for table in (WORKS, REFERENCES, WORK_FUNDERS):
            connection.execute(view_sql(replace(table, name=f"fresh_{table.name}"), beside(record, table, fresh)))
        tables = {"ties": asked, "sides": sides.known, "named": sides.named, "projects_of": sides.projects_of}
        for name, frame in {**tables, "same": kept_as(record), "not_theirs": wrong}.items():
            connection.register(name, frame.to_arrow())
        statement = files("udsyn.evidence").joinpath("sql", "follow_up.sql").read_text(encoding="utf-8")
        found = pl.from_arrow(connection.sql(statement).to_arrow_table())
    assert isinstance(found, pl.DataFrame)
    return found


def beside(record: Record, table: Table, fresh: list[Path]) -> list[Path]:
    """The files of a table that hold the works of these files of authorships: those of their names, else all."""
    held = record.files(table)
    names = {file.name for file in fresh}
    same = [file for file in held if file.name in names]
    return same if len(same) == len(names) else held


def touched(record: Record, ties: pl.DataFrame, fresh: list[Path], registers: bool) -> pl.Expr:
    """Which ties have a side that is on a work of these files; those in other registers where one of them changed."""
    written = (
        pl.scan_parquet(fresh).select("author", "institution").collect() if fresh else pl.DataFrame(schema=WRITTEN)
    )
    same = kept_as(record)
    people = set(written["author"].drop_nulls().unique())
    kept = people | {kept for old, kept in same.iter_rows() if old in people}
    people = kept | {old for old, one in same.iter_rows() if one in kept}
    places = written["institution"].drop_nulls().unique()
    found = pl.lit(False)
    for side in ("a", "b"):
        for name, pattern, held in (
            ("author", r"A(\d+)$", [str(one) for one in people]),
            ("orcid", None, orcids_of(record, people) if filled(ties, f"{side}_orcid") else []),
            ("ror", None, rors_of(record, places) if filled(ties, f"{side}_ror") else []),
        ):
            if (column := f"{side}_{name}") in ties.columns and held:
                text = pl.col(column).str.extract(pattern) if pattern else pl.col(column).str.extract(TAILS[name])
                found |= text.is_in(held).fill_null(False)
        for name in ("cordis", "applicant"):
            if registers and filled(ties, f"{side}_{name}"):
                found |= pl.col(f"{side}_{name}").cast(pl.String).fill_null("") != ""
    return found


def filled(ties: pl.DataFrame, column: str) -> bool:
    """Whether any tie says it."""
    return column in ties.columns and bool(ties[column].cast(pl.String).fill_null("").str.len_bytes().max())


def orcids_of(record: Record, people: set[int]) -> list[str]:
    held = record.files(AUTHORS)
    rows = pl.scan_parquet(held).filter(pl.col("author").is_in(people)).select("orcid") if held else None
    return [] if rows is None else rows.collect()["orcid"].drop_nulls().str.extract(TAILS["orcid"]).to_list()


def rors_of(record: Record, places: pl.Series) -> list[str]:
    held = record.files(INSTITUTIONS)
    rows = pl.scan_parquet(held).filter(pl.col("institution").is_in(places.implode())).select("ror") if held else None
    return [] if rows is None else rows.collect()["ror"].drop_nulls().str.extract(TAILS["ror"]).to_list()


def marks(record: Record) -> frozenset[str]:
    """What is looked through: the files of authorships, projects and patents, and what is said of who is who."""
    return files_of(record, AUTHORSHIPS) | files_of(record, PARTICIPATIONS) | patents_held(record) | {care_mark(record)}


def files_of(record: Record, table: Table) -> frozenset[str]:
    return frozenset(map(stamp, record.files(table)))


def care_mark(record: Record) -> str:
    """Changes when an id is merged into another, a work struck from a person, or somebody opts out."""
    merged = sorted((record.path / MERGED).glob("*.parquet"))
    said_of = hashlib.sha256(said(record.path))
    for file in merged:
        said_of.update(stamp(file).encode())
    return f"care {said_of.hexdigest()}"


def stamp(file: Path) -> str:
    """A file as it stands: a part that changes is written anew."""
    return f"{file.name} {file.stat().st_size}"


def plain_award(number: str | None) -> str:
    """A grant's number as numbers are compared: capital letters and digits."""
    return re.sub("[^A-Z0-9]+", "", (number or "").upper())
