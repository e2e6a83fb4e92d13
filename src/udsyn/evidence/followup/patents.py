"""Joint patents: families of which both sides of a tie are applicants, by the names and countries of the register.

A patent's applicants have no ids, so what is found is likely and never sure; inventors are kept without names.
"""

from __future__ import annotations

import polars as pl

from udsyn.evidence.followup.who import plain_name
from udsyn.record.engine import Record
from udsyn.record.patents import patents

#: words that say what form a firm has, not what it is called
FORMS = frozenset({"a", "s", "as", "aps", "inc", "corp", "co", "company", "ltd", "limited", "llc", "gmbh", "ag", "ab"})
FOUND = {"tie": pl.Int64, "kind": pl.String, "id": pl.String, "day": pl.Date, "evidence": pl.String, "sure": pl.String}


def applicant_name(name: str) -> str:
    """A name as applicants are compared: small letters, without the form of the firm.

    >>> applicant_name("Vindlys A/S"), applicant_name("VINDLYS AS")
    ('vindlys', 'vindlys')
    """
    return " ".join(word for word in plain_name(name.replace(",", " ")).split() if word not in FORMS)


def held(record: Record) -> frozenset[str]:
    """Stands for what is held of applicants."""
    files = patents(record.path).files("family_party")
    return frozenset(f"{file.parent.name}/{file.name} {file.stat().st_size}" for file in files)


def joint_patents(record: Record, ties: pl.DataFrame) -> pl.DataFrame:
    """Families with both sides as applicants, as FOUND and `later`. ties: tie, date, each side's applicant, country."""
    shelf = patents(record.path)
    wanted = ties.filter(*(pl.col(f"{side}_applicant").fill_null("") != "" for side in "ab"))
    if wanted.is_empty() or not shelf.files("family_party"):
        return pl.DataFrame(schema=FOUND | {"later": pl.Boolean})
    sides = [
        wanted.select(
            "tie",
            "date",
            pl.col(f"{side}_applicant").map_elements(applicant_name, pl.String).alias("plain"),
            pl.col(f"{side}_country").fill_null("").alias("of"),
        )
        for side in "ab"
    ]
    names = set().union(*(side["plain"] for side in sides))
    party = shelf.scan("family_party").filter(pl.col("role") == "applicant").select("family", "name", "country")
    called = party.select("name").drop_nulls().unique().collect()
    called = called.with_columns(plain=pl.col("name").map_elements(applicant_name, pl.String))
    called = called.filter(pl.col("plain").is_in(names) & (pl.col("plain") != ""))
    mine = party.join(called.lazy(), on="name").unique().collect()
    there = (pl.col("of") == "") | pl.col("country").is_null() | (pl.col("of") == pl.col("country"))
    ours, theirs = (side.join(mine, on="plain").filter(there) for side in sides)
    both = ours.select("tie", "date", "family").join(theirs.select("tie", "family"), on=["tie", "family"]).unique()
    first = pl.min_horizontal(pl.col("filed").min(), pl.col("published").min())
    days = shelf.scan("publication").group_by("family").agg(day=first)
    dated = both.lazy().join(days, on="family").filter(pl.col("day").is_not_null()).collect().sort("tie", "family")
    return dated.select(
        "tie", pl.lit("patent").alias("kind"), pl.col("family").alias("id"), "day", pl.lit("both").alias("evidence"),
        pl.lit("likely").alias("sure"), (pl.col("day") >= pl.col("date")).alias("later"),
    )  # fmt: skip
