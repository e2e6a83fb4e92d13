"""What a case is answered with, as plain rows and objects: the verbs of `udsyn allocation` and of Python.

A case is the object itself, or the file that holds it as JSON. Each raises UsageError for a case that cannot be used.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from udsyn.allocation import expected, joint, lots, lottery, places, quotas, reading, reviewers, tours
from udsyn.errors import UsageError

Case = Path | str | Mapping[str, Any]
Answer = dict[str, Any]


def case_of(case: Case) -> dict[str, Any]:
    return reading.load(Path(case)) if isinstance(case, Path | str) else dict(case)


def assign_reviewers(
    case: Case, *, cap: float | None = None, objective: str = reviewers.TOTAL, draws: int = 0, seed: int = 0
) -> Answer:
    """Reviewers to papers: the best total, proven, or a lottery in which no pair is likelier than `cap` (0 to 1).

    status (optimal or infeasible), total, worst (the smallest sum of a paper), bound, seconds, assignment (paper,
    reviewer, probability), with draws also draws; infeasible adds needs (who, load, why).
    """
    problem = reviewers.parse(case_of(case))
    answer = reviewers.assign(problem, cap, objective)
    found: Answer = {
        "status": answer.status,
        "total": answer.total,
        "worst": answer.worst,
        "bound": answer.bound,
        "seconds": answer.seconds,
        "assignment": [
            {"paper": problem.papers[p], "reviewer": problem.reviewers[r], "probability": chance}
            for (r, p), chance in sorted(answer.chances.items(), key=lambda item: item[0][::-1])
        ],
    }
    if answer.needs:
        found["needs"] = [{"who": need.who, "load": need.load, "why": need.why} for need in answer.needs]
    elif draws:
        lot = random.Random(seed)  # noqa: S311 (a lottery that anybody can run again, not a secret)
        found["draws"] = [
            [{"paper": problem.papers[p], "reviewer": problem.reviewers[r]} for r, p in lots.draw(answer.chances, lot)]
            for _n in range(draws)
        ]
    return found


def match_places(case: Case, *, every: bool = False, plan: quotas.Aim | None = None) -> Answer:
    """Applicants to hosts so that no two would both rather break away.

    applicant_optimal and host_optimal (every applicant: host or None), unplaced, reasons, below_minimum; with every
    also matchings, all stable ones; with plan the best matching that keeps minima, caps and couples.
    """
    raw = case_of(case)
    problem = places.parse(raw)
    best = places.applicant_optimal(problem)
    found: Answer = {
        "applicant_optimal": best,
        "host_optimal": places.host_optimal(problem),
        "unplaced": places.unplaced(best),
        "reasons": places.reasons(problem, best),
        "below_minimum": places.below_minimum(problem, best),
    }
    if every:
        found["matchings"] = list(places.stable_matchings(problem))
    if plan is not None:
        found["plan"] = quotas.compared(problem, quotas.demands_of(raw, problem), plan)
    return found


def plan_tours(case: Case, *, time_limit: float = 60.0) -> Answer:
    """Which group visits which stop when: the most valuable plan that serves every must-see, within so many seconds.

    status (optimal, feasible, infeasible, unknown), value, bound, seconds, tours (stops in order, a list for each
    group); infeasible adds clash, the fewest must-sees that cannot all be served.
    """
    problem = tours.parse(case_of(case))
    answer = tours.plan(problem, time_limit)
    named = [[problem.ids[stop] for stop in tour] for tour in answer.tours]
    found: Answer = {
        "status": answer.status,
        "value": answer.value,
        "bound": answer.bound,
        "seconds": answer.seconds,
        "tours": named + [[] for _group in range(problem.groups - len(named))] if answer.value is not None else [],
    }
    if answer.clash:
        found["clash"] = [problem.ids[stop] for stop in answer.clash]
    return found


def rank_grades(case: Case, *, share: float = 0.5) -> list[Answer]:
    """What a panel has graded, by expected rank: id, mean, rank, low, high (it lies between them with this share)."""
    return [vars(one) for one in expected.expected_ranks(expected.parse(case_of(case)), share)]


def merge_rankings(case: Case, *, rule: joint.Merge, top: int | None = None) -> list[Answer]:
    """Two agencies' rankings as one, by a rule: place (tied ones share it), id, ours, theirs, best first.

    `both_top` takes only those among the best `top` of both sides. Whom the merged order leaves out has no place and
    stands last.
    """
    if rule == "both_top" and not top:
        raise UsageError("both_top: say among how many of the best of both sides (top) they must be.")
    ours, theirs = joint.parse(case_of(case))
    places = joint.places_of(joint.merge(rule, ours, theirs, top or 0))
    return [
        {"place": places.get(id_), "id": id_, "ours": ours.get(id_), "theirs": theirs.get(id_)}
        for id_ in dict.fromkeys([*places, *ours, *theirs])
    ]


def check_lots(log: Case, *, commitment: str | None = None) -> Answer:
    """Draw published lots again: holds (yes or no), and faults (what is wrong with them)."""
    said = case_of(log)
    faults = lottery.faults(said, commitment or str(said.get("commitment")))
    return {"holds": not faults, "faults": faults}
