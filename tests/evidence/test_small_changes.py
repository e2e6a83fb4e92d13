"""Numbers as words: a small change is not written as none, a p-value never as nothing."""

from __future__ import annotations

from math import inf

import pytest

from udsyn.evidence.effect.verdict import compared
from udsyn.evidence.words import change, p_text, stated


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.25, "+25 %"),
        (-0.5, "−50 %"),
        (14.46, "+1,446 %"),
        (0.0099, "+1.0 %"),
        (0.0041, "+0.4 %"),
        (-0.0041, "−0.4 %"),
        (0.0003, "+0.03 %"),
        (-0.00001, "−0.00 %"),
        (0.0, "0 %"),
        (-0.0, "0 %"),
        (1e-16, "0 %"),
        (inf, "∞"),
        (-inf, "−∞"),
    ],
)
def test_a_change_keeps_its_side_of_none(value: float, said: str) -> None:
    assert change(value) == said


def test_more_and_fewer_below_one_per_cent() -> None:
    assert compared(0.004) == "0.4 % more"
    assert compared(-0.35) == "35 % fewer"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.0, "1.00"),
        (0.74, "0.74"),
        (5 / 101, "0.050"),
        (0.0532, "0.053"),
        (0.06, "0.06"),
        (1 / 101, "0.010"),
        (1 / 1000, "0.001"),
        (1e-9, "<0.001"),
    ],
)
def test_a_p_value_is_never_nothing(value: float, said: str) -> None:
    assert p_text(value) == said


def test_a_p_value_in_a_sentence() -> None:
    assert stated("q", 0.24) == "q = 0.24"
    assert stated("p", 1e-9) == "p < 0.001"
