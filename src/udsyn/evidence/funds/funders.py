"""Who paid for what two countries did together: funders of joint works (OpenAlex), and joint EU projects (CORDIS).

A work names its funders, and an award (OpenAlex) the works that it paid for; many works name none, so a funder that is
missing here may have paid all the same.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence.projects import SOURCE as CORDIS
from udsyn.evidence.projects import joint_projects, totals
from udsyn.evidence.result import Provenance, Result
from udsyn.facts import countries
from udsyn.record.engine import Place, Record
from udsyn.record.tables import AWARD_WORKS, AWARDS, FUNDERS, WORK_FUNDERS

if TYPE_CHECKING:
    import duckdb

EUROPEAN = "European Union, joint projects in CORDIS"
SCHEMA: dict[str, Any] = {
    "rank": pl.Int64,
    "id": pl.String,
    "name": pl.String,
    "country": pl.String,
    "works": pl.Int64,
    "share": pl.Float64,
    "awards": pl.Int64,
    "projects": pl.Int64,
    "first_year": pl.Int64,
    "last_year": pl.Int64,
    "source": pl.String,
}
NOT_SAID = "Many works name no funder: who is missing here may have paid all the same."


def funders(record: Place, home: str, partner: str, *, years: tuple[int, int] | None = None, limit: int = 20) -> Result:
    """The funders of a pair's joint works, those of most works first; last the EU's joint projects, where held.

    Columns: rank, id (OpenAlex's F...), name, country, works, share (of the joint works that name any funder), awards
    (different numbers), projects (of CORDIS), first_year and last_year (of works, or of projects' starts), source.
    Raises NotHeld where neither works' funders nor CORDIS's projects are held, UsageError for an unknown country.
    """
    record = Record.open(record)
    codes = {"home": countries.code_of(home), "partner": countries.code_of(partner)}
    rows, notes = of_works(record, codes, years, limit)
    projects = of_projects(record, codes, years)
    if projects is not None:
        rows.append(projects)
    elif not notes:
        raise NotHeld(
            "no funders are held: read works with `udsyn ingest openalex SRC --with funders`, awards with `--only "
            "awards`, or CORDIS's projects with `udsyn ingest cordis FILE`."
        )
    origin = Provenance("funders", "full", "openalex" if notes else CORDIS, record.snapshot("openalex"))
    numbered = [{"rank": rank, **row} for rank, row in enumerate(rows, start=1)]
    return Result(pl.DataFrame(numbered, schema=SCHEMA, orient="row"), origin, (*notes, NOT_SAID))


def of_works(
    record: Record, codes: dict[str, str], years: tuple[int, int] | None, limit: int
) -> tuple[list[dict[str, Any]], list[str]]:
    """A row per funder, and how many joint works name one; no note where neither funders nor awards are held."""
    if not (record.holds(WORK_FUNDERS) or (record.holds(AWARDS) and record.holds(AWARD_WORKS))):
        return [], []
    first, last = years or (None, None)
    with record.connect() as connection:
        name_paid(connection, record)
        query = files("udsyn.evidence").joinpath("sql", "funders.sql").read_text(encoding="utf-8")
        found = connection.sql(query, params={**codes, "first": first, "last": last}).pl().to_dicts()
    told, joint = (found[0]["told"], found[0]["joint"]) if found else (0, None)
    rows = [
        {name: row[name] for name in ("name", "country", "works", "awards", "first_year", "last_year")}
        | {"id": f"F{row['funder']}", "share": row["works"] / told, "projects": None, "source": "openalex"}
        for row in found[:limit]
    ]
    return rows, [f"{told:,} of {joint:,} joint works name a funder." if found else "No joint work names a funder."]


def name_paid(connection: duckdb.DuckDBPyConnection, record: Record) -> None:
    """Make the views `paid` (work, funder, name, award) of what works and awards say, and `funders_held`."""
    parts = []
    if record.holds(WORK_FUNDERS):
        parts.append("SELECT work, funder, name, award FROM work_funders")
    if record.holds(AWARDS) and record.holds(AWARD_WORKS):
        parts.append("SELECT work, funder, funder_name, number FROM award_works JOIN awards USING (award)")
    connection.execute(f"CREATE TEMP VIEW paid AS {' UNION ALL '.join(parts)}")
    held = "SELECT funder, name, country FROM funders" if record.holds(FUNDERS) else NONE_HELD
    connection.execute(f"CREATE TEMP VIEW funders_held AS {held}")


NONE_HELD = (
    "SELECT CAST(NULL AS BIGINT) AS funder, CAST(NULL AS VARCHAR) AS name, CAST(NULL AS VARCHAR) AS country WHERE false"
)


def of_projects(record: Record, codes: dict[str, str], years: tuple[int, int] | None) -> dict[str, Any] | None:
    """The pair's projects of CORDIS as one row; None where no register is held, or none is joint."""
    try:
        found = joint_projects(record, home=codes["home"], partner=codes["partner"], years=years)
    except NotHeld:
        return None
    if found.rows.is_empty():
        return None
    (row,) = totals(found).select("projects", "first_year", "last_year").to_dicts()
    unknown = dict.fromkeys(("id", "works", "share", "awards"))
    return {**unknown, **row, "name": EUROPEAN, "country": "EU", "source": CORDIS}
