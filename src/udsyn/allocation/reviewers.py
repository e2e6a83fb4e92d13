"""Reviewers to papers, as a linear programme that HiGHS proves.

Every paper gets its number of reviewers, nobody more than their load, no pair in conflict. Without a cap the matrix of
the programme is totally unimodular, so the optimum of the relaxation is already whole. With a cap no pair is certain:
the answer is a probability for each pair, from which `udsyn.allocation.lots` draws whole assignments (the cap against
manipulation is that of Jecmen et al. 2020, arXiv:2006.16437).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from udsyn.allocation.programme import Programme
from udsyn.allocation.reading import CaseError, each, ids, listed, name, number

TOTAL, FAIR = "total", "fair"
NOTHING = 1e-9  #: probabilities below are none
#: what one reviewer fewer than wanted on a paper costs, where raising a load by one costs 1
LEFT_OUT = 1_000.0

Pair = tuple[int, int]


@dataclass(frozen=True)
class Case:
    reviewers: list[str]
    papers: list[str]
    scores: np.ndarray  #: reviewers × papers
    conflicts: frozenset[Pair]
    covers: list[int]  #: reviewers that each paper gets
    loads: list[int]  #: papers that each reviewer takes at most
    least: list[int]  #: and at least

    @cached_property
    def pairs(self) -> list[Pair]:
        """All pairs that may be, reviewer by reviewer."""
        rows, columns = len(self.reviewers), len(self.papers)
        return [(r, p) for r in range(rows) for p in range(columns) if (r, p) not in self.conflicts]


@dataclass(frozen=True)
class Need:
    """A number of the case that would have to change."""

    who: str
    load: int
    why: str


@dataclass(frozen=True)
class Assignment:
    """What was found. `bound` is what no assignment exceeds: of the total, or of the worst-off paper's sum."""

    status: str  #: optimal or infeasible
    seconds: float
    total: float | None = None
    worst: float | None = None
    bound: float | None = None
    chances: dict[Pair, float] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()


def parse(case: dict[str, Any]) -> Case:
    """Check a case: reviewers, papers, scores, conflicts, cover or covers, load or loads, min_load or min_loads."""
    reviewers, papers = ids(case.get("reviewers"), "reviewers"), ids(case.get("papers"), "papers")
    rows = listed(case.get("scores"), "scores")
    if len(rows) != len(reviewers):
        raise CaseError(f"scores: {len(rows)} rows for {len(reviewers)} reviewers.")
    scores = np.zeros((len(reviewers), len(papers)))
    for r, row in enumerate(rows):
        if len(listed(row, f"scores of {reviewers[r]}")) != len(papers):
            raise CaseError(f"scores of {reviewers[r]}: {len(row)} numbers for {len(papers)} papers.")
        scores[r] = [number(value, f"score of {reviewers[r]} for {p}") for value, p in zip(row, papers, strict=True)]
    at_row, at_column = {id_: r for r, id_ in enumerate(reviewers)}, {id_: p for p, id_ in enumerate(papers)}
    conflicts = set()
    for pair in listed(case.get("conflicts", []), "conflicts"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise CaseError(f"conflicts: {pair!r:.60} is not [reviewer, paper].")
        reviewer, paper = (name(part, "conflicts") for part in pair)
        if reviewer not in at_row or paper not in at_column:
            raise CaseError(f"conflicts: [{reviewer}, {paper}] names somebody who is not in the case.")
        conflicts.add((at_row[reviewer], at_column[paper]))
    covers, loads = each(case, "cover", "covers", papers), each(case, "load", "loads", reviewers)
    least = each(case, "min_load", "min_loads", reviewers, default=0)
    return Case(reviewers, papers, scores, frozenset(conflicts), covers, loads, least)


def assign(case: Case, cap: float | None = None, objective: str = TOTAL) -> Assignment:
    """The assignment with the largest total, or with the best worst-off paper and then the largest total, proven.

    `cap`, above 0 and at most 1, bounds the probability of every pair; without it the assignment is whole. An
    infeasible case names the smallest changes of loads that would make it feasible.
    """
    started = time.monotonic()
    found = programme_of(case, cap).solve()
    if found is None:
        return Assignment("infeasible", elapsed(started), needs=needs(case, cap))
    bound, chances = found[0], chances_of(case, cap, found[1])
    if objective == FAIR and case.papers:
        bound, values = raise_the_worst(case, cap, min(paper_sums(case, chances)))
        chances = chances if values is None else chances_of(case, cap, values)
    sums = paper_sums(case, chances)
    total, worst = round(sum(sums), 9), round(min(sums), 9) if sums else None
    return Assignment("optimal", elapsed(started), total, worst, round(bound, 9), chances)


def elapsed(started: float) -> float:
    return round(time.monotonic() - started, 3)


def paper_sums(case: Case, chances: dict[Pair, float]) -> list[float]:
    """The expected sum of scores of each paper."""
    sums = [0.0] * len(case.papers)
    for (r, p), chance in chances.items():
        sums[p] += float(case.scores[r, p]) * chance
    return sums


def programme_of(case: Case, cap: float | None) -> Programme:
    """A column for each pair that may be, a row for each paper and reviewer."""
    programme = Programme()
    for r, p in case.pairs:
        programme.add_column(float(case.scores[r, p]), 1.0 if cap is None else cap)
    of_paper, of_reviewer = columns_of(case)
    for cover, columns in zip(case.covers, of_paper, strict=True):
        programme.add_row(cover, cover, [(column, 1.0) for column in columns])
    for load, least, columns in zip(case.loads, case.least, of_reviewer, strict=True):
        programme.add_row(least, load, [(column, 1.0) for column in columns])
    return programme


def columns_of(case: Case) -> tuple[list[list[int]], list[list[int]]]:
    """The columns of each paper and of each reviewer."""
    of_paper: list[list[int]] = [[] for _ in case.papers]
    of_reviewer: list[list[int]] = [[] for _ in case.reviewers]
    for column, (r, p) in enumerate(case.pairs):
        of_paper[p].append(column)
        of_reviewer[r].append(column)
    return of_paper, of_reviewer


def raise_the_worst(case: Case, cap: float | None, reached: float) -> tuple[float, np.ndarray | None]:
    """The best sum that the worst-off paper can have, and the largest total that leaves it that.

    `reached` is what the largest total gives it anyway; where the relaxation proves that nothing is better, that stays.
    """
    if min(best_alone(case, cap)) <= reached + NOTHING:
        return reached, None
    programme = programme_of(case, cap)
    worths, programme.worths = programme.worths, [0.0] * len(programme.worths)
    lowest = min(float(case.scores.min()) * max(case.covers, default=0), 0.0)
    floor = programme.add_column(1.0)  #: how far the worst-off paper's sum is above `lowest`
    for p, columns in enumerate(columns_of(case)[0]):
        scored = [(column, float(case.scores[case.pairs[column][0], p])) for column in columns]
        programme.add_row(lowest, np.inf, [*scored, (floor, -1.0)])
    best = solved(programme)[0] + lowest
    if best <= reached + NOTHING:
        return reached, None
    if cap is None:  # a floor under sums breaks the matrix's unimodularity: ask for whole numbers
        programme.whole = [True] * len(worths) + [False]
        best = solved(programme)[0] + lowest
    programme.add_row(best - lowest - 1e-7 * max(1.0, abs(best)), np.inf, [(floor, 1.0)])
    programme.worths = [*worths, 0.0]
    return best, solved(programme)[1]


def best_alone(case: Case, cap: float | None) -> list[float]:
    """What each paper could have if there were no other: its best reviewers, as far as the cap lets them."""
    sums = []
    for p, columns in enumerate(columns_of(case)[0]):
        left, total = float(case.covers[p]), 0.0
        for score in sorted((float(case.scores[case.pairs[column][0], p]) for column in columns), reverse=True):
            taken = min(left, 1.0 if cap is None else cap)
            left, total = left - taken, total + taken * score
        sums.append(total)
    return sums


def solved(programme: Programme) -> tuple[float, np.ndarray]:
    found = programme.solve()
    assert found is not None  # feasible without the floor, and the floor can be low enough
    return found


def chances_of(case: Case, cap: float | None, values: np.ndarray) -> dict[Pair, float]:
    """The probability of every pair that can come about, rid of the solver's tolerance."""
    found = {}
    for pair, value in zip(case.pairs, values.tolist(), strict=False):
        chance = min(max(value, 0.0), 1.0 if cap is None else cap)
        nearest = round(chance * 1e6) / 1e6
        chance = nearest if abs(chance - nearest) < 1e-7 else chance
        if chance > NOTHING:
            found[pair] = chance
    return found


def needs(case: Case, cap: float | None) -> tuple[Need, ...]:
    """The smallest changes of numbers that make the case feasible: loads first, a paper's cover only where it must."""
    programme = Programme()
    for _pair in case.pairs:
        programme.add_column(0.0, 1.0 if cap is None else cap)
    of_paper, of_reviewer = ([[(c, 1.0) for c in columns] for columns in side] for side in columns_of(case))
    missing = [programme.add_column(-LEFT_OUT, cover, whole=True) for cover in case.covers]
    more = [programme.add_column(-1.0, len(case.papers) + least, whole=True) for least in case.least]
    fewer = [programme.add_column(-1.0, least, whole=True) for least in case.least]
    for p, cover in enumerate(case.covers):
        programme.add_row(cover, cover, [*of_paper[p], (missing[p], 1.0)])
    for r, load in enumerate(case.loads):
        programme.add_row(-np.inf, load, [*of_reviewer[r], (more[r], -1.0)])
        programme.add_row(case.least[r], np.inf, [*of_reviewer[r], (fewer[r], 1.0)])
    change = [round(value) for value in solved(programme)[1]]
    under = "" if cap is None else f" at a probability of at most {cap:g} each"
    found = []
    for p, id_ in enumerate(case.papers):
        if change[missing[p]]:
            cover = case.covers[p] - change[missing[p]]
            found.append(
                Need(id_, cover, f"{cover} of its {case.covers[p]} reviewers can be had without a conflict{under}")
            )
    for r, id_ in enumerate(case.reviewers):
        if change[more[r]]:
            load = case.loads[r] + change[more[r]]
            found.append(Need(id_, load, f"the papers need a load of {load}; {case.loads[r]} is allowed"))
        if change[fewer[r]]:
            least = case.least[r] - change[fewer[r]]
            found.append(Need(id_, least, f"at least {case.least[r]} papers are asked; {least} can be had"))
    return tuple(found)
