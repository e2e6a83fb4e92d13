"""What is held of patents: nine tables, and the one way in which a publication is numbered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from udsyn.record.shelf import Shelf

TABLES: Mapping[str, pl.Schema] = {
    #: one row per publication; a family is what shares `family` (DOCDB's simple family where the source has it)
    "publication": pl.Schema(
        {
            "publication": pl.String,  # US-10494607-B2
            "family": pl.String,
            "country": pl.String,  # of the office; EP, WO and EA are offices, not countries
            "number": pl.String,  # text: D, PP, RE and H stand in it
            "kind": pl.String,
            "filed": pl.Date,
            "published": pl.Date,
            "title": pl.String,
            "abstract": pl.String,
            "language": pl.String,
            "design": pl.Boolean,
            "withdrawn": pl.Boolean,
        }
    ),
    "family_class": pl.Schema(
        {"family": pl.String, "scheme": pl.String, "symbol": pl.String, "inventive": pl.Boolean}  # cpc | ipc, C25B1/04
    ),
    #: role: applicant | inventor. One publication speaks for its family, so that no party counts twice
    "family_party": pl.Schema(
        {
            "family": pl.String,
            "seq": pl.Int64,
            "role": pl.String,
            "name": pl.String,
            "country": pl.String,
            "city": pl.String,  # of inventors, where the source says
            "latitude": pl.Float64,
            "longitude": pl.Float64,
        }
    ),
    #: patents to papers, by publication as the source has them; work is OpenAlex's number, doi where it has none
    "cites_work": pl.Schema(
        {
            "publication": pl.String,
            "work": pl.Int64,
            "doi": pl.String,
            "confidence": pl.Int64,  # 1 to 10; null where the source has none
            "place": pl.String,  # front | text | both
            "by": pl.String,  # applicant | examiner
        }
    ),
    "cites_publication": pl.Schema({"publication": pl.String, "cited": pl.String, "by": pl.String}),
    "class_title": pl.Schema({"symbol": pl.String, "title": pl.String}),
    #: a field of technology by the beginnings of symbols that it holds: H01M, A61K8
    "class_field": pl.Schema({"symbol": pl.String, "field": pl.String, "name": pl.String}),
    #: organisations of a register: GLEIF's LEI, or a national one. registry and number: its national number, of a LEI
    "organisation": pl.Schema(
        {
            "scheme": pl.String(),  # lei, cvr, cnpj, ...
            "id": pl.String(),
            "name": pl.String(),
            "names": pl.List(pl.String),
            "country": pl.String(),
            "registry": pl.String(),
            "number": pl.String(),
            "active": pl.Boolean(),
        }
    ),
    #: who owns whom; kind: direct | ultimate
    "organisation_parent": pl.Schema({"scheme": pl.String, "id": pl.String, "parent": pl.String, "kind": pl.String}),
}

#: how DuckDB calls the types of these columns
SQL_TYPES = {
    "String": "VARCHAR",
    "Date": "DATE",
    "Boolean": "BOOLEAN",
    "Int64": "BIGINT",
    "Float64": "DOUBLE",
    "List(String)": "VARCHAR[]",
}

NUMBER = re.compile(r"^([A-Z]{2})-?([A-Z]{0,2}\d[\dA-Z]*?)-?([A-Z]\d?)?$")


def patents(record: Path | str, first: str = "publication") -> Shelf:
    """The shelf of patents in a record; `first`: the table whose rows a load counts."""
    return Shelf(Path(record), "patents", {first: TABLES[first], **TABLES})


def number_of(text: str) -> str | None:
    """A publication's number as it is kept: us-10494607-b2 and US10494607B2 → US-10494607-B2; None for no number."""
    found = NUMBER.match(text.strip().upper().replace(" ", ""))
    return "-".join(part for part in found.groups() if part) if found else None
