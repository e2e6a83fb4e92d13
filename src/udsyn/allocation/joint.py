"""Calls of two agencies: files paired by title, and two rankings made into one by the call's rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from udsyn.allocation.ranking import Order
from udsyn.allocation.reading import CaseError, whole

Merge = Literal["mean", "worst", "best", "ours", "theirs", "both_top"]
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


@dataclass(frozen=True)
class Line:
    """A line of an agency's list: its number there, the place that it gives (None where it says none), and to whom."""

    number: int
    place: int | None
    name: str  #: an id, or a title


@dataclass(frozen=True)
class Listed:
    """A list as ranks of our own files, and the lines (by number) that it cannot be taken with."""

    ranks: dict[str, int]
    unknown: tuple[int, ...] = ()  #: no file of ours
    unclear: tuple[int, ...] = ()  #: the title of more than one
    twice: tuple[int, ...] = ()  #: a file that stands above already
    placeless: tuple[int, ...] = ()  #: no place, where other lines have one; or one below 1


def listed(lines: Sequence[Line], titles: Mapping[str, str], prefixes: tuple[str, ...] = ()) -> Listed:
    """Whom a list ranks, among files of ours (id → title). Where no line says a place, the order of the lines does.

    Two at one place are tied there. An id is taken as it stands; a title without case, accents and punctuation.
    """
    by_title: dict[str, list[str]] = {}
    for id_, title in titles.items():
        by_title.setdefault(plain_title(title, prefixes), []).append(id_)
    ordered = all(line.place is None for line in lines)
    ranks: dict[str, int] = {}
    wrong: dict[str, list[int]] = {"unknown": [], "unclear": [], "twice": [], "placeless": []}
    for order, line in enumerate(lines, 1):
        place = order if ordered else line.place
        found = [line.name] if line.name in titles else by_title.get(plain_title(line.name, prefixes), [])
        if len(found) != 1:
            wrong["unclear" if found else "unknown"].append(line.number)
        elif found[0] in ranks:
            wrong["twice"].append(line.number)
        elif place is None or place < 1:
            wrong["placeless"].append(line.number)
        else:
            ranks[found[0]] = place
    return Listed(ranks, *map(tuple, wrong.values()))


def parse(case: Mapping[str, Any]) -> tuple[Ranks, Ranks]:
    """Both sides' places from a case, `ours` and `theirs`. Raises CaseError for what is no ranking."""
    sides: list[Ranks] = []
    for side in ("ours", "theirs"):
        held = case.get(side)
        if not isinstance(held, Mapping):
            raise CaseError(f'{side}: give the place of each proposal, such as {{"P1": 1, "P2": 2}}.')
        sides.append({id_: whole(place, f"{side}, {id_}", 1) for id_, place in held.items()})
    return sides[0], sides[1]


def places_of(order: Order) -> dict[str, int]:
    """Places of an order; tied ones share theirs."""
    found: dict[str, int] = {}
    for tied in order:
        found |= dict.fromkeys(tied, len(found) + 1)
    return found


def merge(rule: Merge, ours: Ranks, theirs: Ranks, top: int = 0) -> Order:
    """One order from two; a proposal that only one side ranks is in none. `ours` and `theirs` follow that side.

    Equal figures: the better sum of both places first, then the better of the worse places; what is still equal is
    tied, so that neither side is preferred by accident. `both_top`: those among the best `top` on both sides.
    """
    both = [id_ for id_ in ours if id_ in theirs]
    if rule == "both_top":
        both = [id_ for id_ in both if max(ours[id_], theirs[id_]) <= top]

    def key(id_: str) -> tuple[int, ...]:
        one, two = ours[id_], theirs[id_]
        if rule in ("ours", "theirs"):
            return (one if rule == "ours" else two,)
        figure = {"mean": one + two, "worst": max(one, two), "best": min(one, two), "both_top": one + two}[rule]
        return figure, one + two, max(one, two)

    return tuple(tuple(sorted(place)) for _, place in groupby(sorted(both, key=key), key))
