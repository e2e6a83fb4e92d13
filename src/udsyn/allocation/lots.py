"""Whole assignments drawn from probabilities, so that each pair comes as often as it should and every load is met.

Dependent rounding (Gandhi, Khuller, Parthasarathy and Srinivasan 2006, doi:10.1145/1147954.1147956): along a cycle or a
longest path of pairs that are still open, every second probability rises by what the others fall, by one of two amounts
drawn so that the mean stays. Each step settles at least one pair; sums of papers and reviewers end beside where they
began.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping

Pair = tuple[int, int]  #: reviewer, paper
Open = dict[int, dict[Pair, None]]  #: the open pairs of each node; a reviewer is r, a paper ~p

SETTLED = 1e-9  #: as near to 0 or 1 a probability is settled


def draw(chances: Mapping[Pair, float], lot: random.Random) -> list[Pair]:
    """The pairs of one assignment, in order. Sums that are whole stay as they are; others go to a neighbour."""
    certain = [pair for pair, chance in chances.items() if chance >= 1 - SETTLED]
    open_ = {pair: chance for pair, chance in chances.items() if SETTLED < chance < 1 - SETTLED}
    at: Open = defaultdict(dict)
    for pair in open_:
        for node in ends(pair):
            at[node][pair] = None
    while open_:
        trail = longest(next(iter(open_)), at)
        up, down = trail[::2], trail[1::2]
        rise = min([1 - open_[pair] for pair in up] + [open_[pair] for pair in down])
        fall = min([open_[pair] for pair in up] + [1 - open_[pair] for pair in down])
        step = rise if lot.random() * (rise + fall) < fall else -fall
        for pairs, change in ((up, step), (down, -step)):
            for pair in pairs:
                open_[pair] += change
                if SETTLED < open_[pair] < 1 - SETTLED:
                    continue
                if open_.pop(pair) > 0.5:
                    certain.append(pair)
                for node in ends(pair):
                    del at[node][pair]
    return sorted(certain)


def ends(pair: Pair) -> tuple[int, int]:
    return pair[0], ~pair[1]


def longest(pair: Pair, at: Open) -> list[Pair]:
    """A cycle of open pairs, or a path that goes on at neither end."""
    trail, end = walk(ends(pair)[0], at)
    return trail if end is None else walk(end, at)[0]


def walk(node: int, at: Open) -> tuple[list[Pair], int | None]:
    """From a node along open pairs to a node met before (then the cycle, and None) or to where no pair goes on."""
    trail: list[Pair] = []
    met = {node: 0}
    while True:
        onward = next((pair for pair in at[node] if not trail or pair != trail[-1]), None)
        if onward is None:
            return trail, node
        trail.append(onward)
        first, last = ends(onward)
        node = last if node == first else first
        if node in met:
            return trail[met[node] :], None
        met[node] = len(trail)
