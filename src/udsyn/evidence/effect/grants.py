"""From a file of funded pairs and a record of works to the dyads that are compared.

Beside each funded dyad stand unfunded ones of the same two countries, the same year and the same field: those that
wrote together before, and, for the many that did not, pairs of members of nearly the same output. A dyad's field is the
main one of its smaller member (fewer works), its size the product of both outputs, its prior ties the joint works in
the years before.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence.effect.dyads import MATCHES, DyadEffect, matched_effect
from udsyn.evidence.places.chosen import Chosen, choose
from udsyn.evidence.question import Question
from udsyn.evidence.result import Provenance
from udsyn.record import ids
from udsyn.record.engine import Record

DEFINITION = "grants"
MEMBER = {"institutions": "institution", "people": "author"}  #: what an id is of
LETTERS = {kind: ids.KINDS[member][1] for kind, member in MEMBER.items()}
YEARS = 5  #: years before and after
NEAREST = 10  #: members of nearly the same output, on either side of a funded dyad
CROWD = 100  #: authors; who shares a work with more has not worked together by that

LIMITS = (
    "Matching removes only differences that are measured: those who apply may be about to write together anyway.",
    "Applicants who were turned down are the better comparison, where their pairs are known.",
    "Funded pairs may draw works from unfunded ones that share a member: the figure is then too high.",
)

#: who wrote what with an affiliation where, per kind of member
MEMBERS = {
    "institutions": """
CREATE TEMP TABLE members AS
SELECT DISTINCT authorships.institution AS member, authorships.country, chosen.work, chosen.year, chosen.field
FROM authorships
JOIN chosen ON chosen.work = authorships.work AND chosen.authors <= $crowd AND chosen.year <= $last
WHERE authorships.institution IS NOT NULL AND authorships.country IS NOT NULL
""",
    "people": """
CREATE TEMP TABLE members AS
SELECT authorships.author AS member, min(authorships.country) AS country, chosen.work, chosen.year, chosen.field
FROM authorships
JOIN chosen ON chosen.work = authorships.work AND chosen.authors <= $crowd AND chosen.year <= $last
WHERE authorships.author IS NOT NULL AND authorships.country IS NOT NULL
    AND authorships.author NOT IN (SELECT author FROM unnamed)
GROUP BY authorships.author, chosen.work, chosen.year, chosen.field
""",
}

#: output in the years before a grant's year, and the field and country that most of it lies in
OUTPUTS = """
CREATE TEMP TABLE outputs AS
WITH counted AS (
    SELECT granted.year AS start, members.member, members.country, members.field, count(*) AS works
    FROM members
    JOIN (SELECT DISTINCT year FROM granted) AS granted
        ON members.year BETWEEN granted.year - $years AND granted.year - 1
    GROUP BY granted.year, members.member, members.country, members.field
)
SELECT
    start,
    member,
    first(country ORDER BY works DESC, country) AS country,
    first(coalesce(field, 0) ORDER BY works DESC, field) AS field,
    CAST(sum(works) AS BIGINT) AS works
FROM counted
GROUP BY start, member
"""

#: joint works before and after, of members of the countries that are asked about
JOINT = """
CREATE TEMP TABLE joint AS
WITH asked AS (
    SELECT DISTINCT granted.year AS start, one.country AS first, other.country AS second
    FROM granted
    JOIN outputs AS one ON one.start = granted.year AND one.member = granted.a
    JOIN outputs AS other ON other.start = granted.year AND other.member = granted.b
),
near AS (
    SELECT asked.start, members.member, members.work, members.year, members.country
    FROM members
    JOIN (
        SELECT start, first AS country FROM asked UNION SELECT start, second AS country FROM asked
    ) AS asked ON asked.country = members.country
        AND members.year BETWEEN asked.start - $years AND asked.start + $years - 1
)
SELECT
    one.start,
    one.member AS a,
    other.member AS b,
    count(*) FILTER (WHERE one.year < one.start) AS prior,
    count(*) FILTER (WHERE one.year >= one.start) AS after
FROM near AS one
JOIN near AS other ON other.start = one.start AND other.work = one.work AND other.member <> one.member
WHERE EXISTS (
    SELECT 1 FROM asked
    WHERE asked.start = one.start AND asked.first = one.country AND asked.second = other.country
)
GROUP BY one.start, one.member, other.member
"""

#: the funded dyads and those that they may be compared with
DYADS = """
WITH funded AS (
    SELECT year AS start, a, b FROM granted
),
ranked AS (
    SELECT
        funded.start,
        funded.a,
        funded.b,
        side.which AS side,
        other.member,
        row_number() OVER (
            PARTITION BY funded.start, funded.a, funded.b, side.which
            ORDER BY abs(ln(other.works) - ln(own.works)), other.member
        ) AS place
    FROM funded
    CROSS JOIN (VALUES ('a'), ('b')) AS side(which)
    JOIN outputs AS own
        ON own.start = funded.start AND own.member = CASE side.which WHEN 'a' THEN funded.a ELSE funded.b END
    JOIN outputs AS other ON other.start = own.start AND other.country = own.country AND other.field = own.field
),
candidates AS (
    SELECT start, a, b FROM funded
    UNION
    SELECT start, a, b FROM joint WHERE prior > 0
    UNION
    SELECT one.start, one.member AS a, other.member AS b
    FROM ranked AS one
    JOIN ranked AS other ON other.start = one.start AND other.a = one.a AND other.b = one.b
    WHERE one.side = 'a' AND other.side = 'b' AND one.place <= $nearest AND other.place <= $nearest
        AND one.member <> other.member
)
SELECT
    candidates.start || ' ' || $letter || candidates.a || ' ' || $letter || candidates.b AS dyad,
    candidates.start || ' ' || one.country || '-' || other.country || ' '
        || CASE WHEN one.works <= other.works THEN one.field ELSE other.field END AS "group",
    coalesce(joint.prior, 0) AS prior,
    one.works * other.works AS size,
    coalesce(joint.after, 0) AS after,
    granted.year IS NOT NULL AS funded
FROM candidates
JOIN outputs AS one ON one.start = candidates.start AND one.member = candidates.a
JOIN outputs AS other ON other.start = candidates.start AND other.member = candidates.b
LEFT JOIN joint ON joint.start = candidates.start AND joint.a = candidates.a AND joint.b = candidates.b
LEFT JOIN granted
    ON granted.year = candidates.start AND granted.a = candidates.a AND granted.b = candidates.b
WHERE granted.year IS NOT NULL OR (
    (one.country <> other.country OR one.member < other.member)
    AND NOT EXISTS (
        SELECT 1 FROM granted
        WHERE (granted.a, granted.b) IN ((candidates.a, candidates.b), (candidates.b, candidates.a))
    )
)
ORDER BY dyad
"""


@dataclass(frozen=True)
class GrantsEffect:
    """What a set of grants did, where the figures come from, and what its reader must know."""

    found: DyadEffect
    provenance: Provenance
    notes: tuple[str, ...]


def read_grants(path: Path, kind: str) -> list[tuple[int, int, int]]:
    """The first grant of each pair from a CSV file with the columns a, b, year: two ids (I… or A…) and a year."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"a", "b", "year"} <= set(reader.fieldnames or ()):
            raise UsageError(f"{path}: the first line must name the columns a, b, year.")
        first: dict[frozenset[int], tuple[int, int, int]] = {}
        for line, row in enumerate(reader, start=2):
            a, b, year = read_grant(row, MEMBER[kind], f"{path}, line {line}")
            both = frozenset((a, b))
            if both not in first or year < first[both][2]:
                first[both] = (a, b, year)
    if not first:
        raise UsageError(f"{path} holds no pairs.")
    return sorted(first.values())


def read_grant(row: dict[str, str | None], member: str, where: str) -> tuple[int, int, int]:
    """One line. Raises UsageError with its place for anything but two different ids and a year."""
    a, b = (ids.find(row[side] or "", member) for side in ("a", "b"))
    year = str(row["year"] or "").strip()
    if a is None or b is None or not (year.isascii() and year.isdigit()):
        letter = ids.KINDS[member][1]
        raise UsageError(f"{where}: write two ids and a year, as {letter}123,{letter}456,2015.")
    if a == b:
        raise UsageError(f"{where}: {ids.written(a, member)} is paired with itself.")
    return a, b, int(year)


def grants_effect(
    record: Record | Path | str,
    grants: Sequence[tuple[int, int, int]],
    kind: str = "institutions",
    *,
    years: int = YEARS,
    matches: int = MATCHES,
) -> GrantsEffect:
    """What grants did to the joint works of the pairs they went to.

    grants: (a, b, year) with ids of institutions or people (`kind`) as numbers. years: how many years before and after
    count. Raises UsageError where fewer than ten funded pairs can be compared.
    """
    with choose(record, Question()) as chosen:
        dated = [grant for grant in grants if grant[2] <= chosen.last_complete_year]
        dyads = candidates(chosen, dated, kind, years)
        provenance = chosen.provenance(DEFINITION, "full")
        notes = chosen.notes
    found = matched_effect(dyads, matches)
    known = int(dyads["funded"].sum())
    lost = [
        (len(grants) - len(dated), f"grants begin after {chosen.last_complete_year}, the last complete year"),
        (len(dated) - known, "funded pairs have a member without works in the years before"),
        (found.unmatched, "funded pairs find too few unfunded ones like them"),
    ]
    left_out = tuple(f"Left out: {number} {why}." for number, why in lost if number)
    return GrantsEffect(found, provenance, (*notes, *left_out, *LIMITS))


def candidates(chosen: Chosen, grants: Sequence[tuple[int, int, int]], kind: str, years: int) -> pl.DataFrame:
    """The funded dyads and those they may be compared with, as `matched_effect` reads them."""
    connection = chosen.connection
    columns = {name: [grant[place] for grant in grants] for place, name in enumerate(("a", "b", "year"))}
    connection.execute(
        "CREATE TEMP TABLE granted AS SELECT unnest($a::BIGINT[]) AS a, unnest($b::BIGINT[]) AS b, "
        "unnest($year::INTEGER[]) AS year",
        columns,
    )
    connection.execute(MEMBERS[kind], {"crowd": CROWD, "last": chosen.last_complete_year})
    connection.execute(OUTPUTS, {"years": years})
    connection.execute(JOINT, {"years": years})
    return chosen.frame(DYADS, nearest=NEAREST, letter=LETTERS[kind])
