"""Drawn works of teams at two places of a world, with a truth that is known, and what is said of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb
import numpy as np
import polars as pl

from udsyn.evidence.places import measures

#: of each place: its part of the world's works, and of its works those with an author at home
PLACES = {0: (0.10, 0.25), 1: (0.06, 0.10)}


def judged(parts: pl.DataFrame, world: dict[str, float]) -> dict[int, dict[str, Any]]:
    """Hot-spot → what the code that is judged says of it."""
    return {row["spot"]: row for row in measures.ratios(holding(parts), world).to_dicts()}


@cache
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def holding(parts: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """A database with the table `parts`."""
    database().register("parts", parts.to_arrow())
    return database()


def parts_of(spot: Any, team: Any, score: Any, home: Any) -> pl.DataFrame:
    """Works that lie wholly in one place, a row each."""
    works = pl.DataFrame({"spot": spot, "team": team, "xn": score, "home_works": home}).with_row_index("work")
    return works.with_columns(*(pl.lit(1.0).alias(name) for name in ("x", "y", "scored")), works=pl.lit(1))


def drawn(draw: np.random.Generator, size: int, groups: int = 900) -> tuple[pl.DataFrame, dict[str, float]]:
    """Works of teams of `size`, which share their place, their luck with citations, and whether they work with home."""
    place = draw.choice([0, 1, -1], groups, p=[0.10, 0.06, 0.84])
    luck = np.exp(draw.normal(-0.18, 0.6, groups))
    chance = np.select([place == 0, place == 1], [PLACES[0][1], PLACES[1][1]], 0.0)
    with_home = draw.random(groups) < chance
    team = np.repeat(np.arange(groups), size)
    scores = draw.poisson(8 * luck[team] * np.exp(draw.normal(-0.125, 0.5, len(team)))) / 8
    works = parts_of(place[team], team, scores, with_home[team].astype(int))
    return works.filter(pl.col("spot") >= 0), {"y": float(len(team)), "yy": float(len(team))}


def coverage(draws: int, measured: bool = True) -> tuple[float, float, float]:
    """How many 95 % intervals hold the truth, with teams of four works: of shares, of mean scores, of parts with home.

    With `measured` by the design effects of the code that is judged, else with each work as a team of its own.
    """
    draw = np.random.default_rng(17)
    held = np.zeros(3)
    for _ in range(draws):
        works, world = drawn(draw, size=4)
        found = judged(works if measured else works.with_columns(team="work"), world)
        for spot, (share, with_home) in PLACES.items():
            row = found[spot]
            held += [
                row[f"{name}_low"] <= true <= row[f"{name}_high"]
                for name, true in (("share", share), ("mncs", 1.0), ("home_share", with_home))
            ]
    return tuple(held / draws / len(PLACES))  # type: ignore[return-value]
