"""Verdicts: what a pack's rules say of a case on a day. Missing facts give *unknown*, never a refusal.

A case is plain data: {"applicant": {"kind": "university"}, "partners": [{"country": "KR"}],
"budget": [{"kind": "travel", "amount": 1000}]}.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from udsyn.packs.language import Cap, Condition, Member, Pack, Rule

MISSING = object()


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What one rule says. `clause` and `source` tell where it stands; `why` what decided it, for people."""

    rule: str
    outcome: Outcome
    clause: str
    source: str
    why: str
    disputed: str | None = None


@dataclass(frozen=True)
class Around:
    """What conditions are judged by, besides the case: the pack's sets, and the day."""

    sets: Mapping[str, tuple[Member, ...]]
    day: dt.date


def judge(pack: Pack, case: Mapping[str, Any], on: dt.date) -> list[Verdict]:
    """A verdict for each rule, in the pack's order."""
    around = Around(pack.sets, on)
    return [verdict_of(pack, rule, case, around) for rule in pack.rules]


def told_by_all(verdicts: Iterable[Verdict]) -> Outcome:
    """Not met where one rule is not met; else unknown where one is unknown."""
    return all_of([verdict.outcome for verdict in verdicts])


def verdict_of(pack: Pack, rule: Rule, case: Mapping[str, Any], around: Around) -> Verdict:
    if rule.cap is not None:
        outcome, why = within(rule.cap, case, around)
    else:
        assert rule.condition is not None
        outcome, why = holds(rule.condition, case, around), rule.says.get("en", rule.id)
    return Verdict(rule.id, outcome, rule.clause, pack.sources[rule.source].title, why, rule.disputed)


def holds(condition: Condition, case: Any, around: Around) -> Outcome:
    """Does a condition hold? Three answers, joined as Kleene does."""
    if condition.all_ is not None:
        return all_of([holds(one, case, around) for one in condition.all_])
    if condition.any_ is not None:
        return opposite(all_of([opposite(holds(one, case, around)) for one in condition.any_]))
    if condition.not_ is not None:
        return opposite(holds(condition.not_, case, around))
    if condition.when is not None and condition.then is not None:
        asked = opposite(holds(condition.when, case, around))
        return opposite(all_of([opposite(asked), opposite(holds(condition.then, case, around))]))
    if condition.count is not None:
        return counted(condition, case, around)
    return tested(condition, at(case, condition.value or ""), around)


def all_of(outcomes: list[Outcome]) -> Outcome:
    if Outcome.NOT_MET in outcomes:
        return Outcome.NOT_MET
    return Outcome.UNKNOWN if Outcome.UNKNOWN in outcomes else Outcome.MET


def opposite(outcome: Outcome) -> Outcome:
    return {Outcome.MET: Outcome.NOT_MET, Outcome.NOT_MET: Outcome.MET}.get(outcome, outcome)


def answer(true: bool) -> Outcome:
    return Outcome.MET if true else Outcome.NOT_MET


def at(case: Any, path: str) -> Any:
    """The value at a path; MISSING where there is none or it is null."""
    for part in path.split("."):
        if not isinstance(case, Mapping) or case.get(part) is None:
            return MISSING
        case = case[part]
    return case


def tested(condition: Condition, value: Any, around: Around) -> Outcome:
    if condition.known is not None:
        return answer((value is not MISSING) == condition.known)
    if value is MISSING:
        return Outcome.UNKNOWN
    if condition.is_ is not None:
        return answer(same(value, condition.is_))
    if condition.in_ is not None:
        return answer(any(same(value, one) for one in condition.in_))
    if condition.not_in is not None:
        return answer(not any(same(value, one) for one in condition.not_in))
    if condition.in_set is not None:
        return answer(belongs(value, around.sets[condition.in_set], around.day))
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return Outcome.UNKNOWN
    return bounded(condition, value, value)


def same(one: Any, two: Any) -> bool:
    """Equal, and not 1 for true."""
    return isinstance(one, bool) == isinstance(two, bool) and bool(one == two)


def belongs(value: Any, members: tuple[Member, ...], day: dt.date) -> bool:
    """Is it in the set on that day?"""
    return any(
        member.code == value
        and (member.valid_from is None or member.valid_from <= day)
        and (member.valid_to is None or day < member.valid_to)
        for member in members
    )


def counted(condition: Condition, case: Any, around: Around) -> Outcome:
    """How many things in a list fit: between those that surely do and those that may."""
    things = at(case, condition.count or "")
    if not isinstance(things, (list, tuple)):
        return Outcome.UNKNOWN
    fits = [Outcome.MET if condition.where is None else holds(condition.where, one, around) for one in things]
    sure = [one for one, fit in zip(things, fits, strict=True) if fit is Outcome.MET]
    perhaps = [one for one, fit in zip(things, fits, strict=True) if fit is Outcome.UNKNOWN]
    if condition.distinct is None:
        return bounded(condition, len(sure), len(sure) + len(perhaps))
    known = {value for one in sure if (value := at(one, condition.distinct)) is not MISSING}
    unknown = sum(at(one, condition.distinct) is MISSING for one in sure)
    return bounded(condition, max(len(known), min(unknown, 1)), len(known) + unknown + len(perhaps))


def bounded(condition: Condition, low: float, high: float) -> Outcome:
    """Is a number that lies between low and high within the condition's bounds?"""
    least = -math.inf if condition.at_least is None else condition.at_least
    most = math.inf if condition.at_most is None else condition.at_most
    if least <= low and high <= most:
        return Outcome.MET
    return Outcome.NOT_MET if high < least or low > most else Outcome.UNKNOWN


def within(cap: Cap, case: Any, around: Around) -> tuple[Outcome, str]:
    """Does a sum of costs stay under its cap, and what is it?"""
    costs = at(case, cap.sum)
    if not isinstance(costs, (list, tuple)):
        return Outcome.UNKNOWN, f"no {cap.sum} is known"
    sums: dict[Any, float] = {}
    open_ = False
    for cost in costs:
        fit = Outcome.MET if cap.where is None else holds(cap.where, cost, around)
        key, amount = at(cost, cap.per) if cap.per else None, at(cost, cap.amount)
        if fit is Outcome.NOT_MET:
            continue
        if fit is Outcome.UNKNOWN or key is MISSING or isinstance(amount, bool) or not isinstance(amount, (int, float)):
            open_ = True
            continue
        sums[key] = sums.get(key, 0) + amount
    most = cap.at_most
    if cap.share is not None:
        whole = at(case, cap.of or "")
        if not isinstance(whole, (int, float)):
            return Outcome.UNKNOWN, f"{cap.of} is not known"
        most = cap.share * whole
    assert most is not None
    over = {key: total for key, total in sums.items() if total > most}
    if over:
        key, total = max(over.items(), key=lambda item: item[1])
        return Outcome.NOT_MET, f"{total:,.2f}{'' if key is None else f' for {key}'} is more than {most:,.2f}"
    largest = max(sums.values(), default=0.0)
    return (Outcome.UNKNOWN if open_ else Outcome.MET), f"{largest:,.2f} of at most {most:,.2f}"
