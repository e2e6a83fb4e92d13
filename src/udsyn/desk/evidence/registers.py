"""Organisations of ties in registers that number them in their own way: CORDIS's, found by name and country."""

from __future__ import annotations

from collections import Counter

import polars as pl

from udsyn.contacts.projects import ORGANISATIONS, same
from udsyn.record.engine import Record
from udsyn.record.tables import INSTITUTIONS, PARTICIPATIONS

Side = tuple[str, str, str]  #: name, country, ROR id


def with_projects(record: Record, ties: pl.DataFrame) -> pl.DataFrame:
    """The same ties with CORDIS's number of each organisation that exactly one of the register's names fits.

    ties: with level, and each side's name, country and ror. Where several numbers are one organisation's, it is the
    one with most participations.
    """
    of_organisations = ties.filter(pl.col("level") == "organisation")
    sides: list[Side] = []
    for side in "ab":
        sides += of_organisations.select(f"{side}_name", f"{side}_country", f"{side}_ror").unique().rows()
    numbers = numbers_of(record, sorted(set(sides))) if sides and record.files(PARTICIPATIONS) else {}
    columns = []
    for side in "ab":
        rows = ties.select("level", f"{side}_name", f"{side}_country", f"{side}_ror").rows()
        found = [numbers.get(row[1:]) if row[0] == "organisation" else None for row in rows]
        columns.append(pl.Series(f"{side}_cordis", found, pl.Int64))
    return ties.with_columns(columns)


def numbers_of(record: Record, sides: list[Side]) -> dict[Side, int]:
    """Side → CORDIS's number."""
    with record.connect() as connection:
        if "name" not in [row[0] for row in connection.execute("DESCRIBE participations").fetchall()]:
            return {}
        named = connection.execute(ORGANISATIONS).fetchall()
        counted = Counter(
            dict(connection.execute("SELECT organisation, count(*) FROM participations GROUP BY 1").fetchall())
        )
    known = names_by_ror(record)
    bearers = [
        (place, country, called)
        for place, (name, country, ror) in enumerate(sides)
        for called in {name, *known.get(ror.rpartition("/")[2], ())}
        if called and country
    ]
    found: dict[Side, int] = {}
    for organisation, place in same(bearers, named):
        side = sides[place]
        if side not in found or counted[organisation] > counted[found[side]]:
            found[side] = organisation
    return found


def names_by_ror(record: Record) -> dict[str, tuple[str, ...]]:
    files = record.files(INSTITUTIONS)
    if not files:
        return {}
    rows = pl.scan_parquet(files).select("ror", "name").drop_nulls().collect()
    return {ror.rstrip("/").rpartition("/")[2]: (name,) for ror, name in rows.iter_rows()}
