"""A good plan of tours soon: take out a few stops that lie together and put back what fits, over and over.

After Christiaens and Vanden Berghe 2020 (doi:10.1287/trsc.2019.0914); proves nothing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable

from udsyn.allocation.routes import Routes, Tour

#: stops taken out of one tour at most, and tours that lose some at most
STOPS, TOURS = 5, 3
#: how often a place is overlooked
BLINK = 0.02
#: a plan may be worse by so many of the smallest value at first, and by a fiftieth of that in the end
WARM, COOLED = 3.0, 0.02


class Mending:
    """Inside, the start is 0 and stops are from 1. `seen` holds every tour of every plan that was kept for a while."""

    def __init__(self, routes: Routes, values: Iterable[float], groups: int, seed: int = 0) -> None:
        self.arcs, self.opens, self.closes = routes.arcs.tolist(), routes.opens.tolist(), routes.closes.tolist()
        self.usable, self.worth, self.rng = routes.usable, [0.0, *map(float, values)], random.Random(seed)  # noqa: S311
        self.near = [self.by_way(stop) for stop in range(routes.size)]
        self.small = min((self.worth[i] for i in self.usable if self.worth[i] > 0), default=1.0)
        day = max(1, self.closes[0] - self.opens[0])
        self.weight = self.small / 2 / day / groups  #: of time, which decides between plans worth the same
        self.seen: set[Tour] = set()
        self.best: list[Tour] = [()] * groups
        self.value = 0.0

    def by_way(self, stop: int) -> list[int]:
        return sorted(self.usable, key=lambda other: self.arcs[stop][other] + self.arcs[other][stop])

    def run(self, rounds: int, goal: float) -> None:
        """Better the best plan; stops early where its value reaches `goal`."""
        if not self.usable:
            return
        plan = list(self.best)
        times = [self.times(tour) for tour in plan]
        served = {stop for tour in plan for stop in tour}
        left = self.put_back(plan, times, [stop for stop in self.usable if stop not in served], 0.0)
        self.keep(plan)
        score = top = self.score(plan)
        for turn in range(rounds):
            if self.value >= goal - 1e-9:
                return
            new, new_times = list(plan), list(times)
            out = self.take_out(new, new_times)
            new_left = self.put_back(new, new_times, left + out, BLINK)
            gained = self.score(new)
            warmth = self.small * WARM * COOLED ** (turn / rounds)
            if gained >= score or self.rng.random() < math.exp((gained - score) / warmth):
                plan, times, left, score = new, new_times, new_left, gained
                self.keep(plan, better=score > top)
                top = max(top, score)

    def keep(self, plan: list[Tour], *, better: bool = True) -> None:
        self.seen.update(plan)
        value = math.fsum(self.worth[stop] for tour in plan for stop in tour)
        if value > self.value or (better and value == self.value):
            self.best, self.value = list(plan), value

    def score(self, plan: list[Tour]) -> float:
        value, long = 0.0, 0
        for tour in plan:
            at = 0
            for stop in tour:
                value += self.worth[stop]
                long += self.arcs[at][stop]
                at = stop
            long += self.arcs[at][0] if at else 0
        return float(value - self.weight * long)

    def times(self, tour: Tour) -> tuple[list[int], list[int]]:
        """When each stop begins at the soonest, and at the latest; then the latest return."""
        soonest, now, at = [], self.opens[0], 0
        for stop in tour:
            now = max(now + self.arcs[at][stop], self.opens[stop])
            soonest.append(now)
            at = stop
        latest, then = [self.closes[0]], 0
        for stop in reversed(tour):
            latest.append(min(self.closes[stop], latest[-1] - self.arcs[stop][then]))
            then = stop
        return soonest, latest[::-1]

    def take_out(self, plan: list[Tour], times: list[tuple[list[int], list[int]]]) -> list[int]:
        """A string of stops from each of a few tours, all near to one stop drawn at random."""
        where = {stop: n for n, tour in enumerate(plan) for stop in tour}
        middle = self.rng.choice(self.usable)
        many, hit, out = self.rng.randint(1, min(len(plan), TOURS)), set[int](), list[int]()
        for stop in (middle, *self.near[middle]):
            n = where.get(stop)
            if n is None or n in hit:
                continue
            tour = plan[n]
            string, place = self.rng.randint(1, min(len(tour), STOPS)), tour.index(stop)
            begin = self.rng.randint(max(0, place - string + 1), min(place, len(tour) - string))
            out += tour[begin : begin + string]
            plan[n] = tour[:begin] + tour[begin + string :]
            times[n] = self.times(plan[n])
            hit.add(n)
            if len(hit) == many:
                break
        return out

    def put_back(
        self, plan: list[Tour], times: list[tuple[list[int], list[int]]], stops: list[int], blink: float
    ) -> list[int]:
        """Insert one after another where it takes least; what fits nowhere is given back."""
        drawn, worth, rng = self.rng.random(), self.worth, self.rng
        if drawn < 0.45:
            stops.sort(key=lambda stop: -worth[stop])
        elif drawn < 0.6:
            stops.sort(key=lambda stop: -worth[stop] * rng.random())
        elif drawn < 0.75:
            stops.sort(key=lambda stop: self.closes[stop] - self.opens[stop])
        else:
            rng.shuffle(stops)
        left = []
        for stop in stops:
            place = self.place(stop, plan, times, blink)
            if place is None:
                left.append(stop)
                continue
            n, at = place
            plan[n] = (*plan[n][:at], stop, *plan[n][at:])
            times[n] = self.times(plan[n])
        return left

    def place(
        self, stop: int, plan: list[Tour], times: list[tuple[list[int], list[int]]], blink: float
    ) -> tuple[int, int] | None:
        best, choice, arcs = math.inf, None, self.arcs
        opens, closes, onward = self.opens[stop], self.closes[stop], arcs[stop]
        for n, tour in enumerate(plan):
            soonest, latest = times[n]
            at, now = 0, self.opens[0]
            for place in range(len(tour) + 1):
                then = max(now + arcs[at][stop], opens)
                if then > closes:
                    break
                after = tour[place] if place < len(tour) else 0
                if then + onward[after] <= latest[place]:
                    longer = arcs[at][stop] + onward[after] - arcs[at][after]
                    if longer < best and self.rng.random() >= blink:
                        best, choice = longer, (n, place)
                if after:
                    at, now = after, soonest[place]
        return choice
