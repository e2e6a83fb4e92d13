"""What a pack's rules say, by an evaluator of its own: YAML as it stands, cases in which everything is known.

It imports nothing of packs, so that it can be asked whether packs are right.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal
from typing import Any


def get(case: Any, path: str) -> Any:
    for part in path.split("."):
        case = case[part]
    return case


def holds(test: dict, case: Any, sets: dict, day: dt.date) -> bool:
    if "all" in test:
        return all(holds(one, case, sets, day) for one in test["all"])
    if "any" in test:
        return any(holds(one, case, sets, day) for one in test["any"])
    if "not" in test:
        return not holds(test["not"], case, sets, day)
    if "when" in test:
        return not holds(test["when"], case, sets, day) or holds(test["then"], case, sets, day)
    if "count" in test:
        fit = [one for one in get(case, test["count"]) if "where" not in test or holds(test["where"], one, sets, day)]
        number = len({get(one, test["distinct"]) for one in fit}) if "distinct" in test else len(fit)
        return test.get("at_least", number) <= number <= test.get("at_most", number)
    value = get(case, test["value"])
    if "is" in test:
        return value == test["is"]
    if "in" in test:
        return value in test["in"]
    if "not_in" in test:
        return value not in test["not_in"]
    if "same_as" in test:
        return value == get(case, test["same_as"])
    if "known" in test:
        return test["known"]
    if "in_set" in test:
        members = [one if isinstance(one, dict) else {"code": one} for one in sets[test["in_set"]]]
        return any(
            one["code"] == value and one.get("from", dt.date.min) <= day < one.get("to", dt.date.max) for one in members
        )
    return test.get("at_least", value) <= value <= test.get("at_most", value)


def keeps(cap: dict, case: dict, currency: str | None, sets: dict, day: dt.date) -> bool | None:
    """Is every sum within its bound? None where no rate fits a cost, so that nobody can say."""
    money = cap.get("currency", currency)

    def worth(thing: dict, field: str) -> Decimal:
        own = thing.get("currency", money)
        return Decimal(str(thing[field])) * (
            1 if own == money else Decimal(str(case["rates"][own])) / Decimal(str(case["rates"][money]))
        )

    sums: dict[Any, Decimal] = defaultdict(Decimal)
    for cost in case[cap["sum"]]:
        if "where" not in cap or holds(cap["where"], cost, sets, day):
            sums[cost[cap["per"]] if "per" in cap else None] += worth(cost, cap.get("amount", "amount"))
    if "per" not in cap:
        sums[None] += 0
    part = cap.get("share", cap.get("least_share"))
    bounds: dict[Any, Decimal] = {}
    for key in sums:
        if part is None:
            times = Decimal(str(case[cap["times"]])) if "times" in cap else 1
            bounds[key] = Decimal(str(cap.get("at_most", cap.get("at_least")))) * times
        elif not isinstance(case[cap["of"]], list):
            bounds[key] = Decimal(str(part)) * Decimal(str(case[cap["of"]]))
        else:
            bounds[key] = Decimal(0)
            for thing in case[cap["of"]]:
                if "of_where" in cap and not holds(cap["of_where"], thing, sets, day):
                    continue
                rates = part if isinstance(part, list) else [{"share": part}]
                fits = [one["share"] for one in rates if "where" not in one or holds(one["where"], thing, sets, day)]
                if not fits:
                    return None
                if "per" not in cap or thing[cap["per"]] == key:
                    bounds[key] += Decimal(str(fits[0])) * worth(thing, cap.get("of_amount", "amount"))
    least = "at_least" in cap or "least_share" in cap
    return all(total >= bounds[key] if least else total <= bounds[key] for key, total in sums.items())


class Cases:
    """Cases drawn from what a pack speaks of: each path with the values it is compared with, and some others."""

    def __init__(self, pack: dict) -> None:
        self.sets = {name: members for name, members in pack.get("sets", {}).items() if members is not None}
        self.values: dict[tuple[str | None, str], set] = defaultdict(set)
        self.numbers: dict[tuple[str | None, str], set] = defaultdict(set)
        self.lists: dict[str, set] = defaultdict(set)
        for rule in pack["rules"]:
            for said in (rule, rule.get("otherwise", {})):
                for test in (said.get("condition"), said.get("when")):
                    self.learn(test, None)
                self.learn_cap(said.get("cap"))

    def learn(self, test: dict | None, where: str | None) -> None:
        if test is None:
            return
        for inner in [*test.get("all", []), *test.get("any", []), test.get("not"), test.get("when"), test.get("then")]:
            self.learn(inner, where)
        if "count" in test:
            self.lists[test["count"]] |= {test["distinct"]} if "distinct" in test else set()
            self.learn(test.get("where"), test["count"])
            if "distinct" in test:
                self.values[test["count"], test["distinct"]] |= {"DK", "JP", "SE"}
        if "value" in test:
            key = (where, test["value"])
            bounds = [test[name] for name in ("at_least", "at_most") if name in test]
            self.numbers[key] |= {bound + step for bound in bounds for step in (-1, 0, 1)}
            said = [test["is"]] if "is" in test else test.get("in", test.get("not_in", []))
            said = [*said, *(["X", "Y"] if "same_as" in test else [])]
            members = self.sets.get(test.get("in_set", ""), [])
            said = [*said, *(one["code"] if isinstance(one, dict) else one for one in members)]
            self.values[key] |= {*said, *([not said[0]] if said and isinstance(said[0], bool) else ["other"])}
            if "same_as" in test:
                self.values[where, test["same_as"]] |= {"X", "Y"}
            if where:
                self.lists[where].add(test["value"])

    def learn_cap(self, cap: dict | None) -> None:
        if cap is None:
            return
        bound = cap.get("at_most", cap.get("at_least", 1000)) or 1000
        self.numbers[cap["sum"], cap.get("amount", "amount")] |= {bound, bound + 1, bound // 2, bound // 10}
        self.learn(cap.get("where"), cap["sum"])
        if "of_where" in cap:
            self.learn(cap["of_where"], cap["of"])
        part = cap.get("share", cap.get("least_share"))
        for rate in part if isinstance(part, list) else []:
            self.learn(rate.get("where"), cap["of"])
        if "of" in cap and cap["of"] not in ("budget",):
            self.numbers[None, cap["of"]] |= {1000, 4000}
        elif "of" in cap:
            self.numbers[cap["of"], cap.get("of_amount", "amount")] |= {bound, bound * 2}
        if "per" in cap:
            self.values[cap["sum"], cap["per"]] |= {"one", "two"}
        self.lists[cap["sum"]].add(cap.get("amount", "amount"))

    def draw(self, lot: random.Random, money: str | None) -> dict:
        case: dict = {}
        for name in sorted(self.lists):
            case[name] = [self.fill(lot, name, {}) for _ in range(lot.randint(0, 4))]
            for thing in case[name]:
                if money and lot.random() < 0.3:
                    thing["currency"] = lot.choice([money, "SEK"])
        case["rates"] = {money or "EUR": 8, "SEK": 2}
        return self.fill(lot, None, case)

    def fill(self, lot: random.Random, where: str | None, into: dict) -> dict:
        for key in sorted({*self.values, *self.numbers}, key=str):
            if key[0] != where:
                continue
            choices = sorted(self.numbers.get(key) or self.values[key], key=str)
            *above, last = key[1].split(".")
            inner = into
            for part in above:
                inner = inner.setdefault(part, {})
            inner[last] = lot.choice(choices)
        return into
