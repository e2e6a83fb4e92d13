"""Rankings, ties, budget lines and joint calls: the printed cases, and properties on drawn ones."""

from __future__ import annotations

import hashlib
import random
from fractions import Fraction

import pytest

from udsyn.allocation.budget import draw_line, gap, largest_sets, spread
from udsyn.allocation.joint import Line, listed, merge, pair
from udsyn.allocation.lottery import commitment, draw, faults
from udsyn.allocation.ranking import Proposal, by, drawn, rank, uncovered
from udsyn.errors import UdsynError

A = {f"P{n}": n for n in range(1, 8)}
B = dict(zip(A, (6, 5, 1, 4, 7, 3, 2), strict=True))
COSTS = {
    id_: {"A": a, "B": b} for id_, a, b in zip(A, (5, 6, 5, 6, 2, 4, 2), (40, 30, 60, 20, 30, 60, 50), strict=True)
}
BUDGETS = {"A": 15, "B": 150}


@pytest.mark.parametrize(
    ("rule", "first", "second", "order", "strict", "skip"),
    [
        ("mean", A, B, "P3 P2 P1 P4 P6 P7 P5", "P3 P2", "P3 P2 P6"),
        ("worst", A, B, "P3 P4 P2 P1 P6 P7 P5", "P3 P4", "P3 P4 P6"),
        ("best", A, B, "P3 P1 P2 P7 P6 P4 P5", "P3 P1", "P3 P1 P7"),
        ("ours", A, B, "P1 P2 P3 P4 P5 P6 P7", "P1 P2", "P1 P2 P5 P7"),
        ("theirs", A, B, "P3 P7 P6 P4 P2 P1 P5", "P3 P7", "P3 P7 P4"),
        ("both_top", A, B, "P3 P4", "P3 P4", "P3 P4"),
    ],
)
def test_the_joint_case(rule, first, second, order, strict, skip):
    merged = merge(rule, first, second, top=4)
    assert [id_ for place in merged for id_ in place] == order.split()
    assert draw_line(merged, COSTS, BUDGETS, "strict").funded == tuple(strict.split())
    assert draw_line(merged, COSTS, BUDGETS, "skip").funded == tuple(skip.split())


TITLES = {"1": "Sea ice", "2": "CBET-EPSRC: Wind at night", "3": "Øer i drift", "4": "Twin", "5": "Twin"}


@pytest.mark.parametrize(
    ("lines", "ranks", "wrong"),
    [
        ([(2, "2"), (1, "SEA-ICE!"), (2, "oer i drift")], {"2": 2, "1": 1}, {"unknown": (3,)}),
        ([(None, "wind at NIGHT"), (None, "1")], {"2": 1, "1": 2}, {}),
        ([(1, "1"), (2, "2"), (2, "øer i  drift")], {"1": 1, "2": 2, "3": 2}, {}),
        ([(1, "Twin"), (2, "5")], {"5": 2}, {"unclear": (1,)}),
        ([(1, "1"), (2, "sea ice"), (3, "1")], {"1": 1}, {"twice": (2, 3)}),
        ([(1, "1"), (None, "2"), (0, "3")], {"1": 1}, {"placeless": (2, 3)}),
        ([], {}, {}),
    ],
)
def test_a_list_is_read_by_id_or_title_and_its_faulty_lines_are_named(lines, ranks, wrong):
    found = listed([Line(n, *line) for n, line in enumerate(lines, 1)], TITLES, ("CBET-EPSRC",))
    assert found.ranks == ranks
    faults = {name: getattr(found, name) for name in ("unknown", "unclear", "twice", "placeless")}
    assert {name: numbers for name, numbers in faults.items() if numbers} == wrong


def test_the_most_projects_of_the_joint_case():
    found = {frozenset(some) for some in largest_sets(tuple(COSTS), COSTS, BUDGETS)}
    assert found == {frozenset(("P1", "P2", "P5", "P7")), frozenset(("P1", "P4", "P5", "P7"))}


def test_identical_scores_at_the_threshold_fund_the_most_projects():
    costs = {"X": {"DK": 400, "SE": 100}, "Y": {"DK": 200, "SE": 300}, "Z": {"DK": 200, "FI": 300}}
    left = {"DK": 400, "SE": 300, "FI": 300}
    tied = rank([Proposal(id_, 12) for id_ in costs])
    assert tied == (("X", "Y", "Z"),)
    assert set(draw_line(tied, costs, left, "strict", most_projects=True).funded) == {"Y", "Z"}
    undecided = draw_line(tied, costs, left, "strict")
    assert (undecided.funded, undecided.undecided) == ((), (("Y", "Z"),))


def test_the_mixed_pot():
    budgets = {"DK": 1000, "DE": 1200, "NO": 800}
    costs = {
        "A": {"DK": 500, "DE": 500},
        "B": {"DK": 500, "NO": 400},
        "C": {"DE": 600, "NO": 300},
        "D": {"DK": 400, "DE": 300, "NO": 200},
        "E": {"NO": 500, "DE": 200},
    }
    assert [gap([costs[id_] for id_ in "ABCDE"[:n]], budgets) for n in (3, 4, 5)] == [0, 700, 1400]
    real = draw_line("ABCDE", costs, budgets, "strict", top_up=720)
    assert (real.funded, real.stopped_at, real.reserve) == (tuple("ABCD"), "E", 20)
    assert draw_line("ABCDE", costs, budgets, "strict", top_up=720, virtual=1).funded == tuple("ABC")
    raised = {agency: budgets[agency] + more for agency, more in spread(720, budgets).items()}
    assert raised == {"DK": 1240, "DE": 1488, "NO": 992}
    assert gap([costs[id_] for id_ in "ABCD"], raised) == 160
    assert spread(3_300_000, dict.fromkeys("abcde", 2_000_000)) == dict.fromkeys("abcde", 660_000)


def test_a_pot_pays_the_longest_head_that_its_gaps_allow():
    """By brute force: the longest head of which all gaps together are within what is left of the top-up."""
    for lot, first, _second, costs, budgets in cases(200):
        order = sorted(first, key=first.__getitem__)
        top_up, virtual = lot.randint(0, 12), Fraction(lot.randint(0, 4), 4)
        raised = {agency: amount + spread(top_up * virtual, budgets)[agency] for agency, amount in budgets.items()}
        heads = [order[:n] for n in range(len(order) + 1)]
        longest = max((h for h in heads if gap([costs[i] for i in h], raised) <= top_up * (1 - virtual)), key=len)
        line = draw_line([(id_,) for id_ in order], costs, budgets, "strict", top_up=top_up, virtual=virtual)
        assert list(line.funded) == longest
        skipping = draw_line([(id_,) for id_ in order], costs, budgets, "skip", top_up=top_up, virtual=virtual)
        assert gap([costs[i] for i in skipping.funded], raised) <= top_up * (1 - virtual)


def test_the_first_tie_break_looks_at_those_above():
    """C and D tie; A above covers C's topic, so D goes first; with B above instead, the other way round."""
    c, d = Proposal("C", 12, covers=frozenset("x")), Proposal("D", 12, covers=frozenset("y"))
    assert rank([Proposal("A", 14, covers=frozenset("x")), c, d], [uncovered]) == (("A",), ("D",), ("C",))
    assert rank([Proposal("B", 14, covers=frozenset("y")), c, d], [uncovered]) == (("B",), ("C",), ("D",))


def test_once_the_first_covers_a_topic_its_twin_falls_behind():
    """No sort by one key says this: E and F cover the same; after E has its place, F brings nothing new and G does."""
    e = Proposal("E", 12, {"excellence": 5}, frozenset("xy"))
    f = Proposal("F", 12, {"excellence": 4}, frozenset("xy"))
    g = Proposal("G", 12, {"excellence": 3}, frozenset("z"))
    assert rank([e, f, g], [uncovered, by("excellence")]) == (("E",), ("G",), ("F",))


def test_an_unknown_figure_breaks_no_tie():
    one, two = Proposal("one", 10, {"women": 0.5}), Proposal("two", 10, {"women": None})
    assert rank([one, two], [by("women")]) == (("one", "two"),)
    assert rank([one, two], [by("women"), drawn(["two", "one"])]) == (("two",), ("one",))


def cases(count):
    lot = random.Random(5)
    for _ in range(count):
        ids = [f"p{n}" for n in range(lot.randint(1, 8))]
        first, second = ({id_: n for n, id_ in enumerate(lot.sample(ids, len(ids)), 1)} for _ in range(2))
        costs = {id_: {"A": lot.randint(0, 9), "B": lot.randint(0, 9)} for id_ in ids}
        yield lot, first, second, costs, {"A": lot.randint(0, 30), "B": lot.randint(0, 30)}


def test_properties_of_merging():
    for lot, first, second, _costs, _budgets in cases(200):
        for rule in ("mean", "worst", "best", "both_top", "ours"):
            same = merge(rule, first, first, top=len(first))
            assert [place[0] for place in same] == sorted(first, key=first.__getitem__)
            there, back = merge(rule, first, second, top=3), merge(rule, second, first, top=3)
            if rule != "ours":
                assert there == back
        fewer = {id_: place for id_, place in second.items() if lot.random() < 0.5}
        ranked = {id_ for place in merge("mean", first, fewer) for id_ in place}
        assert ranked == set(fewer)


def test_more_money_drops_nobody_under_strict():
    dropped = 0
    for lot, first, second, costs, budgets in cases(300):
        order = merge("mean", first, second)
        more = budgets | {"A": budgets["A"] + lot.randint(1, 9)}
        for rule in ("strict", "skip"):
            before, after = (draw_line(order, costs, some, rule) for some in (budgets, more))
            assert all(amount >= 0 for amount in (*before.left.values(), *after.left.values()))
            lost = set(before.funded) - set(after.funded)
            dropped += bool(lost) and rule == "skip"
            assert rule == "skip" or not lost
    assert dropped, "under skip it may, and these cases show it"


def test_a_line_in_parts_of_a_krone_is_exact():
    costs = {id_: {"A": 0.1} for id_ in "abc"}
    assert draw_line((("a",), ("b",), ("c",)), costs, {"A": 0.3}, "strict").left == {"A": Fraction(0)}


def test_an_agency_without_a_budget_pays_nothing():
    assert draw_line((("a",), ("b",)), {"a": {"A": 1}, "b": {"B": 1}}, {"A": 9}, "skip").funded == ("a",)
    assert largest_sets(("a", "b"), {"a": {"A": 1}, "b": {"B": 1}}, {"A": 9}) == (("a",),)
    assert gap([{"A": 5, "B": 2}, {"B": 1}], {"A": 9}) == 3


def test_what_cannot_be_ranked_or_tried_is_refused():
    with pytest.raises(ValueError, match="the same id"):
        rank([Proposal("a", 3), Proposal("a", 4)])
    tied = {f"t{n}": {"A": 1} for n in range(21)}
    with pytest.raises(ValueError, match="21 are tied"):
        largest_sets(tuple(tied), tied, {"A": 9})


def test_files_are_paired_by_their_titles():
    found = pair(
        {"a1": "CBET-EPSRC: Grønne brændstoffer!", "a2": "Only here", "a3": "Twice", "a4": "twice."},
        {"b1": "grønne  Brændstoffer", "b2": "Only there", "b3": "TWICE"},
        prefixes=("CBET-EPSRC",),
    )
    assert found.pairs == (("a1", "b1"),)
    assert (found.only_first, found.only_second) == (("a2",), ("b2",))
    assert found.unclear == (("a3", "a4", "b3"),)


SEED = "a seed that was written down before the list was known"


def test_a_stranger_draws_the_same_lots_from_the_log():
    log = draw(SEED, ["P3", "P1", "P2"])
    frozen = "\n".join(log["list"])
    hashed = hashlib.sha256(frozen.encode()).hexdigest()
    again = sorted(log["list"], key=lambda id_: hashlib.sha256(f"{log['seed']}\n{hashed}\n{id_}".encode()).hexdigest())
    assert again == log["order"]
    assert hashlib.sha256(log["seed"].encode()).hexdigest() == commitment(SEED)
    assert faults(log, commitment(SEED)) == []


def test_lots_that_were_meddled_with_are_told():
    log = draw(SEED, ["P3", "P1", "P2"])
    assert faults(log | {"order": log["order"][::-1]}, commitment(SEED)) == ["order differs"]
    assert faults(draw(SEED + "!", log["list"]), commitment(SEED)) == ["the seed is not the one that was committed to"]
    assert faults({}, commitment(SEED))
    with pytest.raises(UdsynError, match="guessed"):
        commitment("7")
    with pytest.raises(UdsynError, match="once"):
        draw(SEED, ["a", "a"])


def test_every_place_is_drawn_about_equally_often():
    first = [draw(f"{SEED} {n}", ["a", "b", "c"])["order"][0] for n in range(900)]
    assert all(240 < first.count(id_) < 360 for id_ in "abc")
