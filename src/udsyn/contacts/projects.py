"""Projects that the institution of a person shares with a country: a tie between institutions, not between people.

CORDIS numbers organisations in its own way, and writes their names in capitals and without accents. An organisation of
its register is an institution of the record where country and folded name are the same, by any name that the record or
ROR has for it; a name that fits two institutions tells neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from udsyn.contacts.names import folded

if TYPE_CHECKING:
    import duckdb

LATEST = 3  #: projects named in a reason
ORGANISATIONS = """
SELECT DISTINCT organisation, country, name FROM participations
WHERE organisation IS NOT NULL AND country IS NOT NULL AND name IS NOT NULL
ORDER BY organisation, country, name
"""
Named = Iterable[tuple[int, str, str]]  #: an institution or organisation, its country and a name


def shared(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame | None:
    """institution, country, projects, last_year (null: not known), latest; None where the register names nobody.

    `indexed_people` names the institutions asked about.
    """
    columns = [row[0] for row in connection.execute("DESCRIBE participations").fetchall()]
    if "name" not in columns:  # read before names were kept
        return None
    named = connection.execute(ORGANISATIONS).fetchall()
    if not named:
        return None
    known = same(connection.execute(statement("index_project_names")).fetchall(), named)
    schema = {"organisation": pl.Int64, "institution": pl.Int64}
    connection.register("known_organisations", pl.DataFrame(known, schema=schema, orient="row").to_arrow())
    return pl.DataFrame(connection.sql(statement("index_projects")).to_arrow_table())


@cache
def statement(name: str) -> str:
    return (files("udsyn.contacts") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def same(institutions: Named, organisations: Named) -> list[tuple[int, int]]:
    """Each organisation beside the institution that it is, where exactly one bears its name in its country."""
    bearers: dict[tuple[str, str], set[int]] = {}
    for institution, country, name in institutions:
        bearers.setdefault((country, key(name)), set()).add(institution)
    found: dict[int, set[int]] = {}
    for organisation, country, name in organisations:
        found.setdefault(organisation, set()).update(bearers.get((country, key(name)), set()))
    return [(organisation, min(fitting)) for organisation, fitting in found.items() if len(fitting) == 1]


def key(name: str) -> str:
    return " ".join(folded(name))


def reason(home: str, projects: int, last_year: int | None, latest: Iterable[int]) -> str:
    """The tie in words that can be looked up in the register."""
    began = f", the last begun in {last_year}" if last_year else ""
    named = ", ".join(str(project) for project in latest)
    return (
        f"their institution takes part in {projects:,} project{'s' * (projects != 1)} with {home} in CORDIS's register"
        f"{began} ({'project' if projects == 1 else 'projects, the latest first'}: {named})"
    )
