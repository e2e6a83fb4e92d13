"""Answers: of the rules that give one, the first whose condition holds, with its clause and source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from udsyn.packs.judge import around, held_by, holds
from udsyn.packs.language import Member, Pack, Rule, Source, conditions_in
from udsyn.packs.outcomes import Outcome
from udsyn.packs.parts import Text


@dataclass(frozen=True)
class Answer:
    """What a pack says of a case. `member` is the dated fact that decided, where the answer hangs on a set."""

    gives: str
    rule: str
    clause: str
    source: Source
    unless: Text | None
    says: Text
    member: Member | None


def answer(pack: Pack, case: Mapping[str, Any], on: dt.date) -> Answer | None:
    """The first answer that holds on a day; None where no rule gives one."""
    seen = around(pack, case, on)
    for rule in pack.rules:
        if rule.gives is not None and rule.condition is not None and holds(rule.condition, case, seen) is Outcome.MET:
            member = deciding(pack, rule, case, on)
            clause = f"{rule.clause}: {member.note}" if member is not None and member.note else rule.clause
            source = pack.sources[member.source if member is not None and member.source else rule.source]
            return Answer(rule.gives, rule.id, clause, source, rule.unless, rule.says, member)
    return None


def deciding(pack: Pack, rule: Rule, case: Mapping[str, Any], on: dt.date) -> Member | None:
    """The member of a set by which a rule holds, the latest where there are several."""
    found = [
        member
        for condition in conditions_in(rule.inner(), rule.id)
        if condition.in_set is not None and condition.value is not None
        for member in held_by(case, condition.value, pack.sets[condition.in_set] or (), on)
    ]
    return found[-1] if found else None
