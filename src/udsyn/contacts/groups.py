"""Groups and companies: the same matches, gathered by institution and topic."""

from __future__ import annotations

from typing import Any

import numpy as np

from udsyn.contacts.find import Filters, matches
from udsyn.contacts.index import Index
from udsyn.contacts.query import Query
from udsyn.contacts.reasons import project_reason

COMPANY = "company"
SHOWN_PEOPLE = 3


def find_groups(index: Index, query: Query, filters: Filters, limit: int = 20) -> list[dict[str, Any]]:
    """Institutions × primary topic of the matching works, by fit.

    rank, id, name, type, city, country, topic, score (0..1), people, works, last_year, reasons. Where the record holds
    no topics, an institution is one group.
    """
    found = matches(index, query, filters)
    institution = index.arrays["institution"][found.people[found.link_person]]
    held = institution >= 0
    if not held.any():
        return []
    institution, work = institution[held], found.link_work[held]
    person, value = found.people[found.link_person[held]], found.link_value[held]
    topic = index.arrays["work_topic"][work].astype(np.int64)
    keys = np.stack([institution, topic], axis=1)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    inverse = inverse.ravel()
    # A work with several people of one group counts once, by the person whose part in it was largest.
    order = np.lexsort((-value, work, inverse))
    once = np.ones(len(order), bool)
    once[1:] = (inverse[order][1:] != inverse[order][:-1]) | (work[order][1:] != work[order][:-1])
    best = order[once]
    fit = 1 - np.exp(-np.sqrt(np.bincount(inverse[best], value[best], minlength=len(unique))))
    ranked = np.lexsort((unique[:, 1], unique[:, 0], -np.round(fit, 9)))[:limit]
    rows = []
    for rank, at in enumerate(ranked.tolist(), start=1):
        inside = np.flatnonzero(inverse == at)
        inside = inside[np.argsort(-value[inside], kind="stable")]
        people = list(dict.fromkeys(person[inside].tolist()))
        works = list(dict.fromkeys(work[inside].tolist()))
        name, type_, city, country = index.institutions.get(int(unique[at, 0]), ("", "", "", ""))
        shown = ", ".join(f"{index.name(p)} (A{index.arrays['author'][p]})" for p in people[:SHOWN_PEOPLE])
        titles = "; ".join(f"W{index.arrays['work'][w]} “{index.title(w)}”" for w in works[:SHOWN_PEOPLE])
        rows.append(
            {
                "rank": rank,
                "id": f"I{unique[at, 0]}",
                "name": name or None,
                "type": type_ or None,
                "city": city or None,
                "country": country or None,
                "topic": index.topics.get(int(unique[at, 1])),
                "score": float(fit[at]),
                "people": len(people),
                "works": len(works),
                "last_year": int(index.arrays["year"][works].max()),
                "reasons": [
                    f"people: {shown}",
                    f"matching works: {titles}",
                    *shared(index, int(unique[at, 0]), filters),
                ],
            }
        )
    return rows


def shared(index: Index, institution: int, filters: Filters) -> list[str]:
    """The projects of an institution with home, where a home is asked for."""
    return project_reason(index, institution, filters.home) if filters.home else []


def exposure(index: Index, query: Query, filters: Filters, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whom the ranking shows against all who match: by career age, institution's size, place and productivity.

    group, shown (share of the rows), matching (share of everybody who matches), ratio. A ratio of 1 shows a group as
    often as it matches.
    """
    everybody = matches(index, query, filters).people
    shown = np.array([index.person(int(row["id"][1:])) for row in rows], np.int64)
    if not len(shown):
        return []
    age = index.last_year - index.arrays["begun"].astype(int)
    works = np.diff(index.arrays["person_start"])
    institution = index.arrays["institution"]
    size_of, counts = np.unique(institution, return_counts=True)
    size = counts[np.searchsorted(size_of, institution)]
    median_size, many = np.median(size[everybody]), np.quantile(works[everybody], 0.9)
    groups = {
        "first work at most 10 years ago": age <= 10,
        "first work 11 to 20 years ago": (age > 10) & (age <= 20),
        "first work more than 20 years ago": age > 20,
        "institution with fewer people than the median": size < median_size,
        f"most works (more than {many:.0f})": works > many,
    }
    report = [row(name, mask[shown].mean(), mask[everybody].mean()) for name, mask in groups.items()]
    cities = np.array([index.institutions.get(int(i), ("", "", "", ""))[2] for i in institution[everybody]])
    place, held = np.unique(cities[cities != ""], return_counts=True)
    if len(place):
        top = str(place[held.argmax()])
        mine = np.array([index.institutions.get(int(institution[p]), ("", "", "", ""))[2] == top for p in shown])
        report.append(row(f"the commonest place ({top})", mine.mean(), held.max() / len(cities)))
    return report


def row(name: str, shown: float, matching: float) -> dict[str, Any]:
    ratio = float(shown / matching) if matching else None
    return {"group": name, "shown": float(shown), "matching": float(matching), "ratio": ratio}
