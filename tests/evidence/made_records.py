"""Records of any size drawn straight into tables, with planted strengths: authors choose their subfield by their
country's own multipliers, works follow their first author, and international teams share the work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from udsyn.record.engine import Record
from udsyn.record.tables import TOPICS, UNITS, WORK_COUNTRIES, WORKS, Table

HOME, PARTNER, PLANTED = "DK", "KR", 21
FIELDS = np.arange(11, 37)
#: country → its part of the world's authors, in per cent or so
SIZES = {HOME: 0.95, PARTNER: 3, "US": 22, "CN": 21, "GB": 6, "DE": 5.5, "JP": 4.2, "IN": 6, "FR": 3.5, "IT": 3.6}
SIZES |= {"CA": 3.2, "ES": 3, "AU": 2.9, "BR": 3, "NL": 1.9, "CH": 1.5, "SE": 1.3, "RU": 2.4, "IR": 2, "PL": 1.5}
SIZES |= {"TR": 1.8, "TW": 1.4, "ID": 1.5, "EG": 1.1, "SA": 1.1, "PK": 1, "MY": 1, "BE": 1, "MX": 0.9, "FI": 0.7}
COUNTRIES = tuple(SIZES)


def write(record: Record, table: Table, columns: dict[str, np.ndarray]) -> None:
    """One Parquet file with a table's columns; those not given are null."""
    rows = len(next(iter(columns.values())))
    found = {name: pa.array(columns[name]) if name in columns else pa.nulls(rows) for name in table.columns}
    file = record.path / "tables" / table.name / f"{table.name}.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(pa.table(found), file, compression="zstd")


def made_record(folder: Path, seed: int, works: int) -> tuple[Path, np.ndarray]:
    """A record, not yet counted, and the true multipliers (countries × fields)."""
    draw = np.random.default_rng(seed)
    subfields = np.array([field * 100 + n for n in range(10) for field in FIELDS])
    weights = draw.dirichlet(np.full(len(FIELDS), 3.0))[(subfields // 100) - FIELDS[0]]
    weights = weights * draw.dirichlet(np.full(len(subfields), 2.0))
    multipliers = np.exp(draw.normal(0, 0.35, (len(COUNTRIES), len(FIELDS))))
    multipliers[0, PLANTED - FIELDS[0]], multipliers[1, PLANTED - FIELDS[0]] = 2.5, 1.9
    sizes = np.array([*SIZES.values()]) / sum(SIZES.values())

    own = draw.choice(len(COUNTRIES), works, p=sizes)
    subfield = np.empty(works, dtype=np.int64)
    for country in range(len(COUNTRIES)):
        mix = weights * multipliers[country][subfields // 100 - FIELDS[0]]
        mine = np.flatnonzero(own == country)
        subfield[mine] = draw.choice(subfields, len(mine), p=mix / mix.sum())
    year = draw.integers(2010, 2026, works)
    authors = np.minimum(1 + draw.negative_binomial(1.6, 0.32, works), 100)
    partner = draw.choice(len(COUNTRIES), works, p=sizes)
    joint = (draw.random(works) < 0.22) & (authors > 1) & (partner != own)
    abroad = np.where(joint, np.maximum(draw.binomial(authors - 1, 0.35), 1), 0)
    citations = draw.poisson(6 * np.exp(draw.normal(0, 0.9, works)))

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
    return record.path, multipliers
