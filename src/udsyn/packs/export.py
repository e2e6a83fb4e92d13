"""Export control: what a control code says, and a decision order that answers no licence, ask, or stop.

A code of Annex I of Regulation (EU) 2021/821 is a category, a group and three digits, as 3A001. The list's texts are
not shipped: a code is read by its form, and nothing is claimed of an item that nobody has classified.

The order is the pack `export-control`. The first step that holds answers; a step that cannot be told, because a fact is
missing, is to be asked first: the answer is never a guess.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from udsyn.packs.judge import around, holds
from udsyn.packs.language import Pack, PackError, Rule, conditions_in
from udsyn.packs.outcomes import MISSING, Outcome, at
from udsyn.packs.parts import Text
from udsyn.packs.store import load

CODE = re.compile(r"^([0-9])([A-E])([0-4])([0-9]{2})((?:\.[a-z0-9]+)*)$")
#: Proposal COM(2016) 616, annexes; groups and origins as Annex I's own introduction has them.
CATEGORIES = (
    "nuclear materials, facilities and equipment",
    "special materials and related equipment",
    "materials processing",
    "electronics",
    "computers",
    "telecommunications and information security",
    "sensors and lasers",
    "navigation and avionics",
    "marine",
    "aerospace and propulsion",
)
GROUPS = {
    "A": "systems, equipment and components",
    "B": "test, inspection and production equipment",
    "C": "materials",
    "D": "software",
    "E": "technology",
}
ORIGINS = (
    "Wassenaar Arrangement",
    "Missile Technology Control Regime",
    "Nuclear Suppliers Group, dual-use list",
    "Australia Group",
    "Chemical Weapons Convention",
)
KINDS = {"D": "software", "E": "technology"}
NOT_KNOWN: Text = {"en": "It is not known whether this holds:", "da": "Det vides ikke, om dette gælder:"}
NO_LICENCE, ASK, STOP = "no_licence", "ask", "stop"


@dataclass(frozen=True)
class Code:
    """A control code and what its parts stand for. `kind` is goods, software or technology."""

    code: str
    category: str
    group: str
    origin: str
    number: str
    kind: str


@dataclass(frozen=True)
class Step:
    """What one step says of a case: met (it answers), not met, or unknown for want of the facts `missing`."""

    rule: str
    outcome: Outcome
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """The answer, the step that gave it with its clause and source, and the steps up to it."""

    answer: str
    because: Text
    clause: str
    source: str
    would_change: Text | None
    steps: tuple[Step, ...]


def parse_code(text: str) -> Code:
    """Read a control code. Raises PackError for what has not its form."""
    match = CODE.match(text.strip().upper() if len(text) <= 6 else text.strip())
    if match is None:
        raise PackError(f"{text!r} is no control code: a category, a group and three digits, as 3A001 or 3A001.a.1.")
    category, group, origin, rest, item = match.groups()
    return Code(
        code=match[0],
        category=CATEGORIES[int(category)],
        group=GROUPS[group],
        origin=ORIGINS[int(origin)],
        number=f"{origin}{rest}{item}",
        kind=KINDS.get(group, "goods"),
    )


def decide(case: Mapping[str, Any], on: dt.date) -> Decision:
    """Walk the decision order. A case with a `code` is listed, and of the kind that the code says.

    Raises PackError for a day on which the order does not stand, and for a code that is none.
    """
    pack = load("export-control", on=on)
    facts = with_code(case)
    seen = around(pack, facts, on)
    steps: list[Step] = []
    for rule in pack.rules:
        assert rule.condition is not None, f"{rule.id} is no step"
        outcome = holds(rule.condition, facts, seen)
        missing = missing_of(rule, facts) if outcome is Outcome.UNKNOWN else ()
        steps.append(Step(rule.id, outcome, missing))
        if outcome is Outcome.UNKNOWN:
            return decision(pack, rule, ASK, tuple(steps))
        if outcome is Outcome.MET:
            return decision(pack, rule, rule.gives or ASK, tuple(steps))
    raise PackError(f"{pack.id} has no last step.")


def with_code(case: Mapping[str, Any]) -> dict[str, Any]:
    """The case with what its code says: that it is listed, and what kind of thing it is."""
    if case.get("code") is None:
        return dict(case)
    code = parse_code(str(case["code"]))
    if case.get("listed") is False:
        raise PackError(f"the case gives the code {code.code} and says that it is not listed: which of the two is it?")
    return {**case, "listed": True, "kind": case.get("kind") or code.kind}


def missing_of(rule: Rule, case: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts that a step asks and the case does not say."""
    asked = [condition.value for condition in conditions_in(rule.inner(), rule.id) if condition.value]
    return tuple(dict.fromkeys(path for path in asked if at(case, path) is MISSING))


def decision(pack: Pack, rule: Rule, answer: str, steps: tuple[Step, ...]) -> Decision:
    """The answer of the last step. What a step says is no fact where it is not known whether it holds."""
    source, says, unless = pack.sources[rule.source].title, rule.says, rule.unless
    if steps[-1].outcome is Outcome.UNKNOWN:
        says, unless = {name: f"{NOT_KNOWN[name]} {words}" for name, words in says.items()}, None
    return Decision(answer, says, rule.clause, source, unless, steps)
