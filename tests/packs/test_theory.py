"""Theories of change: the shipped ones hold their schema, and a wrong one is refused with its place."""

from __future__ import annotations

import pytest

from udsyn.packs import PackError
from udsyn.packs.theory import parse, shipped

RIGHT = """
- instrument: stay
  version: "1"
  links:
    - {id: a, stage: input, says: {da: a, en: a}, indicators: [{measure: money, source: costs, lag: 0}]}
    - {id: b, stage: output, says: {da: b, en: b}, indicators: [{measure: made, source: ledger, lag: 0}]}
    - {id: c, stage: outcome, says: {da: c, en: c}, indicators: [{measure: wrote, source: record, lag: 24}]}
    - {id: d, stage: impact, says: {da: d, en: d}, indicators: [{measure: effect, source: engine, lag: 36}]}
"""


def test_the_shipped_theories_go_from_what_is_put_in_to_what_changes():
    assert {"agreement", "centre", "grant", "introduction", "meeting", "stay"} <= set(shipped())
    for theory in shipped().values():
        assert [theory.links[0].stage, theory.links[-1].stage] == ["input", "impact"]


def test_a_right_one_is_read():
    (theory,) = parse(RIGHT, "mine.yaml").values()
    assert [link.indicators[0].lag for link in theory.links] == [0, 0, 24, 36]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("lag: 24", "lag: -1", "lag"),
        ("measure: wrote", "measure: fame", "measure"),
        ("stage: output", "stage: impact", "in the order"),
        ("id: b", "id: a", "one id"),
        ("stage: impact", "stage: outcome", "each of"),
        ("- instrument", "- note: x\n  instrument", "note"),
        ("en: a", "es: a", "says"),
    ],
)
def test_a_wrong_one_is_refused_with_its_place(old, new, says):
    with pytest.raises(PackError, match=says) as refusal:
        parse(RIGHT.replace(old, new, 1), "mine.yaml")
    assert str(refusal.value).startswith("mine.yaml")


def test_an_instrument_has_one_theory():
    with pytest.raises(PackError, match="two theories"):
        parse(RIGHT + RIGHT, "mine.yaml")
