"""People that may be one person: OpenAlex sometimes splits an author. They are shown; only a correction merges them."""

from __future__ import annotations

import numpy as np

from udsyn.contacts.index import Array, Index, gather, term_hash
from udsyn.contacts.names import is_full, keys, may_be_one

MOST_NAMESAKES = 200


def likely_duplicates(index: Index, person: int) -> list[int]:
    """Namesakes who share a co-author, an institution or (with a full first name) a topic with a person."""
    name = index.name(person)
    same = {other for key in keys(name) for other in namesakes(index, key)} - {person}
    return [
        other for other in sorted(same) if may_be_one(name, index.name(other)) and share_something(index, person, other)
    ]


def namesakes(index: Index, key: str) -> list[int]:
    """People with a key of a name, but for those who are hidden; none where there are too many to tell anything."""
    held = index.arrays["name_keys"]
    wanted = np.uint64(term_hash(key))
    first, last = np.searchsorted(held, wanted, "left"), np.searchsorted(held, wanted, "right")
    if last - first > MOST_NAMESAKES:
        return []
    return [int(p) for p in index.arrays["name_people"][first:last] if not index.is_hidden[p]]


def share_something(index: Index, person: int, other: int) -> bool:
    ours, theirs = index.works_of(person), index.works_of(other)
    if len(np.intersect1d(ours, theirs)):
        return False  # both names on one work: two people
    institution = index.arrays["institution"]
    if institution[person] >= 0 and institution[person] == institution[other]:
        return True
    if len(np.intersect1d(co_authors(index, ours), co_authors(index, theirs))):
        return True
    full = all(is_full(index.name(p)) for p in (person, other))
    topics = index.arrays["work_topic"]
    mine = topics[ours]
    return full and len(np.intersect1d(mine[mine >= 0], topics[theirs])) > 0


def co_authors(index: Index, works: Array) -> Array:
    return np.unique(gather(index.arrays["work_start"], index.arrays["work_people"], works)[0])
