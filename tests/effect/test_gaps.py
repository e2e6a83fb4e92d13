"""Years without joint works: unlikely ones are gaps and unknown, and what takes logs does not speak of any."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from udsyn.evidence.effect.chart import effect_chart, event_rows
from udsyn.evidence.effect.findings import Settings, effect
from udsyn.evidence.effect.panel import Panel

CODES = ["CH", "CN", "DE", "DK", "ES", "FI", "FR", "IT", "JP", "KR", "NL", "NO", "SE", "US"]
SETTINGS = Settings(placebos=20, homes=5)
COUNTED, LOGS = ("ppml", "event_study"), ("synthetic_control", "synthetic_did")


def frame(gone: tuple[int, ...] = (), as_zero: bool = False) -> pl.DataFrame:
    """Pairs that grow a little and evenly; the years `gone` of Denmark and China are absent, or stand as 0."""
    random = np.random.default_rng(3)
    rows = []
    for i, one in enumerate(CODES):
        for other in CODES[i + 1 :]:
            for year in range(1995, 2024):
                works = int(50 + 5 * i + 3 * (year - 1995) + random.integers(0, 20))
                missing = (one, other) == ("CN", "DK") and year in gone
                if not missing or as_zero:
                    rows.append((one, other, year, 0 if missing else works))
    return pl.DataFrame(rows, schema=["c1", "c2", "year", "works"], orient="row")


@pytest.mark.parametrize("as_zero", [False, True])
@pytest.mark.parametrize("gone", [(2012,), (2003,), (2008,), (1998,), (2017,), (2003, 2012), (2013, 2014, 2015)])
def test_missing_years_plant_no_effect_and_are_told(gone: tuple[int, ...], as_zero: bool) -> None:
    found = effect(frame(gone, as_zero), "DK", "CN", 2008, known=(), settings=SETTINGS)
    rows = {row["estimator"]: row for row in found.rows.iter_rows(named=True)}
    for name in COUNTED:
        assert abs(rows[name]["effect"]) < 0.12, rows[name]
        assert rows[name]["low"] < 0 < rows[name]["high"]
    for name in LOGS:
        assert rows[name]["effect"] is None
        assert all(str(year) in rows[name]["verdict"] for year in gone)
    assert rows["ppml"]["gaps"] == ", ".join(str(year) for year in gone)
    assert all(str(year) in rows["ppml"]["headline"] for year in gone)
    drawn = event_rows(found.studies[0])["year"].to_list()
    assert not set(gone) & set(drawn)
    assert effect_chart(found).to_dict()


def test_without_missing_years_all_speak_and_no_gap_is_told() -> None:
    found = effect(frame(), "DK", "CN", 2008, known=(), settings=SETTINGS)
    assert found.rows["effect"].null_count() == 0
    assert found.rows["gaps"].null_count() == len(found.rows)
    assert "No joint works" not in found.headlines[0]


def test_too_many_missing_years_are_refused() -> None:
    found = effect(frame(tuple(range(2000, 2008))), "DK", "CN", 2008, known=(), settings=SETTINGS)
    assert found.rows["effect"].null_count() == 4
    assert "2 years before the date are held" in found.rows["verdict"][0]


@pytest.mark.parametrize(
    ("counts", "gaps"),
    [
        ([80, 90, 0, 85, 70], [2]),
        ([0, 90, 80, 85, 0], [0, 4]),
        ([80, 0, 0, 85, 70], [1, 2]),
        ([0, 0, 1, 3, 6], []),  # a tie that begins
        ([4, 0, 5, 0, 3], []),  # few enough to be none by chance
        ([80, 0, 4, 2, 0], []),  # a tie that ends: one side is small
        ([0, 0, 0, 0, 0], []),
    ],
)
def test_a_gap_is_a_year_of_none_among_years_of_many(counts: list[int], gaps: list[int]) -> None:
    first, second = np.array([0]), np.array([1])
    panel = Panel(("DK", "KR"), np.arange(5), first, second, np.array([counts], dtype=float))
    assert np.flatnonzero(panel.gaps[0]).tolist() == gaps
