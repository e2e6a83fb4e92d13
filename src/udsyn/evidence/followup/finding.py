"""What the record holds of each tie after its day, and what existed before, by one statement over the record."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import polars as pl

from udsyn.evidence.followup.who import Sides, sides_of
from udsyn.record.care import corrections, kept_as
from udsyn.record.engine import Place, Record, view_sql
from udsyn.record.tables import AUTHORSHIPS

DEFINITION = "follow-up"


@dataclass(frozen=True)
class Followed:
    """What was found.

    finds: tie, kind (work, grant, project), id (W…, the grant's or the project's number), day, evidence (both: both
    sides are on it; acknowledged: one side's work names the tie's grant; cites: a work of one cites the other's; on a
    joint work: a grant that a joint work names), sure (sure: by ids; likely: one side by name; named: by a name that
    several people have). before: tie, kind, number, first, last: what both had before. sides: who they are in the
    record. looked: the files of authorships that have been looked through now.
    """

    finds: pl.DataFrame
    before: pl.DataFrame
    sides: Sides
    looked: frozenset[str]


def follow_up(place: Place, ties: pl.DataFrame, looked: Collection[str] = ()) -> Followed:
    """Look for what came of ties.

    ties: a row each, with the columns of `who.COLUMNS`, of which tie and date must be there. looked: files that an
    earlier run looked through for the same ties; only works that came since are then read, and `before` counts only
    those. Works of any type count, but for retracted ones and paratext.
    """
    record = Record.open(place)
    sides = sides_of(record, ties)
    held = record.files(AUTHORSHIPS)
    fresh = [file for file in held if stamp(file) not in set(looked)]
    awards = ties["award"].to_list() if "award" in ties.columns else [""] * ties.height
    asked = pl.DataFrame(
        {"tie": ties["tie"], "day": ties["date"], "award": [plain_award(one) for one in awards]}
    ).filter(~pl.col("tie").is_in(sorted(sides.hidden)))
    wrong = pl.DataFrame(corrections(record).not_theirs, {"work": pl.Int64, "author": pl.Int64}, orient="row")
    with record.connect() as connection:
        connection.execute(view_sql(replace(AUTHORSHIPS, name="fresh"), fresh))
        tables = {"ties": asked, "sides": sides.known, "named": sides.named, "projects_of": sides.projects_of}
        for name, frame in {**tables, "same": kept_as(record), "not_theirs": wrong}.items():
            connection.register(name, frame.to_arrow())
        statement = files("udsyn.evidence").joinpath("sql", "follow_up.sql").read_text(encoding="utf-8")
        found = pl.from_arrow(connection.sql(statement).to_arrow_table())
    assert isinstance(found, pl.DataFrame)
    later = pl.col("later")
    before = found.filter(~later, pl.col("evidence") == "both").group_by("tie", "kind", maintain_order=True)
    return Followed(
        found.filter(later).drop("later"),
        before.agg(pl.len().alias("number"), pl.col("day").min().alias("first"), pl.col("day").max().alias("last")),
        sides,
        frozenset(map(stamp, held)),
    )


def stamp(file: Path) -> str:
    """A file as it stands: a part that changes is written anew."""
    return f"{file.name} {file.stat().st_size}"


def plain_award(number: str | None) -> str:
    """A grant's number as numbers are compared: capital letters and digits."""
    return re.sub("[^A-Z0-9]+", "", (number or "").upper())
