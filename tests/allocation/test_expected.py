"""Expected ranks held against a published panel, and against drawing; why a pair is not assigned, by enumeration."""

from __future__ import annotations

import random

import numpy as np
import pytest
from tests.allocation.test_reviewers import every_assignment, score, small

from udsyn.allocation import reviewers
from udsyn.allocation.expected import Expected, expected_ranks, in_places, not_told_apart, parse
from udsyn.allocation.reading import CaseError
from udsyn.allocation.why import why_not

#: the first mock panel of the package ERforResearch (MIT): 15 proposals, 5 assessors, 1 is A and 6 is D
PANEL = """1 1 1 2 5  1 1 2 2 6  1 2 1 3 5  1 3 2 1 5  1 2 2 3 5  1 3 1 4 5  1 2 3 4 5  1 5 2 2 5
1 3 4 3 5  1 4 2 5 5  2 3 4 4 5  2 4 3 5 5  2 5 4 4 6  2 3 4 6 6  2 5 5 4 6"""
#: what a sampler of two chains gave for it
PRINTED = (2.44, 4.09, 4.13, 4.08, 5.10, 6.15, 7.31, 7.33, 8.36, 9.42, 10.43, 11.43, 13.01, 13.01, 13.69)


def panel():
    marks = [int(mark) for mark in PANEL.split()]
    return {f"#{n}": {f"v{v}": 7 - mark for v, mark in enumerate(marks[5 * n : 5 * n + 5])} for n in range(15)}


def test_the_printed_panel():
    found = {one.id: one for one in expected_ranks(panel())}
    assert max(abs(found[f"#{n}"].rank - printed) for n, printed in enumerate(PRINTED)) < 0.15
    assert sum(one.rank for one in found.values()) == pytest.approx(120, abs=0.01)
    assert all(one.low <= one.rank + 0.5 and one.rank - 0.5 <= one.high for one in found.values())


def by_sampling(grades, rounds, seed):
    """The oracle: the same model by Gibbs steps and random walks, with an assessor's taste drawn for itself."""
    lot = np.random.default_rng(seed)
    given = [(p, v, g) for p, of in enumerate(grades.values()) for v, g in of.items()]
    who = list(dict.fromkeys(v for _, v, _ in given))
    p, v = np.array([g[0] for g in given]), np.array([who.index(g[1]) for g in given])
    y = np.array([g[2] for g in given], dtype=float)
    y -= y.mean()
    n, theta, nu, taste = len(grades), np.zeros(len(grades)), np.zeros(len(who)), np.zeros(len(y))
    sigma, spread, own, ranks = 1.0, 1.0, 1.0, []

    def new(rest, places, count, prior, noise):
        weight = np.bincount(places, minlength=count) / noise**2 + prior**-2
        mean = np.bincount(places, rest, count) / noise**2 / weight
        return mean + lot.normal(size=count) / np.sqrt(weight)

    def deviation(values, now):
        wanted = now + lot.normal() * 0.25
        if not 1e-6 < wanted < 2:
            return now
        gain = -len(values) * np.log(wanted / now) - (values @ values) * (wanted**-2 - now**-2) / 2
        return wanted if np.log(lot.random()) < gain else now

    for turn in range(rounds):
        theta = new(y - taste, p, n, spread, sigma)
        centred = new(taste, v, len(who), 0.5, own)
        nu = centred
        weight = sigma**-2 + own**-2
        taste = ((y - theta[p]) / sigma**2 + nu[v] / own**2) / weight + lot.normal(size=len(y)) / np.sqrt(weight)
        sigma, spread, own = (
            deviation(y - theta[p] - taste, sigma), deviation(theta, spread), deviation(taste - nu[v], own)
        )  # fmt: skip
        if turn > rounds // 10:
            ranks.append(1 + np.argsort(np.argsort(-theta)))
    return np.mean(ranks, axis=0)


def test_lots_fall_between_those_whose_interval_holds_the_line():
    ranks = [
        Expected("sure", 5, 1.1, 1, 1), Expected("maybe", 4, 2.4, 2, 4), Expected("last", 4, 2.9, 2, 4),
        Expected("narrow", 4, 3.4, 3, 4), Expected("wide", 3, 4.1, 2, 6), Expected("out", 1, 6.0, 6, 6),
    ]  # fmt: skip
    assert not_told_apart(ranks, "last") == (("sure",), ("last", "maybe", "wide"), ("narrow",), ("out",))
    assert not_told_apart(ranks, "sure")[0] == ("sure",)
    twins = [Expected("a", 4, 1.5, 1, 1), Expected("b", 4, 1.5, 2, 2), Expected("c", 1, 3, 3, 3)]
    assert in_places(twins) == (("a", "b"), ("c",))
    assert not_told_apart(twins, "a") == (("a", "b"), ("c",)), "the interval's ends are drawn; equals stay equals"
    assert not_told_apart(twins, "c") == (("a", "b"), ("c",))


def test_the_printed_panel_draws_lots_around_its_line():
    """With money for six: by hand from the ranks, whoever's interval holds the sixth one's expected rank."""
    ranks = expected_ranks(panel())
    order = not_told_apart(ranks, "#5")
    between = next(place for place in order if "#5" in place)
    assert 1 < len(between) < 15
    assert set(between) == {one.id for one in ranks if one.low <= ranks[5].rank <= one.high}
    assert [id_ for place in order for id_ in place if id_ not in between] == [
        one.id for one in ranks if one.id not in between
    ]


def test_a_panel_with_gaps_equals_drawing_from_the_same_model():
    lot = random.Random(4)
    grades = {
        f"p{n}": {f"v{v}": min(6, max(1, round(lot.gauss(6 - n * 0.6, 1)))) for v in range(4) if lot.random() < 0.8}
        for n in range(8)
    }
    found = {one.id: one.rank for one in expected_ranks(grades)}
    drawn = by_sampling(grades, 12_000, 1)
    assert max(abs(found[id_] - rank) for id_, rank in zip(grades, drawn, strict=True)) < 0.3


def test_equal_grades_give_equal_ranks_and_nobody_graded_stands_in_the_middle():
    found = expected_ranks({"a": {"v": 5, "w": 4}, "b": {"v": 5, "w": 4}, "c": {"v": 2, "w": 1}})
    assert found[0].rank == found[1].rank < found[2].rank
    assert [one.rank for one in expected_ranks({"a": {}, "b": {}, "c": {}})] == [2, 2, 2]
    unknown = {one.id: one for one in expected_ranks({"a": {"v": 6}, "b": {"v": 1}, "c": {}})}
    assert unknown["a"].rank < unknown["c"].rank < unknown["b"].rank
    assert unknown["c"].mean is None


@pytest.mark.parametrize("share", [0, 1, 1.2])
def test_an_interval_holds_a_part_of_what_may_be(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        expected_ranks({"a": {"v": 5}, "b": {"v": 4}}, share)


def test_a_wrong_panel_is_told():
    with pytest.raises(CaseError, match="1 rows of 2"):
        parse({"proposals": ["a"], "assessors": ["v", "w"], "grades": [[1]]})
    assert parse({"proposals": ["a"], "assessors": ["v", "w"], "grades": [[1, None]]}) == {"a": {"v": 1}}


def test_why_a_pair_is_not_assigned_equals_enumeration():
    rng, seen = random.Random(9), set()
    for _ in range(120):
        case = small(rng)
        problem = reviewers.parse(case)
        found = reviewers.assign(problem)
        if found.status == "infeasible":
            continue
        every = list(every_assignment(case))
        for r, who in enumerate(problem.reviewers):
            for p, paper in enumerate(problem.papers):
                if (r, p) in found.chances:
                    with pytest.raises(ValueError, match="is assigned"):
                        why_not(problem, found, (r, p))
                    continue
                why = why_not(problem, found, (r, p))
                seen.add(why.kind)
                having = [sum(score(case, one) for one in some) for some in every if (who, paper) in some]
                assert (why.kind == "conflict") == ([who, paper] in case["conflicts"])
                assert (why.kind in ("conflict", "impossible")) == (not having)
                assert why.total == (max(having) if having else None)
    assert seen == {"conflict", "impossible", "worse", "as_good"}
