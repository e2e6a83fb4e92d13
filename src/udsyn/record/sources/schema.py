"""OpenAlex's objects: the form of their ids, the fields that Udsyn reads, and the tables that they fill.

JSON lines and Parquet hold the same fields under the same names, those of the API's objects, as documented at
https://developers.openalex.org/api-reference and https://developers.openalex.org/download/snapshot-format
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entity:
    """One kind of object: the form of its ids, and the tables that it fills, in the order of their statements.

    `table` has a row per object; `key` is the column that holds its id in every table that it fills, None where the
    table is composed from what all parts gathered.
    """

    ids: str
    table: str
    key: str | None
    fills: tuple[str, ...]
    columns: Mapping[str, str]


def lettered(letter: str) -> str:
    """The form of ids such as W2741809807, with or without an address, also a page's (…/works/W1) or the API's."""
    return f"^(https?://(api[.])?openalex[.]org/([a-z-]+/)?)?[{letter}{letter.lower()}][0-9]{{1,18}}$"


def numbered(folder: str) -> str:
    """The form of ids such as https://openalex.org/subfields/1904."""
    return f"^((https?://(api[.])?openalex[.]org/)?{folder}/)?[0-9]{{1,4}}$"


NAMED = "STRUCT(id VARCHAR, display_name VARCHAR)"
PLACED = "STRUCT(id VARCHAR, country_code VARCHAR)"
INSTITUTION_IN_FULL = (
    "STRUCT(id VARCHAR, country_code VARCHAR, display_name VARCHAR, ror VARCHAR, type VARCHAR, lineage VARCHAR[])"
)
AUTHORSHIP = (
    "STRUCT(author STRUCT(id VARCHAR, display_name VARCHAR), author_position VARCHAR, is_corresponding BOOLEAN, "
    "countries VARCHAR[], institutions {institution}[]{more})"
)
TOPIC = "STRUCT(id VARCHAR, score REAL)"
TOPIC_IN_FULL = f"STRUCT(id VARCHAR, score REAL, display_name VARCHAR, subfield {NAMED}, field {NAMED}, domain {NAMED})"

#: What OpenAlex calls sources are `venues` here: in a record, a source is who says something.
ENTITIES: Mapping[str, Entity] = {
    "works": Entity(
        lettered("W"),
        "works",
        "work",
        ("authorships", "work_countries", "works", "work_topics", "references"),
        {
            "id": "VARCHAR",
            "doi": "VARCHAR",
            "title": "VARCHAR",
            "publication_year": "SMALLINT",
            "publication_date": "VARCHAR",
            "language": "VARCHAR",
            "type": "VARCHAR",
            "cited_by_count": "INTEGER",
            "is_retracted": "BOOLEAN",
            "is_paratext": "BOOLEAN",
            "is_xpac": "BOOLEAN",
            "updated_date": "VARCHAR",
            "authorships": AUTHORSHIP.format(institution=PLACED, more="") + "[]",
            "topics": f"{TOPIC}[]",
            "primary_topic": "STRUCT(id VARCHAR, subfield STRUCT(id VARCHAR), field STRUCT(id VARCHAR), "
            "domain STRUCT(id VARCHAR))",
            "referenced_works": "VARCHAR[]",
        },
    ),
    "authors": Entity(
        lettered("A"),
        "authors",
        "author",
        ("authors", "author_affiliations"),
        {
            "id": "VARCHAR",
            "orcid": "VARCHAR",
            "display_name": "VARCHAR",
            "works_count": "INTEGER",
            "cited_by_count": "INTEGER",
            "summary_stats": "STRUCT(h_index INTEGER)",
            "affiliations": f"STRUCT(institution {PLACED}, years SMALLINT[])[]",
            "last_known_institutions": f"{PLACED}[]",
            "updated_date": "VARCHAR",
        },
    ),
    "institutions": Entity(
        lettered("I"),
        "institutions",
        None,
        ("institutions",),
        {
            "id": "VARCHAR",
            "display_name": "VARCHAR",
            "ror": "VARCHAR",
            "country_code": "VARCHAR",
            "type": "VARCHAR",
            "geo": "STRUCT(city VARCHAR, latitude DOUBLE, longitude DOUBLE)",
            "lineage": "VARCHAR[]",
            "associated_institutions": "STRUCT(id VARCHAR, relationship VARCHAR)[]",
        },
    ),
    "sources": Entity(
        lettered("S"),
        "venues",
        "venue",
        ("venues",),
        {
            "id": "VARCHAR",
            "display_name": "VARCHAR",
            "issn_l": "VARCHAR",
            "type": "VARCHAR",
            "host_organization_name": "VARCHAR",
            "country_code": "VARCHAR",
            "is_oa": "BOOLEAN",
            "is_in_doaj": "BOOLEAN",
            "works_count": "INTEGER",
            "cited_by_count": "INTEGER",
            "updated_date": "VARCHAR",
        },
    ),
    "topics": Entity(
        lettered("T"),
        "topics",
        None,
        ("topics",),
        {"id": "VARCHAR", "display_name": "VARCHAR", "subfield": NAMED, "field": NAMED, "domain": NAMED},
    ),
    "subfields": Entity(
        numbered("subfields"),
        "subfields",
        "subfield",
        ("subfields",),
        {"id": "VARCHAR", "display_name": "VARCHAR", "field": NAMED, "domain": NAMED, "updated_date": "VARCHAR"},
    ),
    "fields": Entity(
        numbered("fields"),
        "fields",
        "field",
        ("fields",),
        {"id": "VARCHAR", "display_name": "VARCHAR", "domain": NAMED, "updated_date": "VARCHAR"},
    ),
    "domains": Entity(
        numbered("domains"),
        "domains",
        "domain",
        ("domains",),
        {"id": "VARCHAR", "display_name": "VARCHAR", "updated_date": "VARCHAR"},
    ),
    "funders": Entity(
        lettered("F"),
        "funders",
        "funder",
        ("funders",),
        {
            "id": "VARCHAR",
            "display_name": "VARCHAR",
            "country_code": "VARCHAR",
            "ids": "STRUCT(ror VARCHAR)",
            "homepage_url": "VARCHAR",
            "works_count": "INTEGER",
            "awards_count": "INTEGER",
            "cited_by_count": "INTEGER",
            "updated_date": "VARCHAR",
        },
    ),
    "awards": Entity(
        lettered("G"),
        "awards",
        "award",
        ("awards", "award_works"),
        {
            "id": "VARCHAR",
            "display_name": "VARCHAR",
            "funder_award_id": "VARCHAR",
            "funder": NAMED,
            "amount": "DOUBLE",
            "currency": "VARCHAR",
            "funding_type": "VARCHAR",
            "funder_scheme": "VARCHAR",
            "start_date": "VARCHAR",
            "end_date": "VARCHAR",
            "funded_outputs": "VARCHAR[]",
            "updated_date": "VARCHAR",
        },
    ),
}

#: Ids within works of which statements want the number alone: the scanner hands them over as integers.
SHORT_IDS = {
    "authorships.author.id",
    "authorships.institutions.id",
    "topics.id",
    "primary_topic.id",
    "referenced_works",
}
LAST_NUMBERS = {
    f"{topic}.{level}.id" for topic in ("topics", "primary_topic") for level in ("subfield", "field", "domain")
}

#: What is read of works on request only, because it costs time and space: extra → fields.
EXTRAS: Mapping[str, Mapping[str, str]] = {
    "abstracts": {"abstract_inverted_index": "MAP(VARCHAR, INTEGER[])"},
    "citations": {"counts_by_year": "STRUCT(year SMALLINT, cited_by_count INTEGER)[]"},
    "funders": {"funders": NAMED + "[]", "awards": "STRUCT(funder_id VARCHAR, funder_award_id VARCHAR)[]"},
    "raw": {},
    "venues": {"primary_location": f"STRUCT(source {NAMED})"},
}
#: extra → the table that it fills
EXTRA_TABLES = {
    "abstracts": "work_texts",
    "citations": "citations_by_year",
    "funders": "work_funders",
    "raw": "raw_affiliations",
    "venues": "work_venues",
}


def columns(entity: str, gather: Collection[str] = (), extras: Collection[str] = ()) -> dict[str, str]:
    """The fields to read with their DuckDB types; what is not named is skipped while parsing.

    `gather`: institutions or topics, to be read from works with their names. `extras`: keys of EXTRAS.
    """
    wanted = dict(ENTITIES[entity].columns)
    if entity == "works":
        institution = INSTITUTION_IN_FULL if "institutions" in gather else PLACED
        more = ", raw_affiliation_strings VARCHAR[]" if "raw" in extras else ""
        wanted["authorships"] = AUTHORSHIP.format(institution=institution, more=more) + "[]"
        wanted["topics"] = (TOPIC_IN_FULL if "topics" in gather else TOPIC) + "[]"
        for extra in extras:
            wanted |= EXTRAS[extra]
    return wanted
