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
from udsyn.evidence.places.chosen import choose
from udsyn.evidence.places.density import NOISE, dbscan, hdbscan, merge_near
from udsyn.evidence.places.kept import kept
from udsyn.evidence.places.measures import measure
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.teams import MEASURED_THERE
from udsyn.record.engine import Place
from udsyn.record.tables import UNITS

Floats = NDArray[np.float64]

COLUMNS = (
    *("rank", "id", "name", "countries", "lat", "lon", "institutions", "weight"),
    *("share", "share_low", "share_high", "growth", "mncs", "home_works"),
)
#: also given when intervals are asked for
INTERVALS = (
    *("rank_low", "rank_high", "growth_low", "growth_high", "mncs_low", "mncs_high"),
    *("home_share", "home_share_low", "home_share_high", "leading_field"),
    *("share_design_effect", "mncs_design_effect", "home_design_effect"),
)


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
    all places, with a 95 % interval over teams of works; growth its yearly change (0.05 = +5 % a year) over complete
    years, null below three; mncs its mean normalised citation score; home_works its works with an author at home
    outside it, null without a home. lat and lon are the middle of its weight. `intervals` adds the columns of
    INTERVALS, among them the ranks that the intervals of the shares leave open, the field that stands out most, and the
    design effects of teams (`measures`).

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
        notes = (*chosen.notes, unplaced_note(points, settings.weight), MEASURED_THERE)
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
