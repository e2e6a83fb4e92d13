"""Titles and abstracts from a topic's words: simple sentences that a text search can tell apart."""

from __future__ import annotations

from collections.abc import Sequence

TITLES = (
    "{0} and {1}: {m}",
    "The role of {0} in {1}",
    "{0} under changing {1}: {m}",
    "Towards better {0} through {1} and {2}",
    "{0}, {1} and {2}: {m}",
    "How {0} shapes {1}",
    "Measuring {0} with {1}",
    "{0} for {1}: lessons from {2}",
)
METHODS = (
    "a field study",
    "evidence from long series",
    "a comparative study",
    "a model and its limits",
    "an experimental study",
    "results from two countries",
    "a new method",
    "open questions",
)
SENTENCES = (
    "We study {0} and {1} with data from several sites.",
    "Earlier work on {2} left open how {0} responds to {3}.",
    "Our results show that {1} depends on {3} more than on {2}.",
    "We discuss what this means for {0}.",
    "A simple model of {3} explains most of the differences in {1}.",
)
PRIMES = (7, 11, 13, 17)


def title(terms: Sequence[str], number: int, review: bool) -> str:
    """A title for the work of this number."""
    words = choose(terms, number)
    method = "a review" if review else METHODS[number // 8 % len(METHODS)]
    text = TITLES[number % len(TITLES)].format(*words, m=method)
    return text[0].upper() + text[1:]


def abstract(terms: Sequence[str], number: int) -> dict[str, list[int]]:
    """An abstract as OpenAlex writes it: each word with its positions."""
    words = choose(terms, number * 3 + 1)
    start = number % len(SENTENCES)
    text = " ".join(SENTENCES[(start + k) % len(SENTENCES)].format(*words) for k in range(4))
    index: dict[str, list[int]] = {}
    for position, word in enumerate(text.split()):
        index.setdefault(word, []).append(position)
    return index


def choose(terms: Sequence[str], number: int) -> list[str]:
    """Four different terms; the number says which."""
    left = list(terms)
    return [left.pop((number // prime + number) % len(left)) for prime in PRIMES]
