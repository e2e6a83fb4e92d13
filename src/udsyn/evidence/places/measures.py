"""The figures of hot-spots: share, growth, impact and joint works, each with an interval over teams of works.

A *team* at a hot-spot is all works with the same lead: of a work's authors there the one with most works there (the
institution, where no author is known), as in `udsyn.evidence.teams`. A figure is a ratio of two sums over works; the
*design effect* is the linearised variance of that ratio with whole teams drawn, over that with works drawn one by one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from udsyn.evidence.intervals import Interval, share_interval, z_of
from udsyn.evidence.places.chosen import Chosen
from udsyn.evidence.teams import Effects, effects_of
from udsyn.record.tables import UNITS

if TYPE_CHECKING:
    import duckdb

Floats = NDArray[np.float64]
SCHEMA = {
    "spot": pl.Int64,
    **dict.fromkeys(("share_of_works", "mncs", "home_share"), pl.Float64),
    "home_works": pl.Int64,
    **{f"{name}_{end}": pl.Float64 for name in ("share", "mncs", "home_share") for end in ("low", "high")},
    **dict.fromkeys(("share_design_effect", "mncs_design_effect", "home_design_effect"), pl.Float64),
}
#: of a trend: beyond it a number says nothing
LARGEST_LOG = 50.0
LEADING = 0.05  #: least part of a hot-spot's work in a field that can be its leading one

#: A row per work and hot-spot: its weight there (x) and in all places (y), its team, and whether it has an author
#: elsewhere at home; xn is the weight times the score, scored the weight that has one.
PARTS = """
CREATE OR REPLACE TEMP TABLE parts AS
WITH located AS (
    SELECT
        authorships.work, spot, country, units, seq, author IS NOT NULL AS named,
        coalesce(CAST(author AS BIGINT), -CAST(institution AS BIGINT)) AS lead
    FROM authorships JOIN chosen USING (work) LEFT JOIN spot_of USING (institution)
),
placed AS (SELECT work, sum(units) AS placed FROM located WHERE spot IS NOT NULL GROUP BY work),
homes AS (SELECT DISTINCT work, coalesce(spot, -1) AS spot FROM located WHERE country = $home),
output AS (SELECT spot, lead, count(DISTINCT work) AS works FROM located WHERE spot >= 0 GROUP BY spot, lead),
inside AS (
    SELECT work, spot, sum(units) AS units, first(lead ORDER BY named DESC, works DESC, seq, lead) AS team
    FROM located JOIN output USING (spot, lead) GROUP BY work, spot
)
SELECT
    inside.work,
    inside.spot,
    inside.team,
    chosen.year,
    CAST(inside.units AS DOUBLE) / $units AS x,
    CAST(placed.placed AS DOUBLE) / $units AS y,
    coalesce(x * chosen.ncs, 0) AS xn,
    CASE WHEN chosen.ncs IS NULL THEN 0 ELSE x END AS scored,
    1 AS works,
    EXISTS (SELECT 1 FROM homes WHERE homes.work = inside.work AND homes.spot <> inside.spot)::INTEGER AS home_works
FROM inside JOIN placed USING (work) JOIN chosen USING (work)
ORDER BY inside.spot, inside.work
"""

TEAM_PARTS = """
CREATE OR REPLACE TEMP TABLE team_parts AS
SELECT
    spot,
    team,
    sum(x ORDER BY work) AS x,
    sum(y ORDER BY work) AS y,
    sum(xn ORDER BY work) AS xn,
    sum(scored ORDER BY work) AS scored,
    sum(works) AS works,
    sum(home_works) AS home_works
FROM parts GROUP BY spot, team ORDER BY spot, team
"""

#: The three ratios of each hot-spot, and the sums that they are of.
RATIOS = """
CREATE OR REPLACE TEMP TABLE ratios AS
SELECT
    *,
    x / $world AS share_of_works,
    xn / nullif(scored, 0) AS mncs,
    CAST(home_works AS DOUBLE) / works AS home_share
FROM (
    SELECT
        spot,
        sum(x ORDER BY work) AS x,
        sum(y * y ORDER BY work) AS yy,
        sum(xn ORDER BY work) AS xn,
        sum(scored ORDER BY work) AS scored,
        CAST(sum(works) AS BIGINT) AS works,
        CAST(sum(home_works) AS BIGINT) AS home_works
    FROM parts GROUP BY spot
)
"""

#: Squared residuals of the ratios, summed over works or over teams.
SQUARES = """
SELECT
    spot,
    count(*) AS units,
    sum(pow(p.x - share_of_works * p.y, 2) ORDER BY {unit}) AS share,
    sum(pow(p.xn - mncs * p.scored, 2) ORDER BY {unit}) AS mncs,
    sum(pow(p.home_works - home_share * p.works, 2) ORDER BY {unit}) AS home_share
FROM {table} AS p JOIN ratios USING (spot) GROUP BY spot ORDER BY spot
"""

WORLD = f"""
WITH placed AS (
    SELECT work, CAST(sum(units) AS DOUBLE) / {UNITS} AS y
    FROM authorships JOIN chosen USING (work) JOIN spot_of USING (institution)
    GROUP BY work
)
SELECT sum(y ORDER BY work) AS y, sum(y * y ORDER BY work) AS yy FROM placed
"""  # noqa: S608

#: The field that stands out most at each hot-spot: its part of the spot's work over its part of all hot-spots'.
LEADING_FIELDS = """
WITH here AS (
    SELECT parts.spot, chosen.field, sum(parts.x ORDER BY work) AS weight
    FROM parts JOIN chosen USING (work) WHERE chosen.field IS NOT NULL GROUP BY parts.spot, chosen.field
),
of_field AS (SELECT field, sum(weight ORDER BY spot) AS total FROM here GROUP BY field),
of_spot AS (SELECT spot, sum(weight ORDER BY field) AS total FROM here GROUP BY spot),
names AS (SELECT field, any_value(field_name) AS name FROM topics GROUP BY field)
SELECT here.spot, coalesce(names.name, CAST(here.field AS VARCHAR)) AS leading_field
FROM here JOIN of_field USING (field) JOIN of_spot USING (spot) LEFT JOIN names USING (field)
WHERE here.weight >= $least * of_spot.total
QUALIFY row_number() OVER (PARTITION BY here.spot ORDER BY here.weight / of_field.total DESC, here.field) = 1
ORDER BY here.spot
"""

BY_YEAR = "SELECT spot, year, sum(x ORDER BY work) AS x FROM parts GROUP BY spot, year ORDER BY spot, year"

#: What teams do to a trend: squares and products of each team's weight, and of its weight times years before the last.
BY_TEAM = """
WITH of_team AS (
    SELECT spot, team, sum(x ORDER BY work) AS x, sum(x * (year - $last) ORDER BY work) AS t
    FROM parts WHERE year <= $last GROUP BY spot, team
)
SELECT spot, sum(x * x ORDER BY team) AS xx, sum(t * x ORDER BY team) AS tx, sum(t * t ORDER BY team) AS tt
FROM of_team GROUP BY spot
"""


def measure(chosen: Chosen, labelled: pl.DataFrame, spots: pl.DataFrame, home: str | None, weight: str) -> pl.DataFrame:
    """The figures of each hot-spot beside its description (a row each, with `spot`), largest share first."""
    chosen.connection.register("spot_of", labelled.select("institution", "spot").to_arrow())
    chosen.connection.execute(PARTS, {"home": home, "units": UNITS})
    last = chosen.last_complete_year
    trends = trend_frame(growth(chosen.frame(BY_YEAR), chosen.frame(BY_TEAM, last=last), last))
    listed = labelled.group_by("spot").agg(weight=pl.col(weight).sum())
    share = pl.col("weight") / float(labelled[weight].sum())
    leading = chosen.frame(LEADING_FIELDS, least=LEADING)
    found = ratios(chosen.connection, chosen.frame(WORLD).row(0, named=True))
    frame = spots.join(found, on="spot").join(listed, on="spot").join(trends, on="spot", how="left")
    frame = frame.join(leading, on="spot", how="left").with_columns(share=share)
    scale = pl.col("share") / pl.col("share_of_works")  # listings are shared out otherwise than works
    frame = frame.with_columns(pl.col("share_low", "share_high") * scale).sort("share", "id", descending=[True, False])
    if home is None:
        unknown = ("home_works", "home_share", "home_share_low", "home_share_high", "home_design_effect")
        frame = frame.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in unknown)
    lows, highs = (np.sort(frame[name].to_numpy()) for name in ("share_low", "share_high"))
    return frame.with_columns(
        rank=pl.int_range(1, frame.height + 1),
        # ahead for sure: those whose whole interval lies above; possibly ahead: those whose interval reaches above
        rank_low=pl.Series(1 + len(lows) - np.searchsorted(lows, frame["share_high"].to_numpy(), "right")),
        rank_high=pl.Series(len(highs) - np.searchsorted(highs, frame["share_low"].to_numpy(), "left")),
    )


def ratios(connection: duckdb.DuckDBPyConnection, world: Mapping[str, float]) -> pl.DataFrame:
    """Share, impact and joint works of each hot-spot of the table `parts`, with intervals and design effects.

    world  sums over all works of their weight in all places (y) and of its square (yy)
    """
    connection.execute(TEAM_PARTS)
    connection.execute(RATIOS, {"world": world["y"]})
    sums = frame(connection, "SELECT * FROM ratios ORDER BY spot")
    works, teams = (
        frame(connection, SQUARES.format(table=table, unit=unit))
        for table, unit in (("parts", "work"), ("team_parts", "team"))
    )
    widened = {name: effects(works, teams, name) for name in ("share", "mncs", "home_share")}
    rows = [
        {**row, **intervals(row, squares, world, {name: found.of(str(row["spot"])) for name, found in widened.items()})}
        for row, squares in zip(sums.to_dicts(), works.to_dicts(), strict=True)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(query).to_arrow_table())


def effects(works: pl.DataFrame, teams: pl.DataFrame, name: str) -> Effects:
    """The design effects of a ratio by hot-spot, from its squares over works and over teams."""
    drawn = teams.select("spot", teams="units", drawn=name)
    found = works.select("spot", single=name).join(drawn, on="spot", maintain_order="left")
    return effects_of(found.with_columns(member=pl.col("spot").cast(pl.String)))


def intervals(
    row: Mapping[str, float], squares: Mapping[str, float], world: Mapping[str, float], effect: Mapping[str, float]
) -> dict[str, float | None]:
    """The 95 % intervals of a hot-spot's three ratios, and the design effects that they are widened by."""
    share, mncs = row["share_of_works"], row["mncs"]
    outside = share**2 * (world["yy"] - row["yy"])  # works without an author there vary in number too
    share_low, share_high = ratio_interval(share, effect["share"] * (squares["share"] + outside) / world["y"] ** 2)
    half = None if mncs is None else z_of() * math.sqrt(effect["mncs"] * squares["mncs"]) / row["scored"]
    home_low, home_high = share_interval(row["home_share"], row["works"] / effect["home_share"])
    return {
        "share_low": share_low,
        "share_high": share_high,
        "share_design_effect": effect["share"],
        "mncs_low": None if half is None else mncs - half,
        "mncs_high": None if half is None else mncs + half,
        "mncs_design_effect": None if half is None else effect["mncs"],
        "home_share_low": home_low,
        "home_share_high": home_high,
        "home_design_effect": effect["home_share"],
    }


def ratio_interval(share: float, variance: float) -> Interval:
    """95 % interval of a share of the given variance: Wilson's with the number of works that has that variance."""
    if not 0 < share < 1 or variance <= 0:
        return share, share
    return share_interval(share, share * (1 - share) / variance)


def growth(by_year: pl.DataFrame, by_team: pl.DataFrame, last: int) -> dict[int, tuple[float, float, float]]:
    """Yearly change of each hot-spot with its 95 % interval: a log-linear trend (quasi-Poisson) over complete years.

    The error is the larger of what the spread of the years around the trend says, and of what drawing whole teams does
    to the slope (its sandwich variance; Liang & Zeger 1986): teams that last make years alike, which the spread does
    not show. Years without a work count as 0. Needs three years, and works in two of them: what has works in one year
    only has no trend that could be told.
    """
    by_year = by_year.filter(pl.col("year") <= last)
    if by_year.is_empty():
        return {}
    years = np.arange(int(by_year["year"].min()), last + 1)  # type: ignore[arg-type]
    if len(years) < 3:
        return {}
    sums = {row["spot"]: row for row in by_team.to_dicts()}
    found = {}
    for (spot,), group in by_year.group_by(["spot"], maintain_order=True):
        counts = np.zeros(len(years))
        counts[group["year"].to_numpy() - years[0]] = group["x"].to_numpy()
        if np.count_nonzero(counts) < 2:
            continue
        slope, error = poisson_trend(years - years.mean(), counts)
        half = z_of() * max(error, team_error(slope, counts, years - float(last), sums[spot]))
        found[int(spot)] = tuple(math.expm1(min(value, LARGEST_LOG)) for value in (slope, slope - half, slope + half))
    return found  # type: ignore[return-value]


def team_error(slope: float, counts: Floats, t: NDArray[np.floating], sums: Mapping[str, float]) -> float:
    """Standard error of a log-linear slope with whole teams drawn: √Σ (Σ x (t - mean t))² / Σ fitted (t - mean t)²."""
    shape = np.exp(np.clip(slope * (t - t.mean()), -LARGEST_LOG, LARGEST_LOG))
    fitted = shape * counts.sum() / shape.sum()
    middle = float(fitted @ t / fitted.sum())
    squares = sums["tt"] - 2 * middle * sums["tx"] + middle**2 * sums["xx"]
    return math.sqrt(max(squares, 0.0)) / max(float(fitted @ (t - middle) ** 2), 1e-12)


def trend_frame(found: Mapping[int, tuple[float, float, float]]) -> pl.DataFrame:
    """The answer of `growth` as rows: spot, growth, growth_low, growth_high."""
    names = ("spot", "growth", "growth_low", "growth_high")
    schema = {name: pl.Float64 if position else pl.Int64 for position, name in enumerate(names)}
    return pl.DataFrame([(spot, *trend) for spot, trend in found.items()], schema=schema, orient="row")


def poisson_trend(t: Floats, counts: Floats) -> tuple[float, float]:
    """Slope and its standard error of log E(count) = a + b t, dispersion from the residuals (at least 1/10)."""
    a, b = math.log(max(counts.mean(), 1e-12)), 0.0
    for _ in range(50):
        mean = np.exp(np.clip(a + b * t, -LARGEST_LOG, LARGEST_LOG))
        gradient = np.array([(counts - mean).sum(), ((counts - mean) * t).sum()])
        information = np.array([[mean.sum(), (mean * t).sum()], [(mean * t).sum(), (mean * t * t).sum()]])
        step = np.linalg.solve(information + 1e-12 * np.eye(2), gradient)
        step *= min(1.0, 1.0 / max(abs(step).max(), 1e-12))
        a, b = a + float(step[0]), b + float(step[1])
        if abs(step).max() < 1e-10:
            break
    mean = np.exp(np.clip(a + b * t, -LARGEST_LOG, LARGEST_LOG))
    dispersion = max(float(((counts - mean) ** 2 / np.maximum(mean, 1e-12)).sum() / max(len(t) - 2, 1)), 0.1)
    variance = dispersion / max(float((mean * t * t).sum() - (mean * t).sum() ** 2 / mean.sum()), 1e-12)
    return b, math.sqrt(variance)
