"""Whether two countries, or two periods of one, really differ: tests with correction for comparing many fields."""

from __future__ import annotations

from dataclasses import replace
from math import erfc, exp, log, sqrt
from typing import Any, Unpack

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.address import stem
from udsyn.evidence.cells import scored_cells
from udsyn.evidence.intervals import effective, mean_error, z_of
from udsyn.evidence.profile import outputs, shown_id
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.sources import Source, choose, provenance
from udsyn.evidence.teams import design
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR

WIDENED = "intervals and p values: widened by the design effects of both sides' teams (docs/indicators.md)."
NUMBERS = ("mncs", "mncs_against", "mncs_ratio", "mncs_ratio_low", "mncs_ratio_high", "mncs_p", "mncs_p_adjusted")
SHARES = ("pp_top10", "pp_top10_against", "pp_top10_difference", "pp_top10_p", "pp_top10_p_adjusted")


def differences(
    record: Place, question: Question | str | None = None, partner: str | None = None, /, **parts: Unpack[Parts]
) -> Result:
    """One row per member: the impact of home against that of the partner, or of home in another period.

    mncs_ratio with its 95 % interval and pp_top10_difference, each with a two-sided p value from the normal
    approximation and with p_adjusted, corrected for the number of rows (Benjamini & Hochberg 1995: among the rows
    called different, the expected part of false ones stays below the level). Both are widened by the design effects of
    each side's teams (`udsyn.evidence.teams`). Works that both sides share make the test
    cautious. Raises UsageError when both sides are the same.
    """
    record, asked = Record.open(record), ask("differences", question, parts, partner=partner, level="field")
    one, other, level = asked.country, asked.partner or asked.country, asked.level
    there = replace(asked, home=other, years=asked.years_against or asked.years)
    if (one, asked.years) == (other, there.years):
        raise UsageError("both sides are the same: name another country with --against or another period.")
    chosen = choose(record, COUNTRY_YEAR if level == "all" else COUNTRY_FIELD_YEAR, asked)
    if not chosen.counted:
        raise NotHeld(f"{chosen.name} has no citations: differences of impact need counted works.")
    named = outputs(record, chosen, one, level, asked.years).select("member", "name")
    ours, theirs = measured(record, chosen, asked), measured(record, chosen, there)
    rows = [
        {"member": member, "name": name, **compared(ours.get(member), theirs.get(member))}
        for member, name in named.iter_rows()
    ]
    for name in ("mncs_p", "pp_top10_p"):
        for row, adjusted in zip(rows, benjamini_hochberg([row[name] for row in rows]), strict=True):
            row[f"{name}_adjusted"] = adjusted
    frame = pl.DataFrame(
        rows, schema={"member": pl.String, "name": pl.String, **dict.fromkeys(NUMBERS + SHARES, pl.Float64)}
    )
    address = pl.format("{}/{}", pl.lit(stem("differences", asked)), "member")
    frame = frame.select(shown_id(frame, level), pl.exclude("member"), result=address)
    origin = provenance(record, chosen, "differences", asked.counting, asked.years)
    return Result(frame, origin, (*chosen.said, WIDENED))


Measured = tuple[float, float, float, float]  #: mean score, its standard error, share in the top 10 %, effective works


def measured(record: Record, source: Source, asked: Question) -> dict[str, Measured]:
    """Impact of home per member with what a test needs, for works that hang together in teams."""
    level, teams = asked.level, design(record, source, asked.country, asked)
    cells = scored_cells(record, source.name, asked.country, asked).filter(pl.col("score").is_not_null())
    cells = cells.with_columns(member=pl.lit("all") if level == "all" else pl.col(level).cast(pl.String))
    found = {}
    for (member,), own in cells.partition_by("member", as_dict=True, maintain_order=True).items():
        weight, square, score, top = (own[name].to_numpy() for name in ("weight", "square", "score", "top"))
        if weight.sum() > 0:
            mean, error = mean_error(weight, square * teams.score.of(str(member)), score)
            works = effective(weight, square) / teams.top.of(str(member))
            found[str(member)] = (mean, error, float(weight @ top / weight.sum()), works)
    return found


def compared(ours: Measured | None, theirs: Measured | None) -> dict[str, Any]:
    """The difference of two sides, with p values; None where a side has nothing to compare."""
    row: dict[str, Any] = dict.fromkeys(NUMBERS + SHARES)
    row |= {"mncs": ours and ours[0], "mncs_against": theirs and theirs[0]}
    row |= {"pp_top10": ours and ours[2], "pp_top10_against": theirs and theirs[2]}
    if ours is None or theirs is None:
        return row
    (mean, error, share, works), (mean_, error_, share_, works_) = ours, theirs
    if mean > 0 and mean_ > 0 and min(works, works_) >= 2 and error + error_ > 0:
        spread = sqrt((error / mean) ** 2 + (error_ / mean_) ** 2)
        ratio = mean / mean_
        factor = exp(z_of() * spread)
        row |= {"mncs_ratio": ratio, "mncs_ratio_low": ratio / factor, "mncs_ratio_high": ratio * factor}
        row["mncs_p"] = two_sided(log(ratio) / spread)
    row["pp_top10_difference"] = share - share_
    together = (share * works + share_ * works_) / (works + works_)
    spread = sqrt(max(together * (1 - together), 0.0) * (1 / works + 1 / works_))
    row["pp_top10_p"] = two_sided((share - share_) / spread) if spread > 0 else None
    return row


def two_sided(z: float) -> float:
    """The two-sided p value of a standard normal deviate."""
    return erfc(abs(z) / sqrt(2))


def benjamini_hochberg(values: list[float | None]) -> list[float | None]:
    """p values adjusted for their number; None stays None and does not count."""
    known = sorted((value, index) for index, value in enumerate(values) if value is not None)
    adjusted: list[float | None] = [None] * len(values)
    least = 1.0
    for rank in range(len(known), 0, -1):
        value, index = known[rank - 1]
        least = min(least, value * len(known) / rank)
        adjusted[index] = least
    return adjusted
