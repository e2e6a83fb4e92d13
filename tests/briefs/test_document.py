"""Intervals as a reader sees them: on which side of 1 they end, and how wide they are."""

from __future__ import annotations

import pytest

from udsyn.briefs.document import Kind, with_interval, written
from udsyn.briefs.sections import first_of


@pytest.mark.parametrize(
    ("value", "low", "high", "kind", "said"),
    [
        (1.52, 1.31, 1.77, "decimal", "1.52 (1.31 to 1.77)"),
        (1.48, 1.0003, 2.11, "decimal", "1.48 (1.0003 to 2.11)"),
        (0.8, 0.6, 0.997, "decimal", "0.80 (0.60 to 0.997)"),
        (0.0204, 0.0203, 0.02045, "percent", "2.0 % (2.03 % to 2.04 %)"),
        (0.001, -0.002, 0.3, "signed_percent", "+0.1 % (−0.2 % to +30 %)"),
        (1.0, None, None, "decimal", "1.00"),
    ],
)
def test_an_interval_tells(value: float, low: float | None, high: float | None, kind: Kind, said: str) -> None:
    assert with_interval({"x": value, "x_low": low, "x_high": high}, "x", kind) == said


def test_a_p_value_of_almost_nothing_is_not_nothing() -> None:
    assert written(1e-12, "p") == "<0.001"
    assert written(0.0946, "p") == "0.09"


def test_names_that_are_left_out_are_counted() -> None:
    assert first_of(["a", "b", "c"], 3) == "a, b and c"
    assert first_of(["a", "b", "c", "d", "e"], 3) == "a, b, c and 2 more"
