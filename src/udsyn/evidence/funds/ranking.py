"""Which of these texts speak of what is asked? By words, weighted by how rare they are, titles three times as much.

Long pages are no help: titles, outcome and scope rank better than whole pages, whose phrases every call has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

#: Unit vectors of texts, one row each: a language model that the caller has (`udsyn[semantic]`).
Embed = Callable[[Sequence[str]], np.ndarray]
#: From which cosine on two texts that share no word are near by meaning.
NEAR = 0.4
#: How much a title counts against the text behind it.
TITLE = 3.0
WORD = r"(?u)\b[^\W\d_][\w-]+\b"
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
    if not titles:
        return []
    from sklearn.feature_extraction.text import TfidfVectorizer  # loaded where it is used: it takes more than a second
    from sklearn.preprocessing import normalize

    vectors = TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True, stop_words="english")
    try:
        vectors.fit([f"{title}\n{text}" for title, text in zip(titles, texts, strict=True)])
    except ValueError:  # no text has a word
        return []
    weighted = normalize(TITLE * vectors.transform(titles) + vectors.transform(texts))
    asked = vectors.transform([query])
    scores = np.asarray((weighted @ asked.T).todense()).ravel()
    names = vectors.get_feature_names_out()
    order = [place for place in np.argsort(-scores, kind="stable") if scores[place] > 0]
    return [Match(int(place), float(scores[place]), shared(weighted[place].multiply(asked), names)) for place in order]


def meaning(query: str, titles: Sequence[str], embed: Embed) -> list[float]:
    """How near each title is to the query by meaning, 0 to 1: the cosine of their vectors, 0 below NEAR."""
    if not titles:
        return []
    vectors = embed([query, *titles])
    cosines = vectors[1:] @ vectors[0]
    return [float(one) if one >= NEAR else 0.0 for one in cosines]


def shared(product: object, names: np.ndarray) -> tuple[str, ...]:
    """The terms that give a score, the strongest first; a word that stands in a shown phrase is not repeated."""
    cells = product.tocoo()  # type: ignore[attr-defined]
    strongest = [str(names[column]) for column in cells.col[np.argsort(-cells.data, kind="stable")]]
    phrases = [term for term in strongest if " " in term]
    kept = [term for term in strongest if not any(term != one and term in one.split() for one in phrases)]
    return tuple(kept[:SHOWN])
