"""People that may be one person: OpenAlex sometimes splits an author. They are shown; only a correction merges them."""

from __future__ import annotations

import numpy as np

from udsyn.contacts.index import Array, Index, folded_name, gather, name_key, term_hash

MOST_NAMESAKES = 200


def likely_duplicates(index: Index, person: int) -> list[int]:
    """Namesakes who share a co-author, an institution or (with a full first name) a topic with a person."""
    name = index.name(person)
    key = name_key(name)
    if not key:
        return []
    keys = index.arrays["name_keys"]
    wanted = np.uint64(term_hash(key))
    first, last = np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
    if last - first > MOST_NAMESAKES:
        return []
    same = [int(p) for p in index.arrays["name_people"][first:last] if p != person and not index.is_hidden[p]]
    return [other for other in same if may_be_one(name, index.name(other)) and share_something(index, person, other)]


def may_be_one(name: str, other: str) -> bool:
    """Whether two names with one key can be one person's: *J. Lind* and *Jens Lind* can, *Jens* and *Jan* cannot."""
    ours, theirs = folded_name(name)[:-1], folded_name(other)[:-1]
    return all(a.startswith(b) or b.startswith(a) for a, b in zip(ours, theirs, strict=False))


def share_something(index: Index, person: int, other: int) -> bool:
    ours, theirs = index.works_of(person), index.works_of(other)
    if len(np.intersect1d(ours, theirs)):
        return False  # both names on one work: two people
    institution = index.arrays["institution"]
    if institution[person] >= 0 and institution[person] == institution[other]:
        return True
    if len(np.intersect1d(co_authors(index, ours), co_authors(index, theirs))):
        return True
    full = min(len(folded_name(index.name(p))[0]) for p in (person, other)) > 1
    topics = index.arrays["work_topic"]
    mine = topics[ours]
    return full and len(np.intersect1d(mine[mine >= 0], topics[theirs])) > 0


def co_authors(index: Index, works: Array) -> Array:
    return np.unique(gather(index.arrays["work_start"], index.arrays["work_people"], works)[0])
