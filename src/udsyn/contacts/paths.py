"""Through whom: chains of joint works between two people, at most three steps long.

The tie between two people is a sum over their joint works of 1 / (authors - 1), halved for every five years since
(Newman 2001, doi:10.1103/PhysRevE.64.016132, with decay). A work with more than 50 authors is no acquaintance. What a
tie is worth to an introduction is 1 - exp(-2 tie), and a chain is worth the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from udsyn.contacts.index import Array, Index, gather
from udsyn.errors import UsageError

LARGEST_TEAM = 50
HALF_LIFE = 5.0  #: years
LATEST_WORKS = 500  #: of each person
WIDEST = 400  #: strongest ties followed from one person
LONGEST = 3
WALK = 4  #: steps
RESTART = 0.15
WALKED = 200  #: people from whom a walk goes on
NARROWING = (400, 60, 0)  #: people from whom the search for an introduction goes on, step by step
LIKELY, POSSIBLE = 0.5, 0.15


@dataclass(frozen=True)
class Ties:
    """Who has written with whom: one entry per pair (owner's place in the list asked for, other person)."""

    owner: Array
    person: Array
    worth: Array


@dataclass(frozen=True)
class Step:
    """One person of a chain, with the works that join them to the person before (None and 0 for the first)."""

    person: int
    joint_works: int
    last_year: int | None
    worth: float

    @property
    def remembers(self) -> str:
        return "likely" if self.worth >= LIKELY else "possible" if self.worth >= POSSIBLE else "unlikely"


Chain = tuple[Step, ...]


def ties(index: Index, people: Array) -> Ties:
    """Ties of several people at once, strongest first within each, at most WIDEST a person."""
    starts, person_works = index.arrays["person_start"], index.arrays["person_works"]
    works, owner = gather(starts, person_works, people)
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    authors = index.arrays["work_authors"][works]
    small = (authors <= LARGEST_TEAM) & (authors > 1) & (rank < LATEST_WORKS)
    works, owner, authors = works[small], owner[small], authors[small]
    age = index.last_year - index.arrays["year"][works].astype(np.float64)
    value = 0.5 ** (age / HALF_LIFE) / np.maximum(authors - 1, 1)

    other, link = gather(index.arrays["work_start"], index.arrays["work_people"], works)
    key = owner[link].astype(np.int64) * index.people_count + other
    keep = (other != people[owner[link]]) & ~index.is_hidden[other]
    unique, inverse = np.unique(key[keep], return_inverse=True)
    tie = np.bincount(inverse, value[link][keep], minlength=len(unique))
    owners, others = unique // index.people_count, unique % index.people_count
    order = np.lexsort((others, -tie, owners))
    owners, others, tie = owners[order], others[order], tie[order]
    rank = np.arange(len(owners)) - np.searchsorted(owners, owners)
    within = rank < WIDEST
    return Ties(owners[within], others[within], 1 - np.exp(-2 * tie[within]))


def find_path(index: Index, from_: int, to: int, strongest: bool = False) -> Chain | None:
    """The shortest chain (the strongest of the shortest), or the strongest of up to three steps; None without one."""
    if from_ == to:
        return (Step(from_, 0, None, 1.0),)
    best: tuple[float, tuple[int, ...]] | None = None
    for found in chains_by_length(index, from_, to):
        if found and (best is None or found[0] > best[0]):
            best = found
        if best and not strongest:
            break
    return describe(index, best[1]) if best else None


def chains_by_length(index: Index, from_: int, to: int) -> Iterator[tuple[float, tuple[int, ...]] | None]:
    """The best chain of one, of two and of three steps."""
    near, far = ties(index, np.array([from_])), ties(index, np.array([to]))
    direct = np.flatnonzero(near.person == to)
    yield (float(near.worth[direct[0]]), (from_, to)) if len(direct) else None

    middle, at, far_at = np.intersect1d(near.person, far.person, return_indices=True)
    worth = near.worth[at] * far.worth[far_at]
    yield (float(worth.max()), (from_, int(middle[worth.argmax()]), to)) if len(middle) else None

    first = near.person[near.person != to]
    second = ties(index, first)
    order = np.argsort(far.person)
    where = np.searchsorted(far.person, second.person, sorter=order)
    where = order[np.minimum(where, len(order) - 1)] if len(order) else where
    joins = (far.person[where] == second.person) & (second.person != from_) if len(order) else np.zeros(0, bool)
    if not joins.any():
        yield None
        return
    worth = (near.worth[near.person != to][second.owner] * second.worth * far.worth[where])[joins]
    at_best = int(worth.argmax())
    owner, person = second.owner[joins][at_best], second.person[joins][at_best]
    yield float(worth[at_best]), (from_, int(first[owner]), int(person), to)


def introductions(index: Index, to: int, home: str, limit: int = 5) -> list[Chain]:
    """Chains that start with somebody at home and end with `to`, the most promising first, each starter once."""
    at_home = home.encode()
    people, value = np.array([to]), np.ones(1)
    parents: list[dict[int, int]] = []  # of each step: person → the next person on the way to `to`
    seen = {to}
    best: dict[int, tuple[float, tuple[int, ...]]] = {}
    for width in NARROWING:
        found = ties(index, people)
        worth = value[found.owner] * found.worth
        order = np.lexsort((people[found.owner], found.person, -worth))
        reached, first = np.unique(found.person[order], return_index=True)
        new = ~np.isin(reached, list(seen))
        reached, taken = reached[new], order[first[new]]
        worth, parent = worth[taken], people[found.owner[taken]]
        parents.append(dict(zip(reached.tolist(), parent.tolist(), strict=True)))
        starts = index.arrays["country"][reached] == at_home
        for person, chance in zip(reached[starts].tolist(), worth[starts].tolist(), strict=True):
            best[person] = (chance, trace(person, parents))
        seen.update(reached.tolist())
        follow = np.flatnonzero(~starts)
        follow = follow[np.lexsort((reached[follow], -worth[follow]))][:width]
        people, value = reached[follow], worth[follow]
        if len(best) >= limit or not len(people):
            break
    ranked = sorted(best.values(), key=lambda found: (-found[0], found[1]))
    return [describe(index, people) for _, people in ranked[:limit]]


def trace(person: int, parents: list[dict[int, int]]) -> tuple[int, ...]:
    """The way from a person of the last step back to where the steps began."""
    chain = [person]
    for step in reversed(parents):
        chain.append(step[chain[-1]])
    return tuple(chain)


def walk(index: Index, from_: int, steps: int = WALK, evenly: bool = False) -> tuple[Array, Array]:
    """Who walks of a few steps over co-authors from one person come to, and how often (with restarts).

    A step follows a tie as often as the tie is worth, or every tie alike (`evenly`), which finds fewer later partners.
    """
    people: Array = np.array([from_])
    mass: Array = np.ones(1)
    reached: Array = np.zeros(0, np.int64)
    total: Array = np.zeros(0)
    for _ in range(steps):
        found = ties(index, people)
        worth = np.ones(len(found.worth)) if evenly else found.worth
        out = np.bincount(found.owner, worth, minlength=len(people))
        step, at = np.unique(found.person, return_inverse=True)
        share = worth / out[found.owner]
        value = (1 - RESTART) * np.bincount(at, share * mass[found.owner], minlength=len(step))
        merged, at = np.unique(np.concatenate([reached, step]), return_inverse=True)
        reached, total = merged, np.bincount(at, np.concatenate([total, value]), minlength=len(merged))
        widest = np.lexsort((step, -value))[:WALKED]
        people, mass = step[widest], value[widest]
        if not len(people):
            break
    others = reached != from_
    return reached[others], total[others]


def describe(index: Index, people: tuple[int, ...]) -> Chain:
    """The steps of a chain with their joint works, counted over all works whatever their size."""
    steps = [Step(people[0], 0, None, 1.0)]
    for before, person in pairwise(people):
        joint = np.intersect1d(index.works_of(before), index.works_of(person))
        found = ties(index, np.array([before]))
        worth = found.worth[found.person == person]
        last = int(index.arrays["year"][joint].max()) if len(joint) else None
        steps.append(Step(person, len(joint), last, float(worth[0]) if len(worth) else 0.0))
    return tuple(steps)


def worth(chain: Chain) -> float:
    """What a chain is worth: the product of its ties."""
    return float(np.prod([step.worth for step in chain]))


def person_of(index: Index, author: int) -> int:
    """The number of an author. Raises UsageError for one who is unknown; says nothing about who has opted out."""
    found = index.person(author)
    if found is None:
        raise UsageError(f"A{author} is not held, or not listed. `udsyn contacts find` prints the ids of people held.")
    return found
