"""Why a reviewer does not get a paper: a conflict, loads that cannot hold, or what it would cost all others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from udsyn.allocation.reviewers import Assignment, Case, Pair, assign, paper_sums


@dataclass(frozen=True)
class Why:
    """`total` and `worst` are of the best assignment that has the pair; `gone` and `new`: what else changes."""

    kind: Literal["conflict", "impossible", "worse", "as_good"]
    total: float | None = None
    worst: float | None = None
    gone: tuple[Pair, ...] = ()
    new: tuple[Pair, ...] = ()


def why_not(case: Case, found: Assignment, pair: Pair) -> Why:
    """Why a whole assignment does not have this pair. Raises ValueError where it has it."""
    if found.chances.get(pair):
        raise ValueError("the pair is assigned")
    if pair in case.conflicts:
        return Why("conflict")
    forced = assign_with(case, pair)
    if forced.status == "infeasible" or found.total is None or forced.total is None:
        return Why("impossible")
    before, after = set(found.chances), set(forced.chances)
    gone, new = tuple(sorted(before - after)), tuple(sorted(after - before - {pair}))
    worse = forced.total < found.total - 1e-9 or (forced.worst or 0) < (found.worst or 0) - 1e-9
    return Why("worse" if worse else "as_good", forced.total, forced.worst, gone, new)


def assign_with(case: Case, pair: Pair) -> Assignment:
    """The assignment with the largest total among those that have the pair."""
    r, p = pair
    if not case.covers[p] or not case.loads[r]:
        return Assignment("infeasible", 0.0)
    rest = replace(
        case,
        conflicts=case.conflicts | {pair},
        covers=less_at(case.covers, p),
        loads=less_at(case.loads, r),
        least=less_at(case.least, r),
    )
    found = assign(rest)
    if found.status == "infeasible":
        return found
    chances = {**found.chances, pair: 1.0}
    sums = paper_sums(case, chances)
    return replace(found, chances=chances, total=round(sum(sums), 9), worst=round(min(sums), 9))


def less_at(numbers: list[int], place: int) -> list[int]:
    return [max(value - 1, 0) if n == place else value for n, value in enumerate(numbers)]
