"""Tours of one group: a start, hours in which each stop begins, and the best of what fits into the day.

Partial tours grow stop by stop. One that is later, worth less and has fewer stops left than another at the same stop is
dropped; so is one that cannot catch up, by a bound on what the rest of the day can bring (the same problem in which a
stop may be visited again, but not at once).
"""

from __future__ import annotations

import heapq
import math
import time
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import or_
from typing import Any, NamedTuple

import numpy as np

Tour = tuple[int, ...]

#: into so many pieces the day is cut for the bound on its rest
PIECES = 400
#: tours that one round of pricing brings at most
BROUGHT = 30
#: partial tours that are looked at whatever the clock says, so that a small case has one answer on any machine
FREE = 100_000
#: so many at a time are counted, since looking at the clock takes as long as some of them
COUNTED = 2_000
EPSILON = 1e-9


class OutOfTimeError(Exception):
    """The deadline has come; what was found so far stands."""


class Limit:
    """How far searches may go together: `FREE` partial tours at least, then until the time is up."""

    def __init__(self, seconds: float) -> None:
        self.until, self.used = time.monotonic() + seconds, 0

    @property
    def is_up(self) -> bool:
        return self.used > FREE and time.monotonic() > self.until

    def use(self, partials: int) -> None:
        """Count so many more. Raises `OutOfTimeError` where they were too many."""
        self.used += partials
        if self.is_up:
            raise OutOfTimeError


class Routes:
    """Stops from 0 in the tours that go in and out; inside, the start is 0 and the stops are from 1."""

    def __init__(self, arcs: Sequence[Sequence[int]], opens: Sequence[int], closes: Sequence[int]) -> None:
        size = len(arcs)
        self.arcs = [list(row) for row in arcs]  #: from begin to begin: the stay and the way
        near = np.array(arcs, dtype=np.int64)
        for via in range(1, size):  # cut distances can make a way round the shorter one
            near = np.minimum(near, near[:, via : via + 1] + near[via : via + 1, :])
        self.opens = list(opens)
        self.closes = [min(closes[i], closes[0] - int(near[i, 0])) if i else closes[0] for i in range(size)]
        usable = [i for i in range(1, size) if max(opens[i], opens[0] + int(near[0, i])) <= self.closes[i]]
        self.usable = usable if closes[0] >= opens[0] else []
        #: stops that a search keeps from coming twice, as bits; grows as searches ask for it. Those from which a way
        #: takes no time come once from the start: else a tour could go round them for ever
        self.watched = sum(1 << i for i in self.usable if any(arcs[i][j] <= 0 for j in self.usable if j != i))
        #: the stops that can follow
        self.after = [
            [j for j in self.usable if j != i and self.opens[i] + arcs[i][j] <= self.closes[j]] for i in range(size)
        ]
        #: by when each place must be left towards each stop, soonest first, and the stops that are lost by then
        self.leave, self.lost = [], []
        for i in range(size):
            towards = sorted((self.closes[j] - int(near[i, j]), 1 << j) for j in self.usable if j != i)
            self.leave.append([latest for latest, _bit in towards])
            self.lost.append([0, *accumulate((bit for _latest, bit in towards), or_)])
        #: whether a way round by some stop is shorter than the direct one, so that even a worthless stop may serve
        self.shortcuts = any(near[i, j] < arcs[i][j] for i in self.usable for j in self.usable if i != j)

    def among(self, stops: Iterable[int]) -> Routes:
        """The same day with these stops only."""
        few = object.__new__(Routes)
        wanted = {stop + 1 for stop in stops}
        few.__dict__ = self.__dict__ | {
            "usable": [i for i in self.usable if i in wanted],
            "after": [[j for j in row if j in wanted] for row in self.after],
        }
        return few

    def possible(self, tour: Sequence[int]) -> bool:
        """Can the stops be made in this order?"""
        at, now = 0, self.opens[0]
        for stop in [stop + 1 for stop in tour]:
            now = max(now + self.arcs[at][stop], self.opens[stop])
            if now > self.closes[stop] or stop not in self.usable:
                return False
            at = stop
        return now + self.arcs[at][0] <= self.closes[0] if at else True

    def quick(self, worth: np.ndarray) -> Tour:
        """A good tour at once: insert what brings most for the time it takes, for as long as something fits."""
        tour: list[int] = []
        while True:
            best, choice = 0.0, None
            for stop in {i - 1 for i in self.usable} - set(tour):
                if worth[stop] <= 0:
                    continue
                for place in range(len(tour) + 1):
                    longer = [*tour[:place], stop, *tour[place:]]
                    if self.possible(longer):
                        gain = worth[stop] / max(1, 1 + self.end(longer) - self.end(tour))
                        if gain > best:
                            best, choice = gain, longer
            if choice is None:
                return tuple(tour)
            tour = choice

    def end(self, tour: Sequence[int]) -> int:
        at, now = 0, self.opens[0]
        for stop in [stop + 1 for stop in tour]:
            now = max(now + self.arcs[at][stop], self.opens[stop])
            at = stop
        return now + (self.arcs[at][0] if at else 0)

    # Exact search --------------------------------------------------------------------------------------------------

    def ceiling(self, worth: np.ndarray) -> float:
        """What one group can bring home at most."""
        return Day(self, worth, Limit(math.inf), every=False).rest[0][0]

    def best(self, worth: np.ndarray, above: float, limit: Limit) -> list[Tour]:
        """Up to BROUGHT tours worth more than `above`; none only where there is none.

        First stops may come twice; where only such tours are worth enough, the stops that did are watched from then on
        (decremental state space relaxation), until a true tour is found or none is left.
        """
        day = Day(self, worth, limit, every=self.shortcuts)
        while True:
            met = list(day.grow(above, watched=self.watched))
            found = heapq.nlargest(BROUGHT, (partial for partial in met if not partial.twice), key=worth_of)
            if found or not met:
                return [partial.tour() for partial in found]
            for partial in heapq.nlargest(3, met, key=worth_of):
                self.watched |= partial.twice

    def all_within(self, worth: np.ndarray, least: float, limit: Limit) -> list[Tour]:
        """A tour for every set of stops worth at least `least`."""
        day = Day(self, worth, limit, every=True)
        return [partial.tour() for partial in day.grow(least, watched=None)]


class Partial(NamedTuple):
    """A beginning of a tour; sorted by time. Stops as bits."""

    now: int
    nth: int
    value: float
    at: int
    visited: int
    twice: int  #: visited more than once
    before: Any

    def tour(self) -> Tour:
        """The stops in order, from 0."""
        stops: list[int] = []
        partial = self
        while partial.before is not None:
            stops.append(partial.at - 1)
            partial = partial.before
        return tuple(reversed(stops))


def worth_of(partial: Partial) -> float:
    return partial.value


class Day:
    """One search: what stops are worth now, and what the rest of the day can bring at most."""

    def __init__(self, routes: Routes, worth: np.ndarray, limit: Limit, *, every: bool) -> None:
        self.routes, self.limit = routes, limit
        self.gains = [0.0, *map(float, worth)]
        good = {i for i in routes.usable if every or self.gains[i] > EPSILON}
        self.after = [[j for j in row if j in good] for row in routes.after]
        self.rest, self.length = rest_of_day(routes, self.gains, self.after)

    def grow(self, floor: float, watched: int | None) -> Iterator[Partial]:
        """All tours worth more than the floor that are not surely beaten, in order of time.

        Only `watched` stops are kept from coming twice; None: all are, and one tour for each set of stops is given.
        """
        routes, gains, begin = self.routes, self.gains, self.routes.opens[0]
        met: list[list[tuple[float, int]]] = [[] for _ in routes.arcs]
        sets: set[tuple[int, int]] = set()
        heap = [Partial(begin, 0, 0.0, 0, 0, 0, None)]
        count = 0
        while heap:
            partial = heapq.heappop(heap)
            now, _nth, value, at, visited, twice, _before = partial
            if watched is None:
                if (at, visited) in sets:
                    continue
                sets.add((at, visited))
                barred = visited
            else:
                barred = visited & watched
                lost = routes.lost[at][bisect_left(routes.leave[at], now)]
                if at and dominated(met[at], value, (barred | lost) & watched):
                    continue
            if at and value > floor and now + routes.arcs[at][0] <= routes.closes[0]:
                yield partial
            ways = routes.arcs[at]
            for stop in self.after[at]:
                if barred >> stop & 1:
                    continue
                then = max(now + ways[stop], routes.opens[stop])
                if then > routes.closes[stop]:
                    continue
                more = value + gains[stop]
                if more + self.rest[(then - begin) // self.length][stop] <= floor:
                    continue
                count += 1
                bit = 1 << stop
                heapq.heappush(heap, Partial(then, count, more, stop, visited | bit, twice | visited & bit, partial))
                if not count % COUNTED:
                    self.limit.use(COUNTED)
        self.limit.use(count % COUNTED)


def rest_of_day(routes: Routes, gains: list[float], after: list[list[int]]) -> tuple[list[list[float]], int]:
    """What the rest of the day brings at most, by piece of the day and place; and a piece's length.

    From the last piece back: the best next stop that is not the one just left. Pieces are no longer than the shortest
    way, so that every way leads into a later one; where some way takes no time, all that is left counts.
    """
    begin, size = routes.opens[0], len(gains)
    day = max(routes.closes[0] - begin, 0)
    ways = [routes.arcs[i][j] for i in range(size) for j in after[i]]
    shortest = min(ways, default=1)
    if shortest <= 0:
        everything = sum(gain for gain in gains if gain > 0)
        return [[everything] * size], day + 1
    length = max(1, min(shortest, -(-day // PIECES)))
    pieces = day // length + 1
    allowed = np.zeros((size, size), dtype=bool)
    for i, row in enumerate(after):
        allowed[i, row] = True
    arcs, opens, closes = np.array(routes.arcs), np.array(routes.opens), np.array(routes.closes)
    gain = np.array(gains)
    best, second = np.zeros((pieces, size)), np.zeros((pieces, size))
    first = np.full((pieces, size), -1)
    places = np.arange(size)
    for piece in range(pieces - 1, -1, -1):
        then = np.maximum(begin + piece * length + arcs, opens)
        possible = allowed & (then <= closes)
        landing = np.where(possible, (then - begin) // length, 0)
        onward = np.where(first[landing, places] == places[:, None], second[landing, places], best[landing, places])
        values = np.where(possible, gain + onward, 0.0)
        choice = values.argmax(axis=1)
        best[piece] = np.maximum(values[places, choice], 0.0)
        first[piece] = np.where(values[places, choice] > 0, choice, -1)
        values[places, choice] = 0.0
        second[piece] = np.maximum(values.max(axis=1), 0.0)
    return best.tolist(), length


def dominated(met: list[tuple[float, int]], value: float, off: int) -> bool:
    """Was a tour met that is worth as much, no later, with every stop left that this one has? If not, note it."""
    for other, other_off in met:
        if other < value - EPSILON:
            break
        if not other_off & ~off:
            return True
    insort(met, (value, off), key=lambda pair: -pair[0])
    return False
