"""What one country brings to each field: size, specialisation, impact and growth, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import polars as pl

from udsyn.evidence import formulas
from udsyn.evidence.intervals import (
    LEVEL,
    UNKNOWN,
    Interval,
    activity_interval,
    effective_each,
    ratio_interval,
    share_interval,
)
from udsyn.evidence.profile import impact_rows, outputs
from udsyn.evidence.question import Question
from udsyn.evidence.sources import WORLD, Source
from udsyn.evidence.teams import design
from udsyn.evidence.verdicts import above_average_p, growing_p
from udsyn.record.engine import Record

#: as many average works are added to every field before it is ranked
PRIOR_WORKS = 20
Half = tuple[float, float, float, float]  #: a country's works of a field and the world's, first half and second half


@dataclass(frozen=True)
class Side:
    """What one country brings to a field. None where it cannot be had. Intervals are of 95 %."""

    works: float  #: full counting where the source has it
    share: float | None = (
        None  #: of the world's works of the field, in the counting asked for: the country's size in it
    )
    share_low: float | None = None
    share_high: float | None = None
    activity: float | None = None
    activity_low: float | None = None
    activity_high: float | None = None
    activity_p: float | None = None  #: of an index of 1 or less
    activity_damped: float = 1.0
    design_effect: float | None = None  #: of the field's share in the country's works
    mncs: float | None = None
    mncs_low: float | None = None
    mncs_high: float | None = None
    growth: float | None = None  #: of `share`, second half of the period over the first
    growth_low: float | None = None
    growth_high: float | None = None
    growth_p: float | None = None  #: of a growth that does not matter
    growth_full: float | None = None  #: the same by either counting, whichever was asked for
    growth_fractional: float | None = None

    def terms(self) -> dict[str, float]:
        """Logarithms of the damped values, by name of the weight."""
        trust = self.works / (self.works + PRIOR_WORKS)
        return {
            "specialisation": log(self.activity_damped),
            "impact": log(damped(self.works * (1.0 if self.mncs is None else self.mncs), self.works)),
            "growth": trust * log(max(1 + self.growth, 0.01)) if self.growth is not None else 0.0,
        }


def sides(
    record: Record,
    source: Source,
    cube: pl.DataFrame,
    country: str,
    asked: Question,
    only: str | None = None,
) -> tuple[dict[str, str | None], dict[str, Side]]:
    """The names of all members, and what the country brings to each; impact is measured for `only` one, where named."""
    teams, counting = design(record, source, country, asked), asked.counting
    rows = outputs(record, source, country, asked.level, asked.years)
    if source.counted:
        impact = impact_rows(record, source, country, asked, teams, only)
        rows = rows.join(impact, on="member", how="left")
    count, field = f"works_{counting}", f"world_{counting}"
    total, world = float(rows[count].sum()), float(rows[field].sum())
    halves = {name: halved(cube, country, name) for name in ("full", "fractional")}
    names, found = {}, {}
    for row in rows.to_dicts():
        member = row["member"]
        names[member] = row["name"]
        average = total * row[field] / world if world and row[field] else 0.0
        effect = teams.share.of(member)
        each = effective_each(row[count], row.get("effective_works"), effect)
        activity_low, activity_high = activity_interval(row[count], total, average, each)
        share_low, share_high = share_interval(row[count] / row[field], row[field] * each) if average else UNKNOWN
        rises = {name: growth(halves[name].get(member)) for name in halves}
        rise, spread = rises[counting], growth_variance(halves[counting].get(member), each)
        growth_low, growth_high = growth_interval(rise, spread)
        found[member] = Side(
            works=row["works_full"] if row["works_full"] is not None else row["works_fractional"],
            share=row[count] / row[field] if average else None,
            share_low=share_low,
            share_high=share_high,
            activity=formulas.activity_index(row[count], total, row[field], world) if average else None,
            activity_low=activity_low,
            activity_high=activity_high,
            activity_p=above_average_p(row[count], total, average, total * each),
            activity_damped=damped(row[count], average),
            design_effect=effect,
            mncs=row.get("mncs"),
            mncs_low=row.get("mncs_low"),
            mncs_high=row.get("mncs_high"),
            growth=rise,
            growth_low=growth_low,
            growth_high=growth_high,
            growth_p=growing_p(rise, spread),
            growth_full=rises["full"],
            growth_fractional=rises["fractional"],
        )
    return names, found


def damped(observed: float, average: float) -> float:
    """A ratio drawn towards 1 as far as it rests on few works: (observed + k) / (average + k) with k = PRIOR_WORKS.

    The mean of a gamma-Poisson model whose prior weighs as much as k works.
    """
    return (observed + PRIOR_WORKS) / (average + PRIOR_WORKS)


def halved(cube: pl.DataFrame, country: str, counting: str) -> dict[str, Half]:
    """Member → the country's works and the world's in the first and in the second half of the years held."""
    counts = "works" if counting == "full" else "works_fractional"
    if cube.is_empty() or cube["year"].n_unique() < 2 or not cube[counts].count():
        return {}
    years = sorted(cube["year"].unique().to_list())
    late = pl.col("year") >= years[len(years) // 2]
    sums = (
        cube.filter(pl.col("country").is_in([country, WORLD]))
        .group_by("member", "country", late.alias("late"))
        .agg(pl.col(counts).sum())
    )
    at = {(member, who, half): works or 0.0 for member, who, half, works in sums.iter_rows()}
    wanted = [(who, half) for half in (False, True) for who in (country, WORLD)]
    found = {str(member): [at.get((member, *one), 0.0) for one in wanted] for member in sums["member"].unique()}
    return {member: (one[0], one[1], one[2], one[3]) for member, one in found.items() if all(one)}


def growth(half: Half | None) -> float | None:
    """The share in the second half of the years over that in the first, less 1."""
    return None if half is None else (half[2] / half[3]) / (half[0] / half[1]) - 1


def growth_variance(half: Half | None, each: float) -> float:
    """The variance of the logarithm of a growth, `each` unit of weight being so many effective works."""
    return 0.0 if half is None else (1 / half[0] + 1 / half[2]) / each


def growth_interval(rise: float | None, variance: float) -> Interval:
    """The interval of a growth whose ratio has the given variance of the logarithm."""
    if rise is None:
        return UNKNOWN
    low, high = ratio_interval(1 + rise, variance, LEVEL)
    return low - 1, high - 1
