"""Verdicts: what a pack's rules say of a case on a day. Missing facts give *unknown*, never a refusal.

A case is plain data: {"applicant": {"kind": "university"}, "partners": [{"country": "KR"}],
"budget": [{"kind": "travel", "amount": 1000, "currency": "EUR"}], "rates": {"EUR": 7.46, "DKK": 1},
"documents": [{"kind": "letter", "of": "partner-1"}]}.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from udsyn.packs.calls import Document
from udsyn.packs.language import Member, Pack, Reading, Rule
from udsyn.packs.outcomes import MISSING, Outcome, all_of, answer, any_of, at, key_at, opposite
from udsyn.packs.parts import Condition, Text
from udsyn.packs.sums import Found, Money, within


@dataclass(frozen=True)
class Verdict:
    """What one rule says. `clause` and `source` tell where it stands; `why` what decided it, for people.

    `says` is the rule in the pack's languages, `sum` the sum and bound that decided a cap. Where a rule asks nothing
    of this case it is met and not `asked`. `disputed` names what another source says otherwise.
    """

    rule: str
    outcome: Outcome
    clause: str
    source: str
    why: str
    disputed: str | None = None
    says: Text | None = None
    sum: Found | None = None
    asked: bool = True
    of: str | None = None  #: whose it is: the partner of whom a document is asked


@dataclass(frozen=True)
class Around:
    """What conditions are judged by, besides the case: the pack's sets, the day, and what money is worth."""

    sets: Mapping[str, tuple[Member, ...] | None]
    day: dt.date
    money: Money


def around(pack: Pack, case: Mapping[str, Any], on: dt.date) -> Around:
    rates = case.get("rates")
    return Around(pack.sets, on, Money(pack.currency, rates if isinstance(rates, Mapping) else {}))


def judge(pack: Pack, case: Mapping[str, Any], on: dt.date) -> list[Verdict]:
    """A verdict for each rule, in the pack's order."""
    seen = around(pack, case, on)
    return [verdict_of(pack, rule, case, seen) for rule in pack.rules]


def told_by_all(verdicts: Iterable[Verdict]) -> Outcome:
    """Not met where one rule is not met; else unknown where one is unknown."""
    return all_of(verdict.outcome for verdict in verdicts)


def verdict_of(pack: Pack, rule: Rule, case: Mapping[str, Any], seen: Around) -> Verdict:
    asked = Outcome.MET if rule.when is None else holds(rule.when, case, seen)
    outcome, why, found = read(rule, case, seen)
    disputed = rule.disputed
    if rule.otherwise is not None:
        other = read(rule.otherwise, case, seen)[0]
        source = pack.sources[rule.otherwise.source].title
        disputed = f"{source}, {rule.otherwise.clause}: {rule.otherwise.says.get('en', '')}"
        if other is not outcome:
            outcome = Outcome.UNKNOWN
    outcome = any_of((opposite(asked), outcome))
    if asked is Outcome.NOT_MET:
        why, found = "asked of other cases only", None
    return Verdict(
        rule.id,
        outcome,
        rule.clause,
        pack.sources[rule.source].title,
        why,
        disputed,
        rule.says,
        found,
        asked is not Outcome.NOT_MET,
    )


def read(reading: Reading, case: Any, seen: Around) -> tuple[Outcome, str, Found | None]:
    """What a condition or cap says of a case, why, and the sum that decided."""
    if reading.cap is None:
        assert reading.condition is not None
        return holds(reading.condition, case, seen), reading.says.get("en", reading.clause), None
    found = within(reading.cap, case, seen.money, lambda condition, thing: holds(condition, thing, seen))
    return found.outcome, in_words(found, reading.cap.is_minimum), found


def in_words(found: Found, is_minimum: bool) -> str:
    if found.total is None or found.bound is None:
        return f"{found.missing} is not known" if found.missing else "nothing is asked for"
    bound = f"{'at least' if is_minimum else 'at most'} {float(found.bound):,.2f}"
    money = f" {found.currency}" if found.currency else ""
    return f"{float(found.total):,.2f}{f' for {found.of}' if found.of is not None else ''} of {bound}{money}"


def documents(pack: Pack, case: Mapping[str, Any], on: dt.date) -> list[Verdict]:
    """A verdict for each document that is or may be asked: is it there, or one that does in its place?"""
    seen = around(pack, case, on)
    there = [one for one in case.get("documents") or () if isinstance(one, Mapping)]
    found = []
    for document in pack.documents:
        for of, wanted in asked_of(document, case, seen):
            kinds = (document.id, *document.instead)
            held = any(one.get("kind") in kinds and (of is None or one.get("of") == of) for one in there)
            found.append(
                Verdict(
                    document.id,
                    any_of((opposite(wanted), answer(held))),
                    document.clause,
                    pack.sources[document.source].title,
                    "it is there" if held else "it is missing",
                    says=document.says,
                    asked=wanted is not Outcome.NOT_MET,
                    of=of,
                )
            )
    return found


def asked_of(document: Document, case: Mapping[str, Any], seen: Around) -> list[tuple[str | None, Outcome]]:
    """Of whom a document is asked, by the `id` of the thing; None is the application itself."""
    when = Outcome.MET if document.when is None else holds(document.when, case, seen)
    if document.each is None:
        return [(None, when)]
    things = at(case, document.each)
    if not isinstance(things, (list, tuple)):
        return [(None, all_of((when, Outcome.UNKNOWN)))]
    fits = [Outcome.MET if document.where is None else holds(document.where, thing, seen) for thing in things]
    return [
        (str(thing.get("id", place)) if isinstance(thing, Mapping) else str(place), all_of((when, fit)))
        for place, (thing, fit) in enumerate(zip(things, fits, strict=True), 1)
    ]


def holds(condition: Condition, case: Any, seen: Around) -> Outcome:
    """Does a condition hold?"""
    if condition.all_ is not None:
        return all_of(holds(one, case, seen) for one in condition.all_)
    if condition.any_ is not None:
        return any_of(holds(one, case, seen) for one in condition.any_)
    if condition.not_ is not None:
        return opposite(holds(condition.not_, case, seen))
    if condition.when is not None and condition.then is not None:
        return any_of((opposite(holds(condition.when, case, seen)), holds(condition.then, case, seen)))
    if condition.count is not None:
        return counted(condition, case, seen)
    if condition.same_as is not None:
        one, two = at(case, condition.value or ""), at(case, condition.same_as)
        return Outcome.UNKNOWN if MISSING in (one, two) else answer(same(one, two))
    return tested(condition, at(case, condition.value or ""), seen)


def tested(condition: Condition, value: Any, seen: Around) -> Outcome:
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
        members = seen.sets[condition.in_set]
        return Outcome.UNKNOWN if members is None else answer(belongs(value, members, seen.day))
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return Outcome.UNKNOWN
    return bounded(condition, value, value)


def same(one: Any, two: Any) -> bool:
    """Equal, and not 1 for true."""
    return isinstance(one, bool) == isinstance(two, bool) and bool(one == two)


def belongs(value: Any, members: tuple[Member, ...], day: dt.date) -> bool:
    """Is it in the set on that day?"""
    return any(member.code == value and member.counts_on(day) for member in members)


def held_by(case: Any, path: str, members: tuple[Member, ...], day: dt.date) -> list[Member]:
    """The members that the value at a path is on that day."""
    return [member for member in members if member.code == at(case, path) and member.counts_on(day)]


def counted(condition: Condition, case: Any, seen: Around) -> Outcome:
    """How many things in a list fit: between those that surely do and those that may."""
    things = at(case, condition.count or "")
    if not isinstance(things, (list, tuple)):
        return Outcome.UNKNOWN
    fits = [Outcome.MET if condition.where is None else holds(condition.where, one, seen) for one in things]
    sure = [one for one, fit in zip(things, fits, strict=True) if fit is Outcome.MET]
    perhaps = [one for one, fit in zip(things, fits, strict=True) if fit is Outcome.UNKNOWN]
    if condition.distinct is None:
        return bounded(condition, len(sure), len(sure) + len(perhaps))
    keys = [key_at(one, condition.distinct) for one in sure]
    known, unknown = {key for key in keys if key is not MISSING}, sum(key is MISSING for key in keys)
    return bounded(condition, max(len(known), min(unknown, 1)), len(known) + unknown + len(perhaps))


def bounded(condition: Condition, low: float, high: float) -> Outcome:
    """Is a number that lies between low and high within the condition's bounds?"""
    least = -math.inf if condition.at_least is None else condition.at_least
    most = math.inf if condition.at_most is None else condition.at_most
    if least <= low and high <= most:
        return Outcome.MET
    return Outcome.NOT_MET if high < least or low > most else Outcome.UNKNOWN
