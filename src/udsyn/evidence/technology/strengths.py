"""Technology of a country by class, and where two are both strong: from the record's families, or a published panel.

    activity = (the country's families in the class / all its families) / (the world's there / all the world's)

with Wilson's interval at the effective number of families, as for works: families of one applicant are alike, so that
it takes them divided by their design effect. Classes in parts: a family counts once in all.
Which claim on two countries may be made is told by `udsyn.evidence.verdicts`, with the same rules as for works.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.evidence.intervals import activity_interval, effective_each
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.sides import growth, growth_interval, growth_variance
from udsyn.evidence.teams import ASSUMED, effects_of_shares
from udsyn.evidence.technology.engines import DUCKDB, open_on
from udsyn.evidence.technology.families import class_by, statement
from udsyn.evidence.technology.specialisation import WORLD, country_of, read
from udsyn.evidence.verdicts import CONFIDENCE, QUADRANTS, TOO_FEW, above_average_p, decide
from udsyn.facts import countries
from udsyn.record.engine import Place

ROLES = ("applicant", "inventor")
#: with fewer families in either country nothing is called a strength
MIN_FAMILIES = 20
FEW = "too few families"
COUNTED = (
    "One family counts once, in parts for its {role}s' countries and for its classes; designs and withdrawn are out. "
    "Intervals are widened by the design effect of families with the same leading applicant."
)


@dataclass(frozen=True)
class Cell:
    """A country's families in a class: their number, of all its, where it would have `average`, `each` effective."""

    families: float
    total: float
    average: float
    each: float

    def told(self) -> dict[str, float | None]:
        """The activity index with its interval and its p value of an index of 1 or less."""
        low, high = activity_interval(self.families, self.total, self.average, self.each)
        return {
            "families": self.families,
            "activity": self.families / self.average if self.average else None,
            "activity_low": low,
            "activity_high": high,
            "activity_p": above_average_p(self.families, self.total, self.average, self.total * self.each),
        }


def profile(
    record: Place,
    country: str,
    *,
    level: str = "subclass",
    by: str = "applicant",
    years: tuple[int, int] | None = None,
    source: str | None = None,
    engine: str = DUCKDB,
) -> Result:
    """A country's technology by class of CPC or by field, its most specialised classes first.

    level: section, class, subclass or field (of a loaded concordance); by: applicant or inventor, whose country counts;
    years of filing. Columns: symbol, title, families (in parts), share (of the world's), activity and growth with their
    intervals (growth of the share, second half of the years over the first; 0.1 = +10 %). engine: duckdb or spark.
    Raises UsageError where nothing is held.
    """
    code = countries.code_of(country)
    counts, titles, origin, notes = counted(record, (code,), level, by, years, source, engine)
    cells, world = cells_of(counts, code), totals(counts, "families")
    late, own = totals(counts, "late"), counts.filter(pl.col("country") == code)
    lates = totals(own, "late")
    rows: list[dict[str, Any]] = [
        {"symbol": symbol, "title": titles.get(symbol), **cell.told(), "share": cell.families / world[symbol]}
        | growth_told(cell.families, lates.get(symbol, 0.0), world[symbol], late[symbol], cell.each)
        for symbol, cell in cells.items()
        if cell.families
    ]
    rows.sort(key=lambda row: (row["families"] < MIN_FAMILIES, -(row["activity_low"] or 0.0), row["symbol"]))
    return Result(pl.DataFrame(rows, schema=schema("symbol", "title", *PROFILE), orient="row"), origin, notes)


MEASURES = ("families", "activity", "activity_low", "activity_high", "activity_p")
PROFILE = ("families", "share", "activity", "activity_low", "activity_high", "growth", "growth_low", "growth_high")
PAIR = ("strong_q", *(f"{who}_{name}" for who in ("home", "partner") for name in MEASURES))


def strengths(
    record: Place,
    home: str,
    partner: str,
    *,
    level: str = "subclass",
    by: str = "applicant",
    years: tuple[int, int] | None = None,
    source: str | None = None,
    confidence: float = CONFIDENCE,
    min_families: float = MIN_FAMILIES,
) -> Result:
    """Where both are strong in technology: a row per class, `joint strength` first.

    Columns: rank, symbol, title, quadrant, strong_q (of the verdict, over all classes), and for home and partner
    families, activity with its interval and p value. Of the joint strengths at most 1 - confidence are expected to be
    false. Arguments as in `profile`.
    """
    one, other = countries.code_of(home), countries.code_of(partner)
    counts, titles, origin, notes = counted(record, (one, other), level, by, years, source)
    rows = paired(cells_of(counts, one), cells_of(counts, other), confidence, min_families)
    named = [{**row, "title": titles.get(row["symbol"])} for row in rows]
    return Result(framed(named, ("symbol", "title")), origin, notes)


def strengths_of_panel(
    file: Path | str,
    home: str,
    partner: str,
    *,
    years: tuple[int, int] | None = None,
    confidence: float = CONFIDENCE,
    min_families: float = MIN_FAMILIES,
) -> Result:
    """`strengths` by field from a published panel of families by field, economy and year, summed over the years."""
    panel = read(Path(file)).filter(pl.col("families").is_not_null())
    if years:
        panel = panel.filter(pl.col("year").is_between(*years))
    wanted = {countries.code_of(label): label for label in (home, partner)}
    labels = {label: country_of(label) for label in panel["economy"].unique().to_list()}
    if WORLD not in labels:
        raise UdsynError(f"the file holds no economy {WORLD} to compare with.")
    for code in wanted:
        if code not in labels.values():
            raise UsageError(f"the file holds no families of {code} in these years.")
    sums = panel.group_by("field", "economy").agg(pl.col("families").sum())
    world = dict(sums.filter(pl.col("economy") == WORLD).select("field", "families").iter_rows())
    sides = []
    for code in wanted:
        own = sums.filter(pl.col("economy").replace_strict(labels, return_dtype=pl.String) == code)
        mine = dict(own.select("field", "families").iter_rows())
        total, all_ = sum(mine.values()), sum(world.values())
        sides.append(
            {
                field: Cell(mine.get(field, 0.0), total, total * held / all_, 1 / ASSUMED)
                for field, held in world.items()
                if all_
            }
        )
    rows = [{"field": row.pop("symbol"), **row} for row in paired(sides[0], sides[1], confidence, min_families)]
    origin = Provenance("technology-strengths", "as the panel counts", Path(file).name)
    note = (
        "Over classified families; a number that the file leaves out is not counted. Intervals take families as whole, "
        f"and a design effect of {ASSUMED:g} is assumed for those of one applicant, because the file names none."
    )
    return Result(framed(rows, ("field",)), origin, (note,))


def paired(
    ours: Mapping[str, Cell], theirs: Mapping[str, Cell], confidence: float, min_families: float
) -> list[dict[str, Any]]:
    """A row per class that either has, with its verdict, opportunities first."""
    rows: list[dict[str, Any]] = []
    unknown = dict.fromkeys(("home_growth_p", "partner_growth_p", "use_p", "strong_q"))
    for symbol in sorted(ours.keys() & theirs.keys()):
        sides = {"home": ours[symbol], "partner": theirs[symbol]}
        told = {f"{who}_{name}": value for who, cell in sides.items() for name, value in cell.told().items()}
        enough = min(cell.families for cell in sides.values()) >= min_families
        rows.append({"symbol": symbol, "enough": enough, **unknown, **told})
    decide(rows, confidence)
    rows.sort(key=lambda row: (QUADRANTS.index(row["quadrant"]), -weaker(row), row["symbol"]))
    for rank, row in enumerate(rows, start=1):
        row |= {"rank": rank, "quadrant": FEW if row["quadrant"] == TOO_FEW else row["quadrant"]}
    return rows


def weaker(row: Mapping[str, Any]) -> float:
    """The lower end of the weaker side's interval."""
    return float(min(row["home_activity_low"] or 0.0, row["partner_activity_low"] or 0.0))


def counted(
    record: Place,
    codes: tuple[str, ...],
    level: str,
    by: str,
    years: tuple[int, int] | None,
    source: str | None,
    engine: str = DUCKDB,
) -> tuple[pl.DataFrame, dict[str, str], Provenance, tuple[str, ...]]:
    """Families by class and country (in `codes` by team, too), the titles of classes, and what is said of them."""
    if by not in ROLES:
        raise UsageError(f"families are counted by {' or '.join(ROLES)}, not by {by}.")
    with open_on(engine, record, source) as held:
        titles = class_by(held, level)
        (ends,) = held.connection.execute(
            "SELECT min(year), max(year) FROM (SELECT coalesce(year(filed), year(published)) AS year FROM family)"
        ).fetchall()
        first, last = years or ends
        if first is None:
            raise UsageError(f"the families of {held.source} have no dates.")
        given = {"role": by, "first": first, "last": last, "middle": (first + last + 1) // 2} | {"codes": list(codes)}
        counts = held.ask(statement("profile"), **given)
        origin = Provenance("technology-profile", f"fractional ({by})", held.source)
        notes = (COUNTED.format(role=by), f"Filed {first}-{last}.", f"Terms: {'; '.join(held.terms)}.")
    return counts, titles, origin, notes


def cells_of(counts: pl.DataFrame, country: str) -> dict[str, Cell]:
    """Class → what the country has there, for all classes that the world has."""
    world, own = totals(counts, "families"), counts.filter(pl.col("country") == country)
    if own.is_empty():
        raise NotHeld(f"no families of {country} are held in these years.")
    alike = effects_of_shares(own.select("team", "squares", member="symbol", part="families"))
    mine, squares = totals(own, "families"), totals(own, "squares")
    total, all_ = float(own["families"].sum()), sum(world.values())
    found = {}
    for symbol, held in world.items():
        families = mine.get(symbol, 0.0)
        each = effective_each(families, families**2 / squares[symbol] if families else None, alike.of(symbol))
        found[symbol] = Cell(families, total, total * held / all_, each)
    return found


def totals(counts: pl.DataFrame, column: str) -> dict[str, float]:
    """Class → the world's sum."""
    return dict(counts.group_by("symbol").agg(pl.col(column).sum()).iter_rows())


def growth_told(own: float, own_late: float, world: float, world_late: float, each: float) -> dict[str, float | None]:
    """How much the share of the second half of the years is above that of the first, with its interval.

    `each` unit of families being so many effective ones; all None where a half is empty.
    """
    half = (own - own_late, world - world_late, own_late, world_late)
    rise = growth(half) if min(half) > 0 else None
    low, high = growth_interval(rise, growth_variance(half, each) if rise is not None else 0.0)
    return {"growth": rise, "growth_low": low, "growth_high": high}


def framed(rows: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> pl.DataFrame:
    kept = {"rank": pl.Int64, **schema(*names, "quadrant", *PAIR)}
    return pl.DataFrame([{name: row.get(name) for name in kept} for row in rows], schema=kept, orient="row")


def schema(*names: str) -> dict[str, Any]:
    """Words as text, measures as numbers."""
    words = ("symbol", "title", "field", "quadrant")
    return {name: pl.String if name in words else pl.Float64 for name in names}
