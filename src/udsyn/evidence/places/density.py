"""Density clustering of weighted points on the sphere.

`dbscan` is DBSCAN (Ester et al. 1996) with a weight on every point and great-circle distance: a point is *core* when
the weight within `radius` of it, its own included, reaches `minimum`; cores within `radius` of each other share a
cluster; a point near a core belongs to its nearest core's cluster; the rest is noise (-1).

A weight of 3 counts like three points at one place. Neither the order of the input nor where a map is cut matters:
points are put in a canonical order first, distances are taken in space (so poles and the antimeridian are ordinary
places), and a border point goes to its nearest core instead of to whoever comes first.

The points lie in cubes whose diagonal is the radius (as in Gunawan 2013 and Gan & Tao 2015), so all points of a cube
are neighbours. Whole cubes are compared by matrix products; nobody ever lists all pairs, which is what fills the memory
of the textbook algorithm in dense cities. Several years share one grid: `weights` may have a column for each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from udsyn.errors import UsageError
from udsyn.evidence.threads import one_thread

EARTH_RADIUS_KM = 6371.01  #: as CWTS and WIPO use it
NOISE = -1

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def haversine_km(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Floats:
    """Great-circle distance in kilometres between places given in degrees; shapes broadcast."""
    a, b, c, d = (np.radians(np.asarray(x, dtype=np.float64)) for x in (lat1, lon1, lat2, lon2))
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    distance: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance


def unit_vectors(lat: Floats, lon: Floats) -> Floats:
    """Places in degrees as points on the unit sphere, shape (n, 3)."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def chord(radius_km: float) -> float:
    """The straight line through the unit sphere that belongs to a great-circle distance."""
    return 2 * math.sin(min(radius_km / EARTH_RADIUS_KM, math.pi) / 2)


@dataclass(frozen=True)
class Clustering:
    """What `dbscan` found. All arrays are in the order of the input.

    labels  (n,) or (n, years): cluster number from 0, heaviest first; -1 is noise
    core    same shape: is the point core
    """

    labels: Ints
    core: NDArray[np.bool_]


@one_thread()
def dbscan(lat: ArrayLike, lon: ArrayLike, weights: ArrayLike, *, radius: float, minimum: ArrayLike) -> Clustering:
    """Cluster weighted points.

    lat, lon  (n,) degrees; weights (n,) or (n, years), not negative; radius in km; minimum a weight, or one per year.
    Raises UsageError for places off the globe, negative weights, or a radius or minimum that is not positive.
    """
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    weights = np.asarray(weights, dtype=np.float64)
    table = weights[:, None] if weights.ndim == 1 else weights
    least = np.broadcast_to(np.asarray(minimum, dtype=np.float64), (table.shape[1],))
    check(lat, lon, table, radius, least)
    if not len(lat):
        return Clustering(np.empty(weights.shape, np.int64), np.empty(weights.shape, np.bool_))

    places, place_of = canonical_places(lat, lon)
    grid = Grid.build(unit_vectors(places[:, 0], places[:, 1]), chord(radius))
    whole, unit = whole_weights(table)
    summed = sum_by_place(whole, place_of, len(places))[grid.order]
    core = find_cores(grid, summed, least / unit * (1 - 1e-12))
    labels = np.column_stack([label(grid, core[:, year], summed[:, year]) for year in range(table.shape[1])])

    position = np.empty(len(places), np.int64)
    position[grid.order] = np.arange(len(places))
    rows = position[place_of]
    # A point without weight in a year is not there in that year.
    present = table > 0
    found = Clustering(np.where(present, labels[rows], NOISE), core[rows] & present)
    return found if weights.ndim == 2 else Clustering(found.labels[:, 0], found.core[:, 0])


def check(lat: Floats, lon: Floats, weights: Floats, radius: float, minimum: Floats) -> None:
    if not (len(lat) == len(lon) == len(weights)):
        raise UsageError("latitudes, longitudes and weights must be equally many.")
    if not (np.all(np.abs(lat) <= 90) and np.all(np.isfinite(lon))):
        raise UsageError("a latitude is not between -90 and 90 degrees, or a longitude is missing.")
    if not np.all(np.isfinite(weights) & (weights >= 0)):
        raise UsageError("a weight is negative or missing.")
    if not radius > 0 or not np.all(minimum > 0):
        raise UsageError("the radius and the minimum weight must be greater than 0.")


def canonical_places(lat: Floats, lon: Floats) -> tuple[Floats, Ints]:
    """The distinct places, sorted, and for each point the number of its place."""
    wrapped = (lon + 180) % 360 - 180
    wrapped = np.where(np.abs(lat) == 90, 0.0, wrapped)
    places, place_of = np.unique(np.column_stack([lat, wrapped]) + 0.0, axis=0, return_inverse=True)
    return places, place_of.reshape(-1)


def whole_weights(weights: Floats) -> tuple[Floats, float]:
    """Weights as whole numbers and the size of one: sums below 2^52 are then exact, in any order."""
    unit = 2.0 ** (math.frexp(max(weights.sum(axis=0).max(initial=0.0), 1e-300))[1] - 52)
    return np.round(weights / unit), unit


def sum_by_place(weights: Floats, place_of: Ints, places: int) -> Floats:
    """Weights summed per place, shape (places, years)."""
    return np.column_stack([np.bincount(place_of, column, minlength=places) for column in weights.T])


@dataclass(frozen=True)
class Grid:
    """Points sorted by cube. The diagonal of a cube is the radius, so the points of one cube are all neighbours.

    points      (n, 3) unit vectors in the grid's order
    order       (n,) the place that stands at each position
    starts      (cubes + 1,) where each cube's points begin
    near, nears flattened lists: nears[near[c]:near[c+1]] are the cubes within reach of cube c, itself included
    """

    points: Floats
    order: Ints
    starts: Ints
    near: Ints
    nears: Ints
    reach: float

    @classmethod
    def build(cls, points: Floats, reach: float) -> Grid:
        side = reach / math.sqrt(3) * (1 - 1e-9)
        cubes = np.floor(points / side).astype(np.int64)
        order = np.lexsort((cubes[:, 2], cubes[:, 1], cubes[:, 0]))
        cubes = cubes[order]
        new = np.r_[True, np.any(cubes[1:] != cubes[:-1], axis=1)]
        starts = np.r_[np.flatnonzero(new), len(points)]
        near, nears = nearby(cubes[new])
        return cls(points[order], order, starts, near, nears, reach)

    @property
    def cubes(self) -> int:
        return len(self.starts) - 1

    def members(self, cubes: Ints) -> Ints:
        """Positions of all points in these cubes."""
        return ranges(self.starts[cubes], self.starts[cubes + 1])

    def around(self, cube: np.int64) -> Ints:
        """The cubes within reach of a cube, itself included."""
        return self.nears[self.near[cube] : self.near[cube + 1]]

    def within(self, left: Ints, right: Ints) -> NDArray[np.bool_]:
        """Which points are neighbours, shape (left, right)."""
        # |a - b|² as one matrix product; measured from one of the points, it is exact also for points metres apart.
        centre = self.points[left[0]]
        a, b = self.points[left] - centre, self.points[right] - centre
        one_a, one_b = np.ones((len(a), 1)), np.ones((len(b), 1))
        squared = (
            np.hstack([a, (a * a).sum(axis=1, keepdims=True), one_a])
            @ np.hstack([-2 * b, one_b, (b * b).sum(axis=1, keepdims=True)]).T
        )
        inside: NDArray[np.bool_] = squared <= self.reach**2
        return inside


def ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers of several half-open ranges, one after the other."""
    lengths = ends - starts
    offsets = np.repeat(starts - np.r_[0, np.cumsum(lengths)[:-1]], lengths)
    return offsets + np.arange(lengths.sum())


def nearby(cubes: Ints) -> tuple[Ints, Ints]:
    """For sorted distinct cubes, which others are at most the radius away (flattened lists, see Grid)."""
    low = cubes.min(axis=0) - 2
    extent = cubes.max(axis=0) - low + 3
    keys = ((cubes - low) @ np.array([extent[1] * extent[2], extent[2], 1])).astype(np.int64)
    pairs = []
    for step in product(range(-2, 3), repeat=3):
        # Gap between two cubes, in sides, squared: more than √3 sides apart means more than the radius.
        if sum(max(abs(x) - 1, 0) ** 2 for x in step) > 3:
            continue
        shifted = keys + int(np.array(step) @ np.array([extent[1] * extent[2], extent[2], 1]))
        at = np.minimum(np.searchsorted(keys, shifted), len(keys) - 1)
        found = np.flatnonzero(keys[at] == shifted)
        pairs.append(np.column_stack([found, at[found]]))
    both = np.concatenate(pairs)
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    near = np.r_[0, np.cumsum(np.bincount(both[:, 0], minlength=len(cubes)))]
    return near, both[:, 1].copy()


def find_cores(grid: Grid, weights: Floats, minimum: Floats) -> NDArray[np.bool_]:
    """Which points are core in which year, shape (n, years)."""
    cube_weight = np.add.reduceat(weights, grid.starts[:-1], axis=0)
    reachable = np.add.reduceat(cube_weight[grid.nears], grid.near[:-1], axis=0)
    sure = cube_weight >= minimum
    core = np.repeat(sure, np.diff(grid.starts), axis=0)
    open_ = ~sure & (reachable >= minimum)
    for cube in np.flatnonzero(open_.any(axis=1)).astype(np.int64):
        mine = np.arange(grid.starts[cube], grid.starts[cube + 1])
        others = grid.members(grid.around(cube))
        years = open_[cube]
        heavy = grid.within(mine, others).astype(np.float64) @ weights[np.ix_(others, years)]
        core[np.ix_(mine, years)] = heavy >= minimum[years]
    return core & (weights > 0)


def label(grid: Grid, core: NDArray[np.bool_], weights: Floats) -> Ints:
    """Cluster numbers of one year, heaviest cluster first, shape (n,)."""
    from scipy.spatial import cKDTree  # SciPy is loaded where it is used: it takes a third of a second

    labels = np.full(len(core), NOISE, np.int64)
    cores = np.flatnonzero(core)
    if not len(cores):
        return labels
    labels[cores] = connect_cubes(grid, core)[np.repeat(np.arange(grid.cubes), np.diff(grid.starts))[cores]]
    others = np.flatnonzero(~core & (weights > 0))
    distance, nearest = cKDTree(grid.points[cores]).query(grid.points[others], distance_upper_bound=grid.reach * 1.001)
    found = np.flatnonzero(distance <= grid.reach)
    labels[others[found]] = labels[cores[nearest[found]]]
    return heaviest_first(labels, weights)


def connect_cubes(grid: Grid, core: NDArray[np.bool_]) -> Ints:
    """For each cube the cube that names its component: cubes that hold cores within reach of each other's are joined.

    Fullest cubes first; cubes that are already joined, as most are in a dense city, need no look at their points.
    """
    counts = np.add.reduceat(core.astype(np.int64), grid.starts[:-1])
    named = np.arange(grid.cubes)
    held: dict[int, list[int]] = {}
    filled = np.flatnonzero(counts)
    for cube in filled[np.argsort(-counts[filled], kind="stable")]:
        around = grid.around(cube)
        around = around[(counts[around] > 0) & (named[around] != named[cube])]
        if not len(around):
            continue
        mine = np.arange(grid.starts[cube], grid.starts[cube + 1])
        others = grid.members(around)
        met = grid.within(mine[core[mine]], others[core[others]]).any(axis=0)
        first = np.r_[0, np.cumsum(counts[around])[:-1]]
        for other in around[np.logical_or.reduceat(met, first)]:
            kept, given = sorted((int(named[cube]), int(named[other])))
            if kept == given:
                continue
            moved = held.pop(given, [given])
            held.setdefault(kept, [kept]).extend(moved)
            named[moved] = kept
    return named


def merge_near(lat: Floats, lon: Floats, weights: Floats, labels: Ints, km: float) -> Ints:
    """Join clusters whose nearest points lie within `km` of each other; numbered anew, heaviest first."""
    from scipy.spatial import cKDTree

    count = int(labels.max(initial=NOISE)) + 1
    points = unit_vectors(lat, lon)
    groups = [points[labels == cluster] for cluster in range(count)]
    named = np.arange(count)
    for one in range(count):
        tree = cKDTree(groups[one])
        for other in range(one + 1, count):
            if named[one] != named[other] and tree.query(groups[other])[0].min() <= chord(km):
                named[named == named[other]] = named[one]
    joined = np.where(labels >= 0, named[labels], NOISE)
    return heaviest_first(joined, weights)


def heaviest_first(labels: Ints, weights: Floats) -> Ints:
    """The same clusters, numbered by weight."""
    inside = labels >= 0
    names, first, numbered = np.unique(labels[inside], return_index=True, return_inverse=True)
    total = np.bincount(numbered, weights[inside], minlength=len(names))
    rank = np.empty(len(names), np.int64)
    rank[np.lexsort((first, -total))] = np.arange(len(names))
    found = labels.copy()
    found[inside] = rank[numbered]
    return found


#: `hdbscan` gives each of these parts of the world's weight one point.
PARTS = 4000


def hdbscan(lat: ArrayLike, lon: ArrayLike, weights: ArrayLike, *, minimum: float) -> Ints:
    """Cluster without a radius: HDBSCAN (Campello et al. 2013), scikit-learn's, leaf clusters.

    It knows no weights, so the world's weight is cut into PARTS equal parts and each place stands for as many points as
    parts fall on it (systematic sampling along the canonical order). minimum is the least weight of a cluster. Places
    too light to receive a part are noise. Same shapes as `dbscan`, one year.
    """
    from sklearn.cluster import HDBSCAN

    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    weights = np.asarray(weights, dtype=np.float64)
    check(lat, lon, weights[:, None], 1.0, np.array([minimum]))
    labels = np.full(len(lat), NOISE, np.int64)
    total = weights.sum()
    if total <= 0:
        return labels
    places, place_of = canonical_places(lat, lon)
    summed = sum_by_place(whole_weights(weights[:, None])[0], place_of, len(places))[:, 0]
    copies = np.diff(np.r_[0, np.round(np.cumsum(summed) / summed.sum() * PARTS)]).astype(int)
    repeated = np.repeat(np.arange(len(places)), copies)
    size = max(2, round(minimum / total * PARTS))
    if len(repeated) < 2 * size:
        return labels
    model = HDBSCAN(
        min_cluster_size=size, min_samples=size, metric="haversine", cluster_selection_method="leaf", copy=False
    )
    found = model.fit_predict(np.radians(places[repeated]))
    by_place = np.full(len(places), NOISE, np.int64)
    by_place[repeated] = found  # copies of one place lie at distance 0 and share a label
    inside = by_place >= 0
    names, numbered = np.unique(by_place[inside], return_inverse=True)
    by_weight = np.argsort(-np.bincount(numbered, summed[inside], minlength=len(names)), kind="stable")
    rank = np.empty(len(names), np.int64)
    rank[by_weight] = np.arange(len(names))
    by_place[inside] = rank[numbered]
    labels = by_place[place_of]
    return np.where(weights > 0, labels, NOISE)
