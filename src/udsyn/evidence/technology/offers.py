"""Which technology offers answer a request, and which requests an offer: by country, class, text and stage.

First the rules, then the ranking: a country that either side does not look for is left out. Of the others

    score = cosine of the texts + what the nearest classes share (CLASS) + STAGE where it is as far as is wanted

and what neither text nor class tells is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from udsyn.evidence.funds.ranking import rank

#: letters of a symbol of CPC that two share (main group, subclass, class) → what that counts
CLASS = {"group": 0.6, "subclass": 0.4, "class": 0.1}
STAGE = 0.1
#: from an idea to what is sold
STAGES = ("idea", "laboratory", "prototype", "demonstrated", "market")
OFFER, REQUEST = "offer", "request"
MOST = 10


@dataclass(frozen=True)
class Profile:
    """One side. `looks_for`: countries, none is all; `stage`: how far an offer is, or a request wants it at least."""

    key: int
    kind: str
    title: str
    text: str
    country: str
    looks_for: frozenset[str] = frozenset()
    classes: tuple[str, ...] = ()
    stage: str | None = None

    def wants(self, other: Profile) -> bool:
        """Whether the other is of the other kind and of a country that this one looks for."""
        return self.kind != other.kind and (other.country in self.looks_for or not self.looks_for)


@dataclass(frozen=True)
class Match:
    """`terms` that the texts share; `classes`: (ours, theirs, how near); `stage`: as far as wanted, None not said."""

    key: int
    score: float
    terms: tuple[str, ...]
    classes: tuple[tuple[str, str, str], ...]
    stage: bool | None
    country: bool


def match(one: Profile, others: Sequence[Profile], limit: int = MOST) -> list[Match]:
    """The others that fit one, the nearest first; equals in the order given."""
    able = [other for other in others if other.key != one.key and one.wants(other) and other.wants(one)]
    query = f"{one.title}\n{one.text}"
    texts = {found.place: found for found in rank(query, [o.title for o in able], [o.text for o in able])}
    matches = []
    for place, other in enumerate(able):
        said, classes = texts.get(place), shared(one.classes, other.classes)
        if said is None and not classes:
            continue
        far = far_enough(one, other)
        nearest = max((CLASS[how] for _, _, how in classes), default=0.0)
        score = (said.score if said else 0.0) + nearest + (STAGE if far else 0.0)
        named = other.country in one.looks_for or one.country in other.looks_for
        matches.append(Match(other.key, score, said.terms if said else (), classes, far, named))
    return sorted(matches, key=lambda found: -found.score)[:limit]


def shared(ours: Sequence[str], theirs: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """For each of our classes the nearest of theirs, where the two are near: (C25B1/04, C25B9, subclass)."""
    found = []
    for mine in ours:
        near = [(how, other) for other in theirs if (how := nearness(mine, other))]
        if near:
            how, other = max(near, key=lambda pair: CLASS[pair[0]])
            found.append((mine, other, how))
    return tuple(found)


def nearness(one: str, other: str) -> str | None:
    """group, subclass or class: the narrowest that two symbols of CPC share."""
    mine, theirs = (symbol.split("/")[0] for symbol in (one, other))
    if mine == theirs and len(mine) > 4:
        return "group"
    if len(mine) >= 4 and mine[:4] == theirs[:4]:
        return "subclass"
    return "class" if mine[:3] == theirs[:3] else None


def far_enough(one: Profile, other: Profile) -> bool | None:
    """Whether the offer is as far as the request wants; None where either does not say."""
    offer, request = (one, other) if one.kind == OFFER else (other, one)
    if offer.stage is None or request.stage is None:
        return None
    return STAGES.index(offer.stage) >= STAGES.index(request.stage)
