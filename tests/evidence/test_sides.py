"""What a country brings to a field, by hand: halves of a period, a damped ratio, an interval of shared works."""

from __future__ import annotations

import math
import re
from pathlib import Path

import polars as pl
import pytest
from tests.evidence.test_strengths import panel

from udsyn.evidence.sides import activity_interval, damped, growth, halved
from udsyn.evidence.strengths import strengths

Z95 = 1.959963984540054


def cube(own: list[int], world: list[int]) -> pl.DataFrame:
    """One field, one year after the other from 2001."""
    rows = [
        {"country": country, "member": "f", "year": 2001 + at, "works": works, "works_fractional": works / 2}
        for country, counts in (("DK", own), ("WORLD", world))
        for at, works in enumerate(counts)
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize(
    ("own", "halves"),
    [
        ([1, 2, 4, 8], (3.0, 200.0, 12.0, 200.0)),
        ([1, 2, 4, 8, 16], (3.0, 200.0, 28.0, 300.0)),  # the middle year is late
        ([1, 2], (1.0, 100.0, 2.0, 100.0)),
    ],
)
def test_the_second_half_begins_in_the_middle(own: list[int], halves: tuple[float, ...]) -> None:
    found = halved(cube(own, [100] * len(own)), "DK", "full")
    assert found == {"f": halves}
    assert growth(found["f"]) == pytest.approx((halves[2] / halves[3]) / (halves[0] / halves[1]) - 1)
    assert halved(cube(own, [100] * len(own)), "DK", "fractional") == {"f": tuple(one / 2 for one in halves)}


def test_one_year_has_no_halves() -> None:
    assert halved(cube([5], [100]), "DK", "full") == {}


def test_the_interval_of_an_activity_index_widens_where_works_are_shared() -> None:
    """30 of 1,000 where 20 are average: Wilson's interval of 0.03 among 1,000, or among 400 where each counts 0.4."""

    def wilson(share: float, n: float) -> tuple[float, float]:
        middle = share + Z95**2 / (2 * n)
        half = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n))
        return (middle - half) / (1 + Z95**2 / n), (middle + half) / (1 + Z95**2 / n)

    for each, n in ((1.0, 1000), (0.4, 400)):
        expected = tuple(end / 0.02 for end in wilson(0.03, n))
        assert activity_interval(30, 1000, 20, each) == pytest.approx(expected)
    assert activity_interval(30, 1000, 0, 1.0) == (None, None)


def test_a_ratio_of_few_works_is_drawn_towards_one_by_twenty_average_works() -> None:
    assert damped(30, 10) == pytest.approx(50 / 30)
    assert damped(3000, 1000) == pytest.approx(3020 / 1020)
    assert damped(0, 0) == 1


def test_verdicts_stand_at_ninety_per_cent_where_nobody_says_otherwise(tmp_path: Path) -> None:
    found = strengths(panel(tmp_path, {"DK": [900, 500, 400], "KR": [800, 500, 500]}, [9000, 9000, 9000]), "DK", "KR")
    (said,) = (
        match for note in found.notes if (match := re.search(r"at most (\d+)\s*% are expected to be false", note))
    )
    assert said[1] == "10"
