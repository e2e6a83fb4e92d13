"""What a record holds to be asked for: its years, and the members of its levels by id or by name.

A filter that nothing answers is refused with what is held: an empty answer would say that there is nothing.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

import polars as pl

from udsyn.errors import UsageError
from udsyn.record import ids
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, PAIR_YEAR, TOPICS, WORKS

SHOWN = 30  #: members named in a refusal
NEAREST = 5


def demand_years(place: Place, years: tuple[int, int], option: str) -> None:
    """Raise UsageError where no source of the record holds a year of a period."""
    record = Record.open(place)
    if (held := span(record)) and (years[1] < held[0] or years[0] > held[1]):
        asked = str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"
        raise UsageError(f"{option} {asked}: the record holds {held[0]} to {held[1]}.")


def span(record: Record) -> tuple[int, int] | None:
    """The first and the last year held, of the cubes, or of works that are not yet counted; None without any."""
    files = [file for cube in (COUNTRY_YEAR, PAIR_YEAR) for file in record.files(cube)]
    years = [pl.scan_parquet(file).select(pl.col("year").cast(pl.Int64)) for file in files or record.files(WORKS)]
    if not years:
        return None
    first, last = pl.concat(years).select(first=pl.col("year").min(), last=pl.col("year").max()).collect().row(0)
    return None if first is None else (first, last)


def member(place: Place, level: str, label: str) -> str:
    """The id of a member of a level, named by its id (17, fields/17, T10001) or its name.

    Raises UsageError with what is held.
    """
    record = Record.open(place)
    files = tuple((str(file), file.stat().st_mtime_ns) for file in record.files(COUNTRY_FIELD_YEAR))
    held = members(files, level) if files else {}
    held = held or topics_of(tuple((str(file), file.stat().st_mtime_ns) for file in record.files(TOPICS)), level)
    id_ = ids.find(label, level)
    if not held or str(id_) in held:
        return str(id_) if held else label
    wanted = label.strip().casefold()
    for agrees in (str.__eq__, str.startswith, str.__contains__):
        found = [id_ for id_, name in held.items() if wanted and agrees(name.casefold(), wanted)]
        if len(found) == 1:
            return found[0]
    raise UsageError(f"--{level} {label}: the record holds no such {level}, but {listed(held, level, wanted)}.")


def listed(held: dict[str, str], level: str, wanted: str) -> str:
    """The members held, or of many those whose names come nearest."""
    if len(held) > SHOWN:
        by_name = {name.casefold(): id_ for id_, name in held.items()}
        near = [by_name[name] for name in get_close_matches(wanted, by_name, NEAREST, 0.4)] or list(held)[:NEAREST]
        shown = ", ".join(f"{ids.written(id_, level)} {held[id_]}" for id_ in near)
        return f"{len(held):,} others, such as {shown}"
    return ", ".join(f"{ids.written(id_, level)} {name}".strip() for id_, name in held.items())


@lru_cache(maxsize=32)
def members(files: tuple[tuple[str, int], ...], level: str) -> dict[str, str]:
    """Id → name of the members that cubes hold, in the order of their ids."""
    frames = [pl.scan_parquet(file).filter(pl.col("level") == level).select("member", "name") for file, _ in files]
    return named(pl.concat(frames).collect())


@lru_cache(maxsize=32)
def topics_of(files: tuple[tuple[str, int], ...], level: str) -> dict[str, str]:
    """Id → name of the members that the topics held belong to."""
    name = "name" if level == "topic" else f"{level}_name"
    frames = [pl.scan_parquet(file).select(member=pl.col(level).cast(pl.String), name=name) for file, _ in files]
    return named(pl.concat(frames).collect()) if frames else {}


def named(frame: pl.DataFrame) -> dict[str, str]:
    found = frame.drop_nulls("member").group_by("member").agg(pl.col("name").max())
    found = found.sort(pl.col("member").cast(pl.Int64, strict=False), "member")
    return {id_: name or "" for id_, name in found.rows()}
