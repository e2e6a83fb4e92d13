"""From a number back to the cells that it is summed from, and from the cells to the works.

Every row of evidence carries its address in the column `result` (see `udsyn.evidence.address`). Explaining it gives the
cells; with `works`, the works behind them. A panel was counted by somebody else: it shows the cells that it came with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from udsyn.cubes.countries import codes_of
from udsyn.cubes.settings import Settings
from udsyn.errors import UsageError
from udsyn.evidence.address import Address
from udsyn.evidence.cells import scored_cells
from udsyn.evidence.differences import differences
from udsyn.evidence.profile import profile
from udsyn.evidence.question import LATEST, Question, Years
from udsyn.evidence.rates import RATES, rates
from udsyn.evidence.result import Result
from udsyn.evidence.shares import OUTPUT, share
from udsyn.evidence.sources import WORLD, Source, choose, of_source, provenance
from udsyn.evidence.strengths import strengths
from udsyn.evidence.ties import EXPECTED_LEVEL, expected_per_member, ties
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, KIND_YEAR, PAIR_YEAR, UNITS, Table

#: works that count, of one source and period, with all the countries asked for
WORKS = """
WITH located AS (
    SELECT
        work,
        sum(CASE WHEN country IN (SELECT unnest($first)) THEN units ELSE 0 END) AS units,
        count(*) FILTER (WHERE country IN (SELECT unnest($first))) AS rows_first,
        count(*) FILTER (WHERE country IN (SELECT unnest($second))) AS rows_second,
        bool_or(country IN (SELECT unnest($first)) AND is_first) AS leads,
        bool_or(country IN (SELECT unnest($first)) AND is_corresponding) AS corresponds
    FROM work_countries
    GROUP BY work
)
SELECT
    'W' || works.work AS id,
    works.year,
    works.type,
    works.title,
    works.doi,
    coalesce(scored.citations, works.cited_by) AS citations,
    CAST(located.units AS DOUBLE) / $units AS weight
FROM works_in_scope AS works
JOIN located ON located.work = works.work
LEFT JOIN work_scores AS scored ON scored.work = works.work AND scored.source = works.source
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
    AND CASE $kind
        WHEN 'international' THEN works.countries >= 2
        WHEN 'multilateral' THEN works.countries >= 3
        WHEN 'first' THEN located.leads
        WHEN 'corresponding' THEN located.corresponds
        WHEN 'company' THEN works.work IN (
            SELECT work FROM authorships JOIN institutions USING (institution) WHERE institutions.type = 'company'
        )
        ELSE true
    END
ORDER BY citations DESC, works.work
LIMIT $limit
"""
WORK_COLUMNS = {"id": pl.String, "year": pl.Int64, "type": pl.String, "title": pl.String, "doi": pl.String}
WORK_COLUMNS |= {"citations": pl.Int64, "weight": pl.Float64}
BOTH = "full and fractional"
#: rates whose works can be listed as they are
LISTED = ("international", "multilateral", "first", "corresponding", "company")


def explain(
    record: Place, address: str, *, works: bool = False, limit: int = 1000, source: str | None = None
) -> Result:
    """The cells behind a result, the largest contribution first; with `works`, the works, most cited first.

    `address` is what a row's `result` column says, with @SOURCE and #COLUMN or without; with a column, a note gives
    the number that stands there. Cells of a profile carry citations, works, weight, the reference set's works and mean
    (`expected`), the score and what they add to the sum (`contribution` = weight × score, `top_contribution` = weight ×
    credit for being among the top). A panel shows its own rows. Raises UsageError for an address of no known form, and
    for works of a panel.
    """
    record, at = Record.open(record), Address.parse(address)
    asked = Asked.of(at)
    needs = ("works",) if asked.cube is PAIR_YEAR else OUTPUT
    chosen = choose(record, asked.cube, source or at.source, needs)
    if works and not chosen.counted:
        raise UsageError(
            f"{chosen.name} is a panel that somebody else counted: its cells have no works behind them here. Leave "
            "--works out to see the cells, or read the works with `udsyn ingest openalex`."
        )
    value = number(record, at, chosen) if at.column else ()
    if works:
        found = works_behind(record, chosen, asked, at.column, limit)
    elif chosen.counted:
        found = CELLS[at.kind](record, chosen, asked, limit)
    else:
        found = panel_cells(record, chosen, asked, at.kind)
    return Result(found.rows, found.provenance, (*value, *found.notes))


#: kind of address → whether its answer counts both ways, whatever its question says
COUNTED: Mapping[str, str] = {"ties": "full", "share": BOTH, "rates": "full"}


@dataclass(frozen=True)
class Asked:
    """A number that is to be explained: its address, and the question that it answers."""

    at: Address
    question: Question

    @classmethod
    def of(cls, at: Address) -> Asked:
        return cls(at, at.question)

    @property
    def home(self) -> str:
        return self.question.country

    @property
    def partner(self) -> str:
        return self.question.partner or self.question.country

    @property
    def years(self) -> Years | None:
        return self.question.years

    @property
    def level(self) -> str:
        return self.question.level or "all"

    @property
    def member(self) -> str:
        return self.question.unit.member if self.question.unit else "all"

    @property
    def counting(self) -> str:
        return COUNTED.get(self.at.kind, self.question.counting)

    @property
    def cube(self) -> Table:
        if self.at.kind == "ties":
            return PAIR_YEAR
        return COUNTRY_YEAR if self.level == "all" else COUNTRY_FIELD_YEAR

    @property
    def sides(self) -> list[Question]:
        """The countries and periods whose cells make the number, each as a question of its own."""
        one = replace(self.question, level=self.level)
        other = replace(one, home=self.partner, years=one.years_against or one.years)
        return [one] if (one.home, one.years) == (other.home, other.years) else [one, other]


#: kind of address → the verb that finds its numbers
VERBS: Mapping[str, Callable[[Record, Question], Result]] = {
    "profile": profile,
    "strengths": strengths,
    "ties": ties,
    "share": share,
    "rates": rates,
    "differences": differences,
}


def number(record: Record, at: Address, source: Source) -> tuple[str, ...]:
    """The number at an address, in words, found again by the finding itself."""
    asked = replace(at.question, source=source.name, unit=None)
    row = f"{at.kind}/" + "/".join(at.parts)
    rows = [held for held in VERBS[at.kind](record, asked).rows.to_dicts() if held["result"] == row]
    if not rows or at.column not in rows[0]:
        columns = ", ".join(rows[0]) if rows else "no row there"
        raise UsageError(f"{row} has no column {at.column}; it has {columns}.")
    value = rows[0][at.column]
    return (f"{at.column} = {'unknown' if value is None else value}",)


# Cells -----------------------------------------------------------------------------------------------------------


def profile_cells(record: Record, source: Source, asked: Asked, limit: int) -> Result:
    """The cells that an output, a TNCS, an MNCS and a PP(top x %) are summed from."""
    cells = pl.concat(
        scored_cells(record, source.name, side.country, side).with_columns(country=pl.lit(side.country))
        for side in asked.sides
    )
    if asked.level != "all":
        cells = cells.filter(pl.col(asked.level).cast(pl.String) == asked.member)
    keys = ("country", "subfield", "topic", "year", "type", "citations")
    rows = cells.select(
        *keys,
        "works",
        "weight",
        "set_works",
        "score",
        expected=pl.col("set_citations") / pl.col("set_works"),
        contribution=pl.col("weight") * pl.col("score"),
        top_contribution=pl.col("weight") * pl.col("top"),
    )
    rows = rows.sort("contribution", *keys, descending=[True, *(False for _ in keys)], nulls_last=True).head(limit)
    note = (
        f"{cells.height} cells, {cells['works'].sum()} works, weight {cells['weight'].sum():.6g}; TNCS is the sum of "
        "contributions, MNCS that over the weight."
    )
    origin = provenance(record, source, "profile", asked.question.counting, asked.years)
    return Result(rows, origin, (*source.said, note))


def rate_cells(record: Record, source: Source, asked: Asked, limit: int) -> Result:
    """The counts that rates are made of: works of the country, and of each kind."""
    own = of_source(record, COUNTRY_YEAR, source.name, asked.years).filter(pl.col("country") == asked.home)
    kinds = of_source(record, KIND_YEAR, source.name, asked.years).filter(pl.col("country") == asked.home)
    columns = [name for cube, name in RATES.values() if cube is COUNTRY_YEAR]
    counts = own.rename({"works": "all"}).unpivot(
        ["all", *columns], index="year", variable_name="kind", value_name="works"
    )
    rows = pl.concat([counts, kinds.select("year", "kind", "works")]).sort("year", "works", descending=[False, True])
    return Result(rows.head(limit), provenance(record, source, "rates", "full", asked.years), source.said)


def tie_cells(record: Record, source: Source, asked: Asked, limit: int) -> Result:
    """Joint works and expectation per field, which the tie's sums are made of."""
    found = expected_per_member(record, source, asked.home, asked.partner, EXPECTED_LEVEL, asked.years)
    names = of_source(record, COUNTRY_FIELD_YEAR, source.name, asked.years).filter(pl.col("level") == EXPECTED_LEVEL)
    named = dict(names.select("member", "name").unique(maintain_order=True).iter_rows())
    rows = [
        {"id": int(member), "name": named.get(member), "works": joint, "expected": expected}
        for member, (joint, expected) in sorted(found.items(), key=lambda item: int(item[0]))
    ]
    schema = {"id": pl.Int64, "name": pl.String, "works": pl.Float64, "expected": pl.Float64}
    origin = provenance(record, source, "ties", "full", asked.years)
    return Result(pl.DataFrame(rows[:limit], schema=schema), origin, source.said)


def output_cells(record: Record, source: Source, asked: Asked, limit: int) -> Result:
    """Output of both countries and of the world in the field, year by year."""
    cube = of_source(record, COUNTRY_FIELD_YEAR, source.name, asked.years)
    in_field = (pl.col("level") == asked.level) & (pl.col("member") == asked.member)
    rows = cube.filter(in_field & pl.col("country").is_in([asked.home, asked.partner, WORLD])).select(
        "country", "year", "name", "works", "works_fractional", "works_international"
    )
    origin = provenance(record, source, "strengths", "full and fractional", asked.years)
    return Result(rows.sort("country", "year").head(limit), origin, source.said)


def panel_cells(record: Record, source: Source, asked: Asked, definition: str) -> Result:
    """The rows of a panel that a number is made of: as its publisher counted them."""
    countries = [asked.home, asked.partner, WORLD]

    def rows_of(cube: Table, wanted: pl.Expr) -> pl.DataFrame:
        frame = of_source(record, cube, source.name, asked.years)
        return frame if frame.is_empty() else frame.filter(wanted)

    own = pl.col("country").is_in(countries)
    if asked.cube is COUNTRY_FIELD_YEAR:
        rows = rows_of(asked.cube, own & (pl.col("level") == asked.level) & (pl.col("member") == asked.member))
    else:
        rows = rows_of(COUNTRY_YEAR, own)
    if asked.cube is PAIR_YEAR:
        low, high = sorted((asked.home, asked.partner))
        pairs = rows_of(PAIR_YEAR, (pl.col("c1") == low) & (pl.col("c2") == high))
        rows = pl.concat([frame for frame in (pairs, rows) if not frame.is_empty()] or [pairs], how="diagonal_relaxed")
    rows = rows.select(column for column in rows if column.name == "works" or column.null_count() < len(column))
    note = f"{source.name} is a panel: these are its own rows, as its publisher counted them; works are not held."
    return Result(rows, provenance(record, source, definition, asked.counting, asked.years), (*source.said, note))


CELLS: Mapping[str, Callable[[Record, Source, Asked, int], Result]] = {
    "profile": profile_cells,
    "share": profile_cells,
    "differences": profile_cells,
    "strengths": output_cells,
    "ties": tie_cells,
    "rates": rate_cells,
}


# Works -----------------------------------------------------------------------------------------------------------


def works_behind(record: Record, source: Source, asked: Asked, column: str | None, limit: int) -> Result:
    """The works themselves, with the weight of the first country in each; of one kind where the column is a rate."""
    settings = Settings.of(record.manifest())
    first, second = (codes_of(settings.merge, code) for code in (asked.home, asked.partner))
    if asked.at.kind == "differences":
        second = first  # the works of the first side
    kind = (column or "").removesuffix("_low").removesuffix("_high")
    from_, to = asked.years or (-LATEST, LATEST)
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
                "level": asked.level,
                "member": None if asked.level == "all" else int(asked.member),
                "kind": kind if kind in LISTED else "",
                "limit": limit,
            },
        )
        names = [described[0] for described in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    notes = [*source.said]
    if kind in RATES and kind not in LISTED:
        notes.append(f"all works of {asked.home} are listed; which are {kind} is counted in the cube {KIND_YEAR}.")
    if settings.fractional != "author":
        notes.append(f"weights are by author here; the cubes count by {settings.fractional}.")
    origin = provenance(record, source, "works", asked.counting, asked.years)
    return Result(pl.DataFrame(rows, schema=WORK_COLUMNS), origin, tuple(notes))
