"""Joint works with listed bodies, from the record: by year and field, each with the works behind it.

A work counts once for each body that stands on it, whatever its type; a year in which a body was not yet listed counts
too, and says so: cooperation before a listing is no breach, but it is what one has to look at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from udsyn.evidence.safeguards import asking, bodies, identity
from udsyn.evidence.safeguards.identity import IS, Verdict
from udsyn.facts.models import earliest
from udsyn.record import ids
from udsyn.record.engine import Place, Record

#: Works of somebody (a condition on `authorships`) that carry a listed institution too.
JOINT = """
SELECT l.institution, w.year, t.field_name AS field, count(DISTINCT w.work) AS works,
       list_sort(list(DISTINCT 'https://openalex.org/W' || w.work)) AS addresses
FROM authorships AS l
JOIN listed USING (institution)
JOIN works AS w USING (work)
LEFT JOIN topics AS t ON t.topic = w.topic
WHERE l.work IN (SELECT work FROM authorships WHERE {whose}) AND w.year IS NOT NULL
GROUP BY ALL
ORDER BY l.institution, w.year, field NULLS LAST
"""
WHOSE = {
    "country": "country IN (SELECT unnest($value))",
    "institution": "institution IN (SELECT unnest($value))",
    "author": "author IN (SELECT unnest($value))",
}
#: How many addresses a row carries; `works` counts all.
ADDRESSES = 20
COLUMNS = ("id", "name", "country", "measures", "year", "field", "works", "listed_then", "addresses")


def exposure(place: Place, whose: str, value: str | Sequence[str], day: dt.date) -> list[dict[str, Any]]:
    """Rows: id, name, country of the listed body, its measures on the day, year, field, works, whether it was listed
    then already (None where the lists do not say since when), and the works' addresses.

    `whose` is country (ISO-2), institution (I…) or author (A…); several are a group, whose joint works count once.
    Raises UsageError for an id that is none.
    """
    listed = {
        one.institution: (one, [verdict for verdict in verdicts if verdict.verdict == IS])
        for one, verdicts in judged(place, day)
        if one.institution is not None and any(verdict.verdict == IS for verdict in verdicts)
    }
    keys = [key_of(whose, one) for one in ([value] if isinstance(value, str) else value)]
    with Record.open(place).connect() as connection:
        connection.execute("CREATE TEMP TABLE listed (institution BIGINT)")
        if listed:
            connection.executemany("INSERT INTO listed VALUES (?)", [[key] for key in listed])
        frame = connection.sql(JOINT.format(whose=WHOSE[whose]), params={"value": keys}).pl()
    found = []
    for row in frame.iter_rows(named=True):
        one, verdicts = listed[row["institution"]]
        found.append(
            {
                "id": one.id,
                "name": one.body.name,
                "country": one.body.country,
                "measures": sorted({verdict.entry.measure for verdict in verdicts}),
                "year": row["year"],
                "field": row["field"],
                "works": row["works"],
                "listed_then": listed_in(verdicts, row["year"]),
                "addresses": row["addresses"][:ADDRESSES],
            }
        )
    return found


def judged(place: Place, day: dt.date) -> Iterable[tuple[bodies.Known, list[Verdict]]]:
    held = bodies.all_of(place)
    verdicts = identity.judge(asking.lists_of(place), [one.body for one in held], day)
    return ((one, found) for one, (_, found) in zip(held, verdicts, strict=True))


def listed_in(verdicts: list[Verdict], year: int) -> bool | None:
    """Whether a measure was in force at some time of a year."""
    begun = [verdict.entry.in_force_from for verdict in verdicts]
    if any(day is not None and earliest(day).year <= year for day in begun):
        return True
    return None if None in begun else False


def key_of(whose: str, value: str) -> str | int:
    if whose == "country":
        return value
    return ids.number(value, whose)
