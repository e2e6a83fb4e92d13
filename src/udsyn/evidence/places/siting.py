"""Where a centre should stand: how much of the world's activity in home's strengths its centres have within reach.

Home's strengths are the fields in which it does more than its size would suggest. Hot-spots abroad are weighed by four
criteria; a site reaches a hot-spot fully, in part, or not at all, by distance. The best places for a ninth centre, for
a move, or for all centres anew are found exactly (maximum coverage, Church & ReVelle 1974, as a mixed-integer program
solved by HiGHS). The weights of the criteria are visible, and `stability` says in which part of 1,000 random draws of
the weights the same answer wins. Coverage is a measure of nearness, not of usefulness: what a centre does counts more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Unpack

import numpy as np
import polars as pl
from numpy.typing import NDArray

from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.evidence.places import gazetteer
from udsyn.evidence.places.chosen import choose
from udsyn.evidence.places.density import NOISE, haversine_km
from udsyn.evidence.places.hotspots import POINTS, PRESETS, Settings, describe, hotspots, label, place
from udsyn.evidence.places.measures import measure
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.facts.models import earliest
from udsyn.facts.store import load
from udsyn.record.engine import Place
from udsyn.record.tables import UNITS

Floats = NDArray[np.float64]

#: criterion → (weight, what it says of a hot-spot)
CRITERIA: Mapping[str, tuple[float, str]] = {
    "strength": (0.4, "its part of the world's work in home's strengths"),
    "impact": (0.2, "the same, times its mean normalised citation score"),
    "untapped": (0.2, "that part of it which exceeds its part of home's joint works"),
    "ties": (0.2, "its part of home's joint works with hot-spots"),
}

#: kilometres → how much of a hot-spot counts
REACH: Mapping[float, float] = {100.0: 1.0, 300.0: 0.5}

#: How long a way takes, door to door: by land, by air. Hours before and after, then kilometres an hour.
TRAVEL = {"land": (0.5, 100.0), "air": (3.5, 700.0)}

COLUMNS = ("question", "rank", "id", "name", "country", "lat", "lon", "instead_of", "coverage", "gain", "stability")
HISTORY: Mapping[str, type[pl.DataType]] = {
    "centre": pl.String,
    "country": pl.String,
    "when": pl.String,
    "years": pl.String,
    "hotspot": pl.String,
    "distance_km": pl.Float64,
    "rank": pl.Int64,
    "share": pl.Float64,
}

DRAWS = 1000
SEED = 20261122

FIELDS = f"""
SELECT
    chosen.field,
    CAST(sum(c.units) FILTER (WHERE c.country = $home) AS DOUBLE) / {UNITS} AS home,
    CAST(sum(c.units) AS DOUBLE) / {UNITS} AS world
FROM chosen JOIN work_countries AS c USING (work)
WHERE chosen.field IS NOT NULL AND c.country IS NOT NULL
GROUP BY chosen.field ORDER BY chosen.field
"""  # noqa: S608

SPOT_FIELDS = f"""
SELECT spot, chosen.field, CAST(sum(units) AS DOUBLE) / {UNITS} AS weight
FROM authorships JOIN chosen USING (work) JOIN spot_of USING (institution)
WHERE chosen.field IS NOT NULL GROUP BY spot, chosen.field ORDER BY spot, chosen.field
"""  # noqa: S608


@dataclass(frozen=True)
class Site:
    """A place where a centre or a post stands, or could."""

    id: str
    name: str
    country: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Options:
    """reach: distance classes; posts: count posts that stand at no centre, too."""

    reach: Mapping[float, float] = field(default_factory=lambda: dict(REACH))
    posts: bool = False

    def __post_init__(self) -> None:
        if any(not km > 0 or not 0 <= part <= 1 for km, part in self.reach.items()):
            raise UsageError("a reach is a distance above 0 and a part between 0 and 1, as 100=1,300=0.5.")


def weights_of(asked: Question) -> dict[str, float]:
    """The weights of the criteria: those asked for, or the defaults. Raises UsageError for what makes no sense."""
    weights = dict(asked.weights) or {name: weight for name, (weight, _) in CRITERIA.items()}
    unknown = set(weights) - set(CRITERIA)
    if unknown:
        raise UsageError(f"no criterion {sorted(unknown)[0]}: there are {', '.join(CRITERIA)}.")
    if any(weight < 0 for weight in weights.values()) or not sum(weights.values()) > 0:
        raise UsageError("the criteria's weights must not be negative, and one must be above 0.")
    return weights


def within_hours(hours: float) -> float:
    """How many kilometres away one can be after so many hours, by the faster way (TRAVEL)."""
    return max((hours - aside) * speed for aside, speed in TRAVEL.values())


def centres(home: str) -> list[Site]:
    """The home country's centres that no source shows closed."""
    standing = [c for c in load("centres") if c.home == home and not c.ended_by and not c.valid_to]
    return [Site(c.id, c.city, c.country, c.lat, c.lon) for c in standing]


def posts(home: str) -> list[Site]:
    """Posts that stand at no centre, where their city is known and no source shows them ended."""
    found = []
    for post in load("posts"):
        city = gazetteer.find(post.city, post.country)
        if post.home == home and not post.centre and city and not post.ended_by and not post.valid_to:
            found.append(Site(post.id, city.name, post.country, city.lat, city.lon))
    return found


def strengths(fields: pl.DataFrame) -> pl.DataFrame:
    """Fields in which home does more than its part of the world would suggest: field, excess (works), sum 1."""
    part = float(fields["home"].sum()) / float(fields["world"].sum())
    excess = (pl.col("home").fill_null(0) - part * pl.col("world")).clip(lower_bound=0)
    strong = fields.with_columns(excess=excess).filter(pl.col("excess") > 0)
    return strong.with_columns(pl.col("excess") / pl.col("excess").sum())


def values(spots: pl.DataFrame, by_field: pl.DataFrame, strong: pl.DataFrame, world: pl.DataFrame) -> dict[str, Floats]:
    """The criteria of each hot-spot, each summing to 1 over the hot-spots."""
    parts = by_field.join(strong.select("field", "excess"), on="field").join(world.select("field", "world"), on="field")
    parts = parts.with_columns(part=pl.col("excess") * pl.col("weight") / pl.col("world"))
    by_spot = parts.group_by("spot").agg(pl.col("part").sum())
    joined = spots.select("spot", "mncs", "home_works").join(by_spot, on="spot", how="left", maintain_order="left")
    strength = normal(joined["part"].fill_null(0).to_numpy())
    ties = normal(joined["home_works"].to_numpy().astype(float))
    return {
        "strength": strength,
        "impact": normal(strength * joined["mncs"].fill_null(1.0).to_numpy()),
        "untapped": normal(np.maximum(strength - ties, 0)),
        "ties": ties,
    }


def normal(x: Floats) -> Floats:
    """Parts that sum to 1 (all 0 where there is nothing)."""
    total = float(x.sum())
    return x / total if total > 0 else np.zeros_like(x)


def reach_matrix(sites: Sequence[Site], spots: pl.DataFrame, reach: Mapping[float, float]) -> Floats:
    """How much of each hot-spot each site reaches, shape (sites, spots)."""
    lat, lon = np.array([s.lat for s in sites])[:, None], np.array([s.lon for s in sites])[:, None]
    away = haversine_km(lat, lon, spots["lat"].to_numpy()[None, :], spots["lon"].to_numpy()[None, :])
    covered = np.zeros(away.shape)
    for km, part in reach.items():
        covered = np.maximum(covered, np.where(away <= km, part, 0.0))
    return covered


def coverage(reached: Floats, value: Floats) -> float:
    """Value within reach of a set of sites (rows of a reach matrix): each hot-spot by its best site."""
    return float(reached.max(axis=0, initial=0.0) @ value)


def best_sites(reached: Floats, value: Floats, number: int) -> list[int]:
    """The `number` rows of a reach matrix that together cover most, exactly.

    Maximise Σ value × reach × x over x[site, spot] ≤ open[site], Σ x[·, spot] ≤ 1, Σ open = number, open whole.
    Raises UdsynError where the solver does not prove an optimum.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # SciPy is loaded where it is used
    from scipy.sparse import coo_array

    sites, spots = np.nonzero(reached * value > 0)
    n, m = reached.shape[0], len(sites)
    profit = np.concatenate([np.zeros(n), -(reached * value)[sites, spots]])
    pair = np.arange(m)
    linked = coo_array(
        (np.concatenate([np.ones(m), -np.ones(m)]), (np.concatenate([pair, pair]), np.concatenate([n + pair, sites]))),
        shape=(m, n + m),
    )
    once = coo_array((np.ones(m), (spots, n + pair)), shape=(reached.shape[1], n + m))
    counted = coo_array((np.ones(n), (np.zeros(n, int), np.arange(n))), shape=(1, n + m))
    rules = [LinearConstraint(counted, number, number)]
    if m:
        rules += [LinearConstraint(linked, -np.inf, 0), LinearConstraint(once, -np.inf, 1)]
    whole = np.concatenate([np.ones(n), np.zeros(m)])
    solved = milp(profit, constraints=rules, integrality=whole, bounds=Bounds(0, 1), options={"mip_rel_gap": 0.0})
    if solved.status != 0:
        raise UdsynError(f"the best sites were not found ({solved.message}). Take fewer sites.")
    return [int(index) for index in np.flatnonzero(solved.x[:n] > 0.5)]


def siting(
    record: Place,
    question: Question | str | None = None,
    *,
    settings: Settings = PRESETS["udsyn"],
    options: Options | None = None,
    **parts: Unpack[Parts],
) -> Result:
    """What home's centres have within reach, and what a ninth, a move, or a new start would add.

    Rows (COLUMNS), by question: `now` a row per centre, coverage what it reaches alone and gain what would be lost
    without it; `ninth` the five best additions, coverage of all centres with it and gain against today; `move` for each
    centre its best move (gain against today); `anew` the best places for as many centres as stand. Coverage and gain
    are parts of the hot-spots abroad, weighed by the criteria. stability: in which part of draws of the weights the row
    stays the answer (of `ninth` the first place), null for `now` and `anew`.

    Raises UsageError for a country without centres in the facts or without works in the record.
    """
    asked = ask("siting", question, parts, seed=SEED)
    home, weights_, options = asked.country, weights_of(asked), options or Options()
    standing = [*centres(home), *(posts(home) if options.posts else [])]
    if not standing:
        raise UsageError(f"the facts hold no centres of {home}; see `udsyn facts list centres`.")
    with choose(record, asked) as chosen:
        fields = chosen.frame(FIELDS, home=home)
        if not fields["home"].sum():
            raise NotHeld(f"no works of {home} with a field answer this choice.")
        strong = strengths(fields)
        labelled = label(place(chosen.frame(POINTS)), settings)
        described = describe(labelled, settings.weight)
        spots = measure(chosen, labelled, described, home, settings.weight)
        spots = spots.filter(pl.col("countries").str.split(",").list.first() != home)
        if spots.is_empty():
            raise NotHeld("no hot-spots abroad answer this choice; lower the share with --share.")
        criteria = values(spots, chosen.frame(SPOT_FIELDS).filter(pl.col("spot") != NOISE), strong, fields)
        rows = answer(standing, spots, criteria, options, weights_, asked.seed)
        weights = ", ".join(f"{name} {weights_.get(name, 0):g}" for name in CRITERIA)
        classes = ", ".join(f"{km:g} km {part:g}" for km, part in options.reach.items())
        fields_said = ", ".join(str(number) for number in strong.sort("excess", descending=True)["field"][:5])
        notes = (
            *chosen.notes,
            f"Criteria and weights: {weights}. Reach: {classes}.",
            f"Strengths of {home}: fields {fields_said}.",
        )
        origin = chosen.provenance("siting", "fractional (author level)")
        return Result(rows, type(origin)(**{**vars(origin), "seed": asked.seed}), notes)


def answer(
    standing: Sequence[Site],
    spots: pl.DataFrame,
    criteria: Mapping[str, Floats],
    options: Options,
    weighed: Mapping[str, float],
    seed: int | None,
) -> pl.DataFrame:
    """The rows of `siting` from hot-spots and their criteria."""
    table = np.array([criteria[name] for name in CRITERIA])
    weights = normal(np.array([weighed.get(name, 0.0) for name in CRITERIA]))
    value = weights @ table
    draws = np.random.default_rng(seed).dirichlet(np.ones(len(CRITERIA)), DRAWS) @ table
    candidates = [
        Site(row["id"], row["name"], row["countries"].split(",")[0], row["lat"], row["lon"])
        for row in spots.iter_rows(named=True)
    ]
    have, could = (reach_matrix(sites, spots, options.reach) for sites in (standing, candidates))
    today = coverage(have, value)
    rows: list[dict[str, object]] = []

    def tell(question: str, rank: int, site: Site, covered: float, gain: float, **more: object) -> None:
        rows.append({"question": question, "rank": rank, **vars(site), "coverage": covered, "gain": gain, **more})

    lost = [today - coverage(np.delete(have, i, axis=0), value) for i in range(len(standing))]
    for rank, i in enumerate(np.lexsort((np.arange(len(standing)), -np.array(lost))), 1):
        tell("now", rank, standing[i], coverage(have[i : i + 1], value), lost[i])

    added = additions(have, could, value[None, :])[0]
    winners = additions(have, could, draws).argmax(axis=1)
    for rank, i in enumerate(np.argsort(-added, kind="stable")[:5], 1):
        tell("ninth", rank, candidates[i], today + added[i], added[i], stability=float((winners == i).mean()))

    moves = []
    for i, site in enumerate(standing):
        rest = np.delete(have, i, axis=0)
        gains = additions(rest, could, value[None, :])[0]
        to = int(gains.argmax())
        same = float((additions(rest, could, draws).argmax(axis=1) == to).mean())
        moves.append((gains[to] - lost[i], site, to, same))
    for rank, (gain, site, to, same) in enumerate(sorted(moves, key=lambda move: (-move[0], move[1].id)), 1):
        tell("move", rank, candidates[to], today + gain, gain, instead_of=site.name, stability=same)

    anew = best_sites(could, value, min(len(standing), len(candidates)))
    together = coverage(could[anew], value)
    for rank, i in enumerate(sorted(anew, key=lambda i: -coverage(could[i : i + 1], value)), 1):
        tell("anew", rank, candidates[i], together, together - today)
    schema = {"instead_of": pl.String, "stability": pl.Float64}
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides=schema).select(COLUMNS)


def additions(have: Floats, could: Floats, value: Floats) -> Floats:
    """What each candidate alone adds to a set of sites, for several rows of values: shape (values, candidates)."""
    now = have.max(axis=0, initial=0.0)
    gains: Floats = value @ np.maximum(could - now, 0.0).T
    return gains


def history(
    record: Place,
    question: Question | str | None = None,
    *,
    settings: Settings = PRESETS["udsyn"],
    **parts: Unpack[Parts],
) -> Result:
    """Each centre beside the hot-spots of the years in which it opened, and of the latest years.

    Rows (HISTORY): a row per centre and moment (opened, latest): the five years up to then, the nearest hot-spot of
    those years, how far it is, its rank in the world and its share. Years that the record does not hold give nulls.
    """
    asked = ask("siting", question, parts)
    home = asked.country
    found = [c for c in load("centres") if c.home == home]
    if not found:
        raise UsageError(f"the facts hold no centres of {home}; see `udsyn facts list centres`.")
    with choose(record, asked) as chosen:
        latest = chosen.last_complete_year
        first = int(chosen.frame("SELECT min(year) AS year FROM chosen")["year"][0])
        provenance = chosen.provenance("siting", "fractional (author level)")
    periods: dict[tuple[int, int], pl.DataFrame] = {}
    rows = []
    for centre in found:
        opened = earliest(centre.valid_from).year if centre.valid_from else None
        first_at = (*centre.moved, centre)[0]
        for when, year, at in (("opened", opened, first_at), ("latest", latest, centre)):
            row: dict[str, object] = {"centre": at.city, "country": centre.country, "when": when}
            if when == "latest" and (centre.ended_by or centre.valid_to):
                continue
            if year is not None and first + 2 <= year <= latest:
                years = (max(first, year - 4), year)
                if years not in periods:
                    here = Question(unit=asked.unit, years=years)
                    periods[years] = hotspots(record, here, settings=settings).rows
                row |= {"years": f"{years[0]}-{years[1]}", **nearest(periods[years], at.lat, at.lon)}
            rows.append(row)
    return Result(pl.DataFrame(rows, schema=dict(HISTORY)), provenance)


def nearest(spots: pl.DataFrame, lat: float, lon: float) -> dict[str, object]:
    """The nearest hot-spot to a place."""
    if spots.is_empty():
        return {}
    away = haversine_km(lat, lon, spots["lat"].to_numpy(), spots["lon"].to_numpy())
    best = spots.row(int(away.argmin()), named=True)
    return {"hotspot": best["name"], "distance_km": float(away.min()), "rank": best["rank"], "share": best["share"]}
