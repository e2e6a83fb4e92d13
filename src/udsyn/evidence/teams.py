"""How far the works of a country hang together: teams, and the design effects that intervals are widened by.

Works of one team are on one subject, and cited alike, so that they tell less than as many works of strangers. A *team*
is all works with the same lead: of a work's authors in the country the one with most works there (the institution,
where no author is known; the work alone, where neither is). The first-named is often a student with one work, whose
team would look like a stranger's and the effect too small. The *design effect* of a number is its variance with whole
teams drawn, over that with works drawn one by one (Kish 1965; the linearised variance of a ratio, Cochran 1977, chapter
6); an interval takes the number of works divided by it. Where a record holds counts and no authors, ASSUMED is taken,
and the result says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from udsyn.evidence.cells import SET, credit, reference_sets, rows_of
from udsyn.evidence.question import Question, Years
from udsyn.evidence.sources import Source
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, TEAM_WORKS, UNITS

MEASURED = "intervals: widened by the design effect of teams (works with the same most prolific author), as printed."
MEASURED_THERE = (
    "intervals: widened by the design effect of teams (works with the same most prolific author there), "
    "which `--intervals` prints."
)
NOT_MEASURED = "intervals: a design effect of {assumed:g} is assumed for teams, because {source} names no authors."
NOT_COUNTED = (
    "intervals: a design effect of {assumed:g} is assumed for teams, because these cubes were counted without them; "
    "`udsyn cubes` counts them."
)
IN_SLICE = " {assumed:g} is assumed outside {slice}, where the record does not hold all works."
ALONE = "intervals: works are taken as independent; works of one team are alike, so the true ones are wider."
#: the design effect where only counts are held; docs/teams_proof.md has those of real works
ASSUMED = 2.5
#: a member's own design effect weighs as its teams against as many of the whole country
PRIOR_TEAMS = 20


@dataclass(frozen=True)
class Effects:
    """Design effects by member, with that of the whole country for members that have none of their own."""

    own: Mapping[str, float] = field(default_factory=dict)
    whole: float = ASSUMED

    def of(self, member: str) -> float:
        return self.own.get(member, self.whole)


@dataclass(frozen=True)
class Design:
    """The design effects of a country's numbers by member of a level."""

    share: Effects = Effects()  #: of the member's share in the country's works
    score: Effects = Effects()  #: of its mean citation score
    top: Effects = Effects()  #: of its part among the most cited works


def design(
    record: Record,
    source: Source,
    country: str,
    asked: Question,
) -> Design:
    """The design effects of a country's shares and impact per member of its level; ASSUMED without authors."""
    works = teams(record, source, country, asked.counting, asked.years)
    if works is None:
        return Design()
    member = pl.lit("all") if asked.level == "all" else pl.col(asked.level).cast(pl.String)
    works = scored(record, source, works.with_columns(member=member), asked.percent)
    return Design(share_effects(works), mean_effects(works, "score"), mean_effects(works, "top"))


def teams(
    record: Record, source: Source, country: str, counting: str, years: Years | None = None
) -> pl.DataFrame | None:
    """The works of a country with `team` and `weight` (1 in full counting), by id; None where no teams are counted.

    Further columns: work, partners, year, type, citations, topic, subfield, field, domain, international.
    """
    if not held(record, source):
        return None
    works = rows_of(record.files(TEAM_WORKS), source.name, country, years)
    if works.is_empty():
        return None
    weight = pl.lit(1.0) if counting == "full" else pl.col("units") / UNITS
    return works.with_columns(weight=weight, international=pl.col("countries").fill_null(0) >= 2)


def said(record: Record, source: Source) -> str:
    """What intervals are widened by, in one sentence."""
    if held(record, source):
        return MEASURED + (IN_SLICE.format(assumed=ASSUMED, slice=record.slice) if record.slice else "")
    why = NOT_COUNTED if source.counted and record.holds(AUTHORSHIPS) else NOT_MEASURED
    return why.format(assumed=ASSUMED, source=source.name)


def held(record: Record, source: Source) -> bool:
    """Whether the teams of a source were counted."""
    return source.counted and record.holds(AUTHORSHIPS) and record.holds(TEAM_WORKS)


def share_effects(works: pl.DataFrame) -> Effects:
    """The design effects of each member's share in the country's works (columns team, member, weight)."""
    weight = pl.col("weight")
    cells = works.group_by("member", "team", maintain_order=True)
    return effects_of_shares(cells.agg(part=weight.sum(), squares=weight.pow(2).sum()))


def effects_of_shares(cells: pl.DataFrame) -> Effects:
    """The same of summed rows: one a member and team, with its weight (part) and the sum of squares (squares)."""
    total, all_squares = cells["part"].sum(), cells["squares"].sum()
    per_team = cells.group_by("team", maintain_order=True).agg(whole=pl.col("part").sum())
    team_squares = per_team.select(pl.col("whole").pow(2).sum()).item()
    members = (
        cells.join(per_team, on="team", maintain_order="left")
        .group_by("member", maintain_order=True)
        .agg(
            pl.col("squares").sum(),
            teams=pl.len(),
            share=pl.col("part").sum() / total,
            parts=pl.col("part").pow(2).sum(),
            crossed=(pl.col("part") * pl.col("whole")).sum(),
        )
    )
    share = pl.col("share")
    found = members.select(
        "member",
        "teams",
        drawn=pl.col("parts") - 2 * share * pl.col("crossed") + share.pow(2) * team_squares,
        single=(1 - 2 * share) * pl.col("squares") + share.pow(2) * all_squares,
    )
    return effects_of(found)


def mean_effects(works: pl.DataFrame, value: str, prior: int = PRIOR_TEAMS) -> Effects:
    """The design effects of each member's weighted mean of a column (columns team, member, weight and the value)."""
    weight = pl.col("weight")
    held = works.filter(pl.col(value).is_not_null() & (weight > 0))
    mean = (weight * pl.col(value)).sum().over("member") / weight.sum().over("member")
    cells = held.with_columns(part=weight * (pl.col(value) - mean))
    drawn = cells.group_by("member", "team", maintain_order=True).agg(pl.col("part").sum())
    drawn = drawn.group_by("member", maintain_order=True).agg(teams=pl.len(), drawn=pl.col("part").pow(2).sum())
    single = cells.group_by("member", maintain_order=True).agg(single=pl.col("part").pow(2).sum())
    return effects_of(drawn.join(single, on="member", maintain_order="left"), prior)


def count_effects(works: pl.DataFrame, key: str, prior: int = PRIOR_TEAMS) -> Effects:
    """The design effects of counts of works by the values of a column: Σ (works of a team)² / Σ works²."""
    cells = works.group_by(pl.col(key).cast(pl.String).alias("member"), "team", maintain_order=True).agg(
        part=pl.col("weight").sum(), squares=pl.col("weight").pow(2).sum()
    )
    members = cells.group_by("member", maintain_order=True)
    return effects_of(
        members.agg(teams=pl.len(), drawn=pl.col("part").pow(2).sum(), single=pl.col("squares").sum()), prior
    )


def effects_of(found: pl.DataFrame, prior: int = PRIOR_TEAMS) -> Effects:
    """Variances with teams over those with single works, never below 1.

    Those of few teams are drawn to the country's own value, which weighs as `prior` teams; with a prior of 0 a member's
    effect does not depend on which others are asked for.
    """
    held_ = found.filter(pl.col("single") > 0)
    if held_.is_empty():
        return Effects(whole=1.0)
    whole = max(1.0, float(held_.select(pl.col("drawn").sum() / pl.col("single").sum()).item())) if prior else 1.0
    shrunk = (pl.col("teams") * pl.col("drawn") / pl.col("single") + prior * whole) / (pl.col("teams") + prior)
    return Effects(dict(held_.select("member", shrunk.clip(lower_bound=1.0)).iter_rows()), whole)


def yearly(record: Record, source: Source, asked: Question) -> dict[str, Effects]:
    """Counting → the design effects of a country's number of works by year, of the unit where one is named."""
    works = teams(record, source, asked.country, "fractional", asked.years)
    if works is None:
        return {"full": Effects(), "fractional": Effects()}
    if asked.unit is not None:
        works = works.filter(pl.col(asked.unit.level).cast(pl.String) == asked.unit.member)
    whole = works.with_columns(weight=pl.lit(1.0))
    return {"full": count_effects(whole, "year", 0), "fractional": count_effects(works, "year", 0)}


def international(record: Record, source: Source, country: str, years: Years | None) -> Effects:
    """The design effects of the international share of a country's works by year."""
    works = teams(record, source, country, "full", years)
    if works is None:
        return Effects()
    by_year = works.with_columns(pl.col("international").cast(pl.Float64), member=pl.col("year").cast(pl.String))
    return mean_effects(by_year, "international", 0)


def joint_by_year(record: Record, source: Source, home: str, years: Years | None = None) -> Effects:
    """The design effects of home's numbers of joint works by partner and year, as PARTNER/YEAR."""
    works = joint_works(record, source, home, years)
    if works is None:
        return Effects()
    return count_effects(works.with_columns(tie=pl.format("{}/{}", "partner", "year")), "tie", 0)


def joint(record: Record, source: Source, home: str, years: Years | None = None) -> Effects:
    """The design effects of home's numbers of joint works by partner, over all years together."""
    works = joint_works(record, source, home, years)
    return Effects() if works is None else count_effects(works, "partner")


def joint_works(record: Record, source: Source, home: str, years: Years | None) -> pl.DataFrame | None:
    """Home's works with its teams, a row for each partner on them; None where no teams are counted."""
    works = teams(record, source, home, "full", years)
    if works is None:
        return None
    each = works.drop_nulls("partners").with_columns(partner=pl.col("partners").str.split(" ")).explode("partner")
    return each.filter(pl.col("partner") != home)


def scored(record: Record, source: Source, works: pl.DataFrame, percent: int = 10) -> pl.DataFrame:
    """The works with the citation `score` and the `top` credit of each; citations as the source counts them."""
    sets = reference_sets(record, source.name, percent)
    typed = works.with_columns(pl.col(name).cast(sets.schema[name]) for name in SET)
    return credit(typed.join(sets, on=SET, how="left", maintain_order="left"), percent)
