"""Density clustering against the textbook algorithm, whatever the order of the input and the cut of the map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN

from udsyn.errors import UsageError
from udsyn.evidence.places.density import EARTH_RADIUS_KM, NOISE, dbscan, haversine_km, hdbscan, merge_near

RADIUS = 15.0


def towns(seed: int, n: int, centre: tuple[float, float] = (0.0, 0.0)) -> tuple[NDArray[np.float64], ...]:
    """Points in loose groups a few radii wide, with whole-number weights."""
    rng = np.random.default_rng(seed)
    middle = rng.normal(0, 0.35, (4, 2))
    at = middle[rng.integers(0, 4, n)] + rng.normal(0, 0.09, (n, 2))
    lat = np.clip(centre[0] + at[:, 0], -90, 90)
    stretch = max(np.cos(np.radians(centre[0])), 0.02)
    return lat, centre[1] + at[:, 1] / stretch, rng.integers(1, 5, n).astype(float)


def same_partition(a: NDArray[np.int64], b: NDArray[np.int64]) -> bool:
    pairs = {(int(x), int(y)) for x, y in zip(a, b, strict=True)}
    return len(pairs) == len({x for x, _ in pairs}) == len({y for _, y in pairs})


places = st.sampled_from([(0.0, 0.0), (55.7, 12.6), (-16.5, 179.95), (89.8, 30.0), (-89.9, -120.0)])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 70), st.integers(2, 25), places)
def test_weights_count_like_repeated_points(seed: int, n: int, minimum: int, centre: tuple[float, float]) -> None:
    lat, lon, weight = towns(seed, n, centre)
    times = weight.astype(int)
    ours = dbscan(lat, lon, weight, radius=RADIUS, minimum=minimum)
    repeated = dbscan(*(np.repeat(x, times) for x in (lat, lon, np.ones(n))), radius=RADIUS, minimum=minimum)
    assert np.array_equal(np.repeat(ours.labels, times), repeated.labels)

    plain = DBSCAN(eps=RADIUS / EARTH_RADIUS_KM, min_samples=minimum, metric="haversine", algorithm="brute")
    theirs = plain.fit(np.radians(np.column_stack([np.repeat(lat, times), np.repeat(lon, times)])))
    first = np.r_[0, np.cumsum(times)[:-1]]
    core = np.isin(first, theirs.core_sample_indices_)
    assert np.array_equal(ours.core, core)
    assert np.array_equal(ours.labels == NOISE, theirs.labels_[first] == NOISE)
    assert same_partition(ours.labels[core], theirs.labels_[first][core])
    # Where the textbook lets the input's order decide, a border point belongs to its nearest core.
    for point in np.flatnonzero(~core & (ours.labels != NOISE)):
        distance = haversine_km(lat[point], lon[point], lat[core], lon[core])
        nearest = distance <= distance.min() + 1e-9
        assert ours.labels[point] in ours.labels[core][nearest]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(-360, 360), places)
def test_neither_order_nor_the_cut_of_the_map_matters(seed: int, turn: float, centre: tuple[float, float]) -> None:
    lat, lon, weight = towns(seed, 60, centre)
    weight = weight / 7
    here = dbscan(lat, lon, weight, radius=RADIUS, minimum=2.0)
    order = np.random.default_rng(seed + 1).permutation(60)
    assert np.array_equal(
        dbscan(lat[order], lon[order], weight[order], radius=RADIUS, minimum=2.0).labels, here.labels[order]
    )
    turned = dbscan(lat, lon + turn, weight, radius=RADIUS, minimum=2.0)
    assert np.array_equal(turned.core, here.core)
    assert same_partition(turned.labels, here.labels)
    mirrored = dbscan(-lat, lon, weight, radius=RADIUS, minimum=2.0)
    assert np.array_equal(mirrored.core, here.core)
    assert same_partition(mirrored.labels, here.labels)


def test_one_cluster_across_the_antimeridian_and_around_the_pole() -> None:
    fiji = dbscan([-17.0, -17.0], [179.97, -179.97], [1, 1], radius=RADIUS, minimum=2)
    assert fiji.labels.tolist() == [0, 0]
    pole = dbscan([89.95] * 4 + [90.0], [0, 90, 180, -90, 77], [1] * 5, radius=RADIUS, minimum=5)
    assert pole.labels.tolist() == [0] * 5


def test_years_share_a_grid_and_give_what_each_year_gives_alone() -> None:
    lat, lon, weight = towns(5, 200)
    years = np.column_stack([weight, weight[::-1], np.where(weight > 2, weight, 0)])
    together = dbscan(lat, lon, years, radius=RADIUS, minimum=[20, 25, 15])
    for year, minimum in enumerate((20, 25, 15)):
        alone = dbscan(lat, lon, years[:, year], radius=RADIUS, minimum=minimum)
        assert np.array_equal(together.labels[:, year], alone.labels)
    assert (together.labels[years == 0] == NOISE).all()


def test_clusters_are_numbered_from_the_heaviest() -> None:
    found = dbscan([0, 0, 50, 50, 20], [0, 0.01, 0, 0.01, 0], [2, 2, 5, 5, 1], radius=RADIUS, minimum=3)
    assert found.labels.tolist() == [1, 1, 0, 0, NOISE]


def test_neighbouring_clusters_are_joined_by_the_distance_of_their_nearest_points() -> None:
    lat = np.zeros(9)
    lon = np.array([0.0, 0.05, 0.1, 0.4, 0.45, 0.5, 3.0, 3.0, 3.0])  # edges 33 km apart, the third far away
    weight = np.array([1.0, 1, 1, 1, 1, 1, 4, 4, 4])
    labels = dbscan(lat, lon, weight, radius=10, minimum=2).labels
    assert labels.tolist() == [1, 1, 1, 2, 2, 2, 0, 0, 0]
    assert merge_near(lat, lon, weight, labels, 30).tolist() == labels.tolist()
    assert merge_near(lat, lon, weight, labels, 35).tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0]
    heavier = np.array([3.0, 3, 3, 2, 2, 2, 4, 4, 4])
    assert merge_near(lat, lon, heavier, labels, 35).tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1]


def test_hdbscan_finds_two_cities_without_a_radius() -> None:
    rng = np.random.default_rng(1)
    lat = np.r_[rng.normal(55, 0.1, 60), rng.normal(48, 0.1, 60), rng.uniform(-40, 40, 30)]
    lon = np.r_[rng.normal(12, 0.1, 60), rng.normal(2, 0.1, 60), rng.uniform(-100, 100, 30)]
    weight = np.r_[np.full(120, 10.0), np.full(30, 1.0)]
    labels = hdbscan(lat, lon, weight, minimum=200.0)
    assert len(set(labels[:60])) == 1
    assert len(set(labels[60:120])) == 1
    assert {labels[0], labels[60]} == {0, 1}
    assert (labels[120:] == NOISE).mean() > 0.9
    order = rng.permutation(150)
    assert np.array_equal(hdbscan(lat[order], lon[order], weight[order], minimum=200.0), labels[order])


@pytest.mark.parametrize(("lat", "weight", "radius"), [(91.0, 1.0, 15.0), (0.0, -1.0, 15.0), (0.0, 1.0, 0.0)])
def test_impossible_input_is_refused(lat: float, weight: float, radius: float) -> None:
    with pytest.raises(UsageError):
        dbscan([lat], [0.0], [weight], radius=radius, minimum=1.0)
