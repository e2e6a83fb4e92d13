"""Assignments drawn from probabilities: each pair as often as it should, and every sum as whole as it can be."""

from __future__ import annotations

import random
from collections import Counter
from math import ceil, floor

import pytest

from udsyn.allocation.lots import draw

DRAWS = 2_000
#: by name: probabilities of (reviewer, paper), of which sums are whole, or not
GIVEN = {
    "two by two": {(r, p): 0.5 for r in range(2) for p in range(2)},
    "three in a ring": {(0, 0): 0.3, (0, 1): 0.7, (1, 1): 0.3, (1, 2): 0.7, (2, 2): 0.3, (2, 0): 0.7},
    "one path, ends open": {(0, 0): 0.25, (1, 0): 0.75, (1, 1): 0.5},
    "a ring and a tail": {(0, 0): 0.5, (0, 1): 0.4, (1, 0): 0.5, (1, 1): 0.6, (2, 1): 0.3, (2, 2): 0.9},
    "some are sure": {(0, 0): 1.0, (0, 1): 0.2, (1, 1): 0.8, (2, 2): 0.0},
    "alone": {(0, 0): 0.1},
}


@pytest.mark.parametrize("chances", GIVEN.values(), ids=GIVEN)
def test_each_pair_comes_as_often_as_it_should_and_sums_stay_whole(chances):
    lot, seen = random.Random(1), Counter()
    for _ in range(DRAWS):
        drawn = draw(chances, lot)
        assert drawn == sorted(set(drawn))
        for side in (0, 1):
            for node in {pair[side] for pair in chances}:
                wanted = sum(chance for pair, chance in chances.items() if pair[side] == node)
                times = sum(pair[side] == node for pair in drawn)
                assert floor(wanted + 1e-9) <= times <= ceil(wanted - 1e-9)
        seen.update(drawn)
    for pair, chance in chances.items():
        assert abs(seen[pair] / DRAWS - chance) <= 5 * (chance * (1 - chance) / DRAWS) ** 0.5
