"""Whom to meet: people whose works fit what is asked, ranked by parts that can be read and weighed, with reasons.

Works are scored by the terms they share with the question. A person's fit adds up their matching works, recent ones and
those they led counting more, and levels off, so that one more work helps less. Citations do not enter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from udsyn.contacts import paths, semantic
from udsyn.contacts.index import MIDDLE, Array, Index, gather
from udsyn.contacts.people import CURRENT, activity, person_row
from udsyn.contacts.query import Query, widen
from udsyn.contacts.reasons import explain
from udsyn.contacts.wording import coverage, spoken, unspoken
from udsyn.errors import UsageError

Row = dict[str, Any]

WEAK = 0.5  #: of the best work's score; below it a match is called uncertain
WEAKEST = 0.3  #: of the best work's score; below it a work shares too little with the question
MOST_WORKS = 20_000
FEEDBACK = 30  #: best works whose terms widen the question
SHORTLIST = 300
RERANKED = 40  #: people whose works the semantic extra reads, where it is asked for
READ_WORKS = 3  #: titles of each
HALF_LIFE = 8.0  #: years after which a matching work counts half
BUSY = 10  #: works in that time which fill the mark for activity
FEW = 2  #: works added to a person's own when the share that matches is taken: one of one says little
MIDDLE_ROLE = 0.6  #: of a matching work, for somebody in the middle of the author list
UNCOVERED = 0.1  #: of a score, what is left where no word of the question is covered
TEAM = 10  #: authors up to which a work counts wholly


@dataclass(frozen=True)
class Weights:
    """What each part of the ranking counts; parts lie between 0 and 1, and so does their weighted mean."""

    fit: float = 0.60  #: how much and how recently their works match
    focus: float = 0.05  #: share of their works that match, a good match counting most
    recency: float = 0.15  #: years since their last matching work, a good match counting most
    activity: float = 0.10  #: works in the last five years
    role: float = 0.05  #: share of matching works they led (first, last or corresponding), weighed alike
    complement: float = 0.05  #: matching topics in which home publishes less than the world
    nearness: float = 1.20  #: where a person asks: how often walks over co-authors come from them to here
    meaning: float = 0.60  #: where asked for: how near their best matching work comes to the question in meaning
    path: float = 0.10  #: joint works with home, or a co-author who has some

    @classmethod
    def from_settings(cls, settings: Mapping[str, float]) -> Weights:
        """Change some weights. Raises UsageError for an unknown name or a weight below 0."""
        known = [field_.name for field_ in fields(cls)]
        for name, value in settings.items():
            if name not in known:
                raise UsageError(f"no weight is called {name}; there are {', '.join(known)}.")
            if not value >= 0:
                raise UsageError(f"the weight {name} must be 0 or more, not {value}.")
        chosen = replace(cls(), **settings)
        if not sum(getattr(chosen, name) for name in known) > 0:
            raise UsageError("all weights are 0; at least one must be above.")
        return chosen

    def mean(self, parts: Mapping[str, Array]) -> Array:
        total = sum(getattr(self, name) for name in parts)
        weighted: Array = sum(getattr(self, name) * part for name, part in parts.items()) / total
        return weighted


@dataclass(frozen=True)
class Filters:
    """Who may be found. `home` people are never found; `new_only` leaves out those who have published with home."""

    countries: tuple[str, ...] = ()
    home: str | None = None
    new_only: bool = False
    field: int | None = None
    institution_type: str | None = None
    active_since: int | None = None
    career: tuple[int, int] | None = None  #: years since the first work held, both included


@dataclass(frozen=True)
class Matches:
    """Works that match, and the (person, work) links behind the answer, before any cut."""

    people: Array  #: each person once
    fit: Array
    near: Array  #: how near each is to the person who asks, 0 where nobody asks
    link_person: Array  #: place in `people`
    link_work: Array
    link_value: Array
    score: Array  #: of each link's work
    spoken: Array  #: by each person's matching works: which words of the question, a bit each
    best: float  #: the best work's score anywhere


def find(
    index: Index,
    query: Query,
    filters: Filters | None = None,
    weights: Weights | None = None,
    limit: int = 20,
    warm: bool = False,
    use_semantic: bool = False,
) -> list[Row]:
    """People ranked: rank, id, name, institution, country, score (0..1), works, last_year, and why (see `explain`)."""
    filters, weights = filters or Filters(), weights or Weights()
    found = matches(index, query, filters)
    short = np.argsort(-(found.fit + found.near), kind="stable")[:SHORTLIST]
    parts = score_parts(index, found, short, filters.home)
    if query.asker is not None:
        parts["nearness"] = found.near[short]
    score = weights.mean(parts)
    order = np.lexsort((index.arrays["author"][found.people[short]], -np.round(score, 9)))
    if use_semantic:
        first = order[: max(limit, RERANKED)]
        parts = {name: part[first] for name, part in parts.items()} | {
            "meaning": meaning(index, query, found, short[first])
        }
        short, score = short[first], weights.mean(parts)
        order = np.lexsort((index.arrays["author"][found.people[short]], -np.round(score, 9)))
    rows = []
    for rank, at in enumerate(order[:limit], start=1):
        place = int(short[at])
        person = int(found.people[place])
        links = found.link_person == place
        works = found.link_work[links][np.argsort(-found.link_value[links], kind="stable")]
        weak = not links.any() or found.score[links].max() < WEAK * found.best
        rows.append({"rank": rank, **person_row(index, person), "score": float(score[at]), **activity(index, person)})
        missing = unspoken(query.words, int(found.spoken[place])) if links.any() else []
        rows[-1] |= explain(index, query, person, works, filters.home, warm, weak, missing)
        rows[-1]["parts"] = {name: float(part[at]) for name, part in parts.items()}
    return rows


def matches(index: Index, query: Query, filters: Filters) -> Matches:
    """Everybody allowed by the filters who has a matching work."""
    work_score, bits = score_works(index, query)
    best = float(work_score.max()) if len(work_score) else 0.0
    works = candidate_works(index, work_score, filters.countries)
    people, link = gather(index.arrays["work_start"], index.arrays["work_people"], works)
    roles, _ = gather(index.arrays["work_start"], index.arrays["work_roles"], works)
    allowed = is_allowed(index, people, filters, query.asker)
    people, link, roles = people[allowed], link[allowed], roles[allowed]

    age = np.maximum(index.last_year - index.arrays["year"][works].astype(np.float64), 0)
    team = np.minimum(1.0, TEAM / np.maximum(index.arrays["work_authors"][works], 1)) ** 0.5
    value = ((work_score[works] / best) ** 2 * 0.5 ** (age / HALF_LIFE) * team)[link]
    value *= np.where(roles == MIDDLE, MIDDLE_ROLE, 1.0)
    reached, mass = reach(index, query, filters)
    unique, inverse = np.unique(np.concatenate([people, reached]), return_inverse=True)
    near = np.zeros(len(unique))
    near[inverse[len(people) :]] = mass
    inverse = inverse[: len(people)]
    said = np.zeros(len(unique), bits.dtype)
    np.bitwise_or.at(said, inverse, bits[works][link])
    fit = 1 - np.exp(-np.sqrt(np.bincount(inverse, value, minlength=len(unique))))
    fit *= dampened(coverage(query.words, said))
    return Matches(unique, fit, near, inverse, works[link], value, work_score[works][link], said, best)


def reach(index: Index, query: Query, filters: Filters) -> tuple[Array, Array]:
    """Whom walks over co-authors reach from the person who asks, and how often, scaled to 1 at most."""
    if query.asker is None:
        return np.zeros(0, np.int64), np.zeros(0)
    people, mass = paths.walk(index, query.asker)
    allowed = is_allowed(index, people, filters, query.asker)
    people, mass = people[allowed], mass[allowed]
    return people, np.sqrt(mass / mass.max()) if len(mass) else mass


def score_works(index: Index, query: Query) -> tuple[Array, Array]:
    """How well every work fits the question, widened by the terms of the works that fit it best, less what it leaves
    uncovered; and which words of the question each work speaks of."""
    first, bits = dot(index, query), spoken(index, query.words)
    covered = dampened(coverage(query.words, bits))
    found = np.flatnonzero(first)
    score = first[found] * covered[found]
    best = best_of(found, score, FEEDBACK)
    widened = widen(index, query, best, (first * covered)[best])
    score = first if widened is query else first + dot(index, widened, len(query.terms))
    return score * covered, bits


def dampened(covered: Array) -> Array:
    """What is left of a score where a part of the question is covered: a little also where none is, by widening."""
    left: Array = UNCOVERED + (1 - UNCOVERED) * covered
    return left


def dot(index: Index, query: Query, from_term: int = 0) -> Array:
    """The dot product of every work with the question's terms."""
    score = np.zeros(index.work_count, np.float32)
    for term, weight in zip(query.terms[from_term:].tolist(), query.weights[from_term:].tolist(), strict=True):
        works, weights = index.postings(term)
        score[works] += np.float32(weight) * weights
    return score


def candidate_works(index: Index, score: Array, countries: Sequence[str]) -> Array:
    """Works that share enough with the question, the best first where there are too many."""
    if countries:
        works = index.works_in(countries[0])
        if len(countries) > 1:
            works = np.unique(np.concatenate([index.works_in(country) for country in countries]))
        works = works[score[works] > 0]
    else:
        works = np.flatnonzero(score)
    if not len(works):
        return np.zeros(0, np.int64)
    works = works[score[works] >= WEAKEST * score[works].max()]
    return best_of(works, score[works], MOST_WORKS)


def best_of(works: Array, score: Array, most: int) -> Array:
    """The works with the highest scores, the best first; ties go to the earlier work. Sorts only what it keeps."""
    if len(works) > most:
        least = np.partition(score, -most)[-most]
        kept = score >= least
        works, score = works[kept], score[kept]
    chosen: Array = works[np.argsort(-score, kind="stable")[:most]].astype(np.int64)
    return chosen


def is_allowed(index: Index, people: Array, filters: Filters, asker: int | None) -> Array:
    """Which people the filters let through; never somebody who has opted out."""
    allowed = ~index.is_hidden[people]
    if asker is not None:
        allowed &= (people != asker) & ~np.isin(people, paths.ties(index, np.array([asker])).person)
    country = index.arrays["country"][people]
    if filters.countries:
        allowed &= np.logical_or.reduce([country == code.encode() for code in filters.countries])
    if filters.home:
        allowed &= country != filters.home.encode()
        if filters.new_only:
            allowed &= ~index.partners_of(filters.home)[people]
    if filters.institution_type:
        allowed &= index.institution_types[people] == filters.institution_type
    if filters.active_since:
        allowed &= index.arrays["latest"][people] >= filters.active_since
    if filters.career:
        age = index.last_year - index.arrays["begun"][people].astype(int)
        allowed &= (age >= filters.career[0]) & (age <= filters.career[1])
    if filters.field:
        allowed &= in_field(index, people, filters.field)
    return allowed


def in_field(index: Index, people: Array, field_: int) -> Array:
    """Whether a field holds more of a person's works than any other."""
    unique, inverse = np.unique(people, return_inverse=True)
    works, owner = gather(index.arrays["person_start"], index.arrays["person_works"], unique)
    inside = np.bincount(owner, index.arrays["work_field"][works] == field_, minlength=len(unique))
    key = owner.astype(np.int64) * 1000 + index.arrays["work_field"][works] + 1
    keys, counts = np.unique(key, return_counts=True)
    most = np.zeros(len(unique))
    np.maximum.at(most, keys // 1000, counts)
    result: Array = ((inside > 0) & (inside >= most))[inverse]
    return result


def score_parts(index: Index, found: Matches, short: Array, home: str | None) -> dict[str, Array]:
    """The parts of the ranking for a short list of people, each between 0 and 1."""
    if not len(short):
        return {"fit": np.zeros(0)}
    people = found.people[short]
    place = np.full(len(found.people), -1)
    place[short] = np.arange(len(short))
    link = place[found.link_person]
    inside = link >= 0
    link, works, score = link[inside], found.link_work[inside], found.score[inside]
    match = score / score.max() if len(score) else score  # a weak match is less of a sign than a good one
    count = np.bincount(link, minlength=len(short))
    recency = np.zeros(len(short))
    np.maximum.at(
        recency, link, match * 0.5 ** (np.maximum(index.last_year - index.arrays["year"][works], 0) / CURRENT)
    )

    own, owner = gather(index.arrays["person_start"], index.arrays["person_works"], people)
    current = np.bincount(owner, index.arrays["year"][own] > index.last_year - CURRENT, minlength=len(short))
    parts = {
        "fit": found.fit[short],
        "focus": np.bincount(link, match, minlength=len(short)) / (np.bincount(owner, minlength=len(short)) + FEW),
        "recency": recency,
        "activity": np.minimum(1.0, np.log1p(current) / np.log1p(BUSY)),
        "role": np.bincount(link, match * led(index, people[link], works), minlength=len(short)) / np.maximum(count, 1),
    }
    if home:
        parts["complement"] = np.bincount(link, gaps(index, works, home), minlength=len(short)) / np.maximum(count, 1)
        known = index.partners_of(home)
        ties = paths.ties(index, people)
        second = np.bincount(ties.owner, known[ties.person], minlength=len(short)) > 0
        parts["path"] = np.where(known[people], 1.0, np.where(second, 0.5, 0.0))
    return parts


def meaning(index: Index, query: Query, found: Matches, short: Array) -> Array:
    """How near the best of each person's first matching works comes to the question, as sentence vectors; 0 to 1."""
    best: list[list[int]] = []
    for place in short.tolist():
        links = np.flatnonzero(found.link_person == place)
        ranked = links[np.argsort(-found.link_value[links], kind="stable")]
        best.append(found.link_work[ranked[:READ_WORKS]].tolist())
    works = sorted({work for works in best for work in works})
    vectors = semantic.embed([query.text, *(index.title(work) for work in works)])
    near = dict(zip(works, np.clip(vectors[1:] @ vectors[0], 0, 1).tolist(), strict=True))
    return np.array([max((near[work] for work in works), default=0.0) for works in best])


def led(index: Index, people: Array, works: Array) -> Array:
    """Whether each person is first, last or corresponding author of the work beside them."""
    others, link = gather(index.arrays["work_start"], index.arrays["work_people"], works)
    roles, _ = gather(index.arrays["work_start"], index.arrays["work_roles"], works)
    mine = others == people[link]
    lead = np.zeros(len(works), bool)
    lead[link[mine]] = roles[mine] != MIDDLE
    return lead


def gaps(index: Index, works: Array, home: str) -> Array:
    """How much less than the world home publishes in the topic of each work: 1 not at all, 0 as much or more."""
    world, at_home = index.topic_shares(None), index.topic_shares(home)
    mine = index.arrays["work_topic"][works] + 1
    gap = np.clip(1 - at_home[mine] / np.maximum(world[mine], 1e-12), 0, 1)
    result: Array = np.where(mine > 0, gap, 0.0)
    return result
