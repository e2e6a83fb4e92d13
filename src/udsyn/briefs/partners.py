"""Who works together: the institution pairs behind a tie, where works are held."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from udsyn.briefs.document import Block, Column, Section, Table
from udsyn.briefs.sections import Pair, nothing
from udsyn.evidence.result import Provenance
from udsyn.record.engine import Record

LISTED = 12

#: a country's code where a reason names one
CODED = re.compile(r"(published with|path from|steps from) ([A-Z]{2})\b")

#: The institutions of both countries that share most works in scope; a work counts once for each pair.
TOP_PAIRS = """
SELECT home.name AS home, partner.name AS partner,
       count(DISTINCT pairs.work) AS works, max(works.year) AS last_year
FROM (
    SELECT DISTINCT a.work, a.institution AS home, b.institution AS partner
    FROM authorships AS a
    JOIN authorships AS b ON b.work = a.work
    WHERE a.country = $home AND b.country = $partner
      AND a.institution IS NOT NULL AND b.institution IS NOT NULL
) AS pairs
JOIN works_in_scope AS works ON works.work = pairs.work
JOIN institutions AS home ON home.institution = pairs.home
JOIN institutions AS partner ON partner.institution = pairs.partner
GROUP BY home.institution, home.name, partner.institution, partner.name
ORDER BY works DESC, last_year DESC, home, partner, home.institution, partner.institution
LIMIT $listed
"""

#: The topics of a field on which both countries publish most, by the smaller of both outputs.
TOP_TOPICS = """
SELECT topics.topic,
       count(DISTINCT works.work) FILTER (WHERE countries.country = $home) AS home_works,
       count(DISTINCT works.work) FILTER (WHERE countries.country = $partner) AS partner_works
FROM works_in_scope AS works
JOIN work_countries AS countries ON countries.work = works.work AND countries.country IN ($home, $partner)
JOIN topics ON topics.topic = works.topic
WHERE topics.field = $field
GROUP BY topics.topic
ORDER BY least(home_works, partner_works) DESC, home_works + partner_works DESC, topics.topic
LIMIT 5
"""


def top_topics(record: Record, pair: Pair, field: int) -> list[int]:
    """Ids of the topics on which both countries publish most within a field."""
    with record.connect() as connection:
        wanted = {"home": pair.home.code, "partner": pair.partner.code, "field": field}
        return [int(row[0]) for row in connection.sql(TOP_TOPICS, params=wanted).fetchall()]


def people_table(
    caption: str, people: Sequence[Mapping[str, Any]], origin: Provenance | None, pair: Pair | None = None
) -> Table:
    """People with what they are known for, countries of the pair by name. Opted-out people never reach this place."""
    names = {} if pair is None else {country.code: country.name for country in (pair.home, pair.partner)}
    rows = [
        {**person, "why": "; ".join(in_short(reason, names) for reason in person.get("reasons") or [])}
        for person in people
    ]
    columns = [
        Column("name", "Who"),
        Column("institution", "Where"),
        Column("works", "Works held", "integer"),
        Column("last_year", "Last", "year"),
        Column("why", "Why"),
    ]
    held = [c for c in columns if c.key != "why" or any(row["why"] for row in rows)]
    return Table(caption, held, rows, origin)


def in_short(reason: str, names: Mapping[str, str]) -> str:
    """A reason without its list of works, which `udsyn contacts find` prints in full, and with countries by name."""
    return CODED.sub(lambda found: f"{found[1]} {names.get(found[2], found[2])}", reason.partition(": W")[0])


def top_pairs(record: Record, pair: Pair) -> pl.DataFrame:
    """Institution pairs by joint works: home, partner (names), works, last_year."""
    with record.connect() as connection:
        wanted = {"home": pair.home.code, "partner": pair.partner.code, "listed": LISTED}
        found: pl.DataFrame = connection.sql(TOP_PAIRS, params=wanted).pl()
    return found


def section(pair: Pair, pairs: pl.DataFrame, people: list[Block], origin: Provenance | None, years: str) -> Section:
    """Institution pairs and, below them, the people that `people` names."""
    title = "Who works together"
    how = "Ingest works that name both countries; panels of counts do not say which institutions stand behind them."
    if pairs.is_empty():
        return Section("who", title, [nothing(f"no works of institutions of {pair}", how), *people])
    table = Table(
        f"Institution pairs with most joint works, {years}",
        [
            Column("home", pair.home.name),
            Column("partner", pair.partner.name),
            Column("works", "Joint works", "integer"),
            Column("last_year", "Last", "year"),
        ],
        pairs.to_dicts(),
        origin,
    )
    return Section("who", title, [table, *people])
