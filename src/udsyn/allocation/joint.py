"""Calls of two agencies: files paired by title, and two rankings made into one by the call's rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from udsyn.allocation.ranking import Order

Merge = Literal["mean", "worst", "best", "lead", "both_top"]
Ranks = Mapping[str, int]  #: proposal → place, 1 is the best


@dataclass(frozen=True)
class Paired:
    """Files of two agencies: pairs, those that only one side has, and titles that say nothing for certain."""

    pairs: tuple[tuple[str, str], ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    unclear: tuple[tuple[str, ...], ...] = ()  #: files of one title, more than one on a side


def plain_title(title: str, prefixes: tuple[str, ...] = ()) -> str:
    """A title without case, accents, punctuation and the programme's prefix."""
    words = "".join(letter for letter in unicodedata.normalize("NFKD", title) if not unicodedata.combining(letter))
    words = re.sub(r"[\W_]+", " ", words.casefold()).strip()
    for prefix in sorted((plain_title(one) for one in prefixes), key=len, reverse=True):
        if words.startswith(f"{prefix} "):
            return words.removeprefix(f"{prefix} ")
    return words


def pair(first: Mapping[str, str], second: Mapping[str, str], prefixes: tuple[str, ...] = ()) -> Paired:
    """Files of the same title, from id → title of each side."""
    sides: dict[str, tuple[list[str], list[str]]] = {}
    for side, files in enumerate((first, second)):
        for id_, title in files.items():
            sides.setdefault(plain_title(title, prefixes), ([], []))[side].append(id_)
    pairs = [(ours[0], theirs[0]) for ours, theirs in sides.values() if len(ours) == len(theirs) == 1]
    return Paired(
        tuple(pairs),
        tuple(id_ for ours, theirs in sides.values() if not theirs for id_ in ours),
        tuple(id_ for ours, theirs in sides.values() if not ours for id_ in theirs),
        tuple((*ours, *theirs) for ours, theirs in sides.values() if ours and theirs and len(ours) + len(theirs) > 2),
    )


def merge(rule: Merge, first: Ranks, second: Ranks, top: int = 0) -> Order:
    """One order from two; a proposal that only one side ranks is in none. `lead` follows the first side.

    Equal figures: the better sum of both places first, then the better of the worse places; what is still equal is
    tied, so that neither side is preferred by accident. `both_top`: those among the best `top` on both sides.
    """
    both = [id_ for id_ in first if id_ in second]
    if rule == "both_top":
        both = [id_ for id_ in both if max(first[id_], second[id_]) <= top]

    def key(id_: str) -> tuple[int, ...]:
        one, two = first[id_], second[id_]
        if rule == "lead":
            return (one,)
        figure = {"mean": one + two, "worst": max(one, two), "best": min(one, two), "both_top": one + two}[rule]
        return figure, one + two, max(one, two)

    return tuple(tuple(sorted(place)) for _, place in groupby(sorted(both, key=key), key))
