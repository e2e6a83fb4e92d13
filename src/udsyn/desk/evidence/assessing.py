"""What the record says of people who assess and of those who apply: who they are in it, what they wrote together, what
their works are called. Without a record nothing is said, and pages say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from udsyn.contacts import conflicts
from udsyn.desk.tools import record
from udsyn.evidence.followup.who import orcid_of
from udsyn.record.tables import AUTHORS, AUTHORSHIPS, WORKS

NEWEST = 60  #: works of a person that say what they know


def held() -> bool:
    return record.named() is not None


def authors_of(orcids: Mapping[int, str]) -> dict[int, set[str]]:
    """Key → ids in the record of who has this ORCID; all of them where it stands at several."""
    here = record.named()
    asked = {orcid for text in orcids.values() if (orcid := orcid_of(text))}
    if here is None or not asked or not here.files(AUTHORS):
        return {}
    rows = pl.scan_parquet(here.files(AUTHORS)).select("author", "orcid").drop_nulls()
    digits = pl.col("orcid").str.extract(r"(\d{4}-?\d{4}-?\d{4}-?\d{3}[\dXx])$").str.replace_all("-", "")
    rows = rows.with_columns(digits.str.to_uppercase()).filter(pl.col("orcid").is_in(sorted(asked)))
    found: dict[int, set[str]] = {}
    for author, orcid in rows.collect().iter_rows():
        for key, text in orcids.items():
            if orcid_of(text) == orcid:
                found.setdefault(key, set()).add(f"A{author}")
    return found


def joint_works(authors: Iterable[str], first: int, last: int) -> dict[conflicts.Pair, tuple[str, ...]]:
    """Works that two of these authors wrote together in these years, newest first."""
    here, known = record.named(), sorted({author for author in authors if author.startswith("A")})
    if here is None or not known or not here.files(AUTHORSHIPS):
        return {}
    numbers = [int(author[1:]) for author in known]
    rows = pl.scan_parquet(here.files(AUTHORSHIPS)).filter(pl.col("author").is_in(numbers)).select("work", "author")
    years = pl.scan_parquet(here.files(WORKS)).select("work", "year")
    rows = rows.join(years, on="work").with_columns(
        pl.format("A{}", "author").alias("author"), pl.format("W{}", "work").alias("work")
    )
    return conflicts.joint_works(rows, known, first, last)


def titles(works: Iterable[str]) -> dict[str, str]:
    """Works as people read them: title and year."""
    here, numbers = record.named(), [int(work[1:]) for work in works]
    if here is None or not numbers:
        return {}
    rows = pl.scan_parquet(here.files(WORKS)).filter(pl.col("work").is_in(numbers)).select("work", "title", "year")
    return {f"W{work}": f"{title or f'W{work}'} ({year})" for work, title, year in rows.collect().iter_rows()}


def works_of(authors: Iterable[str]) -> list[str]:
    """Titles of the newest works of these authors, who are one person."""
    here, numbers = record.named(), [int(author[1:]) for author in authors]
    if here is None or not numbers or not here.files(AUTHORSHIPS):
        return []
    theirs = pl.scan_parquet(here.files(AUTHORSHIPS)).filter(pl.col("author").is_in(numbers)).select("work").unique()
    rows = pl.scan_parquet(here.files(WORKS)).select("work", "title", "year").drop_nulls().join(theirs, on="work")
    return rows.sort("year", "work", descending=True).head(NEWEST).collect()["title"].to_list()
