"""Hot-spots keep their identity over the years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from udsyn.errors import UsageError
from udsyn.evidence.places.chosen import choose
from udsyn.evidence.places.hotspots import Settings, place
from udsyn.evidence.places.tracking import COLUMNS, POINT_YEARS, hotspots_by_year, track
from udsyn.evidence.question import Question
from udsyn.record.tables import UNITS


def events(labels: list[list[int]]) -> list[list[tuple[int, str]]]:
    """Labels of six institutions of weight 1, a row per year → per year (identity, event) of each cluster, in order."""
    table = np.array(labels).T
    steps = track(table, np.ones(table.shape))
    return [[(step.id, step.event) for _, step in sorted(year.items())] for year in steps]


def test_born_steady_and_gone() -> None:
    first, second, third = events([[0, 0, 0, -1, -1, -1], [0, 0, 0, 1, 1, -1], [-1, -1, -1, 0, 0, -1]])
    assert first == [(0, "born")]
    assert second == [(0, "steady"), (1, "born")]
    assert (1, "steady") in third
    assert (0, "gone") in third


def test_grown_and_shrunk() -> None:
    first, second, third = events([[0, 0, 0, -1, -1, -1], [0, 0, 0, 0, -1, -1], [0, 0, -1, -1, -1, -1]])
    assert (first, second, third) == ([(0, "born")], [(0, "grown")], [(0, "shrunk")])


def test_merged_keeps_the_larger_parents_identity() -> None:
    _, second = events([[0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0]])
    assert second == [(0, "merged")]


def test_split_keeps_the_identity_on_the_larger_heir() -> None:
    _, second = events([[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1]])
    assert second == [(0, "split"), (1, "split off")]


def test_the_numbers_of_clusters_do_not_matter() -> None:
    first, second = events([[0, 0, 0, 1, 1, -1], [1, 1, 1, 0, 0, -1]])
    assert sorted(first) == [(0, "born"), (1, "born")]
    assert sorted(second) == [(0, "steady"), (1, "steady")]


def world_units(record: Path, first: int, last: int) -> int:
    """The weight of all placed institutions in some years, in whole units."""
    with choose(record, Question()) as chosen:
        cells = chosen.frame(POINT_YEARS).filter(pl.col("year").is_between(first, last))
    placed = place(cells.unique("institution", keep="first")).filter(pl.col("lat").is_not_null())["institution"]
    held = cells.filter(pl.col("institution").is_in(placed.to_list()))
    return int((held["fractional"] * UNITS).round().cast(pl.Int64).sum())


def test_a_world_over_its_years(small_world: tuple[Path, dict[str, Any]]) -> None:
    record, _ = small_world
    rows = hotspots_by_year(record, window=5).rows
    assert rows.columns == list(COLUMNS)
    alive = rows.filter(rows["event"] != "gone")
    assert alive.group_by("year", "id").len()["len"].max() == 1, "an identity is one hot-spot a year"
    # in whole units of weight, so that no rounding stands between the parts and the world
    units = alive.with_columns(units=(pl.col("weight") * UNITS).round().cast(pl.Int64))
    for (year,), group in units.group_by("year"):
        assert group["units"].sum() <= world_units(record, int(year) - 4, int(year))
    beijing = alive.filter(id="cn-beijing")
    assert beijing.height == alive["year"].n_unique(), "a large city stays itself through all years"
    with pytest.raises(UsageError, match="window"):
        hotspots_by_year(record, window=99)
    with pytest.raises(UsageError, match="dbscan"):
        hotspots_by_year(record, settings=Settings(method="hdbscan"))
