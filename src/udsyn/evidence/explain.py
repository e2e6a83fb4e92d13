"""From a number back to the cells that it is summed from, and from the cells to the works.

Every row of evidence carries its address in the column `result`, such as profile/DK/fractional/all/field/21 or
ties/DK/KR/2020. Explaining it gives the cells; with `works`, the works behind them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from udsyn.cubes.countries import codes_of
from udsyn.errors import UsageError
from udsyn.evidence.cells import scored_cells
from udsyn.evidence.profile import COUNTING_NAMES, LEVELS
from udsyn.evidence.result import Result
from udsyn.evidence.sources import Source, Years, choose, country_code, of_source, provenance
from udsyn.evidence.ties import EXPECTED_LEVEL, expected_per_member
from udsyn.record.engine import Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, PAIR_YEAR, UNITS

FORMS = (
    "profile/COUNTRY/COUNTING/YEARS/LEVEL/ID",
    "strengths/HOME/PARTNER/COUNTING/YEARS/LEVEL/ID",
    "ties/HOME/PARTNER/YEAR",
    "share/COUNTRY/YEAR",
)

#: works that count, of one source and period, with all the countries asked for
WORKS = """
WITH located AS (
    SELECT
        work,
        sum(CASE WHEN country IN (SELECT unnest($first)) THEN units ELSE 0 END) AS units,
        count(*) FILTER (WHERE country IN (SELECT unnest($first))) AS rows_first,
        count(*) FILTER (WHERE country IN (SELECT unnest($second))) AS rows_second
    FROM work_countries
    GROUP BY work
)
SELECT
    'W' || works.work AS id,
    works.year,
    works.type,
    works.title,
    works.doi,
    works.cited_by AS citations,
    CAST(located.units AS DOUBLE) / $units AS weight
FROM works_in_scope AS works
JOIN located ON located.work = works.work
WHERE works.source = $source
    AND works.year BETWEEN $from AND $to
    AND located.rows_first > 0
    AND located.rows_second > 0
    AND CASE $level
        WHEN 'all' THEN true
        WHEN 'domain' THEN works.domain = $member
        WHEN 'field' THEN works.field = $member
        WHEN 'subfield' THEN works.subfield = $member
        ELSE works.topic = $member
    END
ORDER BY works.cited_by DESC, works.work
LIMIT $limit
"""


def explain(
    record_path: Path | str, address: str, works: bool = False, limit: int = 1000, source: str | None = None
) -> Result:
    """The cells behind a result, the largest contribution first; with `works`, the works, most cited first.

    `address` is what a row's `result` column says. Cells of a profile carry citations, works, weight, the reference
    set's works and mean (`expected`), the score and what they add to the sum (`contribution` = weight × score,
    `top_contribution` = weight × credit for the top 10 %). Raises UsageError for an address of no known form.
    """
    record = Record.open(record_path)
    kind, _, rest = address.strip("/").partition("/")
    parts = rest.split("/")
    if kind == "profile" and len(parts) == 5:
        country, counting, when, level, member = parts
        chosen, period, asked = begin(record, source, COUNTRY_YEAR, when), years_of(when), (country, country)
        if not works:
            return profile_cells(record, chosen, country_code(country), counting, period, level, member, limit)
    elif kind == "strengths" and len(parts) == 6:
        home, partner, counting, when, level, member = parts
        chosen, period, asked = begin(record, source, COUNTRY_FIELD_YEAR, when), years_of(when), (home, partner)
        if not works:
            return strength_cells(record, chosen, country_code(home), country_code(partner), period, level, member)
    elif kind == "ties" and len(parts) == 3:
        home, partner, when = parts
        level, member, counting, asked = "all", "all", "full", (home, partner)
        chosen, period = begin(record, source, PAIR_YEAR, when), years_of(when)
        if not works:
            return tie_cells(record, chosen, country_code(home), country_code(partner), period)
    elif kind == "share" and len(parts) == 2:
        country, when = parts
        level, member, counting, asked = "all", "all", "fractional", (country, country)
        chosen, period = begin(record, source, COUNTRY_YEAR, when), years_of(when)
        if not works:
            return profile_cells(record, chosen, country_code(country), counting, period, level, member, limit)
    else:
        raise UsageError(f"{address} is no result. Take it from the column `result`; forms are {', '.join(FORMS)}.")
    return works_behind(record, chosen, asked, counting, period, level, member, limit)


def begin(record: Record, source: str | None, cube: Any, when: str) -> Source:
    """The source to explain from; only counted works can be followed further down."""
    chosen = choose(record, cube, source)
    if not chosen.counted:
        raise UsageError(
            f"{chosen.name} is a panel that somebody else counted: its cells have no works behind them here."
        )
    return chosen


def years_of(text: str) -> Years | None:
    """The period of an address: 2018-2022, 2020 or all."""
    if text == "all":
        return None
    first, _, last = text.partition("-")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise UsageError(f"{text} is no period: write 2018-2022, 2020 or all.") from None


def profile_cells(
    record: Record,
    source: Source,
    country: str,
    counting: str,
    years: Years | None,
    level: str,
    member: str,
    limit: int,
) -> Result:
    """The cells that an output, an MNCS and a PP(top 10 %) are summed from."""
    if level not in LEVELS or counting not in COUNTING_NAMES:
        raise UsageError(f"{level}/{counting} is no level and counting. Forms are {', '.join(FORMS)}.")
    cells = scored_cells(record, source.name, country, counting, years)
    if level != "all":
        cells = cells.filter(pl.col(level).cast(pl.String) == member.lstrip("T"))
    keys = ("subfield", "topic", "year", "type", "citations")
    rows = (
        cells.select(
            *keys,
            "works",
            "weight",
            "set_works",
            "score",
            expected=pl.col("set_citations") / pl.col("set_works"),
            contribution=pl.col("weight") * pl.col("score"),
            top_contribution=pl.col("weight") * pl.col("top"),
        )
        .sort("contribution", *keys, descending=[True, *(False for _ in keys)])
        .head(limit)
    )
    note = (
        f"{cells.height} cells, weight {cells['weight'].sum():.6g}; MNCS is the sum of contributions over the weight."
    )
    origin = provenance(record, source, "profile", COUNTING_NAMES[counting], years)
    return Result(rows, origin, (*source.said, note))


def tie_cells(record: Record, source: Source, home: str, partner: str, years: Years | None) -> Result:
    """Joint works and expectation per field, which the tie's sums are made of."""
    found = expected_per_member(record, source, home, partner, EXPECTED_LEVEL, years)
    names = of_source(record, COUNTRY_FIELD_YEAR, source.name, years).filter(pl.col("level") == EXPECTED_LEVEL)
    named = dict(names.select("member", "name").unique(maintain_order=True).iter_rows())
    rows = [
        {"id": int(member), "name": named.get(member), "works": joint, "expected": expected}
        for member, (joint, expected) in sorted(found.items(), key=lambda item: int(item[0]))
    ]
    schema = {"id": pl.Int64, "name": pl.String, "works": pl.Float64, "expected": pl.Float64}
    return Result(pl.DataFrame(rows, schema=schema), provenance(record, source, "ties", "full", years), source.said)


def strength_cells(
    record: Record, source: Source, home: str, partner: str, years: Years | None, level: str, member: str
) -> Result:
    """Output of both countries and of the world in the field, year by year."""
    cube = of_source(record, COUNTRY_FIELD_YEAR, source.name, years)
    rows = cube.filter(
        (pl.col("level") == level) & (pl.col("member") == member) & pl.col("country").is_in([home, partner, "WORLD"])
    ).select("country", "year", "name", "works", "works_fractional", "works_international")
    origin = provenance(record, source, "strengths", "full and fractional", years)
    return Result(rows.sort("country", "year"), origin, source.said)


def works_behind(
    record: Record,
    source: Source,
    asked: tuple[str, str],
    counting: str,
    years: Years | None,
    level: str,
    member: str,
    limit: int,
) -> Result:
    """The works themselves, with the weight of the first country in each."""
    merge = record.manifest()["cubes"].get("merge", "none")
    first, second = (codes_of(merge, country_code(code)) for code in asked)
    from_, to = years or (-32768, 32767)
    with record.connect() as connection:
        found = connection.execute(
            WORKS,
            {
                "first": first,
                "second": second,
                "units": UNITS,
                "source": source.name,
                "from": from_,
                "to": to,
                "level": level,
                "member": None if level == "all" else int(member.lstrip("T")),
                "limit": limit,
            },
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    origin = provenance(record, source, "works", COUNTING_NAMES.get(counting, counting), years)
    schema = {"id": pl.String, "year": pl.Int64, "type": pl.String, "title": pl.String, "doi": pl.String}
    schema |= {"citations": pl.Int64, "weight": pl.Float64}
    return Result(pl.DataFrame(rows, schema=schema), origin, source.said)
