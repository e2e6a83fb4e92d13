"""Walks of one group: a start, hours in which each stop begins, and what fits into the day.

Partial walks grow stop by stop, all of one length at once. Each remembers some of the stops it made and does not make
those again (Baldacci, Mingozzi and Roberti 2011, doi:10.1287/opre.1110.0975). Of those at one place with one memory,
one that is later and worth no more is dropped; so is one that cannot catch up, by what walks back from the end of a day
can bring. The more a walk remembers, the nearer it is to a tour: where it remembers all, walks are tours, one for each
set of stops and last stop.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Tour = tuple[int, ...]

#: partial walks that are looked at whatever the clock says, so that a small case has one answer on any machine
FREE = 1_000_000
#: partial walks of one length that a machine's memory holds
MOST = 4_000_000
#: stops whose bits one whole number holds
WORD = 63
NO_WAY = -(1 << 60)


class OutOfTimeError(Exception):
    """The deadline has come, or what memory holds is full; what was found so far stands."""


class Limit:
    """How far searches may go together: `FREE` partial walks at least, then until the time is up."""

    def __init__(self, seconds: float) -> None:
        self.until, self.used = time.monotonic() + seconds, 0

    @property
    def is_up(self) -> bool:
        return self.used > FREE and time.monotonic() > self.until

    @property
    def left(self) -> float:
        """Seconds for a solver that does not count; a small case has some whatever the clock says."""
        return max(self.until - time.monotonic(), 0.0 if self.used > FREE else 10.0)

    def use(self, partials: int) -> None:
        """Count so many more. Raises `OutOfTimeError` where they were too many."""
        self.used += partials
        if partials > MOST or self.is_up:
            raise OutOfTimeError


@dataclass
class Walks:
    """Partial walks as columns: last stop, when it begins, what all stops are worth, and the walk one stop shorter."""

    at: np.ndarray
    now: np.ndarray
    value: np.ndarray
    before: np.ndarray
    memory: np.ndarray  #: a row of bits for each walk

    def tour(self, one: int) -> Tour:
        """The stops in order, from 0."""
        stops: list[int] = []
        while self.at[one]:
            stops.append(int(self.at[one]) - 1)
            one = int(self.before[one])
        return tuple(reversed(stops))

    def chosen(self, rows: np.ndarray) -> Walks:
        return Walks(*(column[rows] for column in vars(self).values()))


def together(parts: Sequence[Walks]) -> Walks:
    return Walks(*(np.concatenate(columns) for columns in zip(*(vars(part).values() for part in parts), strict=True)))


@dataclass
class Sense:
    """The day in one direction of time: from the start on, or from the end back with all times negative."""

    arcs: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    may: np.ndarray  #: which stop can follow which place


class Routes:
    """Stops from 0 in the tours that come out; inside, the start is 0 and the stops are from 1."""

    def __init__(self, arcs: Sequence[Sequence[int]], opens: Sequence[int], closes: Sequence[int]) -> None:
        size = len(arcs)
        ways = np.array(arcs, dtype=np.int64).reshape(size, size)  #: from begin to begin: the stay and the way
        near = ways.copy()
        for via in range(1, size):  # cut distances can make a way round the shorter one
            near = np.minimum(near, near[:, via : via + 1] + near[via : via + 1, :])
        first = np.maximum(opens, opens[0] + near[0])
        last = np.minimum(closes, closes[0] - near[:, 0])
        first[0], last[0] = opens[0], closes[0]
        self.size, self.arcs, self.opens, self.closes = size, ways, first, last
        self.usable = [i for i in range(1, size) if first[i] <= last[i]] if closes[0] >= opens[0] else []
        #: whether a way round by some stop is shorter than the direct one, so that even a worthless stop may serve
        self.shortcuts = bool((near < ways)[~np.eye(size, dtype=bool)].any())
        self.own = np.zeros((size, size // WORD + 1), dtype=np.int64)  #: each stop's bit
        for stop in range(size):
            self.own[stop, stop // WORD] = 1 << stop % WORD
        self.ready()

    def ready(self) -> None:
        may = np.zeros((self.size, self.size), dtype=bool)
        may[np.ix_([0, *self.usable], self.usable)] = True
        np.fill_diagonal(may, False)
        on = self.opens[:, None] + self.arcs <= self.closes
        back = self.opens + self.arcs.T <= self.closes[:, None]
        self.on = Sense(self.arcs, self.opens, self.closes, may & on)
        self.back = Sense(self.arcs.T.copy(), -self.closes, -self.opens, may & back)

    def among(self, stops: Iterable[int]) -> Routes:
        """The same day with these stops only, and those by which a way is shorter."""
        few = object.__new__(Routes)
        wanted = {stop + 1 for stop in stops}
        few.__dict__ = self.__dict__ | {"usable": [i for i in self.usable if self.shortcuts or i in wanted]}
        few.ready()
        return few

    # What a walk remembers -----------------------------------------------------------------------------------------

    def nearest(self, size: int) -> np.ndarray:
        """What is remembered at each stop: itself and the nearest that one can come from and go back to."""
        kept = self.own.copy()
        for stop in self.usable:
            out, home = self.arcs[:, stop], self.arcs[stop]
            begin = np.maximum(self.opens + out, self.opens[stop])
            both = self.on.may[:, stop] & self.on.may[stop] & (begin <= self.closes[stop])
            both &= begin + home <= self.closes
            for other in np.argsort(np.where(both, out + home, np.iinfo(np.int64).max), kind="stable")[:size]:
                if both[other]:
                    kept[stop] |= self.own[other]
            for other in self.usable:  # a walk without time between stops could go round them for ever
                if min(out[other], home[other]) <= 0:
                    kept[stop] |= self.own[other]
        return kept

    @property
    def everything(self) -> np.ndarray:
        every: np.ndarray = np.bitwise_or.reduce(self.own, axis=0)
        return np.tile(every, (self.size, 1))

    def held(self, walk: Sequence[int], memory: np.ndarray) -> bool:
        """Does the walk make no stop that it remembers?"""
        kept = np.zeros_like(self.own[0])
        for stop in walk:
            if (kept & self.own[stop + 1]).any():
                return False
            kept = kept & memory[stop + 1] | self.own[stop + 1]
        return True

    # Growing -------------------------------------------------------------------------------------------------------

    def complete(self, walks: Walks, least: int) -> np.ndarray:
        """Which of the walks on are worth more than `least` and come back in time."""
        in_time = walks.now + self.arcs[walks.at, 0] <= self.closes[0]
        return np.flatnonzero((walks.at > 0) & (walks.value > least) & in_time)

    def grow(
        self, sense: Sense, gains: np.ndarray, memory: np.ndarray, limit: Limit, *, least: int = NO_WAY,
        rest: Rest | None = None, every: bool = False,
    ) -> Walks:  # fmt: skip
        """All partial walks that can become worth more than `least` and are not beaten; `gains` in whole numbers.

        `rest` is what the other sense brings; where not `every`, stops without gain are passed by.
        """
        may = sense.may if every or self.shortcuts else sense.may & (gains > 0)
        heads = np.nonzero(may)[1]
        many = may.sum(axis=1)
        edges = np.cumsum(many) - many
        apart = bool((memory == self.everything).all())  # walks of different lengths then never compare
        nothing = np.zeros(1, dtype=np.int64)
        level = Walks(nothing, sense.opens[:1], nothing, nothing, np.zeros_like(self.own[:1]))
        parts, done, stands = [level], 0, level
        while len(level.at):
            degree = many[level.at]
            total = int(degree.sum())
            limit.use(total)
            source = np.repeat(np.arange(len(degree)), degree)
            edge = np.arange(total) - np.repeat(np.cumsum(degree) - degree - edges[level.at], degree)
            stop, at = heads[edge], level.at[source]
            now = np.maximum(level.now[source] + sense.arcs[at, stop], sense.opens[stop])
            fits = now <= sense.closes[stop]
            for word in range(self.own.shape[1]):
                fits &= level.memory[source, word] & self.own[stop, word] == 0
            source, stop, now = source[fits], stop[fits], now[fits]
            value = level.value[source] + gains[stop]
            if rest is not None:
                able = value + rest.most(stop, now) > least
                source, stop, now, value = source[able], stop[able], now[able], value[able]
            kept = level.memory[source] & memory[stop] | self.own[stop]
            level, done = Walks(stop, now, value, source + done, kept), done + len(level.at)
            level, stands = unbeaten(level, None if apart else stands)
            parts.append(level)
        return together(parts)


class Rest:
    """What walks from the other end bring at most, by place and time."""

    def __init__(self, walks: Walks, gains: np.ndarray, sense: Sense) -> None:
        self.low, high = int(sense.opens.min()), int(sense.closes.max())
        self.span = high - self.low + 2
        keys = walks.at * self.span + walks.now - self.low
        order = np.argsort(keys, kind="stable")
        self.keys, self.at = keys[order], walks.at[order]
        self.value = (walks.value - gains[walks.at])[order]
        edges = np.searchsorted(self.at, np.arange(len(gains) + 1))
        for begin, end in pairwise(edges):
            np.maximum.accumulate(self.value[begin:end], out=self.value[begin:end])

    def most(self, at: np.ndarray, now: np.ndarray) -> np.ndarray:
        """For walks that begin their last stop at `now`: what comes after it."""
        latest = at * self.span + np.clip(-now - self.low, -1, self.span - 1)
        place = np.searchsorted(self.keys, latest, side="right") - 1
        return np.where((place >= 0) & (self.at[place] == at), self.value[place], NO_WAY)


def unbeaten(new: Walks, stands: Walks | None) -> tuple[Walks, Walks]:
    """Those of `new` that none at the same place with the same memory beats; and all that stand from now on."""
    both = new if stands is None else together((new, stands))
    if not len(new.at):
        return new, both
    order = np.lexsort((-both.value, both.now, *both.memory.T, both.at))
    at, memory, value = both.at[order], both.memory[order], both.value[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (at[1:] != at[:-1]) | (memory[1:] != memory[:-1]).any(axis=1)
    low = int(value.min())
    height = np.cumsum(first) * (int(value.max()) - low + 1) + value - low  # above all of the groups before
    stays = np.ones(len(order), dtype=bool)
    stays[1:] = height[1:] > np.maximum.accumulate(height)[:-1]
    chosen = order[stays]
    return new.chosen(np.sort(chosen[chosen < len(new.at)])), both.chosen(chosen)
