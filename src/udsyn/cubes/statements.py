"""The named statements behind every cube, and their form in each engine's dialect.

Each file of `cubes/sql` is one SELECT in DuckDB's dialect over the record's tables; sqlglot turns it into Spark's,
BigQuery's or Trino's. Parameters are $units, $step and $window (integers), $scope (which works count), $kept (countries
whose institutions are held: all of them, but in a slice), $citations and $countries (of a work).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from udsyn.record.tables import CUBES, UNITS

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

DIALECTS = ("duckdb", "spark", "bigquery", "trino")

#: in the order in which they run, after those of the settings; what is not a cube is there for those after it
STATEMENTS = (
    "scoped_works",
    "world_cells",
    "classes",
    "country_cells",
    "impact",
    "reference_sets",
    "work_scores",
    "country_year",
    "topic_cells",
    "country_field_year",
    "coverage_year",
    "joint_works",
    "pair_cells",
    "pair_year",
    "pair_field_year",
    "pair_size_year",
    "country_size_year",
    "team_works",
    "joint_institutions",
    "kind_year",
    "institution_pair_year",
    "institution_year",
)

#: steps that several statements read: kept as a table while the cubes are built; the others are views
STEPS = ("world_cells", "classes", "country_cells", "topic_cells", "joint_works", "pair_cells", "joint_institutions")

#: squares of weights are added up in 1e-8 of a work: weights are rounded down to 1e-4 first
STEP = UNITS // 10_000

#: what the statements count when nothing else is said
PARAMETERS: Mapping[str, str] = {
    "units": str(UNITS),
    "step": str(STEP),
    "scope": "true",
    "kept": "true",
    "citations": "works.cited_by",
    "countries": "works.countries",
    "window": "100000",
}


def is_cube(name: str) -> bool:
    """Whether a statement's answer is kept in the record."""
    return name in CUBES


@cache
def text(name: str) -> str:
    """A statement as written."""
    return (files("udsyn.cubes") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def compiled(name: str, dialect: str, parameters: Mapping[str, str]) -> str:
    """A statement in an engine's dialect with its parameters ($name → SQL in DuckDB's dialect) filled."""
    import sqlglot  # loaded where it is used: questions read cubes and compile nothing

    values = {key: sqlglot.parse_one(value, dialect="duckdb") for key, value in {**PARAMETERS, **parameters}.items()}
    return translated(text(name), dialect, values)


def translated(query: str, dialect: str, values: Mapping[str, Expr]) -> str:
    """A query in DuckDB's dialect in that of another engine, with its parameters ($name → expression) filled."""
    import sqlglot
    from sqlglot import expressions as sql

    tree = sqlglot.parse_one(query, dialect="duckdb")
    filled = tree.transform(
        lambda node: values[node.name].copy() if isinstance(node, sql.Placeholder) and node.name in values else node
    )
    return filled.sql(dialect=dialect, comments=False)
