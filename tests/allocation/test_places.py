"""Stable matchings, held against enumeration of all matchings."""

from __future__ import annotations

import itertools
import random
import time

import pytest

from udsyn.allocation import places
from udsyn.allocation.reading import CaseError


def drawn(rng: random.Random, applicants: int, hosts: int, *, full: bool) -> dict:
    """A case; its hosts' rankings are ranks with ties (`ranks`), of which a lot made an order."""
    case = in_order(rng, applicants, hosts, full=full)
    lot = {who: n for n, who in enumerate(rng.sample(list(case["applicants"]), applicants))}
    for host in case["hosts"].values():
        host["ranks"] = {who: rng.randint(1, 3) for who in host["ranking"]}
        host["ranking"].sort(key=lambda who, ranks=host["ranks"]: (ranks[who], lot[who]))
    return case


def in_order(rng: random.Random, applicants: int, hosts: int, *, full: bool) -> dict:
    people, where = [f"a{n}" for n in range(applicants)], [f"h{n}" for n in range(hosts)]
    return {
        "applicants": {a: rng.sample(where, hosts if full else rng.randint(0, hosts)) for a in people},
        "hosts": {
            h: {
                "places": rng.choice([1, 1, 2]) if full else rng.randint(0, 3),
                "ranking": rng.sample(people, applicants if full else rng.randint(0, applicants)),
            }
            for h in where
        },
    }


def stable_by_enumeration(case: dict) -> set[tuple]:
    """Every matching within places from which no possible pair would break away."""
    wishes, hosts = case["applicants"], case["hosts"]
    options = [[None, *(h for h in wishes[a] if a in hosts[h]["ranking"])] for a in wishes]
    found = set()
    for given in itertools.product(*options):
        held = {h: [a for a, at in zip(wishes, given, strict=True) if at == h] for h in hosts}
        if any(len(held[h]) > hosts[h]["places"] for h in hosts):
            continue
        if not any(breaks(case, a, at, held) for a, at in zip(wishes, given, strict=True)):
            found.add(given)
    return found


def breaks(case: dict, applicant: str, at: str | None, held: dict, *, by_lot: bool = True) -> bool:
    """Whether somebody and a host would both rather have each other, by the order that the lot made or by the ranks."""
    for host in case["applicants"][applicant]:
        if host == at:
            return False
        about = case["hosts"][host]
        place = {who: n for n, who in enumerate(about["ranking"])} if by_lot else about["ranks"]
        if applicant not in place:
            continue
        free = len(held[host]) < about["places"]
        if free or any(place[other] > place[applicant] for other in held[host]):
            return True
    return False


def held_by(case: dict, matching: tuple) -> dict[str, set[str]]:
    return {h: {a for a, at in zip(case["applicants"], matching, strict=True) if at == h} for h in case["hosts"]}


def hold_against_enumeration(instances: int, most: int) -> int:
    rng, several = random.Random(11), 0
    for n in range(instances):
        case = drawn(rng, rng.randint(1, most), rng.randint(1, 4), full=bool(n % 2))
        expected, problem = stable_by_enumeration(case), places.parse(case)
        listed = [tuple(one.values()) for one in places.stable_matchings(problem)]
        assert set(listed) == expected
        assert len(set(listed)) == len(listed)
        several += len(expected) > 1
        best, worst = places.applicant_optimal(problem), places.host_optimal(problem)
        assert tuple(best.values()) in expected
        assert tuple(worst.values()) in expected
        for matching in expected:
            for who, host in zip(best, matching, strict=True):
                order = case["applicants"][who]
                place = {at: n for n, at in enumerate(order)} | {None: len(order)}
                assert place[best[who]] <= place[host] <= place[worst[who]]
            alone = {a for a, h in zip(best, matching, strict=True) if h is None}
            assert alone == set(places.unplaced(best)) == set(places.reasons(problem, best))
            held, at_best = held_by(case, matching), held_by(case, tuple(best.values()))
            for host, about in case["hosts"].items():
                assert len(held[host]) == about["places"] or held[host] == at_best[host]
            assert not any(breaks(case, a, h, held, by_lot=False) for a, h in zip(best, matching, strict=True))
    return several


def test_small_instances_equal_enumeration():
    assert hold_against_enumeration(250, 5) > 2


@pytest.mark.prove
def test_2000_instances_of_up_to_7_applicants_equal_enumeration():
    assert hold_against_enumeration(2_000, 7) > 50


def test_5000_applicants_at_500_hosts_take_less_than_two_seconds():
    rng = random.Random(13)
    people, hosts = [f"a{n}" for n in range(5_000)], [f"h{n}" for n in range(500)]
    case = {"applicants": {who: rng.sample(hosts, 10) for who in people}, "hosts": {}}
    for host in hosts:
        case["hosts"][host] = {"places": 8, "ranking": rng.sample(people, 5_000)}
    problem, begun = places.parse(case), time.process_time()
    best, worst = places.applicant_optimal(problem), places.host_optimal(problem)
    assert time.process_time() - begun < 2
    assert set(places.unplaced(best)) == set(places.unplaced(worst))


def test_nobody_gains_by_misreporting():
    rng = random.Random(12)
    for _ in range(25):
        case = drawn(rng, 4, 3, full=True)
        honest = places.applicant_optimal(places.parse(case))
        who = rng.choice(list(case["applicants"]))
        true = case["applicants"][who]
        for size in range(len(true) + 1):
            for lie in itertools.permutations(true, size):
                told = case | {"applicants": case["applicants"] | {who: list(lie)}}
                got = places.applicant_optimal(places.parse(told))[who]
                assert got is None or (honest[who] is not None and true.index(got) >= true.index(honest[who]))


def test_reasons_are_true():
    case = {
        "applicants": {"first": ["h"], "second": ["h"], "unranked": ["h"], "silent": [], "closed": ["shut"]},
        "hosts": {
            "h": {"places": 1, "ranking": ["first", "second"], "minimum": 1},
            "shut": {"places": 0, "ranking": ["closed"]},
            "empty": {"places": 2, "ranking": ["first"], "minimum": 1},
        },
    }
    problem = places.parse(case)
    matching = places.applicant_optimal(problem)
    assert matching == {"first": "h", "second": None, "unranked": None, "silent": None, "closed": None}
    assert places.reasons(problem, matching) == {
        "second": "Each host you listed that ranked you filled its places with people it ranked above you.",
        "unranked": "None of the hosts you listed ranked you.",
        "silent": "You listed no host.",
        "closed": "The hosts you listed that ranked you have no places.",
    }
    assert places.below_minimum(problem, matching) == ["empty"]
    assert places.standings(problem, matching, "closed") == [("shut", "closed")]
    assert places.standings(problem, matching, "second") == [("h", "above")]


def test_more_stable_matchings_than_can_be_listed_are_told(monkeypatch):
    """Two pairs who would each rather have the other's host: two ways for each pair, four in all."""
    case = {
        "applicants": {"a": ["h", "i"], "b": ["i", "h"], "c": ["j", "k"], "d": ["k", "j"]},
        "hosts": {
            host: {"places": 1, "ranking": list(ranking)}
            for host, ranking in {"h": "ba", "i": "ab", "j": "dc", "k": "cd"}.items()
        },
    }
    problem = places.parse(case)
    monkeypatch.setattr(places, "MOST", 4)
    assert len(list(places.stable_matchings(problem))) == 4
    monkeypatch.setattr(places, "MOST", 3)
    with pytest.raises(CaseError, match="more than 3 stable"):
        list(places.stable_matchings(problem))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"applicants": {"a": ["nowhere"]}}, "not among the hosts"),
        ({"applicants": {"a": ["h", "h"]}}, "stands twice"),
        ({"hosts": {"h": {"places": 1, "ranking": ["b"]}}}, "not among the applicants"),
        ({"hosts": {"h": {"places": -1}}}, "places of h"),
        ({"hosts": {"h": {"places": 1, "minimum": 2}}}, "a minimum of 2 in 1 places"),
        ({"hosts": []}, "an object is wanted"),
    ],
)
def test_a_wrong_case_is_told(change, said):
    with pytest.raises(CaseError, match=said):
        places.parse({"applicants": {"a": ["h"]}, "hosts": {"h": {"places": 1, "ranking": ["a"]}}} | change)
