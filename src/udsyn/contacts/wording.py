"""What the words of a question weigh: rare words more, words that name a topic most, a compound as one word.

*Low-temperature electrolysis* asks about electrolysis. Word by word, works on low-temperature heating hold two thirds
of it; as a compound, written with a hyphen or found together in most works that hold its rarer part, *low-temperature*
is one word of two, and *electrolysis* names a topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

import numpy as np

from udsyn.contacts.danish import readings
from udsyn.contacts.index import Array, Index, hash_terms, term_hash
from udsyn.contacts.text import stem, words

COMPOUND = re.compile(r"[^\W\d_]+(?:[-‐‑–][^\W\d_]+)+")
COLLOCATED = 0.5  #: of the works with the rarer of two neighbours, those that hold them side by side
FEWEST_TOGETHER = 5  #: works that must hold them so
SUBJECT = 4.0  #: weight of a word that names one topic of the record; one that names them all weighs 1
MOST_WORDS = 16  #: words of a question that are told apart, the weightiest
WHOLE = 8  #: words that a work must speak of to cover a long text


@dataclass(frozen=True)
class Word:
    """A word of the question: as written, the terms of which one is enough, and its weight."""

    written: str
    terms: tuple[int, ...]
    weight: float


@dataclass(frozen=True)
class Wording:
    """The question's words, the factor on each term's weight, and what was read in English too."""

    words: tuple[Word, ...] = ()
    factors: Mapping[int, float] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    read_as: dict[str, str] = field(default_factory=dict)


def weigh(index: Index, texts: Sequence[str]) -> Wording:
    """Read the texts of a question, word by word."""
    asked = list(dict.fromkeys(word for text in texts for word in words(text)))
    read_as = {word: english for word in asked if (english := readings(index, word))}
    sizes = compounds(index, [*texts, *read_as.values()])
    found: dict[str, Word] = {}
    factors: dict[int, float] = {}
    stems: dict[str, str] = {}
    for word in asked:
        # A word that is read in English stands for each English word; a work that speaks it covers them all.
        for written in words(read_as.get(word, word)):
            root = stem(written)
            stems.setdefault(root, written)
            terms = tuple(term_hash(each) for each in dict.fromkeys([root, stem(word)]))
            factors |= dict.fromkeys(terms, subject(index, root) / sizes.get(root, 1))
            known = max(terms, key=lambda term: len(index.postings(term)[0]))
            found.setdefault(root, Word(written, terms, index.idf(known) * factors[known]))
    heaviest = sorted(found.values(), key=lambda word: -word.weight)[:MOST_WORDS]
    return Wording(tuple(heaviest), factors, stems, read_as)


def compounds(index: Index, texts: Iterable[str]) -> dict[str, int]:
    """Stems that are part of a compound, each with the number of the compound's parts."""
    sizes: dict[str, int] = {}
    for text in texts:
        for written in COMPOUND.findall(text):
            parts = [stem(word) for word in words(written)]
            sizes |= dict.fromkeys(parts, len(parts))
        run: list[str] = []
        for left, right in pairwise([*map(stem, words(text)), ""]):
            run = run or [left]
            if right and together(index, left, right):
                run.append(right)
                continue
            if len(run) > 1:
                sizes |= {part: max(len(run), sizes.get(part, 1)) for part in run}
            run = []
    return sizes


def together(index: Index, left: str, right: str) -> bool:
    """Whether most works that hold the rarer of two neighbours hold them side by side."""
    first, second, pair = (len(index.postings(term)[0]) for term in hash_terms([left, right]).tolist())
    return pair >= FEWEST_TOGETHER and pair >= COLLOCATED * min(first, second)


def spoken(index: Index, asked: Sequence[Word]) -> Array:
    """For every work, which words of the question it speaks of: bit k for word k."""
    bits = np.zeros(index.work_count, np.uint16)
    for place, word in enumerate(asked):
        for term in word.terms:
            bits[index.postings(term)[0]] |= np.uint16(1 << place)
    return bits


def coverage(asked: Sequence[Word], bits: Array) -> Array:
    """The part of the question that sets of words cover, by weight, 0 to 1; of a long text, eight words are all."""
    if not asked:
        return np.ones(len(bits), np.float32)
    table = np.zeros(1, np.float32)
    for word in asked:
        table = np.concatenate([table, table + np.float32(word.weight)])
    whole = sum(word.weight for word in asked[:WHOLE])
    part: Array = np.minimum(table / np.float32(whole), 1)[bits]
    return part


def unspoken(asked: Sequence[Word], bits: int) -> list[str]:
    """The words that are not among the spoken ones, as written."""
    return [word.written for place, word in enumerate(asked) if not bits >> place & 1]


def subject(index: Index, root: str) -> float:
    """What a stem weighs because topics are named by it: the fewer of them, the more."""
    topics, named = len(index.topics), index.naming[root]
    return 1 + (SUBJECT - 1) * log(topics / named) / log(topics) if named and topics > 1 else 1.0
