"""Where a centre should stand: the answers are exact, and react to weights and reach as they should."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udsyn.cli.places import kilometres
from udsyn.errors import UsageError
from udsyn.evidence.places.siting import (
    COLUMNS,
    CRITERIA,
    HISTORY,
    Options,
    Site,
    additions,
    answer,
    best_sites,
    centres,
    coverage,
    history,
    reach_matrix,
    siting,
    strengths,
    within_hours,
)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 9))
def test_the_best_sites_are_the_best_of_all(seed: int, sites: int, spots: int) -> None:
    rng = np.random.default_rng(seed)
    reached = rng.choice([0.0, 0.5, 1.0], (sites, spots))
    value = rng.random(spots) * (rng.random(spots) < 0.8)
    number = int(rng.integers(1, sites + 1))
    best = max(coverage(reached[list(some)], value) for some in combinations(range(sites), number))
    found = best_sites(reached, value, number)
    assert len(found) == number
    assert coverage(reached[found], value) == pytest.approx(best, abs=1e-9)


def test_an_addition_adds_what_coverage_says() -> None:
    rng = np.random.default_rng(2)
    have, could, value = rng.random((3, 12)), rng.random((5, 12)), rng.random(12)
    for number, gain in enumerate(additions(have, could, value[None, :])[0]):
        whole = coverage(np.vstack([have, could[number]]), value)
        assert gain == pytest.approx(whole - coverage(have, value))


def test_reach_by_distance_classes() -> None:
    spots = pl.DataFrame({"lat": [55.68, 55.60, 57.05], "lon": [12.57, 13.00, 9.92]})
    reached = reach_matrix([Site("c", "C", "DK", 55.68, 12.57)], spots, {100.0: 1.0, 300.0: 0.5})
    assert reached.tolist() == [[1.0, 1.0, 0.5]]


def test_hours_are_a_way_by_land_or_by_air() -> None:
    assert within_hours(1) == pytest.approx(50)
    assert within_hours(3) == pytest.approx(250)
    assert within_hours(6) == pytest.approx(1750)
    assert kilometres({"1h": 1.0, "120": 0.5}) == {50.0: 1.0, 120.0: 0.5}
    with pytest.raises(UsageError, match="hours"):
        kilometres({"soon": 1.0})


def test_strengths_are_what_exceeds_the_average() -> None:
    fields = pl.DataFrame({"field": [1, 2, 3], "home": [30.0, 10.0, None], "world": [100.0, 100.0, 200.0]})
    strong = strengths(fields)
    assert strong["field"].to_list() == [1]
    assert strong["excess"].to_list() == [1.0]


def test_weights_decide_and_are_told() -> None:
    spots = pl.DataFrame(
        {"id": ["a", "b"], "name": ["A", "B"], "countries": ["US", "CN"], "lat": [40.0, 30.0], "lon": [-100.0, 110.0]}
    )
    table = {name: np.array([0.5, 0.5]) for name in CRITERIA}
    table |= {"strength": np.array([0.9, 0.1]), "ties": np.array([0.1, 0.9])}
    standing = [Site("far", "Far", "BR", -20.0, -50.0)]
    for weights, first in (({"strength": 1.0}, "a"), ({"ties": 1.0}, "b")):
        rows = answer(standing, spots, table, Options(), weights, seed=1)
        best = rows.filter(question="ninth", rank=1)
        assert best["id"][0] == first
        assert 0.3 < best["stability"][0] < 0.7


def test_the_rows_of_a_world(small_world: tuple[Path, dict[str, Any]]) -> None:
    record, _ = small_world
    result = siting(record, "DK")
    rows = result.rows
    assert rows.columns == list(COLUMNS)
    assert rows.filter(question="now").height == len(centres("DK"))
    best, anew = rows.filter(question="ninth", rank=1), rows.filter(question="anew")
    today = best["coverage"][0] - best["gain"][0]
    assert best["gain"][0] >= 0
    assert anew["coverage"][0] >= today - 1e-9
    assert anew["coverage"][0] >= best["coverage"][0] - best["gain"][0]
    assert "DK" not in rows.filter(pl.col("question") != "now")["country"].to_list()
    assert any("strength 0.4" in note for note in result.notes)
    assert siting(record, "DK").rows.equals(rows), "the same seed gives the same rows"


def test_history_puts_centres_beside_hotspots_of_their_years(small_world: tuple[Path, dict[str, Any]]) -> None:
    rows = history(small_world[0], "DK").rows
    assert rows.columns == list(HISTORY)
    assert rows.filter(when="opened", centre="New Delhi").height == 1, "the centre now in Bangalore opened in New Delhi"
    latest = rows.filter(when="latest")
    assert "São Paulo" not in latest["centre"].to_list()
    assert latest["distance_km"].null_count() == 0


def test_a_country_without_centres_is_told_so(small_world: tuple[Path, dict[str, Any]]) -> None:
    with pytest.raises(UsageError, match="no centres of SE"):
        siting(small_world[0], "SE")
