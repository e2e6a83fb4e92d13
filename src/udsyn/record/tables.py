"""Every table and column of the record and of the cubes, named once.

Ids are OpenAlex's short ids without their letter, as integers (W2741809807 → 2741809807); ROR ids stay text.
Countries are ISO 3166-1 alpha-2, upper case. A null country is *unknown*, never dropped.

Weights are integers in units of 1/UNITS of a work. UNITS is lcm(1..20) × 36: 1/n is exact for 1 to 20 authors, and
mostly also when split over two or three institutions; the worst rounding of one authorship is 6e-11 of a work, and a
signed 64-bit sum holds 1.1 billion works. Integer sums do not depend on order, so every engine agrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNITS = 232_792_560 * 36


@dataclass(frozen=True)
class Table:
    """One table: its name and its columns with DuckDB types.

    `follows` names the columns that hold ids of an entity: where an id was merged into another, they follow it.
    """

    name: str
    columns: Mapping[str, str]
    about: str
    follows: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


WORKS = Table(
    "works",
    {
        "work": "BIGINT",
        "source": "VARCHAR",
        "year": "SMALLINT",
        "date": "DATE",
        "type": "VARCHAR",
        "language": "VARCHAR",
        "doi": "VARCHAR",
        "title": "VARCHAR",
        "topic": "INTEGER",
        "subfield": "SMALLINT",
        "field": "SMALLINT",
        "domain": "SMALLINT",
        "cited_by": "INTEGER",
        "authors": "INTEGER",
        "countries": "SMALLINT",
        "is_retracted": "BOOLEAN",
        "is_paratext": "BOOLEAN",
        "is_xpac": "BOOLEAN",
        "updated": "DATE",
    },
    "one row per work; topic is the primary topic, countries the number of known countries; null flags are unknown",
)

AUTHORSHIPS = Table(
    "authorships",
    {
        "work": "BIGINT",
        "seq": "INTEGER",
        "author": "BIGINT",
        "name": "VARCHAR",
        "position": "VARCHAR",
        "is_corresponding": "BOOLEAN",
        "institution": "BIGINT",
        "country": "VARCHAR",
        "basis": "VARCHAR",
        "units": "BIGINT",
    },
    "one row per work, author and institution (or country where only that is known); seq counts authors from 1; "
    "basis says where the country comes from: institution, countries, or null when unknown",
    follows={"author": "authors", "institution": "institutions"},
)

WORK_COUNTRIES = Table(
    "work_countries",
    {
        "work": "BIGINT",
        "country": "VARCHAR",
        "units": "BIGINT",
        "is_first": "BOOLEAN",
        "is_corresponding": "BOOLEAN",
    },
    "author-level fractional weight of each country in each work; the row with a null country is the unknown part",
)

WORK_TOPICS = Table(
    "work_topics",
    {"work": "BIGINT", "rank": "SMALLINT", "topic": "INTEGER", "score": "REAL"},
    "all topics of a work; rank 1 is the primary topic",
)

REFERENCES = Table(
    "references", {"work": "BIGINT", "cited": "BIGINT"}, "one row per reference", follows={"cited": "works"}
)

INSTITUTIONS = Table(
    "institutions",
    {
        "institution": "BIGINT",
        "name": "VARCHAR",
        "ror": "VARCHAR",
        "country": "VARCHAR",
        "type": "VARCHAR",
        "city": "VARCHAR",
        "lat": "DOUBLE",
        "lon": "DOUBLE",
        "parent": "BIGINT",
        "successor": "BIGINT",
    },
    "one row per institution, joined with ROR where held",
)

TOPICS = Table(
    "topics",
    {
        "topic": "INTEGER",
        "name": "VARCHAR",
        "subfield": "SMALLINT",
        "subfield_name": "VARCHAR",
        "field": "SMALLINT",
        "field_name": "VARCHAR",
        "domain": "SMALLINT",
        "domain_name": "VARCHAR",
    },
    "OpenAlex's four levels, one row per topic",
)

AUTHORS = Table(
    "authors",
    {
        "author": "BIGINT",
        "name": "VARCHAR",
        "orcid": "VARCHAR",
        "institution": "BIGINT",
        "country": "VARCHAR",
        "works": "INTEGER",
        "cited_by": "INTEGER",
        "h_index": "INTEGER",
        "updated": "DATE",
    },
    "one row per author; institution and country are those of the first of the last known institutions",
    follows={"institution": "institutions"},
)

AUTHOR_AFFILIATIONS = Table(
    "author_affiliations",
    {
        "author": "BIGINT",
        "institution": "BIGINT",
        "country": "VARCHAR",
        "first_year": "SMALLINT",
        "last_year": "SMALLINT",
    },
    "institutions that an author's works named, with the first and the last year",
    follows={"institution": "institutions"},
)

VENUES = Table(
    "venues",
    {
        "venue": "BIGINT",
        "name": "VARCHAR",
        "issn": "VARCHAR",
        "type": "VARCHAR",
        "publisher": "VARCHAR",
        "country": "VARCHAR",
        "is_oa": "BOOLEAN",
        "is_in_doaj": "BOOLEAN",
        "works": "INTEGER",
        "cited_by": "INTEGER",
        "updated": "DATE",
    },
    "where works appear: journals, repositories, conferences; OpenAlex calls them sources",
)

FUNDERS = Table(
    "funders",
    {
        "funder": "BIGINT",
        "name": "VARCHAR",
        "ror": "VARCHAR",
        "country": "VARCHAR",
        "homepage": "VARCHAR",
        "works": "INTEGER",
        "awards": "INTEGER",
        "cited_by": "INTEGER",
        "updated": "DATE",
    },
    "one row per funder",
)

AWARDS = Table(
    "awards",
    {
        "award": "BIGINT",
        "name": "VARCHAR",
        "number": "VARCHAR",
        "funder": "BIGINT",
        "funder_name": "VARCHAR",
        "kind": "VARCHAR",
        "scheme": "VARCHAR",
        "amount": "DOUBLE",
        "currency": "VARCHAR",
        "start_date": "DATE",
        "end_date": "DATE",
        "updated": "DATE",
    },
    "one row per award or grant, with the funder's own number for it",
    follows={"funder": "funders"},
)

AWARD_WORKS = Table(
    "award_works", {"award": "BIGINT", "work": "BIGINT"}, "works that an award paid for", follows={"work": "works"}
)

SUBFIELDS = Table(
    "subfields",
    {"subfield": "SMALLINT", "name": "VARCHAR", "field": "SMALLINT", "domain": "SMALLINT", "updated": "DATE"},
    "OpenAlex's second level",
)

FIELDS = Table(
    "fields",
    {"field": "SMALLINT", "name": "VARCHAR", "domain": "SMALLINT", "updated": "DATE"},
    "OpenAlex's third level",
)

DOMAINS = Table("domains", {"domain": "SMALLINT", "name": "VARCHAR", "updated": "DATE"}, "OpenAlex's fourth level")

WORK_TEXTS = Table("work_texts", {"work": "BIGINT", "abstract": "VARCHAR"}, "abstracts, read on request")

CITATIONS_BY_YEAR = Table(
    "citations_by_year",
    {"work": "BIGINT", "year": "SMALLINT", "cited_by": "INTEGER"},
    "citations received in a year, read on request",
)

WORK_FUNDERS = Table(
    "work_funders",
    {"work": "BIGINT", "funder": "BIGINT", "name": "VARCHAR", "award": "VARCHAR"},
    "who paid for a work, with the first award named, read on request",
    follows={"funder": "funders"},
)

WORK_VENUES = Table(
    "work_venues",
    {"work": "BIGINT", "venue": "BIGINT", "name": "VARCHAR"},
    "where a work appeared (its primary location), read on request",
    follows={"venue": "sources"},
)

RAW_AFFILIATIONS = Table(
    "raw_affiliations",
    {"work": "BIGINT", "seq": "INTEGER", "text": "VARCHAR"},
    "affiliations as printed, read on request",
)

ORGANISATIONS = Table(
    "organisations",
    {
        "ror": "VARCHAR",
        "name": "VARCHAR",
        "country": "VARCHAR",
        "city": "VARCHAR",
        "lat": "DOUBLE",
        "lon": "DOUBLE",
        "type": "VARCHAR",
        "status": "VARCHAR",
        "parent": "VARCHAR",
        "successor": "VARCHAR",
        "names": "VARCHAR[]",
    },
    "ROR's register, one row per organisation; names are labels in other languages and aliases, no acronyms",
)

PARTICIPATIONS = Table(
    "participations",
    {
        "project": "BIGINT",
        "organisation": "BIGINT",
        "name": "VARCHAR",
        "country": "VARCHAR",
        "role": "VARCHAR",
        "type": "VARCHAR",
        "contribution": "DOUBLE",
        "start_date": "DATE",
        "end_date": "DATE",
    },
    "CORDIS's register, one row per project and organisation; its name where the file has one; contribution in euro",
)

TABLES = {
    table.name: table
    for table in (
        WORKS,
        AUTHORSHIPS,
        WORK_COUNTRIES,
        WORK_TOPICS,
        REFERENCES,
        INSTITUTIONS,
        TOPICS,
        SUBFIELDS,
        FIELDS,
        DOMAINS,
        AUTHORS,
        AUTHOR_AFFILIATIONS,
        VENUES,
        FUNDERS,
        AWARDS,
        AWARD_WORKS,
        WORK_TEXTS,
        CITATIONS_BY_YEAR,
        WORK_FUNDERS,
        WORK_VENUES,
        RAW_AFFILIATIONS,
        ORGANISATIONS,
        PARTICIPATIONS,
    )
}

# Cubes. `source` keeps what several sources say apart. Panels carry whatever their publisher counted.

COUNTRY_YEAR = Table(
    "country_year",
    {
        "source": "VARCHAR",
        "country": "VARCHAR",
        "year": "SMALLINT",
        "works": "DOUBLE",
        "works_fractional": "DOUBLE",
        "works_international": "DOUBLE",
        "works_multilateral": "DOUBLE",
        "works_first": "DOUBLE",
        "works_corresponding": "DOUBLE",
    },
    "output of a country in a year; country WORLD is the source's own world total, null the unknown part; "
    "of the works: with two or more countries, with three or more, with the first author or a corresponding author in "
    "the country",
)

COUNTRY_FIELD_YEAR = Table(
    "country_field_year",
    {
        "source": "VARCHAR",
        "country": "VARCHAR",
        "level": "VARCHAR",
        "member": "VARCHAR",
        "name": "VARCHAR",
        "year": "SMALLINT",
        "works": "DOUBLE",
        "works_fractional": "DOUBLE",
        "works_international": "DOUBLE",
    },
    "output of a country in a member of a level (domain, field, subfield, topic) in a year",
)

PAIR_YEAR = Table(
    "pair_year",
    {
        "source": "VARCHAR",
        "c1": "VARCHAR",
        "c2": "VARCHAR",
        "year": "SMALLINT",
        "works": "DOUBLE",
        "links_fractional": "DOUBLE",
        "published_index": "DOUBLE",
    },
    "joint works of two countries, c1 < c2; a work with k countries adds one to each of its pairs; published_index is "
    "a panel's own index of international collaboration, to set beside the computed one",
)

PAIR_FIELD_YEAR = Table(
    "pair_field_year",
    {
        "source": "VARCHAR",
        "c1": "VARCHAR",
        "c2": "VARCHAR",
        "level": "VARCHAR",
        "member": "VARCHAR",
        "year": "SMALLINT",
        "works": "DOUBLE",
    },
    "joint works of two countries in a member of a level",
)

#: the sizes of a collaboration: of two countries, of three to ten, of more
SIZES = ("bilateral", "up to ten", "larger")

PAIR_SIZE_YEAR = Table(
    "pair_size_year",
    {
        "source": "VARCHAR",
        "c1": "VARCHAR",
        "c2": "VARCHAR",
        "size": "VARCHAR",
        "year": "SMALLINT",
        "works": "DOUBLE",
        "links_fractional": "DOUBLE",
    },
    "joint works of two countries by how many countries wrote them together: bilateral (2), up to ten (3-10), larger",
)

COUNTRY_SIZE_YEAR = Table(
    "country_size_year",
    {"source": "VARCHAR", "country": "VARCHAR", "size": "VARCHAR", "year": "SMALLINT", "works": "DOUBLE"},
    "international works of a country by how many countries wrote them together, as in pair_size_year",
)

KIND_YEAR = Table(
    "kind_year",
    {"source": "VARCHAR", "country": "VARCHAR", "kind": "VARCHAR", "year": "SMALLINT", "works": "DOUBLE"},
    "works of a country of a kind: company (a company among the institutions), intercontinental (countries on two or "
    "more continents), long_distance (institutions of two countries more than 5,000 km apart)",
)

INSTITUTION_YEAR = Table(
    "institution_year",
    {
        "source": "VARCHAR",
        "institution": "BIGINT",
        "member": "VARCHAR",
        "year": "SMALLINT",
        "works": "DOUBLE",
        "works_fractional": "DOUBLE",
        "author_weight": "DOUBLE",
    },
    "output of an institution in a topic (member) in a year; author_weight counts its authors",
)

INSTITUTION_PAIR_YEAR = Table(
    "institution_pair_year",
    {"source": "VARCHAR", "i1": "BIGINT", "i2": "BIGINT", "year": "SMALLINT", "works": "DOUBLE"},
    "joint works of two institutions of different countries, i1 < i2",
)

IMPACT = Table(
    "impact",
    {
        "source": "VARCHAR",
        "country": "VARCHAR",
        "topic": "INTEGER",
        "subfield": "SMALLINT",
        "field": "SMALLINT",
        "domain": "SMALLINT",
        "year": "SMALLINT",
        "type": "VARCHAR",
        "citations": "INTEGER",
        "works": "BIGINT",
        "units": "BIGINT",
        "squares": "BIGINT",
        "international": "BIGINT",
        "multilateral": "BIGINT",
        "first": "BIGINT",
        "corresponding": "BIGINT",
    },
    "histogram of citations per country, topic, year and type: the one heavy count, from which the cubes of countries "
    "are summed. units add up weights, squares their squares in 1e-8 of a work (for intervals); the rest count works. "
    "Country null is the unknown part; topic 0 stands for works without one, citations null for works without a count",
)

REFERENCE_SETS = Table(
    "reference_sets",
    {
        "source": "VARCHAR",
        "subfield": "SMALLINT",
        "year": "SMALLINT",
        "type": "VARCHAR",
        "percent": "SMALLINT",
        "works": "BIGINT",
        "citations": "BIGINT",
        "threshold": "INTEGER",
        "above": "BIGINT",
        "ties": "BIGINT",
    },
    "the world's works of a subfield, year and type, and where its top percent begins: above works have more than "
    "threshold citations, ties exactly as many",
)

COVERAGE_YEAR = Table(
    "coverage_year",
    {
        "source": "VARCHAR",
        "year": "SMALLINT",
        "works": "BIGINT",
        "works_located": "BIGINT",
        "units_located": "BIGINT",
    },
    "works in scope, those with at least one known country, and the weight that is located",
)

WORK_SCORES = Table(
    "work_scores",
    {
        "source": "VARCHAR",
        "work": "BIGINT",
        "year": "SMALLINT",
        "type": "VARCHAR",
        "topic": "INTEGER",
        "subfield": "SMALLINT",
        "field": "SMALLINT",
        "domain": "SMALLINT",
        "citations": "INTEGER",
        "authors": "INTEGER",
        "countries": "SMALLINT",
        "score": "DOUBLE",
    },
    "each work that counts, with its citations and its normalised citation score under the settings of the cubes; 0 and"
    " unknown stand for a missing topic and type. Hot-spots, what rises and sites are found from it",
)

TEAM_WORKS = Table(
    "team_works",
    {
        "source": "VARCHAR",
        "country": "VARCHAR",
        "work": "BIGINT",
        "team": "BIGINT",
        "partners": "VARCHAR",
        "year": "SMALLINT",
        "type": "VARCHAR",
        "topic": "INTEGER",
        "subfield": "SMALLINT",
        "field": "SMALLINT",
        "domain": "SMALLINT",
        "citations": "INTEGER",
        "countries": "SMALLINT",
        "units": "BIGINT",
    },
    "each work of a country with its weight there and its team: the author there with most works (below zero an "
    "institution, or the work alone); partners are all countries of a work of several. Intervals are widened by it",
)

CUBES = {
    cube.name: cube
    for cube in (
        COUNTRY_YEAR,
        COUNTRY_FIELD_YEAR,
        PAIR_YEAR,
        PAIR_FIELD_YEAR,
        PAIR_SIZE_YEAR,
        COUNTRY_SIZE_YEAR,
        KIND_YEAR,
        INSTITUTION_YEAR,
        INSTITUTION_PAIR_YEAR,
        IMPACT,
        REFERENCE_SETS,
        COVERAGE_YEAR,
        WORK_SCORES,
        TEAM_WORKS,
    )
}
