"""Invented lists: restrictive measures, on which one institution of the world stands, and sensitive fields."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from udsyn.facts import countries

#: No act has this number.
ACT = "39999R0001"
COLUMNS = ("celex", "recordId", "programKey", "annex", "measure", "startDate", "reason", "schema", "name", "address")
REASON = "Invented for the demonstration."


def write_list(folder: Path, institutions: list[dict[str, Any]]) -> dict[str, str]:
    """Write the list as an EU act's CSV; returns what was planted: the listed institution's id and the namesake's.

    Listed is the last institution of the world's last country. The namesake is the first of its first: an entry bears
    its name, but lies in the country of the other.
    """
    namesake, listed = institutions[0], institutions[-1]
    land = countries.name(listed["country_code"])
    rows = [
        ("1", listed["display_name"], "Export control", f"1 First Street, {land}"),
        ("2", namesake["display_name"], "Asset freeze", f"2 First Street, {land}"),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{ACT}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number, name, measure, address in rows:
            writer.writerow(
                (ACT, number, "EU-GENERATED", "I", measure, "1.1.2020", REASON, "LegalEntity", name, address)
            )
    return {"listed": short(listed), "namesake": short(namesake)}


def write_fields(path: Path) -> list[str]:
    """Write a table of sensitive fields that nobody has declared so; returns their titles."""
    rows = [("1", "Quantum sensors", "quantum sensor*; kvantesensor*"), ("2", "Tidal computing", "")]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("list", "edition", "id", "title", "words", "valid_from", "source"))
        writer.writerows(("Sensitive fields (demonstration)", "first", *row, "2024-01-01", REASON) for row in rows)
    return [title for _id, title, _words in rows]


def short(institution: dict[str, Any]) -> str:
    return str(institution["id"]).rpartition("/")[2]
