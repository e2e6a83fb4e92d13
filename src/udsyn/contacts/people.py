"""What is held about a person, in a row and in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from udsyn.contacts.duplicates import likely_duplicates
from udsyn.contacts.index import Array, Index

Row = dict[str, Any]

CURRENT = 5  #: years that count as current activity
FADED = 5  #: years without a work before this is said
SHOWN_TWINS = 3


def person_row(index: Index, person: int) -> Row:
    """id, name, institution and country of a person."""
    return {
        "id": f"A{index.arrays['author'][person]}",
        "name": index.name(person),
        "institution": index.institution_name(int(index.arrays["institution"][person])),
        "country": index.arrays["country"][person].decode() or None,
    }


def activity(index: Index, person: int) -> Row:
    return {"works": len(index.works_of(person)), "last_year": int(index.arrays["latest"][person])}


def named_topics(index: Index, works: Array) -> list[str]:
    """Names of the primary topics of works, the commonest first."""
    return [name for topic in topics_by_count(index, works) if (name := index.topics.get(topic))]


def topics_by_count(index: Index, works: Array) -> list[int]:
    """Primary topics of works, the commonest first."""
    topics, counts = np.unique(index.arrays["work_topic"][works], return_counts=True)
    order = np.lexsort((topics, -counts))
    return [topic for topic in topics[order].tolist() if topic >= 0]


def doubts(index: Index, person: int) -> list[str]:
    """What a reader must know before writing to this person."""
    said = []
    placed, latest = int(index.arrays["placed"][person]), int(index.arrays["latest"][person])
    if not placed:
        said.append("no place is known")
    elif placed < latest:
        said.append(f"the place is that of {placed}; later works state none")
    if latest <= index.last_year - FADED:
        said.append(f"no work held since {latest}")
    if twins := likely_duplicates(index, person):
        listed = ", ".join(f"A{index.arrays['author'][twin]}" for twin in twins[:SHOWN_TWINS])
        said.append(f"may be the same person as {listed} (same name and a shared co-author, institution or topic)")
    return said
