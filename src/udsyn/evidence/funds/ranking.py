"""Which of these texts speak of what is asked? By words, weighted by how rare they are, titles three times as much.

Long pages are no help: titles, outcome and scope rank better than whole pages, whose phrases every call has.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np

#: Unit vectors of texts, one row each: a language model that the caller has (`udsyn[semantic]`).
Embed = Callable[[Sequence[str]], np.ndarray]
#: From which cosine on two texts that share no word are near by meaning.
NEAR = 0.4
#: How much a title counts against the text behind it.
TITLE = 3.0
WORD = re.compile(r"\b[^\W\d_][\w-]+\b")
#: Terms that are shown as reasons.
SHOWN = 5


@dataclass(frozen=True)
class Match:
    """The place of a text in what was given, how near it is (0 to 1), and the terms it shares, the strongest first."""

    place: int
    score: float
    terms: tuple[str, ...]


def rank(query: str, titles: Sequence[str], texts: Sequence[str]) -> list[Match]:
    """The texts that share a term with the query, the nearest first; equals in the order given."""
    heads, bodies = [terms(title) for title in titles], [terms(text) for text in texts]
    held = Counter(term for title, text in zip(titles, texts, strict=True) for term in set(terms(f"{title}\n{text}")))
    rarity = {term: math.log((1 + len(titles)) / (1 + count)) + 1 for term, count in held.items()}
    asked = weighed(terms(query), rarity)
    found = []
    for place, (head, body) in enumerate(zip(heads, bodies, strict=True)):
        if asked.keys().isdisjoint(head) and asked.keys().isdisjoint(body):
            continue
        title, text = weighed(head, rarity), weighed(body, rarity)
        whole = unit({term: TITLE * title.get(term, 0.0) + text.get(term, 0.0) for term in {**title, **text}})
        both = {term: whole[term] * asked[term] for term in sorted(asked.keys() & whole.keys())}
        found.append(Match(place, sum(both.values()), shared(both)))
    return sorted(found, key=lambda match: -match.score)


def terms(words: str) -> list[str]:
    """The words of a text that speak of a subject, and each two that follow one another."""
    kept = [word for word in WORD.findall(words.lower()) if word not in stop_words()]
    return [*kept, *map(" ".join, pairwise(kept))]


def weighed(found: Sequence[str], rarity: Mapping[str, float]) -> dict[str, float]:
    """Terms with their weights: 1 + ln of how often each is said, times how rare it is; of length 1.

    A term that no text has weighs nothing.
    """
    return unit(
        {term: (1 + math.log(count)) * rarity[term] for term, count in Counter(found).items() if term in rarity}
    )


def unit(vector: dict[str, float]) -> dict[str, float]:
    """A vector of length 1; an empty one as it is."""
    length = math.hypot(*vector.values())
    return {term: weight / length for term, weight in vector.items()}


@cache
def stop_words() -> frozenset[str]:
    """English words that say nothing of a subject."""
    text = files(__package__).joinpath("stopwords.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def meaning(query: str, titles: Sequence[str], embed: Embed) -> list[float]:
    """How near each title is to the query by meaning, 0 to 1: the cosine of their vectors, 0 below NEAR."""
    if not titles:
        return []
    vectors = embed([query, *titles])
    cosines = vectors[1:] @ vectors[0]
    return [float(one) if one >= NEAR else 0.0 for one in cosines]


def shared(weights: Mapping[str, float]) -> tuple[str, ...]:
    """The terms that give a score, the strongest first; a word that stands in a shown phrase is not repeated."""
    strongest = sorted(weights, key=lambda term: -weights[term])
    phrases = [term for term in strongest if " " in term]
    kept = [term for term in strongest if not any(term != one and term in one.split() for one in phrases)]
    return tuple(kept[:SHOWN])
