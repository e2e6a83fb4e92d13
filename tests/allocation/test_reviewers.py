"""Reviewers to papers, held against counting by hand, published optima and repeated draws."""

from __future__ import annotations

import itertools
import os
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from udsyn.allocation import lots, reviewers
from udsyn.allocation.programme import Programme
from udsyn.allocation.reading import CaseError
from udsyn.errors import UdsynError


def small(rng: random.Random) -> dict:
    people, papers = [f"r{n}" for n in range(rng.randint(1, 3))], [f"p{n}" for n in range(rng.randint(1, 3))]
    return {
        "reviewers": people,
        "papers": papers,
        "scores": [[rng.randint(-2, 5) for _ in papers] for _ in people],
        "conflicts": [[r, p] for r in people for p in papers if rng.random() < 0.2],
        "covers": [rng.randint(0, 2) for _ in papers],
        "loads": [rng.randint(0, 3) for _ in people],
        "min_loads": [rng.randint(0, 1) for _ in people],
    }


def every_assignment(case: dict):
    """All whole assignments that meet the case, by plain enumeration."""
    pairs = [(r, p) for r in case["reviewers"] for p in case["papers"] if [r, p] not in case["conflicts"]]
    for taken in itertools.product((0, 1), repeat=len(pairs)):
        chosen = [pair for pair, yes in zip(pairs, taken, strict=True) if yes]
        of_reviewer, of_paper = Counter(r for r, _ in chosen), Counter(p for _, p in chosen)
        loads = zip(case["reviewers"], case["min_loads"], case["loads"], strict=True)
        if any(of_paper[p] != cover for p, cover in zip(case["papers"], case["covers"], strict=True)):
            continue
        if all(least <= of_reviewer[r] <= most for r, least, most in loads):
            yield chosen


def score(case: dict, pair: tuple[str, str]) -> int:
    return case["scores"][case["reviewers"].index(pair[0])][case["papers"].index(pair[1])]


def test_small_cases_equal_enumeration():
    rng = random.Random(5)
    feasible = 0
    for _ in range(150):
        case = small(rng)
        sums = [
            [sum(score(case, c) for c in one if c[1] == p) for p in case["papers"]] for one in every_assignment(case)
        ]
        problem = reviewers.parse(case)
        total, fair = reviewers.assign(problem), reviewers.assign(problem, objective="fair")
        if not sums:
            assert total.status == fair.status == "infeasible"
            assert total.needs
            continue
        feasible += 1
        assert total.total == max(map(sum, sums)) == total.bound
        assert fair.worst == max(map(min, sums)) == fair.bound
        assert fair.total == max(sum(one) for one in sums if min(one) == fair.worst)
        assert set(total.chances.values()) <= {1.0}
    assert 40 < feasible < 140


def test_an_infeasible_case_becomes_feasible_by_what_it_needs():
    rng = random.Random(6)
    mended = 0
    for _ in range(150):
        case = small(rng)
        answer = reviewers.assign(reviewers.parse(case))
        if answer.status == "optimal":
            continue
        for need in answer.needs:
            for names, values, which in (("papers", "covers", None), ("reviewers", "loads", "need a load")):
                if need.who in case[names] and (which is None or which in need.why):
                    case[values][case[names].index(need.who)] = need.load
            if "at least" in need.why:
                case["min_loads"][case["reviewers"].index(need.who)] = need.load
        assert any(True for _ in every_assignment(case)), answer.needs
        mended += 1
    assert mended > 20


def test_loads_that_are_missing_are_whole():
    """Half of a paper each would do for both; nobody can be asked for half a load."""
    case = {"reviewers": ["r", "s"], "papers": ["p"], "scores": [[1], [1]], "covers": [1], "loads": [0, 0]}
    answer = reviewers.assign(reviewers.parse(case), 0.5)
    assert answer.status == "infeasible"
    assert [(need.who, need.load) for need in answer.needs] == [("r", 1), ("s", 1)]


def test_probabilities_are_rid_of_what_the_solver_leaves():
    case = reviewers.parse({"reviewers": list("rstuv"), "papers": ["p"], "scores": [[1]] * 5, "cover": 1, "load": 1})
    left = np.array([0.3 + 4e-8, 0.3 - 4e-8, 1 + 1e-9, 4e-8, 0.123456789])
    assert reviewers.chances_of(case, None, left) == {(0, 0): 0.3, (1, 0): 0.3, (2, 0): 1.0, (4, 0): 0.123456789}


def bids(name: str) -> dict:
    if "UDSYN_DATA" not in os.environ:
        pytest.skip("UDSYN_DATA names no folder with real data")
    with np.load(Path(os.environ["UDSYN_DATA"]) / "assignment" / f"{name}.npz") as held:
        scores, conflicts = held["similarity_matrix"], held["mask_matrix"]
    people, papers = [f"r{n}" for n in range(len(scores))], [f"p{n}" for n in range(scores.shape[1])]
    return {
        "reviewers": people,
        "papers": papers,
        "scores": scores.tolist(),
        "conflicts": [[people[r], papers[p]] for r, p in zip(*np.nonzero(conflicts), strict=True)],
        "cover": 3,
        "load": 6,
    }


@pytest.mark.parametrize(
    ("name", "cap", "total"),
    [
        ("preflib1", None, 497),
        ("preflib1", 0.75, 462.75),
        ("preflib1", 0.5, 412.5),
        ("preflib1", 0.25, 319.5),
        ("preflib3", None, 1817),
        ("preflib3", 0.75, 1721.25),
        ("preflib3", 0.5, 1550),
        ("preflib3", 0.25, 1194.5),
    ],
)
def test_bids_of_real_conferences_give_the_known_optima(name, cap, total):
    problem = reviewers.parse(bids(name))
    answer = reviewers.assign(problem, cap)
    assert answer.total == pytest.approx(total, abs=1e-6)
    assert answer.bound == pytest.approx(total, abs=1e-6)
    assert reviewers.assign(problem, cap, "fair").worst == pytest.approx(3)


def drawn_often(case: dict, cap: float, draws: int) -> None:
    """Draws meet every load, each pair comes as often as it should, none surely more often than the cap."""
    problem = reviewers.parse(case)
    answer = reviewers.assign(problem, cap)
    lot, seen = random.Random(1), Counter()
    for _ in range(draws):
        pairs = lots.draw(answer.chances, lot)
        of_paper, of_reviewer = Counter(p for _, p in pairs), Counter(r for r, _ in pairs)
        assert [of_paper[p] for p in range(len(problem.papers))] == problem.covers
        assert all(
            low <= of_reviewer[r] <= high
            for r, low, high in zip(of_reviewer, problem.least, problem.loads, strict=False)
        )
        assert not set(pairs) & problem.conflicts
        seen.update(pairs)
    for pair, chance in answer.chances.items():
        error = (chance * (1 - chance) / draws) ** 0.5
        assert abs(seen[pair] / draws - chance) < 5 * error + 1e-9
        assert seen[pair] / draws <= cap + 4 * (cap * (1 - cap) / draws) ** 0.5
    total = sum(problem.scores[pair] * times for pair, times in seen.items()) / draws
    assert total == pytest.approx(answer.total, rel=0.02)


def made(rng: random.Random, people: int, papers: int) -> dict:
    names, files = [f"r{n}" for n in range(people)], [f"p{n}" for n in range(papers)]
    return {
        "reviewers": names,
        "papers": files,
        "scores": [[rng.randint(0, 9) for _ in files] for _ in names],
        "conflicts": [[r, p] for r in names for p in files if rng.random() < 0.05],
        "cover": 3,
        "load": 5,
        "min_load": 1,
    }


def test_draws_meet_loads_and_caps():
    drawn_often(made(random.Random(2), 14, 18), 0.4, 400)


@pytest.mark.prove
@pytest.mark.parametrize("cap", [0.75, 0.5, 0.25])
def test_2000_draws_of_real_bids(cap):
    drawn_often(bids("preflib3"), cap, 2_000)


def test_the_same_seed_draws_the_same():
    problem = reviewers.parse(made(random.Random(3), 9, 9))
    chances = reviewers.assign(problem, 0.4).chances
    assert [lots.draw(chances, random.Random(4)) for _ in range(3)] == [lots.draw(chances, random.Random(4))] * 3


@pytest.mark.parametrize(
    ("cap", "total", "fair"),
    [
        (None, (10, 0), (8, 4)),
        (0.75, (9.5, 1), (8.5, 3)),  # r has p with a chance a of 1/4 to 3/4: p gets 4 + 6 a, q 4 - 4 a
    ],
)
def test_the_worst_off_paper_is_raised_at_the_least_cost(cap, total, fair):
    case = {"reviewers": ["r", "s"], "papers": ["p", "q"], "scores": [[10, 4], [4, 0]], "cover": 1, "load": 1}
    problem = reviewers.parse(case)
    found = [reviewers.assign(problem, cap, aim) for aim in ("total", "fair")]
    assert [(one.total, one.worst) for one in found] == [pytest.approx(total), pytest.approx(fair)]
    assert found[1].bound == pytest.approx(fair[1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"scores": [[1]]}, "1 numbers for 2 papers"),
        ({"scores": [[1, float("nan")]]}, "not a number"),
        ({"scores": [[1, 2], [1, 2]]}, "2 rows for 1 reviewers"),
        ({"conflicts": [["r", "nobody"]]}, "not in the case"),
        ({"conflicts": ["r"]}, "is not [reviewer, paper]"),
        ({"papers": ["p", "p"]}, "stands twice"),
        ({"load": -1}, "load"),
        ({"load": 1.5}, "not a whole number"),
        ({"covers": [1]}, "1 numbers for 2"),
        ({"reviewers": None}, "a list is wanted"),
    ],
)
def test_a_wrong_case_is_told(change, said):
    case = {"reviewers": ["r"], "papers": ["p", "q"], "scores": [[1, 2]], "cover": 1, "load": 2} | change
    with pytest.raises(CaseError, match=said.replace("[", r"\[").replace("]", r"\]")):
        reviewers.parse(case)


def test_a_case_without_loads_is_told():
    with pytest.raises(CaseError, match="names neither load nor loads"):
        reviewers.parse({"reviewers": ["r"], "papers": ["p"], "scores": [[1]], "cover": 1})
    case = {"reviewers": ["r"], "papers": ["p"], "scores": [[1]], "cover": 1, "load": 1}
    assert reviewers.parse(case).least == [0], "a least load need not be said"


def test_a_sum_without_an_end_is_no_answer():
    programme = Programme()
    programme.add_column(1.0)
    with pytest.raises(UdsynError, match="without a proof"):
        programme.solve()
    programme.add_row(0, 3, [(0, 2.0)])
    assert programme.solve()[0] == 1.5
