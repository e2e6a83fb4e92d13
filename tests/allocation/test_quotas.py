"""Places under demands, held against trying every matching: the best value, and the smallest clash."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from udsyn.allocation import places, quotas
from udsyn.allocation.reading import CaseError
from udsyn.cli import udsyn


def drawn(rng: random.Random) -> dict[str, Any]:
    people, hosts = [f"a{n}" for n in range(rng.randint(2, 5))], [f"h{n}" for n in range(rng.randint(1, 3))]
    case: dict[str, Any] = {
        "applicants": {who: rng.sample(hosts, rng.randint(0, len(hosts))) for who in people},
        "hosts": {},
        "caps": [],
        "couples": [],
    }
    for host in hosts:
        number = rng.randint(0, 3)
        ranking = rng.sample(people, rng.randint(1, len(people)))
        case["hosts"][host] = {"places": number, "ranking": ranking, "minimum": rng.randint(0, number)}
    for _ in range(rng.randint(0, 2)):
        bound = rng.choice([{"most": rng.randint(0, 2)}, {"least": rng.randint(1, 3)}])
        group = {"hosts": rng.sample(hosts, rng.randint(1, len(hosts))), "applicants": rng.sample(people, 2)}
        case["caps"].append({**group, **bound})
    if rng.random() < 0.5:
        one, other = rng.sample(people, 2)
        case["couples"].append({"one": one, "other": other, "near": [[host] for host in hosts] * (rng.random() < 0.5)})
    return case


def every_matching(case: dict[str, Any]) -> Iterator[dict[str, str | None]]:
    hosts = case["hosts"]
    options = [[None, *(h for h in wishes if who in hosts[h]["ranking"])] for who, wishes in case["applicants"].items()]
    for given in itertools.product(*options):
        if all(given.count(host) <= hosts[host]["places"] for host in hosts):
            yield dict(zip(case["applicants"], given, strict=True))


def keepers(case: dict[str, Any]) -> list[Any]:
    """Each demand as a test of a matching, in the order in which the case says them."""
    tests: list[Any] = []
    for host, about in case["hosts"].items():
        if about["minimum"]:
            tests.append(lambda m, h=host, n=about["minimum"]: list(m.values()).count(h) >= n)
    for cap in case["caps"]:

        def keeps(m: dict[str, Any], cap: dict[str, Any] = cap) -> bool:
            inside = sum(m[who] in cap["hosts"] for who in cap["applicants"])
            return bool(inside >= cap.get("least", 0) and inside <= cap.get("most", 99))

        tests.append(keeps)
    for couple in case["couples"]:

        def both(m: dict[str, Any], couple: dict[str, Any] = couple) -> bool:
            one, other = m[couple["one"]], m[couple["other"]]
            if one is None or other is None:
                return one is None and other is None
            return not couple["near"] or any(one in group and other in group for group in couple["near"])

        tests.append(both)
    return tests


def value(case: dict[str, Any], matching: dict[str, Any], aim: str) -> tuple[float, ...]:
    """What an aim makes as large as can be, in its order."""
    possible = {
        who: [host for host in wishes if who in case["hosts"][host]["ranking"]]
        for who, wishes in case["applicants"].items()
    }
    ranks = {who: possible[who].index(host) for who, host in matching.items() if host is not None}
    longest = max(map(len, possible.values()))
    if aim == "wishes":
        return tuple(list(ranks.values()).count(place) for place in range(longest))
    if aim == "most":
        return len(ranks), -sum(ranks.values())
    both = {
        (who, host): place + case["hosts"][host]["ranking"].index(who)
        for who, hosts in possible.items()
        for place, host in enumerate(hosts)
    }
    worst = max(both.values(), default=0) + 1
    return (sum(worst - both[who, host] for who, host in matching.items() if host is not None),)


@pytest.mark.parametrize("aim", quotas.AIMS)
def test_plans_equal_the_best_of_all_matchings(aim: quotas.Aim) -> None:
    rng, solved, clashes = random.Random(5), 0, 0
    for _ in range(150):
        raw = drawn(rng)
        case, tests = places.parse(raw), keepers(raw)
        demands = quotas.demands_of(raw, case)
        assert len(demands) == len(tests)
        matchings = list(every_matching(raw))
        kept = [matching for matching in matchings if all(test(matching) for test in tests)]
        found = quotas.plan(case, demands, aim)
        if not kept:
            clashes += 1
            assert found.status == "infeasible"
            assert len(found.clash) == smallest(tests, matchings)
            named = [test for demand, test in zip(demands, tests, strict=True) if demand.name in found.clash]
            assert not any(all(test(matching) for test in named) for matching in matchings)
            continue
        solved += 1
        assert found.matching in kept
        assert value(raw, found.matching, aim) == max(value(raw, matching, aim) for matching in kept)
    assert min(solved, clashes) > 20, "both kinds were drawn"


def smallest(tests: list[Any], matchings: list[dict[str, Any]]) -> int:
    return next(
        size
        for size in range(1, len(tests) + 1)
        if any(
            not any(all(test(matching) for test in some) for matching in matchings)
            for some in itertools.combinations(tests, size)
        )
    )


CASE: dict[str, Any] = {
    "applicants": {"ada": ["x", "y"], "bo": ["x", "y"], "cy": ["x"]},
    "hosts": {
        "x": {"places": 2, "ranking": ["ada", "bo", "cy"]},
        "y": {"places": 1, "ranking": ["bo", "ada"], "minimum": 1},
    },
}


def told(tmp_path: Path, *options: str, **more: Any) -> Any:
    (tmp_path / "case.json").write_text(json.dumps({**CASE, **more}), encoding="utf-8")
    done = CliRunner().invoke(udsyn, ["allocation", "places", str(tmp_path / "case.json"), *options])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_command_shows_who_changes_and_who_would_break_away(tmp_path: Path) -> None:
    answer = told(tmp_path, "--plan", "most")
    assert answer["applicant_optimal"] == {"ada": "x", "bo": "x", "cy": None}
    assert answer["below_minimum"] == ["y"]
    plan = answer["plan"]
    assert plan["status"] == "optimal"
    assert plan["unplaced"] == []
    assert {change["applicant"] for change in plan["changes"]} == {
        "cy",
        next(w for w in ["ada", "bo"] if plan["matching"][w] == "y"),
    }
    moved = next(change for change in plan["changes"] if change["to"] == "y")
    assert moved["why"] == "A demand speaks of it: y gets at least 1."
    assert plan["envy"] == [{"applicant": moved["applicant"], "host": "x"}]
    assert "plan" not in told(tmp_path)


def test_a_couple_is_placed_near_each_other_and_nowhere_else(tmp_path: Path) -> None:
    """Their first wish is a host that lies near none: a couple goes where both can be, or nowhere."""
    hosts = {host: {"places": 2, "ranking": ["ada", "bo"]} for host in ("x", "y", "z")}
    case = {"applicants": {"ada": ["x", "y"], "bo": ["x", "z"]}, "hosts": hosts}
    plans = [
        told(tmp_path, "--plan", "most", couples=[{"one": "ada", "other": "bo", "near": near}], **case)["plan"]
        for near in ([["x"]], [["y", "z"]], [["y"], ["z"]])
    ]
    assert [plan["matching"] for plan in plans] == [
        {"ada": "x", "bo": "x"},
        {"ada": "y", "bo": "z"},
        {"ada": None, "bo": None},
    ]


def test_demands_that_clash_are_named_and_no_others(tmp_path: Path) -> None:
    caps = [{"name": "Energy", "hosts": ["y"], "most": 0}, {"name": "all", "most": 3}]
    plan = told(tmp_path, "--plan", "wishes", caps=caps)["plan"]
    assert plan == {"status": "infeasible", "clash": ["y gets at least 1", "Energy: at most 0"]}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"caps": [{"hosts": ["z"], "most": 1}]}, "cap 1, hosts: z is not in the case"),
        ({"caps": [{"hosts": ["x"]}]}, "neither least nor most"),
        ({"couples": [{"one": "ada"}]}, "couple 1"),
        ({"couples": [{"one": "ada", "other": "ada"}]}, "stands twice"),
        ({"caps": {}}, "a list is wanted"),
    ],
)
def test_a_wrong_demand_is_told(more: dict[str, Any], reason: str) -> None:
    with pytest.raises(CaseError, match=reason):
        quotas.demands_of({**CASE, **more}, places.parse(CASE))
