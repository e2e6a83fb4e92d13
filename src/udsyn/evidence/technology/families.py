"""What is held of patent families, as views: one source of families, and every source of citations to papers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.record.engine import Place, Record, duck, sql_files, sql_text
from udsyn.record.patents import TABLES, patents
from udsyn.record.patents.tables import SQL_TYPES
from udsyn.record.shelf import About

if TYPE_CHECKING:
    import duckdb

MEMORY = "1000MB"
#: tables that every source of families is read with: citations to papers, classes, registers
SHARED = ("cites_work", "class_title", "class_field", "organisation", "organisation_parent")
#: level → letters of a symbol of CPC; a field is told by a concordance instead
LEVELS = {"section": 1, "class": 3, "subclass": 4, "field": 0}
#: one row per family that is an invention: no design, and not withdrawn in all its publications
FAMILY = """
SELECT family, min(filed) AS filed, min(published) AS published,
    arg_min(title, (language IS DISTINCT FROM 'en', published, publication)) AS title
FROM publication
GROUP BY family
HAVING NOT bool_and(coalesce(design, false)) AND NOT bool_and(coalesce(withdrawn, false))
"""
#: a DOI as sources of citations write it: OpenAlex has it as an address
BARE = r"CREATE MACRO bare(doi) AS regexp_replace(lower(doi), '^https?://(dx\.)?doi\.org/', '')"


@dataclass(frozen=True)
class Patents:
    """A connection with the views, the source of families, and the terms of everything that is read."""

    connection: duckdb.DuckDBPyConnection
    source: str
    terms: tuple[str, ...]

    def ask(self, query: str, **given: Any) -> pl.DataFrame:
        """The answer to a statement with its parameters ($name)."""
        found: pl.DataFrame = self.connection.sql(query, params=given).pl()
        return found

    def name(self, view: str, query: str) -> None:
        """Make a view."""
        self.connection.execute(f"CREATE VIEW {view} AS {query}")

    def keep(self, table: str, query: str, **given: Any) -> None:
        """Make a table of an answer, for the statements that follow."""
        self.connection.execute(f"CREATE TEMP TABLE {table} AS {query}", given)

    def lend(self, table: str, query: str, **given: Any) -> None:
        """The same of the record's works, which DuckDB reads whatever the engine."""
        self.keep(table, query, **given)


@contextmanager
def open_patents(
    place: Place, source: str | None = None, works: bool = False, beside: str = "cites_work"
) -> Iterator[Patents]:
    """The patents of a record, with the views of its works where `works` are asked for.

    beside: the table that is read besides the families', whose terms are told, too.

    Several sources of families are never mixed: `source` chooses, else the one with most publications. Raises
    UsageError where the record holds no patents, or none of that source.
    """
    path = place.path if isinstance(place, Record) else Path(place)
    held = list(patents(path).held())
    weight: dict[str, int] = {}
    for _, about in held:
        weight[about.source] = weight.get(about.source, 0) + about.rows.get("publication", 0)
    weight = {name: rows for name, rows in weight.items() if rows}
    if not weight:
        raise NotHeld(f"{path} holds no patents. Load some with `udsyn technology load FILE --as google`.")
    if source is not None and source not in weight:
        raise UsageError(f"no patents of {source}; held are {', '.join(sorted(weight))}.")
    chosen = source or max(sorted(weight), key=lambda name: weight[name])
    with duck(memory_limit=MEMORY, temp_directory=str(path / ".spill"), preserve_insertion_order="false") as connection:
        if works:
            Record.open(path).name_views(connection)
        name_views(connection, held, chosen)
        yield Patents(connection, chosen, terms_of(held, chosen, beside))


def name_views(connection: duckdb.DuckDBPyConnection, held: list[tuple[Path, About]], chosen: str) -> None:
    """A view per table: of the chosen source, and of all sources where a table is SHARED."""
    for table, schema in TABLES.items():
        parts = [
            f"SELECT *, {sql_text(name)} AS source FROM read_parquet({sql_files([file])})"  # noqa: S608
            for file, name in files_of(held, table, chosen)
        ]
        nothing = ", ".join(f'CAST(NULL AS {SQL_TYPES[str(type_)]}) AS "{name}"' for name, type_ in schema.items())
        parts.append(f"SELECT {nothing}, '' AS source WHERE false")  # columns that an older load lacks are unknown
        connection.execute(f"CREATE VIEW {table} AS {' UNION ALL BY NAME '.join(parts)}")
    connection.execute(BARE)
    for view, query in views().items():
        connection.execute(f"CREATE VIEW {view} AS {query}")


def views() -> dict[str, str]:
    """View → its statement, in the order in which they are made."""
    return {"family": FAMILY, "party": statement("party"), "lead": statement("lead")}


def files_of(held: list[tuple[Path, About]], table: str, chosen: str) -> list[tuple[Path, str]]:
    """The files of a table, each with its source: those of the chosen source, and of all where the table is SHARED."""
    kept = [(folder, about.source) for folder, about in held if table in SHARED or about.source == chosen]
    return [(file, source) for folder, source in kept if (file := folder / f"{table}.parquet").is_file()]


def class_by(held: Patents, level: str) -> dict[str, str]:
    """Make the view `classed` (family, symbol) at a level; returns what its symbols are called.

    Raises UsageError for a level that there is not, and NotHeld for fields where none are loaded.
    """
    if level not in LEVELS:
        raise UsageError(f"no level {level}: choose one of {', '.join(LEVELS)}.")
    length = LEVELS[level]
    named = "SELECT symbol, title FROM class_title" if length else "SELECT DISTINCT field, name FROM class_field"
    names = dict(held.connection.execute(named).fetchall())
    if not length and not names:
        raise NotHeld(
            "no fields of technology are held: `udsyn technology load FILE --as fields`, WIPO's table as CSV."
        )
    query = statement("classed").format(length=length) if length else statement("classed_field")
    held.name("classed", query)
    return names


def terms_of(held: list[tuple[Path, About]], chosen: str, beside: str) -> tuple[str, ...]:
    """The licences of what is read, each with its source."""
    read = {(a.source, a.licence) for _, a in held if a.source == chosen or a.rows.get(beside)}
    return tuple(f"{source}: {licence or 'terms not said'}" for source, licence in sorted(read, key=str))


def statement(name: str) -> str:
    """A statement of sql/."""
    return files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
