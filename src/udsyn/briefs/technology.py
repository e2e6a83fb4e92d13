"""Technology in a brief: which of the partner's firms build on home's science, and where both are strong."""

from __future__ import annotations

import polars as pl

from udsyn.briefs import charts
from udsyn.briefs.asking import held
from udsyn.briefs.document import Block, Chart, Column, Kind, Section, Table, Text, with_interval
from udsyn.briefs.sections import LONG_LIST, Pair, first_of, nothing
from udsyn.evidence.result import Result
from udsyn.evidence.technology.crossed import BOTH, FEW, OURS, THEIRS, crossed
from udsyn.evidence.technology.strengths import strengths
from udsyn.evidence.technology.users import users
from udsyn.evidence.verdicts import JOINT
from udsyn.record.engine import Record

FIRMS = 10  #: named in the table
CLASSES = 10
DRAWN = 5  #: families with which a field is drawn as a point


def section(record: Record, pair: Pair) -> Section | None:
    """What patents say of a pair; None where the record holds none: a brief without patents is whole."""
    found = held(users, record, pair.home.code, country=pair.partner.code, limit=FIRMS)
    if found is None:
        return None
    blocks: list[Block] = [*of_users(pair, found)]
    both = held(strengths, record, pair.home.code, pair.partner.code)
    if both is not None:
        blocks += of_strengths(pair, both)
    met = held(crossed, record, pair.home.code, pair.partner.code)
    if met is not None:
        blocks += of_crossed(pair, met)
    return Section("technology", "Who builds on this science", blocks)


def of_users(pair: Pair, found: Result) -> list[Block]:
    """The firms to meet, each with a patent and the paper that it cites."""
    notes = Text(" ".join(found.notes), "small")
    rows = found.rows.to_dicts()
    if not rows:
        said = f"No patent family of {pair.partner.name} that is held cites a work of {pair.home.name}."
        return [Text(said, "finding"), notes]
    said = (
        f"{rows[0]['name']} is listed first of the firms of {pair.partner.name} whose patents cite works of "
        f"{pair.home.name}: {with_interval(rows[0], 'share', 'percent')} of its patent families do (in brackets the "
        "95 % interval)."
    )
    if len(rows) > 1 and rows[0]["share_low"] <= rows[1]["share_high"]:
        said += " That it does so more than the next one is not told from chance."
    columns = [
        Column("rank", "Rank", "integer"),
        Column("name", "Firm"),
        Column("families", "Families that cite, in parts", "decimal"),
        Column("share", "Share of its families", "percent"),
        Column("works", "Works cited", "integer"),
        Column("last_year", "Last filing", "year"),
        Column("reason", "For instance"),
    ]
    shown = [{**row, "reason": row["reasons"][0]} for row in rows]
    caption = f"Firms of {pair.partner.name} that build on works of {pair.home.name}, families of all years held"
    return [Text(said, "finding"), Table(caption, columns, shown, found.provenance), notes]


def of_strengths(pair: Pair, both: Result) -> list[Block]:
    """Classes in which both are strong."""
    rows = [row for row in both.rows.to_dicts() if row["quadrant"] == JOINT][:CLASSES]
    if not rows:
        return [Text(f"In no class of technology can both {pair} be told to be strong.", "plain")]
    columns = [
        Column("symbol", "Class of CPC"),
        *([Column("title", "Title")] if any(row["title"] for row in rows) else []),
        *(
            Column(f"{who}_{name}", f"{country.name}: {label}", kind)
            for who, country in (("home", pair.home), ("partner", pair.partner))
            for name, label, kind in MEASURES
        ),
    ]
    sides = [f"{who}_activity" for who in ("home", "partner")]
    listed = [{**row, "title": row["title"] or "–"} | {key: with_interval(row, key) for key in sides} for row in rows]
    caption = "Classes of technology in which both are strong, families of all years held, with 95 % intervals"
    return [Table(caption, columns, listed, both.provenance)]


def of_crossed(pair: Pair, met: Result) -> list[Block]:
    """One picture of science × technology both ways, with its numbers beneath."""
    every = met.rows.to_dicts()
    rows = [row for row in every if row["meets"] != FEW]
    if not rows:
        return [nothing("a field of science that enough patent families of either cite", "Load more citations.")]
    ways = {
        f"Science of {one.name}, technology of {other.name}": (scientist, maker, told)
        for one, other, scientist, maker, told in (
            (pair.home, pair.partner, "home", "partner", (OURS, BOTH)),
            (pair.partner, pair.home, "partner", "home", (THEIRS, BOTH)),
        )
    }
    points = [
        {"panel": panel, "name": row["name"], "told": row["meets"] in told}
        | {"science": row[f"{scientist}_science"], "technology": row[f"{maker}_technology"]}
        | {"families": row[f"{maker}_technology_families"]}
        for panel, (scientist, maker, told) in ways.items()
        for row in every
        if row[f"{maker}_technology_families"] >= DRAWN
    ]
    drawn = pl.DataFrame(points).drop_nulls(["science", "technology"])
    found = {panel: drawn.filter(pl.col("told") & (pl.col("panel") == panel))["name"].to_list() for panel in ways}
    said = "; ".join(f"{panel}: {first_of(names, 5) if names else 'none told'}" for panel, names in found.items())
    columns = [Column("name", "Field"), Column("meets", "Where they meet")]
    for who, country in (("home", pair.home), ("partner", pair.partner)):
        columns += [
            Column(f"{who}_science_told", f"{country.name}: science"),
            Column(f"{who}_technology_told", f"{country.name}: technology"),
            Column(f"{who}_technology_families", f"{country.name}: families that cite, in parts", "decimal"),
        ]
    ends = {f"{who}_{kind}" for who in ("home", "partner") for kind in ("science", "technology")}
    ours, theirs = ways
    met_at = {OURS: ours, THEIRS: theirs}
    listed = [
        {**row, "meets": met_at.get(row["meets"], row["meets"])}
        | {f"{name}_told": with_interval(row, name) for name in ends}
        for row in rows[:LONG_LIST]
    ]
    table = Table(
        "Activity of both countries by field of science, all years held, 1 = as the world",
        columns,
        listed,
        met.provenance,
    )
    chart = Chart(
        "Science × technology: whose science meets whose industry",
        f"Fields of science by activity in science and in technology that cites it. {said}.",
        lambda width: charts.crossed(drawn, list(ways), width),
        table,
        met.provenance,
        key="A point is a field, larger with more families that cite it; the lines are the world; orange: both "
        "intervals lie above 1.",
    )
    return [Text(f"Where science meets technology. {said}.", "finding"), chart, Text(" ".join(met.notes), "small")]


MEASURES: tuple[tuple[str, str, Kind], ...] = (
    ("families", "families, in parts", "decimal"),
    ("activity", "activity index", "text"),
)
