"""One patent family as the record holds it: its publications, applicants and classes, and the works that it cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from udsyn.errors import NotHeld
from udsyn.evidence.technology.families import open_patents, statement
from udsyn.record.engine import Place

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Family:
    """publications: publication, filed, published, title, abstract; applicants: name, country; classes: symbol, title;
    works: work, doi, title, year, publication (that cites it), confidence, place, by, source."""

    number: str
    title: str | None
    publications: Rows
    applicants: Rows
    classes: Rows
    works: Rows
    source: str
    terms: tuple[str, ...]


PARTS = {
    "publications": "SELECT publication, filed, published, title, abstract FROM publication WHERE family = $family "
    "ORDER BY published, publication",
    "applicants": "SELECT name, country FROM family_party WHERE family = $family AND role = 'applicant' ORDER BY seq",
    "classes": "SELECT symbol, any_value(class_title.title) AS title FROM family_class LEFT JOIN class_title "
    "USING (symbol) WHERE family = $family AND scheme = 'cpc' GROUP BY symbol ORDER BY symbol",
}


def read(record: Place, number: str, source: str | None = None) -> Family:
    """A family by its number in its source. Raises NotHeld where the record has none of it."""
    with open_patents(record, source, works=True) as held:
        found = {
            name: held.connection.sql(query, params={"family": number}).pl().to_dicts() for name, query in PARTS.items()
        }
        if not found["publications"]:
            raise NotHeld(f"no family {number} is held of {held.source}.")
        works = held.connection.sql(statement("cited"), params={"family": number}).pl().to_dicts()
        title = next((row["title"] for row in found["publications"] if row["title"]), None)
        return Family(number, title, works=works, source=held.source, terms=held.terms, **found)
