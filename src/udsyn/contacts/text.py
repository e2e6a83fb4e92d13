"""From text to terms: one way for queries, works and papers, in several languages and without a model.

Words are folded (NFKC, lower case), stripped of markup and common suffixes, and joined in pairs where asked. Scripts
that do not separate words by spaces, or glue particles to them (Han, Kana, Hangul), become pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

MARKUP = re.compile(r"<[^<>]{1,200}>|&[a-z]{2,8};|&#\d{1,6};")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
CHARACTER_SCRIPTS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")

#: Longest first within a family; at least four letters of the word must remain.
SUFFIXES = (
    "izations", "isations", "ization", "isation", "ations", "ation", "ities", "ingly", "ernes", "ments", "ment", "ness",
    "erne", "elser", "else", "ings", "ing", "ical", "ally", "ies", "ers", "ed", "es", "ic", "al", "ly", "er", "s",
)  # fmt: skip
SHORTEST_STEM = 4

#: Text beyond this many characters says nothing new about a topic and costs time.
LONGEST_TEXT = 100_000


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Words without content in English, Danish, Swedish, German, French, Spanish, Portuguese, Italian and Dutch."""
    text = (files("udsyn.contacts") / "stopwords.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1_000_000)
def stem(word: str) -> str:
    """A word without its commonest ending: *catalysts* and *catalytic* do not meet, *catalysts* and *catalyst* do."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            return word[: -len(suffix)]
    return word


def words(text: str) -> list[str]:
    """The content words of a text as written (folded), in order; pairs of characters in Han, Kana and Hangul."""
    folded = unicodedata.normalize("NFKC", MARKUP.sub(" ", text[:LONGEST_TEXT])).lower()
    found: list[str] = []
    stops = stop_words()
    for word in WORD.findall(folded):
        if not word.isascii() and (runs := CHARACTER_SCRIPTS.findall(word)):
            found += [pair for run in runs for pair in character_pairs(run)]
        elif len(word) > 1 and word not in stops:
            found.append(word)
    return found


def character_pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [a + b for a, b in pairwise(run)]


def terms(text: str) -> list[str]:
    """Stems of the content words."""
    return [stem(word) for word in words(text)]


def terms_and_pairs(text: str) -> list[str]:
    """Stems and neighbouring pairs of stems: *fuel cell* is more than *fuel* and *cell*."""
    single = terms(text)
    return single + [f"{a} {b}" for a, b in pairwise(single)]
