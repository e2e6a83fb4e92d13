"""Three answers, joined as Kleene does, and where a value stands in a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

MISSING = object()


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    found = set(outcomes)
    if Outcome.NOT_MET in found:
        return Outcome.NOT_MET
    return Outcome.UNKNOWN if Outcome.UNKNOWN in found else Outcome.MET


def opposite(outcome: Outcome) -> Outcome:
    return {Outcome.MET: Outcome.NOT_MET, Outcome.NOT_MET: Outcome.MET}.get(outcome, outcome)


def any_of(outcomes: Iterable[Outcome]) -> Outcome:
    return opposite(all_of(opposite(one) for one in outcomes))


def answer(true: bool) -> Outcome:
    return Outcome.MET if true else Outcome.NOT_MET


def at(case: Any, path: str) -> Any:
    """The value at a path; MISSING where there is none or it is null."""
    for part in path.split("."):
        if not isinstance(case, Mapping) or case.get(part) is None:
            return MISSING
        case = case[part]
    return case


def key_at(case: Any, path: str) -> Any:
    """The plain value at a path, by which things are told apart; MISSING for a list or a mapping too."""
    value = at(case, path)
    return value if isinstance(value, (str, int, float, bool)) else MISSING
