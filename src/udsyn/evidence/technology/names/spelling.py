"""Misspelt words, read against the words of all names: a rare word one slip away from a common one is taken for it.

Only words that stand in many different names are read into others (ADMINSTRATION → ADMINISTRATION); a word that stands
in one firm's name alone is judged with the rest of the name (`links`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz.distance import OSA

#: in how many names a word must stand to be one that others are read as, and how many times as often as its misspelling
COMMON, OFTENER = 100, 20
#: from which length on a word may be off by one letter, or two
ONE_SLIP, TWO_SLIPS = 6, 9


def slips(length: int) -> int:
    """How many letters may be wrong, missing, doubled or swapped in a word of this length."""
    return 0 if length < ONE_SLIP else 1 if length < TWO_SLIPS else 2


def corrections(names_of: Mapping[str, int], known: Iterable[str] = ()) -> dict[str, str]:
    """Misspelling → word. `names_of`: word → in how many different names it stands; `known`: words that are right."""
    known = frozenset(known)
    right = [word for word, names in names_of.items() if len(word) >= ONE_SLIP and (names >= COMMON or word in known)]
    right += [word for word in known if len(word) >= ONE_SLIP and word not in names_of]
    shortened: dict[str, list[str]] = defaultdict(list)
    for word in right:
        for short in without_letters(word, slips(len(word))):
            shortened[short].append(word)
    found = {}
    for word, names in names_of.items():
        if len(word) < ONE_SLIP - 1 or word in known or not word.isalpha():
            continue
        near = {w for short in without_letters(word, slips(len(word) + 1)) for w in shortened.get(short, ())}
        best = max((closeness(word, w, names, names_of) for w in near), default=None)
        if best is not None and best[0] > 0:
            found[word] = best[-1]
    return found


def closeness(word: str, right: str, names: int, names_of: Mapping[str, int]) -> tuple[int, int, str]:
    """How well `word` is read as `right`: letters that need no change (0: not at all), how common, and the word."""
    allowed = slips(min(len(word) + 1, len(right)))
    wrong = OSA.distance(word, right, score_cutoff=allowed)
    common = names_of.get(right, COMMON)
    if wrong == 0 or wrong > allowed or common < OFTENER * names or right in (word + "S", word[:-1], word + "ES"):
        return 0, common, right
    return len(right) - wrong, common, right


def without_letters(word: str, most: int) -> Iterator[str]:
    """The word and what is left of it without one letter, or two: words a slip apart share one of these."""
    seen = {word}
    level = [word]
    for _ in range(most):
        level = [w[:spot] + w[spot + 1 :] for w in level for spot in range(len(w))]
        seen.update(level)
    yield from seen


def counted(names: Iterable[Iterable[str]]) -> Counter[str]:
    """In how many names each word stands."""
    return Counter(word for words in names for word in set(words))
