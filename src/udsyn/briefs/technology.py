"""Technology in a brief: which of the partner's firms build on home's science, and where both are strong."""

from __future__ import annotations

from typing import Any

from udsyn.briefs.asking import held
from udsyn.briefs.document import Block, Column, Section, Table, Text
from udsyn.briefs.sections import Pair
from udsyn.evidence.result import Result
from udsyn.evidence.technology.strengths import strengths
from udsyn.evidence.technology.users import users
from udsyn.evidence.verdicts import JOINT
from udsyn.record.engine import Record

FIRMS = 10  #: named in the table
CLASSES = 10


def section(record: Record, pair: Pair) -> Section | None:
    """What patents say of a pair; None where the record holds none: a brief without patents is whole."""
    found = held(users, record, pair.home.code, country=pair.partner.code, limit=FIRMS)
    if found is None:
        return None
    blocks: list[Block] = [*of_users(pair, found)]
    both = held(strengths, record, pair.home.code, pair.partner.code)
    if both is not None:
        blocks += of_strengths(pair, both)
    return Section("technology", "Who builds on this science", blocks)


def of_users(pair: Pair, found: Result) -> list[Block]:
    """The firms to meet, each with a patent and the paper that it cites."""
    notes = Text(" ".join(found.notes), "small")
    rows = found.rows.to_dicts()
    if not rows:
        said = f"No patent family of {pair.partner.name} that is held cites a work of {pair.home.name}."
        return [Text(said, "finding"), notes]
    said = (
        f"{rows[0]['name']} comes first among the firms of {pair.partner.name} whose patents cite works of "
        f"{pair.home.name}: {rows[0]['share']:.0%} of its families do ({rows[0]['share_low']:.0%} to "
        f"{rows[0]['share_high']:.0%})."
    )
    columns = [
        Column("rank", "Rank", "integer"),
        Column("name", "Firm"),
        Column("families", "Families that cite", "decimal"),
        Column("share", "Share of its families", "percent"),
        Column("works", "Works cited", "integer"),
        Column("last_year", "Last filing", "year"),
        Column("reason", "For instance"),
    ]
    shown = [{**row, "reason": row["reasons"][0]} for row in rows]
    caption = f"Firms of {pair.partner.name} that build on works of {pair.home.name}"
    return [Text(said, "finding"), Table(caption, columns, shown, found.provenance), notes]


def of_strengths(pair: Pair, both: Result) -> list[Block]:
    """Classes in which both are strong."""
    rows = [row for row in both.rows.to_dicts() if row["quadrant"] == JOINT][:CLASSES]
    if not rows:
        return [Text(f"In no class of technology can both {pair} be told to be strong.", "plain")]
    columns = [
        Column("symbol", "Class of CPC"),
        Column("title", "Title"),
        *(
            Column(f"{who}_{name}", f"{label}, {country.name}", kind)
            for who, country in (("home", pair.home), ("partner", pair.partner))
            for name, label, kind in MEASURES
        ),
    ]
    listed = [{**row, "title": row["title"] or "–"} for row in rows]
    return [Table("Classes of technology in which both are strong", columns, listed, both.provenance)]


MEASURES: tuple[tuple[str, str, Any], ...] = (
    ("families", "Families", "decimal"),
    ("activity", "Activity index", "decimal"),
    ("activity_low", "from", "decimal"),
    ("activity_high", "to", "decimal"),
)
