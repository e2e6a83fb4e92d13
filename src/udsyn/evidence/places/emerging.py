"""What is rising: topics that grow faster than the world, told apart from the luck of small numbers.

Ten years of counts. A member's counts, given their sum, follow the world's times exp(growth × year): one number per
member, its yearly growth against the world, with an exact likelihood. What growth rates there are at all is learned
from all members together (a nonparametric empirical Bayes prior, fitted by EM; Kiefer & Wolfowitz 1956, Efron 2014), so
that few works are drawn to no growth and a few true risers are not. `score` is the growth that a member exceeds with a
probability of 90 %.

A member is listed when it has works enough, in years enough, and is not one team's. Beside it stands the EScore of
Carley, Newman, Porter & Garner (2018), doi 10.1007/s11192-018-2654-5, and `backtest` compares both, and the rule "grew
most last year", with what happened three years later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.special import betainc

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.places.chosen import Chosen, choose
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.teams import ALONE
from udsyn.record.engine import Place

Floats = NDArray[np.float64]

LEVELS = ("topic", "subfield", "field")
COLUMNS = ("rank", "id", "name", "works", "growth", "score")
DETAILS = (
    *("growth_low", "growth_high", "probability", "rising", "novelty", "persistence", "team_share", "escore", "curve"),
    *("leading_country", "leading_institution", "leading_author", "home_works", "home_share"),
)

WINDOW = 10  #: years that the trend is read from, as many as EScore takes
FEWEST_YEARS = 4
RECENT = 5  #: years for works, persistence and team
LEAST_WORKS = 7  #: in the recent years, as EScore demands over its ten
LEAST_PERSISTENCE = 3  #: of the recent years with a work
LARGEST_TEAM = 0.5  #: part of the recent works on which the same author may stand
RISING = 0.05  #: yearly growth against the world that is called rising ...
SURE = 0.9  #: ... when its probability is at least this

GRID = np.linspace(-1.0, 1.5, 126)  #: log growth a year
SMOOTH = 0.05  #: standard deviation by which the learned prior is blurred
ESCORE_CUT = 1.77

COUNTS = """
SELECT
    CASE $level WHEN 'topic' THEN chosen.topic WHEN 'subfield' THEN chosen.subfield ELSE chosen.field END AS member,
    chosen.year,
    count(*) AS works
FROM chosen
WHERE $country IS NULL
   OR EXISTS (SELECT 1 FROM work_countries AS c WHERE c.work = chosen.work AND c.country = $country)
GROUP BY ALL
HAVING member IS NOT NULL
ORDER BY ALL
"""

RECENT_WORKS = """
CREATE OR REPLACE TEMP TABLE recent AS
SELECT
    chosen.work,
    CASE $level WHEN 'topic' THEN chosen.topic WHEN 'subfield' THEN chosen.subfield ELSE chosen.field END AS member
FROM chosen
WHERE chosen.year BETWEEN $first AND $last
  AND ($country IS NULL
       OR EXISTS (SELECT 1 FROM work_countries AS c WHERE c.work = chosen.work AND c.country = $country))
"""

AUTHORS = """
SELECT
    member,
    arg_max(name, (works, author)) FILTER (WHERE author NOT IN (SELECT author FROM unnamed)) AS leading_author,
    max(works) AS works
FROM (
    SELECT member, author, any_value(name) AS name, count(DISTINCT recent.work) AS works
    FROM recent JOIN authorships USING (work) GROUP BY member, author
)
GROUP BY member
"""

LEADERS = """
WITH countries AS (
    SELECT member, country, sum(units) AS units, count(*) AS works
    FROM recent JOIN work_countries USING (work) WHERE country IS NOT NULL GROUP BY member, country
),
places AS (
    SELECT member, institution, sum(units) AS units
    FROM recent JOIN authorships USING (work) WHERE institution IS NOT NULL GROUP BY member, institution
),
first_places AS (SELECT member, arg_max(institution, (units, institution)) AS institution FROM places GROUP BY member)
SELECT
    countries.member,
    arg_max(countries.country, (countries.units, countries.country)) AS leading_country,
    coalesce(sum(countries.works) FILTER (WHERE countries.country = $home), 0) AS home_works,
    any_value(institutions.name) AS leading_institution
FROM countries
LEFT JOIN first_places USING (member)
LEFT JOIN institutions ON institutions.institution = first_places.institution
GROUP BY countries.member
"""

NAMES = {
    "topic": "SELECT topic AS member, any_value(name) AS name FROM topics GROUP BY topic",
    "subfield": "SELECT subfield AS member, any_value(subfield_name) AS name FROM topics GROUP BY subfield",
    "field": "SELECT field AS member, any_value(field_name) AS name FROM topics GROUP BY field",
}


@dataclass(frozen=True)
class Panel:
    """Yearly counts: members (m,), years (y,), works (m, y), world (y,) all works of the same choice."""

    members: NDArray[np.int64]
    years: NDArray[np.int64]
    works: Floats
    world: Floats

    def until(self, year: int) -> Panel:
        """The same as it stood at the end of a year."""
        known = self.years <= year
        return replace(self, years=self.years[known], works=self.works[:, known], world=self.world[known])

    def last(self, years: int) -> Panel:
        return replace(self, years=self.years[-years:], works=self.works[:, -years:], world=self.world[-years:])

    @classmethod
    def of(cls, counts: pl.DataFrame) -> Panel:
        """From rows of member, year, works; missing years count 0."""
        first, last = int(counts["year"].min()), int(counts["year"].max())  # type: ignore[arg-type]
        members, row = np.unique(counts["member"].to_numpy(), return_inverse=True)
        works = np.zeros((len(members), last - first + 1))
        np.add.at(works, (row, counts["year"].to_numpy() - first), counts["works"].to_numpy())
        return cls(members.astype(np.int64), np.arange(first, last + 1), works, works.sum(axis=0))


@dataclass(frozen=True)
class Growth:
    """Posterior of log growth a year per member, on GRID."""

    posterior: Floats

    @property
    def mean(self) -> Floats:
        grown: Floats = np.expm1(self.posterior @ GRID)
        return grown

    def quantile(self, probability: float) -> Floats:
        """The growth a year below which this much of the posterior lies."""
        below = np.cumsum(self.posterior, axis=1)
        growth: Floats = np.expm1(np.array([np.interp(probability, row, GRID) for row in below]))
        return growth

    def above(self, growth: float) -> Floats:
        """Probability of more growth a year than this."""
        beyond: Floats = self.posterior[:, np.log1p(growth) < GRID].sum(axis=1)
        return beyond


def growth(panel: Panel) -> Growth:
    """Yearly growth against the world from at most WINDOW years, shrunk by what growth the panel's members have."""

    panel = panel.last(WINDOW)
    if len(panel.years) < FEWEST_YEARS or not panel.world.all():
        raise NotHeld(f"what is rising needs works in each of {FEWEST_YEARS} years or more; choose a longer period.")
    t = np.arange(len(panel.years)) - (len(panel.years) - 1) / 2
    part = panel.world / panel.world.sum()
    expected = np.log(part) + GRID[:, None] * t
    expected -= np.log(np.exp(expected).sum(axis=1, keepdims=True))
    likelihood = panel.works @ expected.T / dispersion(panel.works, part)
    likelihood = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    active = likelihood[panel.works.sum(axis=1) > 0]
    prior = np.exp(-(GRID**2) / (2 * 0.3**2))
    prior /= prior.sum()
    for _ in range(300):
        # One step of EM: the mean of the members' posteriors, Σ likelihood × prior / marginal.
        step = (1 / (active @ prior)) @ active / len(active)
        prior = prior * step
    # The fitted prior is a handful of points; growth rates are not, and intervals should not pretend it.
    prior = gaussian_filter1d(prior, SMOOTH / (GRID[1] - GRID[0]), mode="constant")
    posterior = likelihood * prior
    return Growth(posterior / posterior.sum(axis=1, keepdims=True))


def dispersion(works: Floats, part: Floats) -> float:
    """How much more than chance the counts of well-filled members vary (1 = Poisson), typical member."""
    filled = works[works.sum(axis=1) >= 20]
    if not len(filled):
        return 1.0
    expected = filled.sum(axis=1, keepdims=True) * part
    ratio = ((filled - expected) ** 2 / expected).sum(axis=1) / (works.shape[1] - 1)
    return max(1.0, float(np.median(ratio)))


def escore(panel: Panel) -> Floats:
    """EScore per member: 2 × active trend + recent trend + slope; NaN where its filters say not emerging.

    Three base and seven active years; filters: at least 7 records, more than twice as many active as base records, and
    less than 15 % of all base records (Carley et al. 2018). Above 1.77 a term counts as emerging.
    """
    if len(panel.years) < 10:
        return np.full(len(panel.members), np.nan)
    base, active = panel.works[:, -10:-7].sum(axis=1), panel.works[:, -7:]
    root = np.sqrt(panel.world[-7:])
    trend = active[:, 4:].sum(axis=1) / root[4:].sum() - active[:, :3].sum(axis=1) / root[:3].sum()
    recent = 10 * (active[:, 5:].sum(axis=1) / root[5:].sum() - active[:, 3:5].sum(axis=1) / root[3:5].sum())
    slope = 10 * (active[:, 6] / root[6] - active[:, 3] / root[3]) / 3
    candidate = (active.sum(axis=1) + base >= 7) & (active.sum(axis=1) > 2 * base)
    candidate &= base < 0.15 * panel.world[-10:-7].sum()
    return np.where(candidate, 2 * trend + recent + slope, np.nan)


def listed(panel: Panel) -> NDArray[np.bool_]:
    """Works enough, in years enough, to speak of a trend at all."""
    recent = panel.works[:, -RECENT:]
    enough: NDArray[np.bool_] = recent.sum(axis=1) >= LEAST_WORKS
    persistent: NDArray[np.bool_] = (recent > 0).sum(axis=1) >= LEAST_PERSISTENCE
    return enough & persistent


#: rule → members' ranking value at the end of a panel; NaN or -inf never comes first
RULES: dict[str, Callable[[Panel], Floats]] = {
    "udsyn": lambda panel: np.where(listed(panel), growth(panel).quantile(0.1), -np.inf),
    "escore": lambda panel: np.nan_to_num(escore(panel), nan=-np.inf),
    "grew most last year": lambda panel: panel.works[:, -1] - panel.works[:, -2],
    "grew fastest last year": lambda panel: np.where(
        listed(panel), panel.works[:, -1] / np.maximum(panel.works[:, -2], 0.5), -np.inf
    ),
}


def rose(panel: Panel, year: int, ahead: int = 3) -> NDArray[np.bool_]:
    """What happened: in the `ahead` years after `year` a member's part of the world was at least a quarter larger than
    in the three years up to it, beyond chance (exact binomial test of the two counts, 1 %)."""

    before = (panel.years > year - 3) & (panel.years <= year)
    after = (panel.years > year) & (panel.years <= year + ahead)
    was, became = panel.works[:, before].sum(axis=1), panel.works[:, after].sum(axis=1)
    odds = panel.world[after].sum() / (panel.world[after].sum() + panel.world[before].sum())
    larger: NDArray[np.bool_] = became / panel.world[after].sum() >= 1.25 * was / panel.world[before].sum()
    # the chance of so many or more: P(X ≥ k) of a binomial of n is the incomplete beta function of k and n - k + 1
    beyond_chance: NDArray[np.bool_] = betainc(became, was + 1, odds) < 0.01
    return larger & beyond_chance


def backtest(
    panel: Panel, years: list[int], at: tuple[int, ...] = (20, 50), planted: NDArray[np.bool_] | None = None
) -> pl.DataFrame:
    """Called in a year against what happened by three years later.

    A row per rule and year: rule, year, rose (how many did, of all), possible_20, precision_20, ... where possible is
    the best that any rule could reach. planted: members that are known to rise, as in a generated world; planted_20,
    ... then say which part of the first 20 they are.
    """
    rows = []
    for year in years:
        happened = rose(panel, year)
        then = panel.until(year)
        for rule, value in RULES.items():
            order = np.lexsort((panel.members, -value(then)))
            row: dict[str, object] = {"rule": rule, "year": year, "rose": int(happened.sum())}
            for k in at:
                row[f"possible_{k}"] = min(int(happened.sum()), k) / k
                row[f"precision_{k}"] = float(happened[order[:k]].mean())
                if planted is not None:
                    row[f"planted_{k}"] = float(planted[order[:k]].mean())
            rows.append(row)
    return pl.DataFrame(rows)


def backtested(
    record: Place, question: Question | str | None = None, *, ends_at: int = 3, **parts: Unpack[Parts]
) -> Result:
    """`backtest` on a record: the last `ends_at` years that have three complete years after them."""
    asked = ask("emerging", question, parts, level="topic")
    with choose(record, asked, of_slice=True) as chosen:
        counts = chosen.frame(COUNTS, level=asked.level, country=asked.partner)
        panel = Panel.of(counts).until(chosen.last_complete_year)
        ends = [int(year) for year in panel.years[FEWEST_YEARS - 1 : -3][-ends_at:]]
        if not ends:
            raise NotHeld("a back-test needs seven complete years of works or more.")
        return Result(backtest(panel, ends), chosen.provenance("emerging", "full"), chosen.notes)


def emerging(
    record: Place,
    question: Question | str | None = None,
    *,
    limit: int | None = 50,
    details: bool = False,
    **parts: Unpack[Parts],
) -> Result:
    """What rises in the ten years up to `year` (default: the last complete one), among a partner's works or all.

    Rows (COLUMNS): works in the last five years; growth a year against the world (0.2 = +20 %), shrunk; score, the
    growth exceeded with a probability of 90 %, by which rows are ranked. `details` adds the columns of DETAILS: the
    growth's 95 % interval, the probability of more than 5 % a year and whether that is called rising (90 %), novelty
    (part of the window's works that lie in its last three years), persistence (years of the last five with a work),
    team_share (largest part of recent works with the same author), EScore, the curve, who leads, and home's part.

    Raises UsageError for an unknown level, a year not held, or fewer than four years of works.
    """
    asked = ask("emerging", question, parts, level="topic")
    level, country, year, home = asked.level, asked.partner, asked.year, asked.home
    if level not in LEVELS:
        raise UsageError(f"no level {level}: choose one of {', '.join(LEVELS)}.")
    with choose(record, asked, of_slice=True) as chosen:
        parameters = {"level": level, "country": country}
        counts = chosen.frame(COUNTS, **parameters)
        if counts.is_empty():
            raise NotHeld(f"no works of {country or 'this choice'} have a {level}.")
        everything = Panel.of(counts)
        until = chosen.last_complete_year if year is None else year
        if until not in everything.years:
            raise NotHeld(f"no works of {until}; the record's years are {everything.years[0]}-{everything.years[-1]}.")
        panel = everything.until(until)
        rows = measure(chosen, panel, parameters, level, until, home)
        ranked = rows.filter("listed").sort(["score", "works", "id"], descending=[True, True, False])
        ranked = ranked.with_columns(rank=pl.int_range(1, ranked.height + 1))
        rising = f"{until}: {ranked.filter('rising').height} of {rows.height} {level}s are called rising"
        left_out = f"{rows.height - ranked.height} have too few works, years or teams to be listed"
        notes = (*chosen.notes, f"{rising}; {left_out}.", ALONE)
        ranked = ranked.head(limit or ranked.height)
        columns = COLUMNS + (DETAILS if details else ())
        return Result(ranked.select(columns), chosen.provenance("emerging", "full"), notes)


def measure(
    chosen: Chosen, panel: Panel, parameters: dict[str, str | None], level: str, until: int, home: str | None
) -> pl.DataFrame:
    """A row per member with all figures and whether it is listed."""
    trend = growth(panel)
    recent = panel.works[:, -RECENT:]
    window = panel.last(WINDOW).works
    frame = pl.DataFrame(
        {
            "member": panel.members,
            "works": recent.sum(axis=1).astype(int),
            "growth": trend.mean,
            "score": trend.quantile(0.1),
            "growth_low": trend.quantile(0.025),
            "growth_high": trend.quantile(0.975),
            "probability": trend.above(RISING),
            "novelty": window[:, -3:].sum(axis=1) / np.maximum(window.sum(axis=1), 1),
            "persistence": (recent > 0).sum(axis=1),
            "escore": pl.Series(escore(panel)).fill_nan(None),
            "curve": [" ".join(str(int(n)) for n in row) for row in window],
            "enough": listed(panel),
        }
    )
    chosen.connection.execute(RECENT_WORKS, {**parameters, "first": until - RECENT + 1, "last": until})
    frame = frame.join(chosen.frame(NAMES[level]), on="member", how="left")
    teams = chosen.frame(AUTHORS).rename({"works": "largest"})
    leaders = chosen.frame(LEADERS, home=home)
    frame = frame.join(teams, on="member", how="left").join(leaders, on="member", how="left").sort("member")
    prefix = "T" if level == "topic" else ""
    frame = frame.with_columns(
        id=prefix + pl.col("member").cast(pl.String),
        team_share=pl.col("largest") / pl.col("works"),
        home_works=pl.col("home_works").cast(pl.Int64) if home else None,
        home_share=pl.col("home_works").cast(pl.Float64) / pl.col("works") if home else None,
    )
    spread = pl.col("team_share").is_null() | (pl.col("team_share") <= LARGEST_TEAM)
    return frame.with_columns(
        listed=pl.col("enough") & spread, rising=pl.col("enough") & spread & (pl.col("probability") >= SURE)
    )
