"""Science × technology of a pair: where one country's science is strong and the other's industry builds on it.

For each field of science both countries have two activity indices, 1 = as the world:

    science       the field's part of the country's works over its part of the world's (`udsyn.evidence.profile`)
    technology    the field's part of the country's families that cite any work, over its part of all such families

The second needs no concordance of classes: which science a family builds on, it says itself by what it cites.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence.profile import specialisation
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.technology.families import open_patents, statement
from udsyn.evidence.technology.strengths import MIN_FAMILIES, cells_of
from udsyn.evidence.technology.users import CONFIDENCE, COUNTING, find_citing, snapshot_of
from udsyn.facts import countries
from udsyn.record.engine import Place

LEVELS = ("domain", "field", "subfield", "topic")
BOTH, OURS, THEIRS = "both ways", "our science, their technology", "their science, our technology"
NEITHER, FEW = "not told", "too few families"
ORDER = (BOTH, OURS, THEIRS, NEITHER, FEW)
SIDES, KINDS = ("home", "partner"), ("science", "technology")
SCHEMA: Mapping[str, Any] = {
    "rank": pl.Int64,
    "id": pl.String,
    "name": pl.String,
    "meets": pl.String,
    **{
        f"{side}_{kind}{end}": pl.Float64
        for side in SIDES
        for kind in KINDS
        for end in (("", "_low", "_high") if kind == "science" else ("", "_low", "_high", "_families"))
    },
}
READ = (
    "Technology here is what cites papers: families that cite none are left out of both totals. Each interval holds in "
    "19 of 20 cases; of many fields some lie above 1 by chance."
)


def crossed(
    record: Place,
    home: str,
    partner: str,
    *,
    level: str = "subfield",
    confidence: int = CONFIDENCE,
    examiner: bool = False,
    source: str | None = None,
    min_families: float = MIN_FAMILIES,
) -> Result:
    """A row per field of science in which either country has families that cite it, those that meet first.

    meets: `our science, their technology` where both intervals lie above 1 and the industry has `min_families` (in
    parts) there; the other way round; both ways; not told; or too few families. Columns: rank, id, name, meets, and for
    home and partner science and technology with `_low` and `_high`, and technology_families. Raises NotHeld where
    patents or cubes are not held, UsageError for an unknown level or country.
    """
    if level not in LEVELS:
        raise UsageError(f"no level {level}: choose one of {', '.join(LEVELS)}.")
    codes = dict(zip(SIDES, (countries.code_of(home), countries.code_of(partner)), strict=True))
    science = {side: specialisation(record, home=code, level=level) for side, code in codes.items()}
    with open_patents(record, source, works=True) as held:
        held.connection.execute(
            f"CREATE TEMP TABLE ours AS SELECT work, bare(doi) AS doi, {level} AS member FROM works_in_scope "  # noqa: S608
            f"WHERE {level} IS NOT NULL "
            "AND (work IN (SELECT work FROM cites_work) OR bare(doi) IN (SELECT doi FROM cites_work))"
        )
        find_citing(held, confidence, examiner)
        counts = held.connection.sql(statement("crossed"), params={"codes": list(codes.values())}).pl()
        origin = Provenance("technology-crossed", "fractional (applicant)", held.source, snapshot_of(record))
        terms = f"Terms: {'; '.join(held.terms)}."
    technology = {side: cells_of(counts, code) for side, code in codes.items()}
    named = {side: {str(row["id"]).lstrip("T"): row for row in found.to_dicts()} for side, found in science.items()}
    rows = [
        one_field(member, named, {side: cells[member].told() for side, cells in technology.items()}, min_families)
        for member in technology["home"]
    ]
    rows.sort(key=lambda row: (ORDER.index(row["meets"]), -nearest(row), row["id"]))
    told = [{"rank": rank, **row} for rank, row in enumerate(rows, start=1)]
    return Result(pl.DataFrame(told, schema=SCHEMA, orient="row"), origin, (COUNTING, READ, terms))


def one_field(
    member: str, science: Mapping[str, Mapping[str, Any]], technology: Mapping[str, Mapping[str, Any]], least: float
) -> dict[str, Any]:
    """What both countries do in one field, and where they meet."""
    row: dict[str, Any] = {"id": member, "name": member}
    for side in SIDES:
        works, families = science[side].get(member), technology[side]
        row |= {"id": str(works["id"]), "name": works["name"]} if works else {}
        row |= {f"{side}_technology_families": families["families"]}
        for end in ("", "_low", "_high"):
            row[f"{side}_science{end}"] = works[f"activity{end or '_index'}"] if works else None
            row[f"{side}_technology{end}"] = families[f"activity{end}"]
    return row | {"meets": meets(row, least)}


def meets(row: Mapping[str, Any], least: float) -> str:
    """Which country's science meets which one's technology; told only where both intervals lie above 1."""
    enough = {side: row[f"{side}_technology_families"] >= least for side in SIDES}
    ways = [
        way
        for way, scientist, maker in ((OURS, "home", "partner"), (THEIRS, "partner", "home"))
        if enough[maker] and (row[f"{scientist}_science_low"] or 0) > 1 and (row[f"{maker}_technology_low"] or 0) > 1
    ]
    if len(ways) > 1:
        return BOTH
    return ways[0] if ways else NEITHER if any(enough.values()) else FEW


def nearest(row: Mapping[str, Any]) -> float:
    """The lower end of the weaker side, of the way that is stronger."""
    ways = (("home_science_low", "partner_technology_low"), ("partner_science_low", "home_technology_low"))
    return max(min(row[science] or 0.0, row[technology] or 0.0) for science, technology in ways)
