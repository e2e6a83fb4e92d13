"""Plans of a journey, held against enumeration of every way to go."""

from __future__ import annotations

import itertools
import math
import random
import time

import pytest

from udsyn.allocation import routes, tours
from udsyn.allocation.reading import CaseError


def drawn(rng: random.Random, stops: int, groups: int) -> dict:
    day = rng.choice([60, 100, 160])
    rows = []
    for n in range(stops):
        begin = rng.randint(0, day)
        row = {"id": f"s{n}", "x": rng.randint(0, 20), "y": rng.randint(0, 20), "value": rng.randint(0, 9)}
        row |= {"duration": rng.choice([0, 5, 10.5]), "open": begin, "close": begin + rng.randint(0, 60)}
        rows.append(row | {"must": rng.random() < 0.15})
    return {"groups": groups, "start": {"x": 10, "y": 10, "open": 0, "close": day}, "stops": rows, "decimals": 1}


def way(a: dict, b: dict) -> float:
    return math.floor(math.hypot(a["x"] - b["x"], a["y"] - b["y"]) * 10 + 1e-9) / 10


def can_go(case: dict, order: tuple[int, ...]) -> bool:
    """Walk the stops in this order."""
    at, now = case["start"], float(case["start"]["open"])
    for stop in (case["stops"][n] for n in order):
        now = max(now + way(at, stop), stop["open"])
        if now > stop["close"] + 1e-9:
            return False
        now, at = now + stop["duration"], stop
    return now + way(at, case["start"]) <= case["start"]["close"] + 1e-9


def best_by_enumeration(case: dict) -> float | None:
    """The largest value of any plan with all must-sees; None where there is none."""
    stops = range(len(case["stops"]))
    orders = (order for size in range(len(stops) + 1) for order in itertools.permutations(stops, size))
    sets = {frozenset(order) for order in orders if can_go(case, order)}
    served = {frozenset()}
    for _group in range(case["groups"]):
        served |= {one | two for one in served for two in sets if not one & two}
    must = {n for n in stops if case["stops"][n]["must"]}
    return max((sum(case["stops"][n]["value"] for n in one) for one in served if must <= one), default=None)


def hold_against_enumeration(plans: int, most: int) -> int:
    rng, impossible = random.Random(21), 0
    for _ in range(plans):
        case = drawn(rng, rng.randint(1, most), rng.randint(1, 2))
        problem, expected = tours.parse(case), best_by_enumeration(case)
        answer = tours.plan(problem, time_limit=0.0)  # so little is decided by work, not by the clock
        if expected is None:
            impossible += 1
            assert answer.status == "infeasible"
            clash = [case["stops"][n] | {"must": n in answer.clash} for n in range(len(case["stops"]))]
            assert answer.clash
            assert best_by_enumeration(case | {"stops": clash}) is None
            for n in answer.clash:
                fewer = [stop | {"must": stop["must"] and at != n} for at, stop in enumerate(clash)]
                assert best_by_enumeration(case | {"stops": fewer}) is not None
            continue
        assert (answer.status, answer.value, answer.bound) == ("optimal", expected, expected)
        assert len(answer.tours) <= case["groups"]
        visited = [stop for tour in answer.tours for stop in tour]
        assert len(set(visited)) == len(visited)
        assert all(can_go(case, tour) for tour in answer.tours)
        assert sum(case["stops"][n]["value"] for n in visited) == expected
        assert {n for n, stop in enumerate(case["stops"]) if stop["must"]} <= set(visited)
    return impossible


def test_small_plans_equal_enumeration():
    assert hold_against_enumeration(120, 5) > 5


@pytest.mark.prove
def test_2000_plans_of_up_to_7_stops_equal_enumeration():
    assert hold_against_enumeration(2_000, 7) > 100


def delegation(seed: int) -> dict:
    """25 stops with hours of two or four, three groups, two must-sees; minutes."""
    rng = random.Random(seed)
    rows = []
    for n in range(25):
        begin = rng.randint(0, 400)
        row = {"id": f"s{n}", "x": rng.randint(0, 60), "y": rng.randint(0, 60), "value": rng.randint(1, 10)}
        row |= {
            "duration": rng.choice([20, 30, 45, 60]),
            "open": begin,
            "close": min(480, begin + rng.choice([120, 240])),
        }
        rows.append(row | {"must": n < 2})
    return {"groups": 3, "start": {"x": 30, "y": 30, "open": 0, "close": 480}, "stops": rows, "decimals": 1}


@pytest.mark.parametrize("seed", [2, 7, *(pytest.param(n, marks=pytest.mark.prove) for n in (1, 3, 4, 5, 6))])
def test_a_delegation_is_planned_with_proof(seed):
    """Seconds of processor, since a machine may have other work."""
    case, began = delegation(seed), time.process_time()
    answer = tours.plan(tours.parse(case), time_limit=600)
    assert time.process_time() - began < 2
    assert answer.status == "optimal"
    assert all(can_go(case, tour) for tour in answer.tours)
    assert {0, 1} <= {stop for tour in answer.tours for stop in tour}  # the must-sees
    assert len(answer.tours) <= case["groups"] == 3


def long_list(seed: int, kind: str) -> dict:
    """100 stops and one group, drawn like the families of the published lists: spread out, in clusters, or both."""
    rng = random.Random(seed)
    middles = [(rng.randint(15, 85), rng.randint(15, 85)) for _ in range(8)]
    rows = []
    for n in range(100):
        around = kind == "c" or (kind == "rc" and n % 2)
        x, y = middles[n % 8] if around else (50, 50)
        reach = 6 if around else 50
        row = {"id": f"s{n}", "x": x + rng.randint(-reach, reach), "y": y + rng.randint(-reach, reach)}
        begin = rng.randint(0, 200)
        row |= {"value": rng.randint(1, 40), "duration": 10, "open": begin, "close": begin + rng.choice([10, 30])}
        rows.append(row)
    return {"groups": 1, "start": {"x": 50, "y": 50, "open": 0, "close": 230}, "stops": rows, "decimals": 1}


@pytest.mark.prove
@pytest.mark.parametrize("kind", ["r", "c", "rc"])
@pytest.mark.parametrize("seed", range(3))
def test_a_hundred_stops_and_one_group_are_proven_within_a_minute(seed, kind):
    case, began = long_list(seed, kind), time.process_time()
    answer = tours.plan(tours.parse(case), time_limit=600)
    assert time.process_time() - began < 60
    assert answer.status == "optimal"
    assert answer.value == answer.bound == sum(case["stops"][n]["value"] for tour in answer.tours for n in tour)
    assert all(can_go(case, tour) for tour in answer.tours)


def test_stops_at_one_place_without_a_stay_are_visited_once():
    """No time passes between them, so that a search could go round them for ever."""
    rows = [{"id": str(n), "x": 3, "y": 0, "value": 5, "duration": 0, "open": 0, "close": 50} for n in range(3)]
    start = {"x": 9, "y": 0, "open": 0, "close": 60}
    answer = tours.plan(tours.parse({"groups": 1, "start": start, "stops": rows, "decimals": 1}), time_limit=0.0)
    assert (answer.status, answer.value, answer.bound) == ("optimal", 15, 15)


def apart(values: list[list[int]], groups: int, day: int) -> dict:
    """Clusters of stops, each an hour from the start and two from the next; a stay takes ten minutes."""
    places, rows = [(60, 0), (-60, 0), (0, 60), (0, -60)], []
    for n, cluster in enumerate(values):
        for m, value in enumerate(cluster):
            row = {"id": f"s{n}{m}", "x": places[n][0], "y": places[n][1], "value": value, "duration": 10}
            rows.append(row | {"open": 0, "close": day})
    return {"groups": groups, "start": {"x": 0, "y": 0, "open": 0, "close": day}, "stops": rows, "decimals": 1}


#: sizes at which the search changes its way, after hardly any mending: whatever they are, the plan is the same
LITTLE = {"ROUNDS": 1, "MORE": 1, "LAST": 1}
SIZES = {
    "as they are": {},
    "walks remember one stop": LITTLE | {"NEAR": 0},
    "any list is long": LITTLE | {"FEW": 1, "ROUNDS": 0, "MORE": 0, "LAST": 0},
    "mended before a choice": LITTLE | {"FEW": 1, "ROUNDS": 0, "MORE": 0},
    "one sifting": LITTLE | {"FEW": 1, "SIFTINGS": 1, "ROUNDS": 0, "MORE": 0, "LAST": 0},
    "small rounds": LITTLE | {"FEW": 1, "BROUGHT": 1, "ROWS": 1},
}


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize(
    ("values", "groups", "day", "best"),
    [
        ([[10, 9], [8, 7], [6, 5]], 1, 160, 19),  # there and back leave 40 minutes, and the clusters are 84 apart
        ([[9, 8, 7], [6, 5, 4]], 3, 140, 35),  # two stays in a tour, so three groups make five of six stops
        ([[9, 8, 7], [6, 5, 4], [3, 2, 1]], 4, 140, 9 + 8 + 7 + 6 + 5 + 3 + 2),  # and four make seven of nine
    ],
)
def test_half_a_group_is_nowhere(values, groups, day, best, sizes, monkeypatch):
    """In shares of groups these plans would be worth more; the answer is what whole groups can do."""
    for name, size in sizes.items():
        monkeypatch.setattr(tours, name, size)
    case = apart(values, groups, day)
    answer = tours.plan(tours.parse(case), time_limit=0.0)
    assert (answer.status, answer.value, answer.bound) == ("optimal", best, best)
    assert all(can_go(case, tour) for tour in answer.tours)


def all_wanted(values: list[list[int]]) -> dict:
    """One tour of two stays at most, and every stop a must-see."""
    case = apart(values, 1, 140)
    return case | {"stops": [stop | {"must": True} for stop in case["stops"]]}


@pytest.mark.parametrize(
    ("values", "clash"),
    [([[1, 1, 1]], (0, 1, 2)), ([[1, 1], [1]], (0, 2)), ([[1], [1], [1]], (0, 1))],
    ids=["any two fit", "the first two fit", "none two fit"],
)
def test_the_fewest_must_sees_that_clash_are_named(values, clash):
    answer = tours.plan(tours.parse(all_wanted(values)), time_limit=0.0)
    assert (answer.status, answer.clash, answer.value) == ("infeasible", clash, None)


def test_without_any_time_no_case_is_called_impossible(monkeypatch):
    """Nothing was looked at, so nothing is proven: neither a clash nor less than all there is to see."""
    monkeypatch.setattr(routes, "FREE", 0)
    answer = tours.plan(tours.parse(all_wanted([[3, 2, 1]])), time_limit=0.0)
    assert (answer.status, answer.clash, answer.value, answer.bound) == ("unknown", (), None, 6)


def test_time_that_is_up_leaves_a_plan_and_a_bound():
    case = long_list(0, "c") | {"groups": 3}
    for stop in case["stops"]:
        stop |= {"open": 0, "close": 230}
    problem, began = tours.parse(case), time.monotonic()
    answer = tours.plan(problem, time_limit=0.5)
    assert 0.5 <= answer.seconds <= time.monotonic() - began + 0.001
    assert answer.status == "feasible"
    assert answer.value is not None
    assert answer.value <= answer.bound <= sum(stop["value"] for stop in case["stops"])
    assert all(can_go(case, tour) for tour in answer.tours)


def test_distances_are_cut_exactly():
    assert tours.cut((0, 0), (3, 4), 1) == 5
    assert float(tours.cut((0, 0), (1, 1), 1)) == 1.4
    assert float(tours.cut((0, 0), (0.3, 0), 1)) == 0.3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"decimals": 9}, "more than 6"),
        ({"groups": 0}, "groups"),
        ({"groups": 51}, "at most 200 stops and 50 groups"),
        ({"start": {"x": 0, "y": 0, "open": 0, "close": 2_000_000_000}}, "too large or too fine"),
        ({"stops": [{"id": "s", "x": 0, "y": 0, "open": 0, "close": 1}] * 2}, "the same id"),
        ({"start": {"x": 0, "y": 0, "open": 0}}, "start, close"),
        ({"stops": [{"id": "s", "x": 0, "y": 0, "open": "nine", "close": 1}]}, "stop 1, open"),
        ({"stops": [{"x": 0, "y": 0, "open": 0, "close": 1}]}, "stop 1"),
        ({"stops": [{"id": "s", "x": 0, "y": 0, "value": -1, "open": 0, "close": 1}]}, "stop 1, value"),
    ],
)
def test_a_wrong_case_is_told(change, said):
    with pytest.raises(CaseError, match=said):
        tours.parse({"groups": 1, "start": {"x": 0, "y": 0, "open": 0, "close": 9}, "stops": []} | change)
