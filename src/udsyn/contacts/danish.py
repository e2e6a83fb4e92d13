"""A Danish word of a question, read in English too: by the shipped glossary, by its parts, or as a cognate.

Limits: single nouns and adjectives of research, no grammar. A compound is split where the glossary knows every part; a
word that it does not know is read as the word of the topics' names that sounds nearly like it, or not at all.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from udsyn.contacts.index import Index, term_hash
from udsyn.contacts.text import stem
from udsyn.facts import research_words

ENDINGS = ("ernes", "erne", "enes", "ene", "ers", "ens", "ets", "er", "en", "et", "ne", "es", "e", "s", "t")
LINKS = ("", "s", "e")
SHORTEST_PART = 3
SHORTEST_COGNATE = 6
ALIKE = 82  #: of 100; below it two spellings are two words
#: Spellings of one sound, from English and Danish to one form.
SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph", "f"), ("th", "t"), ("rh", "r"), ("ch|ck|c(?=[aouklrst])", "k"), ("c", "s"), ("x", "ks"), ("y", "i"),
        ("æ|ae", "e"), ("ø|oe", "o"), ("å|aa", "a"), ("z", "s"), (r"(.)\1", r"\1"),
    )
)  # fmt: skip


def readings(index: Index, word: str) -> str:
    """English for a Danish word; empty where it is not read as one."""
    if english := known(word):
        return english if english != word else ""
    if len(index.postings(term_hash(stem(word)))[0]):
        return ""  # the works themselves speak it
    return compound(word) or cognate(word, index.topic_words)


@cache
def glossary() -> dict[str, str]:
    return {danish.lower(): english for danish, english in research_words().items()}


def known(word: str) -> str:
    """The glossary's English, the word's ending taken off where needed."""
    forms = [word, *(word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending))]
    forms += [f"{form}e" for form in forms[1:]]
    return next((glossary()[form] for form in forms if len(form) >= SHORTEST_PART and form in glossary()), "")


@lru_cache(maxsize=10_000)
def compound(word: str) -> str:
    """English of a compound whose parts the glossary knows, as *havvindmølle*; the longest first part wins."""
    for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        for link in LINKS:
            first, rest = word[: cut - len(link)] if link else word[:cut], word[cut:]
            if word[:cut] != first + link or not (head := glossary().get(first, "")):
                continue
            if tail := known(rest) or compound(rest):
                return f"{head} {tail}"
    return ""


def sound(word: str) -> str:
    """A word's spelling with what English and Danish write differently made one."""
    for pattern, to in SOUNDS:
        word = pattern.sub(to, word)
    return word


def cognate(word: str, vocabulary: tuple[str, ...]) -> str:
    """The word of the topics' names that sounds nearly like this one, as *fotosyntese* and photosynthesis."""
    if len(word) < SHORTEST_COGNATE or not vocabulary:
        return ""
    from rapidfuzz import fuzz, process

    found = process.extractOne(sound(word), sounds(vocabulary), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return vocabulary[found[2]] if found else ""


@lru_cache(maxsize=8)
def sounds(vocabulary: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sound(word) for word in vocabulary)
