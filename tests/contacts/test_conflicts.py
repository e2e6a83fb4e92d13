"""Conflicts of interest: equal to a self-join over real works, monotone in the window, and six known failures."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest

from udsyn import packs
from udsyn.allocation import reviewers as assignment
from udsyn.contacts.conflicts import Conflict, Party, Rules, joint_works, of_round, standing

RULES = Rules(years=5)
DATA = Path(os.environ.get("UDSYN_DATA", "/nowhere")) / "works" / "management"


@pytest.fixture(scope="module")
def authorships():
    if not DATA.exists():
        pytest.skip("the works of management are not here: set UDSYN_DATA")
    years = pl.scan_parquet(DATA / "articles.parquet").select("work_id", "year")
    held = pl.scan_parquet(DATA / "authorships.parquet").select("work_id", pl.col("author_id").alias("author"))
    return held.join(years, on="work_id").select(pl.col("work_id").alias("work"), "year", "author").collect()


@pytest.mark.parametrize("years", [3, 4, 5])
def test_joint_works_equal_a_self_join(authorships, years):
    """The oracle: group authors by work, take every two of them."""
    people = authorships.filter(pl.col("author").is_not_null())["author"].unique(maintain_order=True).to_list()
    chosen = set(random.Random(years).sample(people, 12_000))
    first, last = 2025 - years + 1, 2025
    by_work = defaultdict(set)
    for work, year, author in authorships.iter_rows():
        if first <= year <= last and author in chosen:
            by_work[work].add(author)
    expected = defaultdict(set)
    for work, authors in by_work.items():
        for one in authors:
            for two in authors:
                if one < two:
                    expected[frozenset((one, two))].add(work)
    found = joint_works(authorships.lazy(), chosen, first, last)
    assert len(expected) > 500
    assert {pair: set(works) for pair, works in found.items()} == expected


def test_a_smaller_window_never_adds_a_conflict(authorships):
    people = authorships["author"].drop_nulls().unique(maintain_order=True).to_list()[:8000]
    wide, narrow = (joint_works(authorships.lazy(), people, first, 2025) for first in (2021, 2023))
    assert set(narrow) < set(wide)
    assert all(set(works) <= set(wide[pair]) for pair, works in narrow.items())


def frame(*rows):
    return pl.LazyFrame(rows, schema={"work": pl.String, "year": pl.Int64, "author": pl.String}, orient="row")


def person(id_, **more):
    return Party(frozenset({id_}), **more)


def kinds(found, reviewer="R", application="P"):
    return {one.kind for one in found if (one.reviewer, one.application) == (reviewer, application)}


def test_evidence_is_named_newest_first():
    joint = joint_works(
        frame(("w1", 2021, "r"), ("w1", 2021, "a"), ("w2", 2024, "a"), ("w2", 2024, "r")), "ra", 2021, 2025
    )
    found = of_round({"R": person("r")}, {"P": {"A": person("a")}}, joint, RULES)
    assert found == [Conflict("R", "P", "joint_work", "A", ("w2", "w1"))]
    with pytest.raises(ValueError, match="before it begins"):
        joint_works(frame(), "ra", 2025, 2021)


def test_merging_two_rows_of_a_person_only_adds_and_splitting_undoes():
    joint = joint_works(frame(("w", 2024, "r2"), ("w", 2024, "a")), ("r1", "r2", "a"), 2021, 2025)
    application = {"P": {"A": person("a")}}
    apart = of_round({"R": person("r1")}, application, joint, RULES)
    merged = of_round({"R": Party(frozenset({"r1", "r2"}))}, application, joint, RULES)
    assert apart == []
    assert kinds(merged) == {"joint_work"}


def test_an_unconfirmed_address_hides_nobody():
    """Author and reviewer share an address that only one of them has confirmed: a person must look."""
    mail = frozenset({"anna@example.org"})
    reviewer = {"R": person("r", addresses=mail)}
    unsure = of_round(reviewer, {"P": {"A": person("a", addresses=mail, confirmed=False)}}, {}, RULES)
    sure = of_round(reviewer, {"P": {"A": person("a", addresses=mail)}}, {}, RULES)
    assert (kinds(unsure), kinds(sure)) == ({"unconfirmed"}, {"same_person"})


def test_a_reviewer_who_is_added_late_has_conflicts_too():
    applications = {"P": {"A": person("a", institutions=frozenset({"i"}))}}
    reviewers = {"R": person("r")}
    assert of_round(reviewers, applications, {}, RULES) == []
    reviewers["late"] = person("l", institutions=frozenset({"i"}))
    assert kinds(of_round(reviewers, applications, {}, RULES), "late") == {"same_institution"}


def test_relations_of_relations_mark_nobody():
    """R wrote with X, X wrote with A: R and A have nothing with each other."""
    joint = joint_works(
        frame(("w", 2024, "r"), ("w", 2024, "x"), ("v", 2024, "x"), ("v", 2024, "a")), "rxa", 2021, 2025
    )
    found = of_round({"R": person("r")}, {"P": {"A": person("a")}, "Q": {"X": person("x")}}, joint, RULES)
    assert kinds(found) == set()
    assert kinds(found, application="Q") == {"joint_work"}


def test_who_applies_together_in_this_round_does_not_review_each_other():
    """R applies with S on Q; S is on P too: R does not review P."""
    applications = {"Q": {"R": person("r"), "S": person("s")}, "P": {"S": person("s"), "T": person("t")}}
    found = of_round({"R": person("r")}, applications, {}, RULES)
    assert kinds(found) == {"this_round"}
    assert [one.evidence for one in found if one.kind == "this_round"] == [("Q",)]
    assert kinds(found, application="Q") == {"same_person"}
    strict = of_round({"R": person("r")}, applications, {}, Rules(years=3, same_call=True))
    assert "same_call" in kinds(strict)


def test_a_false_alarm_is_put_aside_with_a_reason_and_a_hard_one_is_not():
    alarm = Conflict("R", "P", "same_institution", "A", ("i",))
    hard = Conflict("R", "P", "same_person", "A")
    told = {("R", "P", "same_institution"): "Two campuses that share a name.", ("R", "P", "same_person"): "It is not."}
    assert standing([alarm, hard], told) == [hard]
    assert standing([alarm], {("R", "P", "same_institution"): "  "}) == [alarm]


def test_no_solver_assigns_a_conflicted_pair_even_where_all_scores_are_zero():
    case = {
        "reviewers": ["R", "S"],
        "papers": ["P", "Q"],
        "scores": [[0, 0], [0, 0]],
        "conflicts": [["R", "P"]],
        "cover": 1,
        "load": 2,
    }
    for objective in ("total", "fair"):
        answer = assignment.assign(assignment.parse(case), objective=objective)
        assert answer.status == "optimal"
        assert answer.chances.get((0, 0), 0) == 0


def test_windows_come_from_packs_with_their_source():
    windows = {id_: packs.load(f"conflicts-{id_}").values["publication_years"] for id_ in ("snsf", "nsf", "aka")}
    assert windows == {"snsf": 5, "nsf": 4, "aka": 3}
