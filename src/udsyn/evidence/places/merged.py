"""Countries that the cubes count as one are one in places, too.

The tables that statements read by name (authorships, institutions, work_countries) are put before the record's own,
with their codes merged as `udsyn cubes --merge` was told; where it was told nothing they stay as they are. `memory` is
DuckDB's name for the database that holds the record's views.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from udsyn.facts.countries import MERGES

if TYPE_CHECKING:
    import duckdb

#: As `cubes/sql/merged_countries.sql`: a work of two merged countries is one work of the country they are counted in.
WORK_COUNTRIES = """
CREATE TEMP VIEW work_countries AS
SELECT
    work,
    {country} AS country,
    CAST(sum(units) AS BIGINT) AS units,
    bool_or(is_first) AS is_first,
    bool_or(is_corresponding) AS is_corresponding
FROM memory.main.work_countries
GROUP BY work, {country}
"""
ROWS = "CREATE TEMP VIEW {table} AS SELECT * REPLACE ({country} AS country) FROM memory.main.{table}"


def merge_countries(connection: duckdb.DuckDBPyConnection, policy: str) -> None:
    """Let this connection read countries as the cubes of the record count them."""
    merges = MERGES[policy]
    if not merges:
        return
    country = code_of(merges)
    for table in ("authorships", "institutions"):
        connection.execute(ROWS.format(table=table, country=country))
    connection.execute(WORK_COUNTRIES.format(country=country))


def code_of(merges: Mapping[str, str]) -> str:
    """The SQL of a country's code after merging."""
    cases = " ".join(f"WHEN '{code}' THEN '{into}'" for code, into in merges.items())
    return f"(CASE country {cases} ELSE country END)"
