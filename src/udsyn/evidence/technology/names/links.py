"""Which normal forms mean one organisation: the same words with legal forms that agree, and rare slips of names.

Names are counted by their mentions. A link goes from the rarer form to the more frequent one and says why, so every
entity is a star of names around its most frequent one, and each line of it can be read and overruled.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA

from udsyn.evidence.technology.names.forms import Form, common_words, legally_apart

#: two legal forms of one country are two firms, unless one is so many times as often written as the other
SLIP_OF_FORM = 20
#: a word that stands in one name of so many is a common one; a name of common words only (General Electric) needs its
#: legal form to be told apart
COMMON = 200
#: wide only: when a word is a slip of another in the same name (shortest word, letters wrong, how much rarer)
SLIPS = ((8, 1, 3), (6, 1, 10), (5, 1, 30), (10, 2, 30))
#: an abbreviation of a word in the same name
SHORTEST, SHORTENED_OFTENER, SHORTENED_NAMES = 3, 30, 3
#: a block of names that share all words but one is read whole up to this size
BLOCK = 400


@dataclass(frozen=True, slots=True)
class Link:
    """`rare` and `common`: numbers of forms; `reason` in words."""

    rare: int
    common: int
    reason: str


def links(forms: Sequence[Form], mentions: Sequence[int], wide: bool = False) -> list[Link]:
    """The links among different normal forms (all unequal), each from a rarer to a more frequent one.

    `wide` also takes words in another order or with other spaces, and one word that is a slip or an abbreviation.
    """
    keys = [form.key(wide) for form in forms]
    members = defaultdict(list)
    for number, key in enumerate(keys):
        members[key].append(number)
    spread = Counter(word for key in members for word in key.split(" "))
    found = [
        link for numbers in members.values() for link in same_words(numbers, forms, mentions, spread, len(members))
    ]
    if not wide:
        return found
    weight = {key: sum(mentions[n] for n in numbers) for key, numbers in members.items()}
    for rare, common, reason in [*glued(members, forms, weight), *one_word_off(weight, spread)]:
        found.extend(across(members[rare], members[common], forms, mentions, reason))
    return found


def same_words(
    numbers: list[int], forms: Sequence[Form], mentions: Sequence[int], spread: Mapping[str, int], names: int
) -> Iterator[Link]:
    """Links among forms of the same words, where their legal forms allow it."""
    weak = len(numbers) > 1 and is_common(forms[numbers[0]].words, spread, names)
    centres: list[int] = []
    for number in sorted(numbers, key=lambda n: (-mentions[n], sorted(forms[n].legal))):
        for centre in centres:
            oftener = mentions[centre] >= SLIP_OF_FORM * mentions[number]
            reason = agreement(forms[number].legal, forms[centre].legal, weak, oftener)
            if reason:
                yield Link(number, centre, reason)
                break
        else:
            centres.append(number)


def is_common(words: Sequence[str], spread: Mapping[str, int], names: int) -> bool:
    """Whether a name is made of common words only."""
    known = common_words()
    return all(word in known or spread[word] * COMMON > max(names, COMMON * COMMON) for word in words)


def agreement(one: frozenset[str], other: frozenset[str], weak: bool, oftener: bool) -> str:
    """Why two names of the same words may be one organisation; empty where they may not."""
    if one == other:
        return "same words"
    if legally_apart(one, other):
        return ""
    if one & other:
        return "same words, a legal form in common"
    if weak:
        return ""
    if not one or not other:
        return "same words, legal form left out"
    return "same words, another legal form written rarely" if oftener else ""


def across(
    rare: list[int], common: list[int], forms: Sequence[Form], mentions: Sequence[int], reason: str
) -> Iterator[Link]:
    """Link each form of the rarer words to the most frequent form of the common words that its legal forms allow."""
    for number in rare:
        for centre in sorted(common, key=lambda n: (-mentions[n], sorted(forms[n].legal))):
            if agreement(forms[number].legal, forms[centre].legal, False, mentions[centre] >= 3 * mentions[number]):
                yield Link(number, centre, reason)
                break


def glued(
    members: Mapping[str, list[int]], forms: Sequence[Form], weight: Mapping[str, int]
) -> Iterator[tuple[str, str, str]]:
    """Names that differ in their spaces only: EASTMANKODAK."""
    written: dict[str, str] = {}
    for key in sorted(members, key=lambda key: (-weight[key], key)):
        for text in {"".join(forms[number].words) for number in members[key]}:
            common = written.setdefault(text, key)
            if common != key:
                yield key, common, "same letters, other spaces"
                break


def one_word_off(weight: Mapping[str, int], spread: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """Names that share all words but one, which is a slip or an abbreviation of the other's."""
    keys = sorted(weight)
    best: dict[str, tuple[int, str, str]] = {}
    for block in blocks(keys):
        block.sort(key=lambda item: (-weight[keys[item[0]]], item))
        if weight[keys[block[0][0]]] < 3 * weight[keys[block[-1][0]]]:
            continue
        for spot, (rare, word) in enumerate(block):
            for common, right in block[:spot][:BLOCK]:
                reason = slip(word, right, weight[keys[rare]], weight[keys[common]], spread[word])
                if reason and keys[common] != keys[rare]:
                    offer = (weight[keys[common]], keys[common], reason)
                    best[keys[rare]] = max(best.get(keys[rare], offer), offer)
                    break
    for rare_key, (_, common_key, reason) in sorted(best.items()):
        yield rare_key, common_key, reason


def slip(word: str, right: str, rare: int, common: int, names: int) -> str:
    """Why `word` is `right` written wrongly or shortly, in names of so many mentions; empty where it is not."""
    if not (word.isalpha() and right.isalpha()):
        return ""
    shortest = min(len(word), len(right))
    shortens = shortest >= SHORTEST and right.startswith(word) and len(right) > len(word) + 1
    if shortens and common >= SHORTENED_OFTENER * rare and names <= SHORTENED_NAMES:
        return f"{word} shortens {right}"
    for length, most, oftener in SLIPS:
        if shortest >= length and common >= oftener * rare and OSA.distance(word, right, score_cutoff=most) <= most:
            return f"{word} for {right}"
    return ""


def blocks(keys: Sequence[str]) -> Iterator[list[tuple[int, str]]]:
    """Groups of (number of the key, its word) that share the other words and the beginning or the end of that word."""
    marks, owners, words = [], [], []
    for number, key in enumerate(keys):
        parts = key.split(" ")
        for spot, word in enumerate(parts):
            rest = (*parts[:spot], *parts[spot + 1 :])
            for end in (word[:3], "-" + word[-3:]):
                marks.append(hash((rest, end)))
                owners.append(number)
                words.append(spot)
    order = np.argsort(np.array(marks, dtype=np.int64), kind="stable")
    sorted_ = np.array(marks, dtype=np.int64)[order]
    starts = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]])
    ends = np.r_[starts[1:], len(sorted_)]
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        yield [(owners[i], keys[owners[i]].split(" ")[words[i]]) for i in order[start:end]]
