"""The index behind every answer: memory-mapped arrays made from the record, opened in milliseconds.

Works, people and terms are numbered from 0. Links are kept in compressed rows: the people of work w are
`work_people[work_start[w]:work_start[w + 1]]`. A term is the 64-bit hash of a stem, of a pair of neighbouring stems or
of a topic's id; its postings are works with a weight (log count × idf, over the work's pivoted length). `making` makes
the arrays.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from udsyn.contacts.text import stem, words
from udsyn.errors import UdsynError
from udsyn.record import care, extent
from udsyn.record.engine import Record
from udsyn.record.tables import INSTITUTIONS, TOPICS, Table

Array = NDArray[Any]

INDEX = "index"
MANIFEST = "index.json"
PAIR = np.uint64(0x9E3779B97F4A7C15)
FIRST, MIDDLE, LAST, CORRESPONDING = 1, 2, 3, 4


@lru_cache(maxsize=2_000_000)
def term_hash(term: str) -> int:
    """A term as a number that is the same on every machine."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")


def topic_hash(topic: int) -> int:
    return term_hash(f"topic {topic}")


def hash_terms(stems: Iterable[str]) -> Array:
    """Hashes of stems and of pairs of neighbouring stems."""
    single = np.array([term_hash(stem) for stem in stems], np.uint64)
    return np.concatenate([single, pair_hashes(single[:-1], single[1:])])


def pair_hashes(left: Array, right: Array) -> Array:
    """One number for two, in their order; wraps around at 64 bits."""
    mixed: Array = left * PAIR + (right ^ (right >> np.uint64(29)))
    return mixed


@dataclass(frozen=True, eq=False)
class Index:
    """Opened arrays, and the few facts that need Python: institutions, topics, who has opted out."""

    path: Path
    arrays: Mapping[str, Array]
    last_year: int
    hidden: frozenset[int]
    kept: Mapping[int, int]  #: merged author → the author kept
    record: Record

    def __getattr__(self, name: str) -> Array:
        try:
            return self.arrays[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def people_count(self) -> int:
        return len(self.arrays["author"])

    @property
    def work_count(self) -> int:
        return len(self.arrays["work"])

    def person(self, author: int) -> int | None:
        """The number of an author, None where unknown or opted out."""
        at = position(self.arrays["author"], self.kept.get(author, author))
        return None if at is None or self.is_hidden[at] else at

    @cached_property
    def is_hidden(self) -> Array:
        mask = np.zeros(self.people_count, bool)
        for author in self.hidden:
            if (at := position(self.arrays["author"], self.kept.get(author, author))) is not None:
                mask[at] = True
        return mask

    def name(self, person: int) -> str:
        return text_at(self.arrays["name_bytes"], self.arrays["name_start"], person)

    def title(self, work: int) -> str:
        return text_at(self.arrays["title_bytes"], self.arrays["title_start"], work)

    def works_of(self, person: int) -> Array:
        """A person's works, latest first."""
        start = self.arrays["person_start"]
        return self.arrays["person_works"][start[person] : start[person + 1]]

    def people_of(self, work: int) -> Array:
        start = self.arrays["work_start"]
        return self.arrays["work_people"][start[work] : start[work + 1]]

    def funders_of(self, work: int) -> list[tuple[str, str]]:
        """Who paid for a work, as name and award (empty where not stated); none where the record does not say."""
        if "funder_start" not in self.arrays:
            return []
        links = range(*self.arrays["funder_start"][work : work + 2].tolist())
        texts = [text_at(self.arrays["grant_bytes"], self.arrays["grant_text_start"], link) for link in links]
        return [(text.partition("\n")[0], text.partition("\n")[2]) for text in texts]

    def projects_with(self, institution: int, country: str) -> tuple[int, int | None, list[int]] | None:
        """The projects that an institution shares with a country: how many, the year in which the last began (None: not
        known), and the latest of them; None where the record knows of none."""
        if "project_institution" not in self.arrays:
            return None
        first, last = np.searchsorted(self.arrays["project_institution"], [institution, institution + 1])
        for at in range(first, last):
            if self.arrays["project_country"][at] == country.encode():
                latest = [project for project in self.arrays["project_latest"][at].tolist() if project >= 0]
                return int(self.arrays["project_count"][at]), int(self.arrays["project_year"][at]) or None, latest
        return None

    def works_in(self, country: str) -> Array:
        """Works with an author in a country."""
        at = position(self.arrays["countries"], country.encode())
        if at is None:
            return np.zeros(0, np.int32)
        start = self.arrays["country_start"]
        return self.arrays["country_works"][start[at] : start[at + 1]]

    def postings(self, term: int) -> tuple[Array, Array]:
        """Works that hold a term, and their weights."""
        at = position(self.arrays["terms"], np.uint64(term))
        if at is None:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        part = slice(*self.arrays["term_start"][at : at + 2])
        return self.arrays["term_works"][part], self.arrays["term_weights"][part]

    def holds(self, work: int, term: int) -> bool:
        return position(self.postings(term)[0], work) is not None

    def idf(self, term: int) -> float:
        return math.log((self.work_count + 1) / (len(self.postings(term)[0]) + 1)) + 1

    @cached_property
    def institutions(self) -> dict[int, tuple[str, str, str, str]]:
        """Institution → name, type, city, country."""
        rows = column_rows(self.record, INSTITUTIONS, "institution", "name", "type", "city", "country")
        return {row[0]: (row[1] or "", row[2] or "", row[3] or "", row[4] or "") for row in rows}

    @cached_property
    def extent(self) -> str:
        """How much of the world the works are: complete, slice or sample."""
        return extent.of_works(self.record.sources())

    @cached_property
    def topics(self) -> dict[int, str]:
        return dict(column_rows(self.record, TOPICS, "topic", "name"))

    @cached_property
    def topic_words(self) -> tuple[str, ...]:
        """The words of the topics' names."""
        return tuple(sorted({word for name in self.topics.values() for word in words(name or "")}))

    @cached_property
    def naming(self) -> Counter[str]:
        """Stem → how many topics it names."""
        return Counter(each for name in self.topics.values() for each in {stem(word) for word in words(name or "")})

    @cached_property
    def institution_types(self) -> Array:
        """The type of each person's institution."""
        known = self.institutions
        unique, inverse = np.unique(self.arrays["institution"], return_inverse=True)
        return np.array([known.get(int(i), ("", "", "", ""))[1] for i in unique] or [""])[inverse]

    def institution_name(self, institution: int) -> str | None:
        found = self.institutions.get(institution)
        return found[0] if found else (f"I{institution}" if institution >= 0 else None)

    @cached_property
    def topic_shares_by_country(self) -> dict[str | None, Array]:
        return {}

    def topic_shares(self, country: str | None) -> Array:
        """The share of each topic in a country's works (None: in all), topic t at t + 1, unknown at 0."""
        if country not in self.topic_shares_by_country:
            topic = self.arrays["work_topic"]
            own = topic if country is None else topic[self.works_in(country)]
            counts = np.bincount(own + 1, minlength=int(topic.max()) + 2)
            self.topic_shares_by_country[country] = counts / max(len(own), 1)
        return self.topic_shares_by_country[country]

    @cached_property
    def partners_by_country(self) -> dict[str, Array]:
        return {}

    def partners_of(self, country: str) -> Array:
        """Whether each person has a joint work with somebody in a country (or has worked there)."""
        if country not in self.partners_by_country:
            mask = np.zeros(self.people_count, bool)
            mask[gather(self.arrays["work_start"], self.arrays["work_people"], self.works_in(country))[0]] = True
            self.partners_by_country[country] = mask
        return self.partners_by_country[country]


def column_rows(record: Record, table: Table, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of a small table, read without a database; no rows where it is not held."""
    files_ = record.files(table)
    return pl.concat([pl.read_parquet(file, columns=list(columns)) for file in files_]).rows() if files_ else []


def position(sorted_values: Array, value: Any) -> int | None:
    """Where a value stands in a sorted array, None where it does not."""
    at = int(np.searchsorted(sorted_values, value))
    return at if at < len(sorted_values) and sorted_values[at] == value else None


def text_at(content: Array, start: Array, at: int) -> str:
    return bytes(content[start[at] : start[at + 1]]).decode()


def gather(start: Array, values: Array, rows: Array) -> tuple[Array, Array]:
    """Values of several compressed rows side by side, and which of `rows` each belongs to."""
    rows = np.asarray(rows)
    sizes = np.asarray(start[rows + 1]) - np.asarray(start[rows])
    owner = np.repeat(np.arange(len(rows)), sizes)
    begins = np.cumsum(sizes) - sizes
    at = np.arange(len(owner)) - begins[owner] + np.asarray(start[rows])[owner]
    return np.asarray(values[at]), owner


def path_of(record: Record) -> Path:
    """Where a record's index lies."""
    return care.folder(record) / INDEX


def read(record: Record, path: Path) -> Index:
    manifest = json.loads((path / MANIFEST).read_text())
    try:
        # Plain views: the memmap class adds more to a small read than the read itself takes.
        arrays = {name: np.load(path / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in manifest["arrays"]}
    except (OSError, ValueError) as error:
        raise UdsynError(f"{path} is damaged ({error}). Remove the folder; the next search makes it anew.") from None
    kept = {other: kept for kept, other in care.corrections(record).merged}
    return Index(path, arrays, manifest["last_year"], care.unlisted(record), kept, record)
