"""Intervals of technology hold the truth though applicants file in bulk: families of one applicant are alike."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from udsyn.evidence.technology.strengths import cells_of, strengths_of_panel

DATA = Path(os.environ.get("UDSYN_DATA", "")) / "patents" / "families_by_economy_field_year_1998_2020.csv.gz"
MANUAL = Path(__file__).resolve().parents[2] / "docs" / "technology.md"
CLASSES, APPLICANTS, OWN = 8, 250, 0.7  #: an applicant files this part of its families in one class


def drawn(seed: int, together: bool) -> pl.DataFrame:
    """A country of applicants, each with a class of its own and 1 to 20 families; the world has as many in each class.

    An applicant is drawn with its class, all alike: the true part of each class is one in CLASSES. Without `together`
    each family stands as a team of its own.
    """
    random = np.random.default_rng((seed, 5))
    sizes = random.integers(1, 21, APPLICANTS)
    of = np.repeat(np.arange(APPLICANTS), sizes)
    own = random.integers(0, CLASSES, APPLICANTS)[of]
    symbol = np.where(random.random(len(of)) < OWN, own, random.integers(0, CLASSES, len(of)))
    team = of if together else np.arange(len(of))
    rows = pl.DataFrame({"symbol": symbol, "team": team}).cast(pl.String)
    here = rows.group_by("symbol", "team").agg(families=pl.len().cast(pl.Float64), squares=pl.len().cast(pl.Float64))
    world = pl.DataFrame({"symbol": [str(one) for one in range(CLASSES)]}).with_columns(
        team=pl.lit(None, pl.String), families=pl.lit(1e7), squares=pl.lit(1e7), country=pl.lit("XX")
    )
    return pl.concat([here.with_columns(country=pl.lit("DK")), world], how="diagonal")


def coverage(draws: int, together: bool) -> float:
    held = []
    for seed in range(draws):
        cells = cells_of(drawn(seed, together), "DK")
        held += [one["activity_low"] <= 1 <= one["activity_high"] for one in (c.told() for c in cells.values())]
    return float(np.mean(held))


def test_intervals_over_applicants_hold_the_truth() -> None:
    """Each interval of 100 countries, eight classes each; families taken one by one hold it far too seldom."""
    assert 0.925 <= coverage(100, together=True) <= 0.975
    assert coverage(100, together=False) < 0.8


@pytest.mark.prove
def test_intervals_over_applicants_hold_the_truth_in_full() -> None:
    assert 0.93 <= coverage(1000, together=True) <= 0.97


@pytest.mark.skipif(not DATA.is_file(), reason="UDSYN_DATA names no folder with the panel of families")
def test_the_manual_has_the_figures_of_the_panel() -> None:
    """Each field in which Denmark and Korea are both above 1, and no other."""

    def told(row: dict[str, object], who: str) -> str:
        value, low, high = (row[f"{who}_activity{end}"] for end in ("", "_low", "_high"))
        return f"{value:.2f} ({low:.2f}–{high:.2f})"

    both = [
        f"| {row['field']}{'' if row['quadrant'] == 'joint strength' else ' (not told)'} | "
        f"{told(row, 'home')} | {told(row, 'partner')} |"
        for row in strengths_of_panel(DATA, "DK", "KR", years=(2014, 2020)).rows.to_dicts()
        if min(row["home_activity"], row["partner_activity"]) > 1
    ]
    page = MANUAL.read_text(encoding="utf-8").split("| field | Denmark | Korea |")[1].split("\n\n")[0]
    assert page.splitlines()[2:] == both
