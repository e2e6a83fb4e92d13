"""Inverted lists of weighted terms, made in memory that does not grow with the works.

Postings are spread over files by the highest bits of their term, as they come; then each file is sorted, counted and
weighed alone. The files in their order give the terms in theirs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from udsyn.contacts.index import Array, hash_terms, pair_hashes, term_hash, topic_hash
from udsyn.contacts.text import terms

TITLE_COUNT = 2  #: the title counts twice, a word of the abstract and the names of its topics once
PIVOT = 0.5  #: half-way between no length normalisation and all of it (Singhal, Buckley and Mitra 1996)
LONGEST_ABSTRACT = 3000  #: characters; what follows is mostly not an abstract
#: Files that postings are spread over, and postings held before they are.
PARTS, HELD = 256, 1_000_000
#: `alone`: worth keeping though no other work has it. A pair that one work holds finds nothing that its stems do not.
POSTING = np.dtype([("term", "<u8"), ("work", "<i4"), ("count", "u1"), ("alone", "?")])
COUNTED = np.dtype([("term", "<u8"), ("work", "<i4"), ("count", "<f4"), ("alone", "?")])
KEPT, WEIGHTS = "kept", "weights"


def fill_terms(
    keep: Callable[..., Array],
    folder: Path,
    titles: list[str],
    abstracts: Iterable[tuple[int, str]],
    topic_works: Array,
    topics: Array,
    names: dict[int, str],
) -> None:
    """Keep the inverted lists of titles, abstracts and topics' names; `folder` holds what is under way."""
    spread = Spread(folder)
    said = [np.zeros(0, np.uint64)]
    for works, stems in stemmed(enumerate(titles)):
        spread.add(works, stems, TITLE_COUNT, alone=True)
        pair_works, pairs = neighbouring(works, stems)
        spread.add(pair_works, pairs, TITLE_COUNT)
        said.append(np.unique(pairs))
    in_titles = np.unique(np.concatenate(said))
    for works, stems in stemmed(abstracts):
        spread.add(works, stems, 1, alone=True)
        pair_works, pairs = neighbouring(works, stems)
        # A pair that no title holds says little and would make most of the index.
        spoken = among(in_titles, pairs)
        spread.add(pair_works[spoken], pairs[spoken], 1)
    own = {topic: hash_terms(terms(names.get(topic) or "")) for topic in np.unique(topics).tolist()}
    for start in range(0, len(topics), HELD):
        some = topics[start : start + HELD].tolist()
        works = topic_works[start : start + HELD]
        named = [own[topic] for topic in some]
        spread.add(np.repeat(works, [len(found) for found in named]), np.concatenate(named), 1)
        spread.add(works, np.array([topic_hash(topic) for topic in some], np.uint64), 1, alone=True)
    spread.flush()
    weigh(keep, folder, len(titles))


class Spread:
    """Postings on their way into the files of their terms."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held: list[Array] = []

    def add(self, works: Array, found: Array, count: int, alone: bool = False) -> None:
        """Postings of terms, each with the work that holds it."""
        some = np.empty(len(found), POSTING)
        some["term"], some["work"], some["count"], some["alone"] = found, works, count, alone
        self.held.append(some)
        if sum(map(len, self.held)) >= HELD:
            self.flush()

    def flush(self) -> None:
        """Write what is held to its files."""
        held = np.concatenate(self.held) if self.held else np.empty(0, POSTING)
        parts = (held["term"] >> np.uint64(56)).astype(np.uint8)
        held = held[np.argsort(parts, kind="stable")]
        ends = np.cumsum(np.bincount(parts, minlength=PARTS))
        for part, some in enumerate(np.split(held, ends[:-1])):
            if len(some):
                with part_file(self.folder, part).open("ab") as file:
                    some.tofile(file)
        self.held = []


def part_file(folder: Path, part: int) -> Path:
    return folder / f"postings-{part:03}.bin"


def weigh(keep: Callable[..., Array], folder: Path, works: int) -> None:
    """From spread postings to terms, and for each the works that hold it with a weight: log count × idf, over the
    work's pivoted length."""
    squares = np.zeros(works)
    found, held = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    with (folder / KEPT).open("wb") as kept_works, (folder / WEIGHTS).open("wb") as kept_weights:
        for part in range(PARTS):
            file = part_file(folder, part)
            if not file.exists():
                continue
            some = counted(np.fromfile(file, POSTING))
            file.unlink()
            unique, first, frequency = np.unique(some["term"], return_index=True, return_counts=True)
            idf = np.log((works + 1) / (frequency + 1)) + 1
            weight = (1 + np.log(some["count"])) * np.repeat(idf, frequency)
            squares += np.bincount(some["work"], weight**2, minlength=works)
            worth = (frequency > 1) | np.logical_or.reduceat(some["alone"], first)
            kept = np.repeat(worth, frequency)
            found.append(unique[worth])
            held.append(frequency[worth])
            some["work"][kept].tofile(kept_works)
            weight[kept].astype(np.float32).tofile(kept_weights)
    keep("terms", np.concatenate(found))
    keep("term_start", np.concatenate([[0], np.cumsum(np.concatenate(held))]), np.int64)
    del found, held
    keep("term_works", mapped(folder / KEPT, np.int32))
    length = np.sqrt(squares)
    average = length[length > 0].mean() if length.any() else 1.0
    norm = ((1 - PIVOT) * average + PIVOT * length).astype(np.float32)
    weights, of = mapped(folder / WEIGHTS, np.float32), mapped(folder / KEPT, np.int32)
    for start in range(0, len(weights), HELD):
        weights[start : start + HELD] /= norm[of[start : start + HELD]]
    keep("term_weights", weights)
    for file in (folder / KEPT, folder / WEIGHTS):
        file.unlink()


def counted(postings: Array) -> Array:
    """Each term and work once, sorted, with the sum of its counts."""
    postings = postings[np.lexsort((postings["work"], postings["term"]))]
    term, work = postings["term"], postings["work"]
    new = np.ones(len(term), bool)
    new[1:] = (term[1:] != term[:-1]) | (work[1:] != work[:-1])
    at = np.flatnonzero(new)
    once = np.empty(len(at), COUNTED)
    once["term"], once["work"] = term[at], work[at]
    once["count"] = np.add.reduceat(postings["count"].astype(np.float32), at)
    once["alone"] = np.logical_or.reduceat(postings["alone"], at)
    return once


def mapped(file: Path, type_: type) -> Array:
    """A file's numbers, which may be changed in place."""
    if file.stat().st_size == 0:
        return np.zeros(0, type_)
    return np.memmap(file, type_, "r+")


def stemmed(texts: Iterable[tuple[int, str]]) -> Iterator[tuple[Array, Array]]:
    """The hashed stems of numbered texts in their order, with the number each belongs to; some texts at a time."""
    found, numbers, sizes = array("Q"), array("i"), array("q")
    for number, text in texts:
        before = len(found)
        found.extend(term_hash(stem) for stem in terms(text[:LONGEST_ABSTRACT]))
        numbers.append(number)
        sizes.append(len(found) - before)
        if len(found) >= HELD:
            yield np.repeat(np.array(numbers, np.int32), sizes), np.array(found, np.uint64)
            found, numbers, sizes = array("Q"), array("i"), array("q")
    yield np.repeat(np.array(numbers, np.int32), sizes), np.array(found, np.uint64)


def neighbouring(works: Array, stems: Array) -> tuple[Array, Array]:
    """Pairs of stems side by side in one text, and the work of each."""
    same = works[1:] == works[:-1]
    return works[1:][same], pair_hashes(stems[:-1][same], stems[1:][same])


def among(sorted_values: Array, values: Array) -> Array:
    """Which values stand among the sorted ones. They are looked up in order, which the processor's cache likes."""
    if not len(sorted_values):
        return np.zeros(len(values), bool)
    order = np.argsort(values)
    at = np.searchsorted(sorted_values, values[order])
    inside = np.empty(len(values), bool)
    inside[order] = sorted_values[np.minimum(at, len(sorted_values) - 1)] == values[order]
    return inside
