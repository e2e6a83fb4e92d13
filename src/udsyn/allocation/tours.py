"""Groups to stops: who visits whom on a journey, within everybody's hours, proven.

A team orienteering problem with time windows. Its linear programme has a column for every tour a group could make;
tours are priced one after another by a search over partial tours (Righini and Salani 2008, doi:10.1002/net.20234), so
that few of them are ever written down. Where the best plan of whole tours falls short of the programme's value, every
tour that could close the gap is listed, and the plan chosen among those is the best there is (Baldacci, Christofides
and Mingozzi 2008, doi:10.1007/s10107-007-0178-5).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from udsyn.allocation.programme import Programme
from udsyn.allocation.reading import CaseError, held, listed, name, number, whole
from udsyn.allocation.routes import Limit, OutOfTimeError, Routes, Tour

#: stops and groups that a case may have
MOST_STOPS, MOST_GROUPS = 200, 50
#: the day is at most so many units of time
LONGEST = 10**9
CLOSE = 1e-6


@dataclass(frozen=True)
class Case:
    """Stops from 0; times and distances in whole units, of which `unit` make one of the case's."""

    ids: list[str]
    values: list[float]
    must: frozenset[int]
    groups: int
    routes: Routes


@dataclass(frozen=True)
class Plan:
    status: str  #: optimal, feasible, infeasible or unknown
    seconds: float
    value: float | None = None
    bound: float | None = None
    tours: tuple[Tour, ...] = ()
    clash: tuple[int, ...] = ()  #: must-sees that cannot all be served, as few as possible


def parse(case: dict[str, Any]) -> Case:
    """Check groups, start {x, y, open, close}, stops [{id, x, y, value, duration, open, close, must}] and decimals.

    Distances are cut to so many decimals; one unit of distance is one of time.
    """
    decimals = whole(case.get("decimals", 1), "decimals")
    if decimals > 6:
        raise CaseError(f"decimals: {decimals} are more than 6.")
    groups = whole(case.get("groups", 1), "groups", 1)
    start, stops = held(case.get("start"), "start"), listed(case.get("stops"), "stops")
    if len(stops) > MOST_STOPS or groups > MOST_GROUPS:
        raise CaseError(f"at most {MOST_STOPS} stops and {MOST_GROUPS} groups can be planned at once.")
    rows = [("start", start), *((f"stop {i + 1}", held(stop, f"stop {i + 1}")) for i, stop in enumerate(stops))]
    points = [[number(row.get(axis), f"{where}, {axis}") for axis in ("x", "y")] for where, row in rows]
    hours = [[exact(row, field, where) for field in ("open", "close", "duration")] for where, row in rows]
    distances = [[cut(a, b, decimals) for b in points] for a in points]
    unit = math.lcm(10**decimals, *(value.denominator for row in hours for value in row))
    if max(abs(value) for row in hours for value in row) * unit > LONGEST:
        raise CaseError("the times are too large or too fine: give them in minutes, say.")
    opens, closes, durations = ([int(row[column] * unit) for row in hours] for column in range(3))
    arcs = [[int(distances[i][j] * unit) + durations[i] for j in range(len(rows))] for i in range(len(rows))]
    names = [name(stop.get("id"), where) for where, stop in rows[1:]]
    if len(set(names)) < len(names):
        raise CaseError("two stops have the same id.")
    values = [number(stop.get("value", 0), f"{where}, value", 0) for where, stop in rows[1:]]
    must = frozenset(i for i, stop in enumerate(stops) if stop.get("must") is True)
    return Case(names, values, must, groups, Routes(arcs, opens, closes))


def exact(row: dict[str, Any], field: str, where: str) -> Fraction:
    if field == "duration":
        return Fraction(str(number(row.get(field, 0), f"{where}, {field}", 0)))
    return Fraction(str(number(row.get(field), f"{where}, {field}")))


def cut(a: Sequence[float], b: Sequence[float], decimals: int) -> Fraction:
    """The distance, cut to so many decimals; exact, where a root just below a step would round up."""
    across, up = (Fraction(str(one)) - Fraction(str(two)) for one, two in zip(a, b, strict=True))
    square = (across**2 + up**2) * 100**decimals
    return Fraction(math.isqrt(square.numerator // square.denominator), 10**decimals)


def plan(case: Case, time_limit: float = 60.0) -> Plan:
    """The plan with the largest value that serves every must-see, and what no plan exceeds.

    `time_limit` in seconds of wall clock; what takes little work is decided whatever the clock says. An infeasible case
    names the fewest must-sees that cannot all be served.
    """
    started = time.monotonic()
    search = Search(case, Limit(time_limit))
    found = search.run()
    seconds = round(time.monotonic() - started, 3)
    return Plan(seconds=seconds, **found)


class Search:
    """Pricing, bounding and closing the gap. A must-see is worth more than all else together, until all are served."""

    def __init__(self, case: Case, limit: Limit) -> None:
        self.case, self.limit = case, limit
        self.prize = (math.fsum(case.values) + 1) if case.must else 0.0
        self.values = np.array([v + self.prize * (i in case.must) for i, v in enumerate(case.values)])
        self.whole = all(float(v).is_integer() for v in self.values)
        self.tours: dict[frozenset[int], Tour] = {}

    def run(self) -> dict[str, Any]:
        bound = min(math.fsum(self.values), self.case.groups * self.case.routes.ceiling(self.values))
        try:
            self.start()
            bound, duals, group = self.price()
            best, value = self.choose()
            step = 1.0 if self.whole else CLOSE
            top = math.floor(bound + CLOSE) if self.whole else bound
            if value < top - CLOSE:
                gap = bound - (value + step)
                for tour in self.case.routes.all_within(self.values - duals, group - gap - CLOSE, self.limit):
                    self.keep(tour)
                best, value = self.choose()
            bound = value
        except OutOfTimeError:
            best, value = self.choose()
        return self.told(best, value, bound)

    def told(self, best: list[Tour], value: float, bound: float) -> dict[str, Any]:
        must, proven = self.case.must, value >= bound - CLOSE
        served = {stop for tour in best for stop in tour}
        if not must <= served:
            if proven:
                return {"status": "infeasible", "clash": self.clash()}
            return {"status": "unknown", "bound": self.without_prize(bound)}
        value = math.fsum(self.case.values[stop] for stop in served)
        bound = value if proven else self.without_prize(bound)
        return {"status": "optimal" if proven else "feasible", "value": value, "bound": bound, "tours": tuple(best)}

    def without_prize(self, bound: float) -> float:
        return min(bound - self.prize * len(self.case.must), math.fsum(self.case.values))

    def start(self) -> None:
        """Tours to begin with: for each stop the tour with it alone, and group by group the best of what is left."""
        left = self.values.copy()
        for stop in range(len(left)):
            if self.case.routes.possible([stop]):
                self.keep((stop,))
        for _group in range(self.case.groups):
            tour = self.case.routes.quick(left)
            self.keep(tour)
            left[list(tour)] = 0

    def keep(self, tour: Tour) -> bool:
        key = frozenset(tour)
        new = bool(tour) and key not in self.tours
        if new:
            self.tours[key] = tour
        return new

    def price(self) -> tuple[float, np.ndarray, float]:
        """Add tours until none can raise the programme's value: that value, the price of each stop and of a group."""
        while True:
            value, duals, group = self.relaxed()
            worth = self.values - duals
            kept = [self.keep(tour) for tour in self.case.routes.best(worth, group + CLOSE, self.limit)]
            if True not in kept:
                return value, duals, group

    def relaxed(self) -> tuple[float, np.ndarray, float]:
        value, prices = self.programme().prices()
        return value, prices[:-1], float(prices[-1])

    def choose(self) -> tuple[list[Tour], float]:
        """The best plan among the tours written down."""
        solved = self.programme(whole=True).solve()
        assert solved is not None  # no tour at all is a plan
        best = [tour for tour, taken in zip(self.tours.values(), solved[1], strict=True) if taken > 0.5]
        return best, math.fsum(self.values[stop] for tour in best for stop in tour)

    def programme(self, *, whole: bool = False) -> Programme:
        """A column for each tour: each stop at most once, no more tours than groups."""
        programme = Programme()
        held: list[list[tuple[int, float]]] = [[] for _ in range(len(self.values) + 1)]
        for tour in self.tours.values():
            column = programme.add_column(math.fsum(self.values[stop] for stop in tour), 1.0, whole)
            for stop in (*tour, -1):
                held[stop].append((column, 1.0))
        for cells in held[:-1]:
            programme.add_row(-np.inf, 1.0, cells)
        programme.add_row(-np.inf, float(self.case.groups), held[-1])
        return programme

    def clash(self) -> tuple[int, ...]:
        """The fewest must-sees that cannot all be served, tried from one on; all of them where time runs out."""
        must = sorted(self.case.must)
        for size in range(1, len(must)):
            for some in combinations(must, size):
                alone = Case(
                    self.case.ids,
                    [0.0] * len(self.values),
                    frozenset(some),
                    self.case.groups,
                    self.case.routes.among(some),
                )
                if self.limit.is_up:
                    return tuple(must)
                if Search(alone, self.limit).run()["status"] == "infeasible":
                    return some
        return tuple(must)
