"""Records of any size drawn straight into tables, with planted strengths: authors choose their field by their country's
own mix, works follow their first author, and international teams share the work. Teams of `team` works have one first
author, one subfield and one luck with citations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, TOPICS, UNITS, WORK_COUNTRIES, WORKS, Table

HOME, PARTNER, PLANTED = "GB", "DE", 21
FIELDS = np.arange(11, 37)
#: country → its part of the world's authors, in per cent or so
SIZES = {HOME: 6, PARTNER: 5.5, "US": 22, "CN": 21, "DK": 0.95, "KR": 3, "JP": 4.2, "IN": 6, "FR": 3.5, "IT": 3.6}
SIZES |= {"CA": 3.2, "ES": 3, "AU": 2.9, "BR": 3, "NL": 1.9, "CH": 1.5, "SE": 1.3, "RU": 2.4, "IR": 2, "PL": 1.5}
SIZES |= {"TR": 1.8, "TW": 1.4, "ID": 1.5, "EG": 1.1, "SA": 1.1, "PK": 1, "MY": 1, "BE": 1, "MX": 0.9, "FI": 0.7}
COUNTRIES = tuple(SIZES)
WORLD_SHARE = np.array([*SIZES.values()]) / sum(SIZES.values())
#: the same world with home and partner as small as Denmark and Korea
SMALL = {**SIZES, HOME: SIZES["DK"], PARTNER: SIZES["KR"], "DK": SIZES[HOME], "KR": SIZES[PARTNER]}
SMALL_SHARE = np.array([*SMALL.values()]) / sum(SMALL.values())


def write(record: Record, table: Table, columns: dict[str, np.ndarray]) -> None:
    """One Parquet file with a table's columns; those not given are null."""
    rows = len(next(iter(columns.values())))
    found = {name: pa.array(columns[name]) if name in columns else pa.nulls(rows) for name in table.columns}
    file = record.path / "tables" / table.name / f"{table.name}.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(pa.table(found), file, compression="zstd")


def planted(draw: np.random.Generator, world: np.ndarray) -> np.ndarray:
    """Countries × fields, rows adding up to 1: strong by luck (exp(N(0, 0.35))) or planted."""
    multipliers = np.exp(draw.normal(0, 0.35, (len(COUNTRIES), len(FIELDS))))
    multipliers[0, PLANTED - FIELDS[0]], multipliers[1, PLANTED - FIELDS[0]] = 2.5, 1.9
    mix = draw.dirichlet(np.full(len(FIELDS), 3.0)) * multipliers
    return np.asarray(mix / mix.sum(axis=1, keepdims=True))


def at_the_boundary(draw: np.random.Generator, world: np.ndarray) -> np.ndarray:
    """The same, with home truly strong in its first twelve fields, of which the partner is strong in the last four.

    In the first twenty fields but these four the partner does exactly what the world does: its true index is 1.
    """
    mix = np.exp(draw.normal(0, 0.35, (len(COUNTRIES), len(FIELDS))))
    mix[0] = np.where(np.arange(len(FIELDS)) < 12, 3.0, 1.0)
    mix /= mix.sum(axis=1, keepdims=True)
    others = np.delete(np.arange(len(COUNTRIES)), 1)
    average = world[others] @ mix[others] / world[others].sum()
    mix[1] = average
    mix[1, 8:12] = 2 * average[8:12]
    mix[1, 20:] *= (1 - mix[1, :20].sum()) / average[20:].sum()
    return mix


def true_index(mix: np.ndarray, world: np.ndarray) -> np.ndarray:
    """Countries × fields: the activity index that a mix has without luck."""
    return np.asarray(mix / (world @ mix))


def made_record(
    folder: Path,
    seed: int,
    works: int,
    mix_of: Callable[[np.random.Generator, np.ndarray], np.ndarray] = planted,
    team: int = 1,
    world: np.ndarray = WORLD_SHARE,
) -> tuple[Path, np.ndarray]:
    """A record, not yet counted, of countries with these parts of the world; and their true index by field."""
    draw = np.random.default_rng(seed)
    mix, parts = mix_of(draw, world), draw.dirichlet(np.full(10, 2.0), len(FIELDS))
    teams = -(-works // team)
    of_team = np.repeat(np.arange(teams), team)[:works]

    lead = draw.choice(len(COUNTRIES), teams, p=world)
    field = np.empty(teams, dtype=np.int64)
    for country in range(len(COUNTRIES)):
        mine = np.flatnonzero(lead == country)
        field[mine] = draw.choice(len(FIELDS), len(mine), p=mix[country])
    part = (draw.random(teams)[:, None] > np.cumsum(parts, axis=1)[field]).sum(axis=1).clip(max=9)
    own, subfield = lead[of_team], (FIELDS[field] * 100 + part)[of_team]
    subfields = np.array([field * 100 + n for n in range(10) for field in FIELDS])
    year = draw.integers(2010, 2026, works)
    authors = np.minimum(1 + draw.negative_binomial(1.6, 0.32, works), 100)
    partner = draw.choice(len(COUNTRIES), works, p=world)
    joint = (draw.random(works) < 0.22) & (authors > 1) & (partner != own)
    abroad = np.where(joint, np.maximum(draw.binomial(authors - 1, 0.35), 1), 0)
    citations = draw.poisson(6 * np.exp(draw.normal(0, 0.9, teams)[of_team]))

    record = Record.create(folder / "record")
    ids = np.arange(works, dtype=np.int64)
    codes = np.array(COUNTRIES)
    write(
        record,
        WORKS,
        {
            "work": ids,
            "source": np.full(works, "made"),
            "year": year.astype(np.int16),
            "type": np.full(works, "article"),
            "topic": (10_000 + subfield).astype(np.int32),
            "subfield": subfield.astype(np.int16),
            "field": (subfield // 100).astype(np.int16),
            "domain": np.ones(works, np.int16),
            "cited_by": citations.astype(np.int32),
            "authors": authors.astype(np.int32),
            "countries": (1 + joint).astype(np.int16),
        },
    )
    both = np.flatnonzero(joint)
    share = (UNITS * ((authors - abroad) / authors)).astype(np.int64)
    write(
        record,
        WORK_COUNTRIES,
        {
            "work": np.concatenate([ids, both]),
            "country": np.concatenate([codes[own], codes[partner[both]]]),
            "units": np.concatenate([share, UNITS - share[both]]),
            "is_first": np.concatenate([np.full(works, True), np.full(len(both), False)]),
            "is_corresponding": np.concatenate([np.full(works, True), np.full(len(both), False)]),
        },
    )
    write(
        record,
        AUTHORSHIPS,
        {
            "work": np.concatenate([ids, both]),
            "seq": np.concatenate([np.full(works, 1), np.full(len(both), 2)]).astype(np.int32),
            "author": np.concatenate([of_team, teams + both]),
            "country": np.concatenate([codes[own], codes[partner[both]]]),
            "basis": np.full(works + len(both), "countries"),
            "units": np.concatenate([share, UNITS - share[both]]),
        },
    )
    write(
        record,
        TOPICS,
        {
            "topic": (10_000 + subfields).astype(np.int32),
            "name": subfields.astype(str),
            "subfield": subfields.astype(np.int16),
            "subfield_name": subfields.astype(str),
            "field": (subfields // 100).astype(np.int16),
            "field_name": (subfields // 100).astype(str),
            "domain": np.ones(len(subfields), np.int16),
            "domain_name": np.full(len(subfields), "all"),
        },
    )
    return record.path, true_index(mix, world)
