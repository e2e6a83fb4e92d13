"""The record's organisations as bodies that lists may name: OpenAlex's institutions and ROR's register."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.safeguards.body import Body
from udsyn.record.engine import Place, Record

ROR = "https://ror.org/"
#: What ROR says that a body belongs to, or became.
RELATIONS = ("parent", "successor")
ROR_ID = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[0-9a-z]{8})", re.IGNORECASE)
#: Institutions with what ROR says of them, and ROR's organisations that are no institution of the record.
KNOWN = """
SELECT 'I' || i.institution AS id, i.ror, coalesce(i.name, o.name) AS name, o.name AS registered,
       coalesce(i.country, o.country) AS country, o.names, o.parent, o.successor, i.institution
FROM institutions AS i LEFT JOIN organisations AS o USING (ror)
UNION ALL BY NAME
SELECT o.ror AS id, o.ror, o.name, o.name AS registered, o.country, o.names, o.parent, o.successor
FROM organisations AS o ANTI JOIN institutions AS i USING (ror)
"""
WORKS = "SELECT institution, count(DISTINCT work) AS works FROM authorships GROUP BY institution"


@dataclass(frozen=True)
class Known:
    """A body of the record: its id, and how many works are held of it, whatever counts."""

    body: Body
    id: str
    institution: int | None
    works: int


def ror_id(said: str) -> str:
    """A ROR id in full. Raises UsageError for what is none."""
    found = ROR_ID.fullmatch(said.strip().rstrip("/"))
    if not found:
        raise UsageError(f"{said} is no ROR id: give one such as https://ror.org/02nv7yv05.")
    return ROR + found[1].lower()


def all_of(place: Place) -> list[Known]:
    """Every institution of the record, and every organisation of ROR's register that it holds beside them."""
    rows = read(place)
    others = {row["ror"]: plain(row) for row in rows if row["ror"]}
    return [known(row, others) for row in rows]


def by_ror(place: Place, id_: str) -> Known:
    """The body of a ROR id. Raises UdsynError where the record does not hold it."""
    rows = {row["ror"]: row for row in read(place) if row["ror"]}
    if id_ not in rows:
        raise UdsynError(
            f"the record holds no organisation {id_}, so nothing can be said of it. Read ROR's register with "
            "`udsyn ingest ror FILE`, or ask by --name and --country."
        )
    row = rows[id_]
    return known(row, {row[of]: plain(rows[row[of]]) for of in RELATIONS if row[of] in rows})


def read(place: Place) -> list[dict[str, Any]]:
    with Record.open(place).connect() as connection:
        if "names" not in connection.sql("FROM organisations").columns:  # a record of an earlier version
            connection.execute(
                "CREATE OR REPLACE TEMP VIEW organisations AS "
                "SELECT *, CAST([] AS VARCHAR[]) AS names FROM main.organisations"
            )
        frame = connection.sql(f"FROM ({KNOWN}) LEFT JOIN ({WORKS}) USING (institution) ORDER BY id").pl()
    return list(frame.iter_rows(named=True))


def known(row: Mapping[str, Any], others: Mapping[str, Body]) -> Known:
    related = tuple((of, others[row[of]]) for of in RELATIONS if row[of] in others)
    return Known(replace(plain(row), related=related), row["id"], row["institution"], row["works"] or 0)


def plain(row: Mapping[str, Any]) -> Body:
    names = ([row["registered"]] if row["registered"] else []) + list(row["names"] or ())
    return Body(row["name"] or row["id"], row["country"], tuple(names), row["ror"])
