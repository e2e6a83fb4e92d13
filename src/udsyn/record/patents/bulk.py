"""Tables of millions of rows, by DuckDB in bounded memory: Google's export, PatentsView, patents to papers, GLEIF.

Each form is a list of statements over the file's own columns; what a statement selects becomes the table of its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from udsyn.errors import UdsynError
from udsyn.record.engine import duck, sql_text
from udsyn.record.patents.tables import SQL_TYPES, TABLES
from udsyn.record.shelf import Counts

if TYPE_CHECKING:
    import duckdb

MEMORY = "1500MB"


@dataclass(frozen=True)
class Bulk:
    """How a file is told and read: the columns it must have, and the statements by table (files in sql/)."""

    needs: tuple[str, ...]
    tables: Mapping[str, str]


GOOGLE = Bulk(
    ("publication_number", "family_id", "country_code", "cpc", "assignee_harmonized", "publication_date"),
    {
        "publication": "google_publication",
        "family_class": "google_class",
        "family_party": "google_party",
        "cites_publication": "google_cites",
    },
)
PATENTSVIEW = (
    Bulk(("patent_id", "patent_date", "patent_title", "patent_type"), {"publication": "view_publication"}),
    Bulk(("patent_id", "cpc_subclass", "cpc_group"), {"family_class": "view_class"}),
    Bulk(("patent_id", "assignee_sequence", "disambig_assignee_organization"), {"family_party": "view_assignee"}),
    Bulk(("patent_id", "inventor_sequence"), {"family_party": "view_inventor"}),
    Bulk(("patent_id", "citation_patent_id"), {"cites_publication": "view_cites"}),
)
RELIANCE = Bulk(("reftype", "confscore", "oaid", "patent", "wherefound"), {"cites_work": "reliance"})
CITATIONS = Bulk(("patent",), {"cites_work": "citations"})
GLEIF = (
    Bulk(("LEI", "Entity.LegalName", "Entity.LegalAddress.Country"), {"organisation": "gleif_organisation"}),
    Bulk(
        ("Relationship.StartNode.NodeID", "Relationship.EndNode.NodeID", "Relationship.RelationshipType"),
        {"organisation_parent": "gleif_parent"},
    ),
)
REGISTER = Bulk(("scheme", "id", "name", "country"), {"organisation": "organisations"})
#: columns that a file may leave out: unknown then
OPTIONAL = {
    "citations": ("work", "doi", "confidence", "place", "by"),
    "organisations": ("names", "active"),
    "gleif_organisation": (
        *(f"Entity.OtherEntityNames.OtherEntityName.{n}" for n in (1, 2, 3)),
        *(f"Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.{n}" for n in (1, 2)),
        "Entity.RegistrationAuthority.RegistrationAuthorityID",
        "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
        "Entity.EntityStatus",
    ),
    "gleif_parent": ("Relationship.RelationshipStatus",),
    "view_publication": ("wipo_kind", "withdrawn", "filing_date"),
    "view_class": ("cpc_type",),
    "view_assignee": ("assignee_type", "location_id"),
    "view_inventor": ("location_id",),
    "view_cites": ("citation_category",),
}
#: the file that says where PatentsView's places are; read where it lies beside
WHERE = ("location_id", "disambig_country", "disambig_city", "latitude", "longitude")
NOWHERE = f"(SELECT {', '.join(f'CAST(NULL AS VARCHAR) AS {name}' for name in WHERE)} WHERE false)"
PLACES = ("g_location_disambiguated.tsv", "g_location_disambiguated.tsv.gz")


def writer(file: Path, *forms: Bulk) -> tuple[str, Callable[[Path], Counts]]:
    """The first table of the form that fits the file's columns, and what writes its tables into a folder.

    Raises UdsynError where the file cannot be read or is of none of the forms.
    """
    import duckdb

    try:
        with duck(memory_limit=MEMORY) as connection:
            columns = set(connection.sql(f"SELECT * FROM {relation(file)} LIMIT 0").columns)  # noqa: S608
    except duckdb.Error as error:
        raise UdsynError(f"{file.name} cannot be read: {str(error).splitlines()[0]}") from None
    for form in forms:
        if columns >= set(form.needs):
            return next(iter(form.tables)), partial(write, file, form, columns)
    wanted = " or ".join(", ".join(form.needs) for form in forms)
    raise UdsynError(f"{file.name} has not the columns {wanted}.")


def write(file: Path, form: Bulk, columns: set[str], folder: Path) -> Counts:
    """Write the tables of a form; a row that lacks what its table is keyed by is set aside in the count."""
    import duckdb

    rows: dict[str, int] = {}
    try:
        with duck(
            memory_limit=MEMORY, preserve_insertion_order="false", temp_directory=str(folder / ".spill")
        ) as connection:
            held = connection.execute(f"SELECT count(*) FROM {relation(file)}").fetchall()  # noqa: S608
            for table, statement in form.tables.items():
                prepare(connection, file, statement, columns)
                rows[table] = copied(connection, statement, table, folder)
    except duckdb.Error as error:
        raise UdsynError(f"{file.name} cannot be read: {str(error).splitlines()[0]}") from None
    first = next(iter(form.tables))
    aside = held[0][0] - rows[first] if first in ("publication", "cites_work", "organisation") else 0
    return Counts(rows, max(0, aside))


def prepare(connection: duckdb.DuckDBPyConnection, file: Path, statement: str, columns: set[str]) -> None:
    """The file as the view `given`, its optional columns there, and PatentsView's places as `places`."""
    missing = [name for name in OPTIONAL.get(statement, ()) if name not in columns]
    extra = "".join(f', CAST(NULL AS VARCHAR) AS "{name}"' for name in missing)
    connection.execute(f"CREATE OR REPLACE VIEW given AS SELECT *{extra} FROM {relation(file)}")  # noqa: S608
    place = next((file.parent / name for name in PLACES if (file.parent / name).is_file()), None)
    source = f"(SELECT * FROM {relation(place)} UNION ALL BY NAME SELECT * FROM {NOWHERE})" if place else NOWHERE  # noqa: S608
    connection.execute(f"CREATE OR REPLACE VIEW places AS SELECT {', '.join(WHERE)} FROM {source}")  # noqa: S608


def copied(connection: duckdb.DuckDBPyConnection, statement: str, table: str, folder: Path) -> int:
    """Write what a statement selects as the table's file; returns its rows."""
    columns = ", ".join(
        f'CAST("{name}" AS {SQL_TYPES[str(type_)]}) AS "{name}"' for name, type_ in TABLES[table].items()
    )
    text = files(__package__).joinpath("sql", f"{statement}.sql").read_text(encoding="utf-8")
    target = sql_text(str(folder / f"{table}.parquet"))
    done = connection.execute(f"COPY (SELECT {columns} FROM ({text})) TO {target} (FORMAT parquet)").fetchone()  # noqa: S608
    return int(done[0]) if done else 0


def relation(file: Path) -> str:
    """A file as DuckDB reads it: Parquet by its name, anything else as separated text, all of it text."""
    if file.suffix == ".parquet":
        return f"read_parquet({sql_text(str(file))})"
    return f"read_csv({sql_text(str(file))}, all_varchar = true, header = true, quote = '\"', max_line_size = 20000000)"
