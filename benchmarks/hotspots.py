"""Clustering 120,000 institutions × 20 years, beside scikit-learn's DBSCAN on one of those years.

    python -m benchmarks.hotspots [--institutions 120000] [--years 20] [--without-sklearn]

Institutions lie around 77 cities of very unequal size, every one at a place of its own: the hardest case, because in a
large city everyone is a neighbour of everyone. Each measurement runs in a process of its own, to see its memory.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

RADIUS_KM = 15.0
SHARE = 0.005


def world(institutions: int, years: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places in degrees and a weight per institution and year."""
    rng = np.random.default_rng(seed)
    cities = np.column_stack([rng.uniform(-45, 62, 77), rng.uniform(-180, 180, 77)])
    at = rng.choice(77, institutions, p=rng.dirichlet(np.full(77, 0.7)))
    spread = np.where(rng.random(institutions) < 0.25, 1.6, 0.06)[:, None]
    place = cities[at] + rng.normal(0, 1, (institutions, 2)) * spread
    weight = rng.lognormal(0, 1.5, institutions)[:, None] * rng.lognormal(0, 0.2, (institutions, years))
    return np.clip(place[:, 0], -90, 90), place[:, 1], weight


def ours(institutions: int, years: int) -> dict[str, Any]:
    from udsyn.evidence.places.density import dbscan

    lat, lon, weight = world(institutions, years)
    start = time.perf_counter()
    found = dbscan(lat, lon, weight, radius=RADIUS_KM, minimum=SHARE * weight.sum(axis=0))
    seconds = time.perf_counter() - start
    return {"years": years, "seconds": seconds, "clusters_last_year": int(found.labels[:, -1].max()) + 1}


def sklearns(institutions: int, years: int) -> dict[str, Any]:
    from sklearn.cluster import DBSCAN

    from udsyn.evidence.places.density import EARTH_RADIUS_KM

    lat, lon, weight = world(institutions, years)
    last = weight[:, -1]
    start = time.perf_counter()
    model = DBSCAN(
        eps=RADIUS_KM / EARTH_RADIUS_KM,
        min_samples=round(SHARE * last.sum()),
        metric="haversine",
        algorithm="ball_tree",
    )
    labels = model.fit(np.radians(np.column_stack([lat, lon])), sample_weight=last).labels_
    return {"years": 1, "seconds": time.perf_counter() - start, "clusters_last_year": int(labels.max()) + 1}


def measured(task: Callable[[int, int], dict[str, Any]], institutions: int, years: int) -> dict[str, Any]:
    """Run in a fresh process; add the memory it took at its highest."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(with_memory, (task, institutions, years))


def with_memory(task: Callable[[int, int], dict[str, Any]], institutions: int, years: int) -> dict[str, Any]:
    result = task(institutions, years)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime  # with start-up and the drawing of the world: an upper bound
    return {"what": task.__name__, **result, "cpu_seconds": cpu, "peak_mb": used.ru_maxrss / 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description="Hot-spot clustering beside scikit-learn's DBSCAN.")
    parser.add_argument("--institutions", type=int, default=120_000)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--without-sklearn", action="store_true")
    options, _ = parser.parse_known_args()
    mine = measured(ours, options.institutions, options.years)
    print(json.dumps(mine))
    if not options.without_sklearn:
        theirs = measured(sklearns, options.institutions, options.years)
        print(json.dumps(theirs))
        ratio = theirs["cpu_seconds"] * options.years / mine["cpu_seconds"]
        print(json.dumps({"times_less_cpu_for_all_years": ratio, "memory_ratio": theirs["peak_mb"] / mine["peak_mb"]}))


if __name__ == "__main__":
    main()
