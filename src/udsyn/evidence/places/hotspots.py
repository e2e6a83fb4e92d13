"""Hot-spots: where in the world the work of a field is done, whatever the borders.

Institutions are points, weighted by the fractional author counts of the chosen works; points are clustered by density
(`density`), in the manner of WIPO's yearly ranking: 15 km with haversine distance. WIPO demands 4,500 author or
inventor listings, which suits one size of data; the default here is a share of the world's weight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Unpack

import numpy as np
import polars as pl
from numpy.typing import NDArray

from udsyn.errors import NotHeld
from udsyn.evidence.places import gazetteer
from udsyn.evidence.places.chosen import Chosen, choose
from udsyn.evidence.places.density import NOISE, dbscan, hdbscan, merge_near
from udsyn.evidence.places.kept import kept
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.teams import ALONE
from udsyn.record.engine import Place
from udsyn.record.tables import UNITS

Floats = NDArray[np.float64]
Z95 = 1.959963984540054

COLUMNS = (
    *("rank", "id", "name", "countries", "lat", "lon", "institutions", "weight"),
    *("share", "share_low", "share_high", "growth", "mncs", "home_works"),
)
#: Of a trend: beyond it a number says nothing.
LARGEST_LOG = 50.0
#: also given when intervals are asked for
INTERVALS = (
    *("rank_low", "rank_high", "growth_low", "growth_high", "mncs_low", "mncs_high"),
    *("home_share", "home_share_low", "home_share_high", "leading_field"),
)
LEADING = 0.05  #: least part of a hot-spot's work in a field that can be its leading one


@dataclass(frozen=True)
class Settings:
    """How hot-spots are found.

    radius   kilometres within which points are neighbours
    share    least share of the world's weight within the radius, for a point to be core
    minimum  least weight, instead of the share
    weight   fractional: each work counts 1, shared by its authors; listings: each author of each work counts 1
    merge    join hot-spots whose nearest points lie within so many kilometres; 0 joins none
    method   dbscan, or hdbscan, which needs no radius (minimum or share is then the least weight of a cluster)
    """

    radius: float = 15.0
    share: float = 0.005
    minimum: float | None = None
    merge: float = 0.0
    weight: Literal["fractional", "listings"] = "fractional"
    method: Literal["dbscan", "hdbscan"] = "dbscan"

    def least(self, world: float) -> float:
        return self.minimum if self.minimum is not None else self.share * world


#: WIPO, Global Innovation Index 2018: 15 km and 4,500 listings of five years (13 km and 2,000 in 2017); docs/places.md
PRESETS = {"udsyn": Settings(), "wipo": Settings(minimum=4500, weight="listings")}

POINTS = f"""
SELECT
    institution,
    CAST(sum(units) AS DOUBLE) / {UNITS} AS fractional,
    CAST(sum(CAST(units AS HUGEINT) * chosen.authors) AS DOUBLE) / {UNITS} AS listings,
    any_value(institutions.country) AS country,
    any_value(institutions.city) AS city,
    any_value(institutions.lat) AS lat,
    any_value(institutions.lon) AS lon
FROM authorships
JOIN chosen USING (work)
LEFT JOIN institutions USING (institution)
GROUP BY institution
ORDER BY institution
"""  # noqa: S608

#: Weight of each work in each hot-spot and in all places, and whether it has an author elsewhere at home.
PARTS = """
CREATE OR REPLACE TEMP TABLE parts AS
WITH located AS (
    SELECT authorships.work, spot, country, units
    FROM authorships JOIN chosen USING (work) LEFT JOIN spot_of USING (institution)
),
placed AS (SELECT work, sum(units) AS placed FROM located WHERE spot IS NOT NULL GROUP BY work),
homes AS (SELECT DISTINCT work, coalesce(spot, -1) AS spot FROM located WHERE country = $home),
inside AS (SELECT work, spot, sum(units) AS units FROM located WHERE spot >= 0 GROUP BY work, spot)
SELECT
    inside.work,
    inside.spot,
    chosen.year,
    chosen.ncs,
    CAST(inside.units AS DOUBLE) / $units AS x,
    CAST(placed.placed AS DOUBLE) / $units AS y,
    EXISTS (SELECT 1 FROM homes WHERE homes.work = inside.work AND homes.spot <> inside.spot) AS with_home
FROM inside JOIN placed USING (work) JOIN chosen USING (work)
ORDER BY inside.spot, inside.work
"""

FIGURES = """
SELECT
    spot,
    count(*) AS works,
    sum(x ORDER BY work) AS x,
    sum(x * x ORDER BY work) AS xx,
    sum(x * y ORDER BY work) AS xy,
    sum(x * ncs ORDER BY work) AS xn,
    sum(x * x * ncs ORDER BY work) AS xxn,
    sum(x * x * ncs * ncs ORDER BY work) AS xxnn,
    count(*) FILTER (WHERE with_home) AS home_works
FROM parts GROUP BY spot ORDER BY spot
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


def hotspots(
    record: Place,
    question: Question | str | None = None,
    *,
    settings: Settings = PRESETS["udsyn"],
    intervals: bool = False,
    **parts: Unpack[Parts],
) -> Result:
    """The hot-spots of the works of a unit and period, largest share of the world first.

    Rows (COLUMNS): weight is the works (fractional) or author listings of the hot-spot; share its part of the weight of
    all places, with a 95 % interval over works; growth its yearly change (0.05 = +5 % a year) over complete years, null
    below three; mncs its mean normalised citation score; home_works its works with an author at home outside it, null
    without a home. lat and lon are the middle of its weight. `intervals` adds the columns of INTERVALS, among them the
    ranks that the intervals of the shares leave open, and the field that stands out most.

    Raises UsageError when no works answer the question, UdsynError when the record holds no works.
    """
    asked = ask("hotspots", question, parts)
    found = kept(record, "hotspots", (asked, settings), lambda held: found_in(held, asked, settings))
    return replace(found, rows=found.rows.select(COLUMNS + (INTERVALS if intervals else ())))


def found_in(record: Place, asked: Question, settings: Settings) -> Result:
    """`hotspots` with all columns, from the works."""
    with choose(record, asked) as chosen:
        points = place(chosen.frame(POINTS))
        labelled = label(points, settings)
        rows = measure(chosen, labelled, describe(labelled, settings.weight), asked.home, settings.weight)
        counting = "fractional (author level)" if settings.weight == "fractional" else "author listings"
        notes = (*chosen.notes, unplaced_note(points, settings.weight), ALONE)
        return Result(rows.select(COLUMNS + INTERVALS), chosen.provenance("hot-spots", counting), notes)


def place(points: pl.DataFrame) -> pl.DataFrame:
    """Points with coordinates where the record or, by its city, the gazetteer knows them, else null lat and lon.

    A latitude and longitude of exactly 0, 0 is how some sources write unknown.
    """
    nowhere = (pl.col("lat") == 0) & (pl.col("lon") == 0)
    points = points.with_columns(pl.when(~nowhere).then(pl.col("lat")).alias("lat"))
    missing = points["lat"].is_null() | points["lon"].is_null()
    found = [
        gazetteer.find(city, country) if without else None
        for city, country, without in zip(points["city"], points["country"], missing, strict=True)
    ]
    return points.with_columns(
        lat=pl.when(missing)
        .then(pl.Series([city.lat if city else None for city in found], dtype=pl.Float64))
        .otherwise("lat"),
        lon=pl.when(missing)
        .then(pl.Series([city.lon if city else None for city in found], dtype=pl.Float64))
        .otherwise("lon"),
    )


def unplaced_note(points: pl.DataFrame, weight: str) -> str:
    """How much of the world's weight has no place."""
    total = float(points[weight].sum())
    without = float(points.filter(pl.col("lat").is_null())[weight].sum())
    part = without / total if total else 0.0
    return f"Left out: {part:.1%} of the weight has no institution, or one whose place is not known."


def label(points: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The placed points with their cluster (column spot, -1 for none, heaviest cluster 0)."""
    placed = points.filter(pl.col("lat").is_not_null() & pl.col("institution").is_not_null())
    lat, lon, weight = (placed[name].to_numpy() for name in ("lat", "lon", settings.weight))
    if not len(weight):
        raise NotHeld("no institution of these works has a known place; ingest institutions, or ROR, first.")
    least = settings.least(float(weight.sum()))
    if settings.method == "hdbscan":
        labels = hdbscan(lat, lon, weight, minimum=least)
    else:
        labels = dbscan(lat, lon, weight, radius=settings.radius, minimum=least).labels
    if settings.merge > 0:
        labels = merge_near(lat, lon, weight, labels, settings.merge)
    return placed.with_columns(spot=pl.Series(labels))


def describe(labelled: pl.DataFrame, weight: str) -> pl.DataFrame:
    """A row per cluster: spot, id, name, countries, lat, lon, institutions.

    Where two bear one name, the lighter one also bears its country's code, as London (CA).
    """
    rows: list[dict[str, object]] = []
    taken: set[str] = set()
    called: set[str] = set()
    for (spot,), group in (
        labelled.filter(pl.col("spot") != NOISE).sort("spot", "institution").group_by(["spot"], maintain_order=True)
    ):
        lat, lon, w = (group[name].to_numpy() for name in ("lat", "lon", weight))
        middle = centre(lat, lon, w)
        cities = gazetteer.name_cluster(lat, lon, w)
        names = [city.name for city in cities] or [gazetteer.beside(*middle)]
        identity = unused(slug(cities, middle), taken)
        name, where = "–".join(names), countries(group, weight)
        name = f"{name} ({where[0]})" if name in called and where else name
        called.add(name)
        rows.append(
            {
                "spot": spot,
                "id": identity,
                "name": name,
                "countries": ",".join(where),
                "lat": middle[0],
                "lon": middle[1],
                "institutions": group.height,
            }
        )
    schema = {"spot": pl.Int64, "id": pl.String, "name": pl.String, "countries": pl.String, "lat": pl.Float64}
    return pl.DataFrame(rows, schema=schema | {"lon": pl.Float64, "institutions": pl.Int64})


def centre(lat: Floats, lon: Floats, weight: Floats) -> tuple[float, float]:
    """The middle of weighted places on the sphere, in degrees."""
    from udsyn.evidence.places.density import unit_vectors

    x, y, z = weight @ unit_vectors(lat, lon)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def countries(group: pl.DataFrame, weight: str) -> list[str]:
    """The countries on which at least a hundredth of a cluster's weight lies, largest first."""
    by_country = group.filter(pl.col("country").is_not_null()).group_by("country").agg(pl.col(weight).sum())
    by_country = by_country.filter(pl.col(weight) >= 0.01 * pl.col(weight).sum())
    return by_country.sort([weight, "country"], descending=[True, False])["country"].to_list()


def slug(cities: Sequence[gazetteer.City], middle: tuple[float, float]) -> str:
    """A readable id: the country and the largest city, as kr-seoul."""
    if not cities:
        return f"at-{middle[0]:.1f}-{middle[1]:.1f}"
    name = gazetteer.ascii_words(cities[0].name)
    return f"{cities[0].country.lower()}-{name}"


def unused(identity: str, taken: set[str]) -> str:
    """The id, with a number where another cluster of the same city has it already."""
    tries = [identity, *(f"{identity}-{number}" for number in range(2, len(taken) + 3))]
    free = next(name for name in tries if name not in taken)
    taken.add(free)
    return free


def measure(chosen: Chosen, labelled: pl.DataFrame, spots: pl.DataFrame, home: str | None, weight: str) -> pl.DataFrame:
    """The figures of each hot-spot beside its description, largest share first."""
    chosen.connection.register("spot_of", labelled.select("institution", "spot").to_arrow())
    chosen.connection.execute(PARTS, {"home": home, "units": UNITS})
    figures = chosen.frame(FIGURES)
    world = chosen.frame(WORLD).row(0, named=True)
    trends = growth(chosen.frame(BY_YEAR), chosen.last_complete_year)
    listed = labelled.group_by("spot").agg(weight=pl.col(weight).sum())
    total = float(labelled[weight].sum())
    leading = dict(chosen.frame(LEADING_FIELDS, least=LEADING).iter_rows())
    rows = []
    for row in spots.join(figures, on="spot").join(listed, on="spot").iter_rows(named=True):
        share = row["weight"] / total
        low, high = ratio_interval(row["x"], row["xx"], row["xy"], world["y"], world["yy"], share)
        mncs, mncs_low, mncs_high = mean_interval(row)
        rate, rate_low, rate_high = trends.get(row["spot"], (None, None, None))
        home_low, home_high = wilson(row["home_works"] / row["works"], row["works"])
        with_home = home is not None
        rows.append(
            {
                **row,
                "leading_field": leading.get(row["spot"]),
                "share": share,
                "share_low": low,
                "share_high": high,
                "growth": rate,
                "growth_low": rate_low,
                "growth_high": rate_high,
                "mncs": mncs,
                "mncs_low": mncs_low,
                "mncs_high": mncs_high,
                "home_works": row["home_works"] if with_home else None,
                "home_share": row["home_works"] / row["works"] if with_home else None,
                "home_share_low": home_low if with_home else None,
                "home_share_high": home_high if with_home else None,
            }
        )
    if not rows:
        return pl.DataFrame(schema=dict.fromkeys(COLUMNS + INTERVALS, pl.Null))
    frame = pl.DataFrame(rows, infer_schema_length=None).sort(["share", "id"], descending=[True, False])
    lows, highs = (np.sort(frame[name].to_numpy()) for name in ("share_low", "share_high"))
    return frame.with_columns(
        rank=pl.int_range(1, frame.height + 1),
        # ahead for sure: those whose whole interval lies above; possibly ahead: those whose interval reaches above
        rank_low=pl.Series(1 + len(lows) - np.searchsorted(lows, frame["share_high"].to_numpy(), "right")),
        rank_high=pl.Series(len(highs) - np.searchsorted(highs, frame["share_low"].to_numpy(), "left")),
    )


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share among n."""
    if n <= 0:
        return 0.0, 1.0
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n)) / (1 + Z95**2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def ratio_interval(x: float, xx: float, xy: float, y: float, yy: float, share: float) -> tuple[float, float]:
    """95 % interval of a share Σx/Σy over works: Wilson's with the number of works that has the same variance."""
    p = x / y
    variance = max(xx - 2 * p * xy + p * p * yy, 0.0) / (y * y)
    if not 0 < p < 1 or variance == 0:
        return share, share
    low, high = wilson(p, p * (1 - p) / variance)
    return share * low / p, share * high / p


def mean_interval(row: dict[str, float | None]) -> tuple[float | None, float | None, float | None]:
    """A weighted mean Σxn/Σx with its 95 % interval over works."""
    x, xx, xn, xxn, xxnn = (row[name] for name in ("x", "xx", "xn", "xxn", "xxnn"))
    if xn is None or not x:
        return None, None, None
    assert xx is not None
    assert xxn is not None
    assert xxnn is not None
    mean = xn / x
    half = Z95 * math.sqrt(max(xxnn - 2 * mean * xxn + mean * mean * xx, 0.0)) / x
    return mean, mean - half, mean + half


def growth(by_year: pl.DataFrame, last: int) -> dict[int, tuple[float, float, float]]:
    """Yearly change of each hot-spot with its 95 % interval: a log-linear trend (quasi-Poisson) over complete years.

    Years without a work count as 0. Needs three years, and works in two of them: what has works in one year only has
    no trend that could be told.
    """
    by_year = by_year.filter(pl.col("year") <= last)
    if by_year.is_empty():
        return {}
    years = np.arange(int(by_year["year"].min()), last + 1)  # type: ignore[arg-type]
    if len(years) < 3:
        return {}
    found = {}
    for (spot,), group in by_year.group_by(["spot"], maintain_order=True):
        counts = np.zeros(len(years))
        counts[group["year"].to_numpy() - years[0]] = group["x"].to_numpy()
        if np.count_nonzero(counts) < 2:
            continue
        slope, error = poisson_trend(years - years.mean(), counts)
        trend = (slope, slope - Z95 * error, slope + Z95 * error)
        found[int(spot)] = tuple(math.expm1(min(value, LARGEST_LOG)) for value in trend)
    return found  # type: ignore[return-value]


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
