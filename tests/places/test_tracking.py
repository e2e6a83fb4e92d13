"""Hot-spots keep their identity over the years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from udsyn.errors import UsageError
from udsyn.evidence.hotspots import Settings
from udsyn.evidence.tracking import COLUMNS, hotspots_by_year, track


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


def test_a_world_over_its_years(small_world: tuple[Path, dict[str, Any]]) -> None:
    record, _ = small_world
    rows = hotspots_by_year(record, window=5).rows
    assert rows.columns == list(COLUMNS)
    alive = rows.filter(rows["event"] != "gone")
    assert alive.group_by("year", "id").len()["len"].max() == 1, "an identity is one hot-spot a year"
    # each share is rounded to a float, so that their sum may end one unit in the last place above 1
    assert alive.group_by("year").agg(pl.col("share").sum())["share"].max() <= 1 + 1e-12
    beijing = alive.filter(id="cn-beijing")
    assert beijing.height == alive["year"].n_unique(), "a large city stays itself through all years"
    with pytest.raises(UsageError, match="window"):
        hotspots_by_year(record, window=99)
    with pytest.raises(UsageError, match="dbscan"):
        hotspots_by_year(record, settings=Settings(method="hdbscan"))
