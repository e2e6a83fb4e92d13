"""Applicants to places under demands: minima, caps over several hosts or fields, couples. Proven, or the clash named.

Where demands stand, a stable matching may not exist, so what is best is chosen and said (`aim`):

    most      as many people placed as can be; among those the best sum of wishes
    wishes    first choices first: as many as can be get their first wish, then of those plans most get their second ...
    welfare   the smallest sum of places in both sides' rankings; whoever is unplaced counts one more than any rank

All are whole-number programmes, solved to the proven optimum. Demands that cannot hold together are answered with the
smallest set of them that clash, found by hitting what each try leaves out (Ignatiev et al. 2015, Smallest MUS
Extraction with Minimal Hitting Set Dualization, doi:10.1007/978-3-319-23219-5_13).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from udsyn.allocation import places
from udsyn.allocation.places import Case, Matching
from udsyn.allocation.programme import Programme
from udsyn.allocation.reading import CaseError, held, ids, listed, whole

Aim = Literal["most", "wishes", "welfare"]
AIMS: tuple[Aim, ...] = ("most", "wishes", "welfare")
Pair = tuple[str, str]  #: applicant, host


@dataclass(frozen=True)
class Demand:
    """So many of these pairs, at least or at most. `name` says it for people."""

    name: str
    pairs: frozenset[Pair]
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Couple:
    """Two who are placed both or neither, at hosts that `near` puts together where it is given."""

    one: str
    other: str
    near: tuple[frozenset[str], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.one} and {self.other} are placed both or neither"


@dataclass(frozen=True)
class Plan:
    """An optimal matching; or none, with the smallest set of demands that cannot hold together."""

    status: Literal["optimal", "infeasible"]
    matching: Matching | None
    clash: tuple[str, ...] = ()


def demands_of(raw: dict[str, Any], case: Case) -> list[Demand | Couple]:
    """The demands of a case: the hosts' minima, `caps` [{name, hosts, applicants, least, most}] and `couples`
    [{one, other, near}].

    A cap without hosts is over all of them, one without applicants over everybody; `near` is a list of lists of hosts.
    """
    every = [(who, host) for who, hosts in case.applicants.items() for host in hosts]
    found: list[Demand | Couple] = [
        Demand(f"{host} gets at least {least}", frozenset(pair for pair in every if pair[1] == host), least)
        for host, least in case.minimum.items()
        if least
    ]
    for number, item in enumerate(listed(raw.get("caps", []), "caps"), 1):
        found.append(cap_of(held(item, f"cap {number}"), f"cap {number}", case, every))
    for number, item in enumerate(listed(raw.get("couples", []), "couples"), 1):
        found.append(couple_of(held(item, f"couple {number}"), f"couple {number}", case))
    return found


def cap_of(item: dict[str, Any], where: str, case: Case, every: Iterable[Pair]) -> Demand:
    hosts = known(item.get("hosts"), case.places, f"{where}, hosts")
    people = known(item.get("applicants"), case.applicants, f"{where}, applicants")
    least = whole(item.get("least", 0), f"{where}, least")
    most = None if item.get("most") is None else whole(item["most"], f"{where}, most")
    if most is None and not least:
        raise CaseError(f"{where} has neither least nor most.")
    bounds = [f"at least {least}"] * bool(least) + [f"at most {most}"] * (most is not None)
    name = f"{item.get('name') or where}: {' and '.join(bounds)}"
    pairs = frozenset(pair for pair in every if pair[0] in people and pair[1] in hosts)
    return Demand(name, pairs, least, most)


def couple_of(item: dict[str, Any], where: str, case: Case) -> Couple:
    known([item.get("one"), item.get("other")], case.applicants, where)
    groups = listed(item.get("near", []), f"{where}, near")
    near = tuple(frozenset(known(group, case.places, f"{where}, near")) for group in groups)
    return Couple(str(item["one"]), str(item["other"]), near)


def known(value: Any, names: Collection[str], where: str) -> set[str]:
    """Names that there are; all of them where none is given."""
    if value is None:
        return set(names)
    found = ids(value, where)
    if unknown := [name for name in found if name not in names]:
        raise CaseError(f"{where}: {unknown[0]} is not in the case.")
    return set(found)


def plan(case: Case, demands: Collection[Demand | Couple], aim: Aim = "most") -> Plan:
    """The best matching under all demands, proven; or the smallest set of demands that clash."""
    model = Model(case, demands)
    if model.programme.solve() is None:
        return Plan("infeasible", None, tuple(demand.name for demand in smallest_clash(case, list(demands))))
    for worths in stages(case, aim):
        model.hold_best(worths)
    return Plan("optimal", model.matching())


class Model:
    """Which pairs are made, as a whole-number programme that keeps places and demands."""

    def __init__(self, case: Case, demands: Iterable[Demand | Couple]) -> None:
        self.case, self.programme = case, Programme()
        self.pairs = [(who, host) for who, hosts in case.applicants.items() for host in hosts]
        self.column = {pair: self.programme.add_column(0.0, 1.0, whole=True) for pair in self.pairs}
        for who, hosts in case.applicants.items():
            self.bound(((who, host) for host in hosts), 0, 1)
        for host, number in case.places.items():
            self.bound((pair for pair in self.pairs if pair[1] == host), 0, number)
        for demand in demands:
            self.demand(demand)
        self.made: set[Pair] = set()

    def bound(self, pairs: Iterable[Pair], least: float, most: float) -> None:
        self.programme.add_row(least, most, [(self.column[pair], 1.0) for pair in pairs])

    def demand(self, demand: Demand | Couple) -> None:
        if isinstance(demand, Demand):
            self.bound(demand.pairs, demand.least, float("inf") if demand.most is None else demand.most)
            return
        hosts = set(self.case.places)
        for group in demand.near or (frozenset(hosts),):
            self.together(demand, group)
        for host in hosts - frozenset().union(*demand.near) if demand.near else ():
            for who in (demand.one, demand.other):  # a host that lies near none is no place for a couple
                if (who, host) in self.column:
                    self.bound([(who, host)], 0, 0)

    def together(self, couple: Couple, hosts: frozenset[str]) -> None:
        """In these hosts stand both of a couple or neither."""
        cells = [(self.column[pair], 1.0) for pair in self.pairs if pair[0] == couple.one and pair[1] in hosts]
        cells += [(self.column[pair], -1.0) for pair in self.pairs if pair[0] == couple.other and pair[1] in hosts]
        self.programme.add_row(0, 0, cells)

    def hold_best(self, worths: dict[Pair, float]) -> None:
        """Make a sum of worths as large as can be, and hold it there for what is asked next."""
        self.programme.worths = [worths.get(pair, 0.0) for pair in self.pairs]
        found = self.programme.solve()
        assert found is not None, "what was possible stays possible"
        best, chosen = found
        self.made = {pair for pair in self.pairs if chosen[self.column[pair]] > 0.5}
        self.programme.add_row(
            round(best) - 0.5, float("inf"), [(self.column[pair], worth) for pair, worth in worths.items()]
        )

    def matching(self) -> Matching:
        return dict.fromkeys(self.case.applicants) | dict(self.made)


def stages(case: Case, aim: Aim) -> Iterable[dict[Pair, float]]:
    """What is made as large as can be, one after another; all worths are whole numbers."""
    rank = {(who, host): place for who, hosts in case.applicants.items() for place, host in enumerate(hosts)}
    if aim == "wishes":
        for place in range(max(rank.values(), default=-1) + 1):
            yield {pair: 1.0 for pair, own in rank.items() if own == place}
        return
    if aim == "most":
        yield dict.fromkeys(rank, 1.0)
        longest = max(rank.values(), default=0) + 1
        yield {pair: float(longest - own) for pair, own in rank.items()}
        return
    both = {(who, host): own + case.ranks[host][who] for (who, host), own in rank.items()}
    worst = max(both.values(), default=0) + 1
    yield {pair: float(worst - sum_) for pair, sum_ in both.items()}


def smallest_clash(case: Case, demands: list[Demand | Couple]) -> list[Demand | Couple]:
    """The fewest demands that no matching can keep together."""
    left_out: list[set[int]] = []  #: every clash has one of each of these
    while True:
        tried = smallest_hitting(left_out, len(demands))
        if Model(case, [demands[index] for index in tried]).programme.solve() is None:
            return [demands[index] for index in sorted(tried)]
        kept = set(tried)
        for index in range(len(demands)):  # as many as can be kept beside these
            if (
                index not in kept
                and Model(case, [demands[one] for one in {*kept, index}]).programme.solve() is not None
            ):
                kept.add(index)
        left_out.append(set(range(len(demands))) - kept)


def smallest_hitting(sets: list[set[int]], number: int) -> set[int]:
    """The fewest of `number` things of which every set has one."""
    programme = Programme()
    columns = [programme.add_column(-1.0, 1.0, whole=True) for _ in range(number)]
    for one in sets:
        programme.add_row(1, float("inf"), [(columns[index], 1.0) for index in sorted(one)])
    found = programme.solve()
    assert found is not None, "every clash hits all of what was left out"
    return {index for index in range(number) if found[1][columns[index]] > 0.5}


def changes(before: Matching, after: Matching, case: Case, demands: Iterable[Demand | Couple]) -> list[dict[str, Any]]:
    """Who stands elsewhere than in another matching: applicant, from, to, and why in words that are true."""
    found = []
    for who, host in after.items():
        if host == before[who]:
            continue
        bound = [demand.name for demand in demands if touches(demand, who)]
        wishes = case.applicants[who]
        better = host is not None and (before[who] is None or wishes.index(host) < wishes.index(str(before[who])))
        why = "A place higher on the own list." if better else "The demands, and others' wishes, leave no better place."
        if bound and not better:
            why = f"A demand speaks of it: {bound[0]}."
        found.append({"applicant": who, "from": before[who], "to": host, "why": why})
    return found


def touches(demand: Demand | Couple, who: str) -> bool:
    if isinstance(demand, Couple):
        return who in (demand.one, demand.other)
    return any(pair[0] == who for pair in demand.pairs)


def compared(case: Case, demands: Collection[Demand | Couple], aim: Aim) -> dict[str, Any]:
    """A plan beside the applicants' best stable matching: status, matching, unplaced, changes, envy, clash.

    `envy` lists the pairs that would both rather break away: what stability would have kept and the plan does not.
    """
    found = plan(case, demands, aim)
    if found.matching is None:
        return {"status": found.status, "clash": list(found.clash)}
    stable = places.applicant_optimal(case)
    return {
        "status": found.status,
        "matching": found.matching,
        "unplaced": places.unplaced(found.matching),
        "changes": changes(stable, found.matching, case, demands),
        "envy": [{"applicant": who, "host": host} for who, host in envious(case, found.matching)],
    }


def envious(case: Case, matching: Matching) -> list[Pair]:
    """Pairs that are not made although both sides would rather have each other."""
    there: dict[str, list[str]] = {host: [] for host in case.places}
    for who, host in matching.items():
        if host is not None:
            there[host].append(who)
    found = []
    for who, wishes in case.applicants.items():
        current = matching[who]
        for host in wishes[: wishes.index(current)] if current is not None else wishes:
            ranks = case.ranks[host]
            if len(there[host]) < case.places[host] or any(ranks[one] > ranks[who] for one in there[host]):
                found.append((who, host))
    return found


def keeps(matching: Matching, demand: Demand | Couple) -> bool:
    """Does a matching keep a demand?"""
    if isinstance(demand, Demand):
        made = sum((who, host) in demand.pairs for who, host in matching.items())
        return demand.least <= made and (demand.most is None or made <= demand.most)
    one, other = matching.get(demand.one), matching.get(demand.other)
    if one is None or other is None:
        return one is other
    return not demand.near or any(one in group and other in group for group in demand.near)
