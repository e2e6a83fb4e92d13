"""Groups to stops: who visits whom on a journey, within everybody's hours, proven.

A team orienteering problem with time windows. A good plan is there soon (`mending`). Its bound comes from the linear
programme with a column for every walk that a group could make, priced one after another (`routes`), so that few of them
are ever written down. Where a gap is left, every tour that could close it is listed, and the plan chosen among those is
the best there is (Baldacci, Christofides and Mingozzi 2008, doi:10.1007/s10107-007-0178-5).
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csc_array

from udsyn.allocation.mending import Mending
from udsyn.allocation.reading import CaseError, held, listed, name, number, whole
from udsyn.allocation.routes import WORD, Limit, OutOfTimeError, Rest, Routes, Tour, Walks
from udsyn.errors import UdsynError

#: stops and groups that a case may have
MOST_STOPS, MOST_GROUPS = 200, 50
#: the day is at most so many units of time
LONGEST = 10**9
CLOSE = 1e-6
#: rounds of mending for each stop: at first, where a gap is left, and before a plan is chosen from a long list
ROUNDS, MORE, LAST = 60, 120, 300
#: stops near by that a walk remembers at first
NEAR = 8
#: walks that one round of pricing brings at most, and of them at most so many with one last stop
BROUGHT, ALIKE = 50, 3
#: pricing ends where it can lower the bound by this part of a step at most
NEARLY = 0.05
#: tours that a plan is chosen from as they are; rounds of sifting where there are more, and rows that one round adds
FEW, SIFTINGS, ROWS = 300, 60, 20
#: by how much a row is broken at least, to be added
ENOUGH = 0.02
#: the gap is closed in steps of this part of the value, then twice as much, and so on
PART = 0.01


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
    found = Search(case, Limit(time_limit)).run()
    return Plan(seconds=round(time.monotonic() - started, 3), **found)


@dataclass(frozen=True)
class Prices:
    """What each stop costs; then no walk is worth more than `group`, and no plan more than `bound`."""

    stops: np.ndarray
    group: float
    bound: float


class Search:
    """A plan, a bound, and closing the gap. A must-see is worth more than all else together, until all are served."""

    def __init__(self, case: Case, limit: Limit) -> None:
        self.case, self.limit, self.routes = case, limit, case.routes
        self.step = step_of(case.values)
        self.prize = self.step * (math.floor(math.fsum(case.values) / self.step + CLOSE) + 1) if case.must else 0.0
        self.values = np.array([v + self.prize * (i in case.must) for i, v in enumerate(case.values)])
        self.bound = math.fsum(self.values[i - 1] for i in self.routes.usable)
        self.scale = 2.0 ** (38 - math.frexp(self.bound + 1)[1])  #: worths as whole numbers, so that sums are exact
        self.tours: dict[Any, Tour] = {}
        self.memory = self.routes.nearest(NEAR)
        self.priced: list[Prices] = []
        self.mending = Mending(self.routes, self.values, case.groups)
        self.best: list[Tour] = []
        self.value = 0.0

    def run(self) -> dict[str, Any]:
        try:
            self.mend(ROUNDS)
            if not self.serves_all and self.without_all():
                return {"status": "infeasible", "clash": self.clash()}
            if self.gap:
                self.price()
                self.combine()
            if self.gap:
                self.mend(MORE)
                self.price(thorough=True)
                self.close()
        except OutOfTimeError:
            pass
        return self.told()

    def steps(self, value: float) -> float:
        return self.step * math.floor(value / self.step + CLOSE)

    @property
    def gap(self) -> float:
        """How much more a plan could be worth; 0 where none can be."""
        top = self.steps(self.bound)
        return max(0.0, top - self.value) if top > self.value + self.step / 2 else 0.0

    @property
    def serves_all(self) -> bool:
        return self.case.must <= {stop for tour in self.best for stop in tour}

    def told(self) -> dict[str, Any]:
        if not self.serves_all:
            return {"status": "unknown", "bound": self.without_prize()}
        value = math.fsum(self.case.values[stop] for tour in self.best for stop in tour)
        found = {"value": value, "tours": tuple(tour for tour in self.best if tour)}
        if self.gap:
            return {"status": "feasible", "bound": max(value, self.without_prize())} | found
        return {"status": "optimal", "bound": value} | found

    def without_prize(self) -> float:
        return min(self.bound - self.prize * len(self.case.must), math.fsum(self.case.values))

    def better(self, tours: Sequence[Tour]) -> None:
        value = math.fsum(self.values[stop] for tour in tours for stop in tour)
        if value > self.value or not self.best:
            self.best, self.value = list(tours), value

    def keep(self, tour: Tour) -> bool:
        """Write down a walk, one for each set of stops. Was it new?"""
        key = frozenset(tour) if len(set(tour)) == len(tour) else tour
        new = bool(tour) and key not in self.tours
        if new:
            self.tours[key] = tour
        return new

    # A plan soon ---------------------------------------------------------------------------------------------------

    def mend(self, rounds: int) -> None:
        self.mending.run(rounds * len(self.routes.usable), self.bound)
        for tour in sorted(self.mending.seen):
            self.keep(tuple(stop - 1 for stop in tour))
        self.better([tuple(stop - 1 for stop in tour) for tour in self.mending.best])

    def only(self, stops: Iterable[int]) -> Search:
        """The same journey where these stops alone are worth something."""
        wanted = frozenset(stops)
        values = [float(i in wanted) for i in range(len(self.values))]
        case = Case(self.case.ids, values, frozenset(), self.case.groups, self.routes.among(wanted))
        return Search(case, self.limit)

    def without_all(self) -> bool:
        """Is it proven that the must-sees cannot all be served? If they can, begin with how."""
        search = self.only(self.case.must)
        found = search.run()
        if found["value"] < len(self.case.must):
            if found["status"] == "optimal":
                return True
            raise OutOfTimeError
        self.mending.best = [*(tuple(stop + 1 for stop in tour) for tour in found["tours"])]
        self.mending.best += [()] * (self.case.groups - len(self.mending.best))
        self.mending.value = 0.0
        self.mend(ROUNDS)
        return False

    def clash(self) -> tuple[int, ...]:
        """The fewest must-sees that cannot all be served, tried from one on; all of them where time runs out."""
        must = sorted(self.case.must)
        for size in range(1, len(must)):
            for some in combinations(must, size):
                if self.limit.is_up:
                    return tuple(must)
                found = self.only(some).run()
                if found["status"] == "optimal" and found["value"] < size:
                    return some
        return tuple(must)

    # The bound -----------------------------------------------------------------------------------------------------

    def price(self, *, thorough: bool = False) -> None:
        """Add walks until the bound meets the plan, or prices prove nearly what the programme reaches.

        Where not `thorough`, no further than to a programme that reaches the bound; there may be no prices then.
        """
        while self.gap:
            value, costs, group, weights = self.relaxed()
            if not thorough and self.value + self.gap <= value + CLOSE:
                return
            new = 0
            if min((prices.bound for prices in self.priced), default=math.inf) - value >= self.step * NEARLY:
                walks, found = self.walks(costs, group)
                new = sum([self.keep(walk) for walk in self.various(walks, found)])
            if not new and not self.remember(weights):
                return

    def walks(self, costs: np.ndarray, group: float) -> tuple[Walks, np.ndarray]:
        """Walks worth more than a group costs, best first; and the bound that these prices prove."""
        gains, least = self.gains(costs), math.floor(group * self.scale)
        day, limit = self.routes, self.limit
        rest = Rest(day.grow(day.back, gains, day.nearest(0), limit), gains, day.back)
        walks = day.grow(day.on, gains, self.memory, limit, least=least, rest=rest)
        found = day.complete(walks, least)
        found = found[np.argsort(-walks.value[found], kind="stable")]
        most = int(walks.value[found[0]]) if len(found) else least
        prices = Prices(costs, most / self.scale, math.fsum(costs) + self.case.groups * most / self.scale)
        self.priced.append(prices)
        self.bound = min(self.bound, prices.bound)
        return walks, found

    def gains(self, costs: np.ndarray) -> np.ndarray:
        return np.concatenate(([0], np.ceil((self.values - costs) * self.scale))).astype(np.int64)

    def various(self, walks: Walks, found: np.ndarray) -> Iterator[Tour]:
        alike: Counter[int] = Counter()
        for one in found.tolist():
            last = int(walks.at[one])
            if alike[last] < ALIKE:
                alike[last] += 1
                yield walks.tour(one)
            if alike.total() == BROUGHT:
                return

    def remember(self, weights: np.ndarray) -> bool:
        """Where walks are used that make a stop twice, have it remembered on the way round. Were there any?"""
        used = [walk for walk, weight in zip(self.tours.values(), weights, strict=True) if weight > CLOSE]
        twice = [walk for walk in used if len(set(walk)) < len(walk)]
        for walk in twice:
            for n, stop in enumerate(walk):
                again = next((m for m in range(n + 1, len(walk)) if walk[m] == stop), n)
                for between in walk[n + 1 : again]:
                    self.memory[between + 1] |= self.routes.own[stop + 1]
        if twice:
            self.tours = {k: walk for k, walk in self.tours.items() if self.routes.held(walk, self.memory)}
        return bool(twice)

    def relaxed(self) -> tuple[float, np.ndarray, float, np.ndarray]:
        """The programme's value, what each stop and a group costs in it, and how much of each walk it uses."""
        worths, matrix, most = self.programme(list(self.tours.values()))
        value, costs, weights = solved(worths, matrix, most)
        return value, costs[:-1], float(costs[-1]), weights

    def programme(self, walks: list[Tour]) -> tuple[np.ndarray, csc_array, np.ndarray]:
        """A column for each walk: each stop at most once, no more walks than groups."""
        from scipy.sparse import csc_array

        rows = np.array([row for walk in walks for row in (*walk, len(self.values))])
        ends = np.cumsum([0, *(len(walk) + 1 for walk in walks)])
        worths = np.add.reduceat(np.append(self.values, 0.0)[rows], ends[:-1])
        matrix = csc_array((np.ones(len(rows)), rows, ends), shape=(len(self.values) + 1, len(walks)))
        matrix.sum_duplicates()  # in place: `rows` and `ends` may be the matrix's own from here on
        return worths, matrix, np.append(np.ones(len(self.values)), self.case.groups)

    # Closing the gap -----------------------------------------------------------------------------------------------

    def close(self) -> None:
        """List the tours of all plans worth `target`, which comes down until the best of them reaches it."""
        part = PART
        while self.gap:
            target = max(
                self.value + self.step, self.value + self.gap - self.step * round(part * self.bound / self.step)
            )
            walks, found, made = self.listed(target)
            made, kept = self.sifted(made, target)
            if len(kept) > FEW:  # many are left where a plan is worth so much: it may be quicker to find than to choose
                self.mend(LAST)
                if self.value > target - self.step / 2:
                    continue
            self.choose([walks.tour(one) for one in found[kept].tolist()])
            self.bound = min(self.bound, self.value if self.value > target - self.step / 2 else target - self.step)
            part *= 2

    def listed(self, target: float) -> tuple[Walks, np.ndarray, np.ndarray]:
        """Walks, and which of them are the tours that a plan worth `target` could hold, one a set; each one's stops."""
        day, limit, prices = self.routes, self.limit, min(reversed(self.priced), key=lambda one: one.bound)
        gains = self.gains(prices.stops)
        least = math.floor((prices.group - (prices.bound - target) - CLOSE) * self.scale)
        rest = Rest(day.grow(day.on, gains, day.nearest(0), limit, every=True), gains, day.on)
        back = day.grow(day.back, gains, self.memory, limit, least=least, rest=rest, every=True)
        rest = Rest(back, gains, day.back)
        walks = day.grow(day.on, gains, day.everything, limit, least=least, rest=rest, every=True)
        found = day.complete(walks, least)
        _sets, one_each = np.unique(walks.memory[found], axis=0, return_index=True)
        found = found[one_each]
        stops = np.arange(1, day.size)
        made = (walks.memory[found][:, stops // WORD] >> stops % WORD & 1).astype(bool)
        able = self.able(made, target)
        return walks, found[able], made[able]

    def able(self, made: np.ndarray, target: float) -> np.ndarray:
        """Which tours (a row each, which stops are made) a plan worth `target` could hold, by all prices known."""
        able = np.arange(len(made))
        for prices in self.priced:
            least = prices.group - (prices.bound - target) - CLOSE
            able = able[made[able] @ (self.values - prices.stops) >= least]
        return able

    def choose(self, tours: list[Tour]) -> None:
        """The best plan among these tours."""
        if self.case.groups == 1:
            tours = sorted(tours, key=lambda tour: -self.worth([tour]))[:1]
            self.better(tours)
        if not tours or self.case.groups == 1:
            return
        from scipy.optimize import Bounds, LinearConstraint, milp

        worths, matrix, most = self.programme(tours)
        result = milp(
            -worths,
            integrality=np.ones(len(tours)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, -np.inf, most),
            options={"mip_rel_gap": 0.0, "time_limit": max(self.limit.left, 0.1)},
        )
        if result.x is not None:
            self.better([tour for tour, taken in zip(tours, result.x, strict=True) if taken > 0.5])
        if result.status:
            raise OutOfTimeError

    def combine(self) -> None:
        """The best plan among the tours written down that could be part of one that meets the bound."""
        tours = [tour for tour in self.tours.values() if len(set(tour)) == len(tour)]
        made = np.zeros((len(tours), len(self.values)), dtype=bool)
        for row, tour in zip(made, tours, strict=True):
            row[list(tour)] = True
        target = self.value + self.gap
        able = self.able(made, target)
        made, kept = self.sifted(made[able], target)
        self.choose([tours[n] for n in able[kept].tolist()])

    def sifted(self, made: np.ndarray, target: float) -> tuple[np.ndarray, np.ndarray]:
        """The tours that a plan worth `target` can hold, since of any three stops two are in one tour at most.

        The programme over a list of tours with such rows (Jepsen et al. 2008, doi:10.1287/opre.1070.0449), priced by
        looking through the list.
        """
        kept = np.arange(len(made))
        if len(made) <= FEW or self.case.groups == 1:
            return made, kept
        triples = np.array(list(combinations(np.flatnonzero(made.any(axis=0)), 3)))
        rows, worth = triples[:0], made @ self.values
        used = np.zeros(len(made), dtype=bool)
        used[np.argsort(-worth, kind="stable")[:FEW]] = True
        for _round in range(SIFTINGS):
            self.limit.use(len(made) // 10)
            columns = np.hstack([made, pairs_of(made, rows), np.ones((len(made), 1), dtype=bool)])
            most = np.append(np.ones(columns.shape[1] - 1), self.case.groups)
            _value, costs, weights = solved(worth[used], columns[used].T, most)
            gain = worth - columns @ costs
            best = max(float(gain.max()), 0.0)
            slack = math.fsum(costs * most) + self.case.groups * best - target
            if slack < -CLOSE:
                return made[:0], kept[:0]
            missing = np.flatnonzero(~used & (gain > CLOSE))
            missing = missing[np.argsort(-gain[missing], kind="stable")[: 2 * BROUGHT]]
            if not len(missing):
                over = over_one(made[used], weights, triples)
                broken = np.argsort(-over, kind="stable")[:ROWS]
                rows = np.vstack([rows, triples[broken[over[broken] > 1 + ENOUGH]]])
            stays = gain >= best - slack - CLOSE
            if not len(missing) and columns.shape[1] == made.shape[1] + 1 + len(rows):
                return made[stays], kept[stays]
            used[missing] = True
            used, worth, kept, made = used[stays], worth[stays], kept[stays], made[stays]
            if len(made) <= FEW:
                break
        return made, kept

    def worth(self, plan: Sequence[Tour]) -> float:
        return math.fsum(self.values[stop] for tour in plan for stop in tour)


def pairs_of(made: np.ndarray, triples: np.ndarray) -> np.ndarray:
    """Whether each tour makes two or more stops of each three."""
    one, two, three = (made[:, triples[:, n]] for n in range(3))
    pairs: np.ndarray = one & two | one & three | two & three
    return pairs


def over_one(made: np.ndarray, weights: np.ndarray, triples: np.ndarray) -> np.ndarray:
    """How much of tours with two or more stops of each three is used."""
    taken = weights > CLOSE
    over: np.ndarray = weights[taken] @ pairs_of(made[taken], triples)
    return over


def solved(worths: np.ndarray, columns: Any, most: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """The largest worth of columns within `most`; what one more of each row costs; how much of each column is used."""
    from scipy.optimize import linprog  # SciPy is loaded where it is used: it takes half a second

    result = linprog(-worths, A_ub=columns, b_ub=most, bounds=(0, None), method="highs-ds")
    if result.x is None or result.status:
        raise UdsynError(f"the solver ended without a proof: {result.message}")
    return -float(result.fun), np.maximum(-np.asarray(result.ineqlin.marginals), 0.0), np.asarray(result.x)


def step_of(values: Sequence[float]) -> float:
    """What all values are multiples of: plans worth the same or apart by so much at least."""
    parts = [Fraction(str(value)) for value in values if value]
    below = math.lcm(*(part.denominator for part in parts))
    return max(math.gcd(*(int(part * below) for part in parts)) / below, CLOSE) if parts else 1.0
