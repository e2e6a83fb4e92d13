"""Conflicts of interest between reviewers and applications: from works written together, employers, and this round.

    found = of_round(reviewers, applications, joint=joint_works(authorships, people, 2021, 2025), rules=RULES)

Nothing is stored that a later reviewer, merge or address could make untrue: ask again before reviewers are assigned.
Relations are direct ones. Relations of relations mark everybody and are not followed, except the one that this round
makes itself: a reviewer who applies together with somebody on the application.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import polars as pl

Kind = Literal["same_person", "joint_work", "same_institution", "declared", "same_call", "this_round", "unconfirmed"]
Pair = frozenset[str]

#: cannot be put aside by a reason
HARD: frozenset[Kind] = frozenset({"same_person", "same_call"})


@dataclass(frozen=True)
class Rules:
    """What a funder counts as a conflict. The years are the window of joint works."""

    years: int
    same_institution: bool = True
    same_call: bool = False  #: whoever applies in a call reviews nothing in it


@dataclass(frozen=True)
class Party:
    """A person of the round. `ids` are all that say who it is (merged rows too), addresses in lower case."""

    ids: frozenset[str]
    institutions: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    confirmed: bool = True  #: the addresses belong to the person; otherwise an equal one proves nothing and warns
    declared: frozenset[str] = frozenset()  #: ids of people with whom there is a conflict by the person's own word


@dataclass(frozen=True)
class Conflict:
    """A reviewer may not review an application, and why. `evidence` are works, institutions or other applications."""

    reviewer: str
    application: str
    kind: Kind
    person: str  #: the one on the application it is about
    evidence: tuple[str, ...] = field(default=())


def joint_works(authorships: pl.LazyFrame, people: Iterable[str], first: int, last: int) -> dict[Pair, tuple[str, ...]]:
    """Works that two of these people wrote together in the years first to last, newest first.

    `authorships` has the columns work, year, author, each as often as it likes. Raises ValueError for years the wrong
    way round.
    """
    if last < first:
        raise ValueError(f"the window ends in {last}, before it begins in {first}")
    known = pl.LazyFrame({"author": sorted(set(people))}, schema={"author": pl.String})
    ours = authorships.filter(pl.col("year").is_between(first, last)).select("work", "year", "author").unique()
    ours = ours.join(known, on="author", how="semi")
    pairs = ours.join(ours, on="work").filter(pl.col("author") < pl.col("author_right"))
    rows = pairs.sort(["year", "work"], descending=[True, False]).select("author", "author_right", "work").collect()
    found: dict[Pair, list[str]] = {}
    for one, two, work in rows.iter_rows():
        found.setdefault(frozenset((one, two)), []).append(str(work))
    return {pair: tuple(dict.fromkeys(works)) for pair, works in found.items()}


def of_round(
    reviewers: Mapping[str, Party],
    applications: Mapping[str, Mapping[str, Party]],
    joint: Mapping[Pair, tuple[str, ...]],
    rules: Rules,
) -> list[Conflict]:
    """Every conflict between these reviewers and the applications' people, each with its evidence.

    `applications` is application → person's key → party.
    """
    applies = {
        key: frozenset(
            application
            for application, people in applications.items()
            if any(same(who, one) for one in people.values())
        )
        for key, who in reviewers.items()
    }
    found = []
    for (reviewer, who), (application, people) in product(reviewers.items(), applications.items()):
        if rules.same_call and applies[reviewer]:
            found.append(Conflict(reviewer, application, "same_call", reviewer, tuple(sorted(applies[reviewer]))))
        for person, party in people.items():
            found += [
                Conflict(reviewer, application, kind, person, evidence)
                for kind, evidence in between(who, party, joint, rules)
            ]
            if through := shared(applies[reviewer] - {application}, party, applications):
                found.append(Conflict(reviewer, application, "this_round", person, through))
    return found


def between(
    who: Party, party: Party, joint: Mapping[Pair, tuple[str, ...]], rules: Rules
) -> list[tuple[Kind, tuple[str, ...]]]:
    """The conflicts of two people."""
    if same(who, party):
        return [("same_person", tuple(sorted(who.ids & party.ids)))]
    found: list[tuple[Kind, tuple[str, ...]]] = []
    if equal := who.addresses & party.addresses:
        found.append(("unconfirmed", tuple(sorted(equal))))
    works = dict.fromkeys(
        work
        for one, two in product(sorted(who.ids), sorted(party.ids))
        for work in joint.get(frozenset((one, two)), ())
    )
    if works:
        found.append(("joint_work", tuple(works)))
    if rules.same_institution and (institutions := who.institutions & party.institutions):
        found.append(("same_institution", tuple(sorted(institutions))))
    if who.declared & party.ids or party.declared & who.ids:
        found.append(("declared", ()))
    return found


def same(one: Party, two: Party) -> bool:
    """Are they one person: by an id, or by an address that is confirmed on both sides?"""
    return bool(one.ids & two.ids) or (one.confirmed and two.confirmed and bool(one.addresses & two.addresses))


def shared(mine: frozenset[str], party: Party, applications: Mapping[str, Mapping[str, Party]]) -> tuple[str, ...]:
    """Those of the reviewer's own applications in this round on which this person is too."""
    return tuple(sorted(own for own in mine if any(same(party, colleague) for colleague in applications[own].values())))


def standing(found: Iterable[Conflict], dismissed: Mapping[tuple[str, str, Kind], str]) -> list[Conflict]:
    """What is left when dismissals (reviewer, application, kind → reason) are taken away.

    A dismissal without a reason counts for nothing, and hard conflicts cannot be dismissed.
    """
    return [
        one
        for one in found
        if one.kind in HARD or not dismissed.get((one.reviewer, one.application, one.kind), "").strip()
    ]
