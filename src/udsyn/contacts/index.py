"""The index behind every answer: memory-mapped arrays made from the record, opened in milliseconds.

Works, people and terms are numbered from 0. Links are kept in compressed rows: the people of work w are
`work_people[work_start[w]:work_start[w + 1]]`. A term is the 64-bit hash of a stem, of a pair of neighbouring stems or
of a topic's id; its postings are works with a weight (log count × idf, over the work's pivoted length).
"""

from __future__ import annotations

import json
import math
import os
import shutil
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from udsyn.contacts import care
from udsyn.contacts.text import terms
from udsyn.errors import UdsynError
from udsyn.record.engine import Record
from udsyn.record.parts import fingerprint, write_atomically
from udsyn.record.tables import AUTHORSHIPS, INSTITUTIONS, TOPICS, WORK_TOPICS, WORKS

Array = NDArray[Any]
Say = Callable[[str], None]

VERSION = 1
INDEX = "index"
MANIFEST = "index.json"
TITLE_COUNT = 2  #: the title counts twice, the names of its topics once
PIVOT = 0.5  #: half-way between no length normalisation and all of it (Singhal, Buckley and Mitra 1996)
PAIR = np.uint64(0x9E3779B97F4A7C15)
TOPICS_PER_WORK = 3
FIRST, MIDDLE, LAST, CORRESPONDING = 1, 2, 3, 4


@cache
def statement(name: str) -> str:
    """The named SQL statement."""
    return (files("udsyn.contacts") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


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

    def idf(self, term: int) -> float:
        return math.log((self.work_count + 1) / (len(self.postings(term)[0]) + 1)) + 1

    @cached_property
    def institutions(self) -> dict[int, tuple[str, str, str, str]]:
        """Institution → name, type, city, country."""
        with self.record.connect() as connection:
            rows = connection.execute(f"SELECT institution, name, type, city, country FROM {INSTITUTIONS}").fetchall()  # noqa: S608
        return {row[0]: (row[1] or "", row[2] or "", row[3] or "", row[4] or "") for row in rows}

    @cached_property
    def topics(self) -> dict[int, str]:
        with self.record.connect() as connection:
            return dict(connection.execute(f"SELECT topic, name FROM {TOPICS}").fetchall())  # noqa: S608

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


def open_index(record: Record, say: Say = lambda _: None) -> Index:
    """The record's index; made first where there is none, or the record or the corrections have changed."""
    path = path_of(record)
    if stamp_of(path) != stamp(record):
        say("Reading people and works into the index; this happens once for each state of the record.")
        build(record, path)
    return read(record, path)


def read(record: Record, path: Path) -> Index:
    manifest = json.loads((path / MANIFEST).read_text())
    try:
        # Plain views: the memmap class adds more to a small read than the read itself takes.
        arrays = {name: np.load(path / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in manifest["arrays"]}
    except (OSError, ValueError) as error:
        raise UdsynError(f"{path} is damaged ({error}). Remove the folder; the next search makes it anew.") from None
    kept = {other: kept for kept, other in care.corrections(record).merged}
    return Index(path, arrays, manifest["last_year"], care.opted_out(record), kept, record)


def stamp_of(path: Path) -> str | None:
    try:
        found: str = json.loads((path / MANIFEST).read_text())["stamp"]
    except (OSError, ValueError, KeyError):
        return None
    return found


def stamp(record: Record) -> str:
    """Tells one state of the record and its corrections from another."""
    read_from = [
        file for table in (WORKS, AUTHORSHIPS, INSTITUTIONS, TOPICS, WORK_TOPICS) for file in record.files(table)
    ]
    corrections = care.folder(record) / care.CORRECTIONS
    named = [*read_from, *([corrections] if corrections.is_file() else [])]
    digest = fingerprint((file.stat().st_size, file.open("rb")) for file in named)
    return f"{VERSION}-{digest}"


def build(record: Record, path: Path, until: int = 9999) -> None:
    """Make the index of works up to a year, beside, and put it in place whole."""
    if not record.holds(WORKS):
        raise UdsynError(f"{record.path} holds no works, so nobody can be found. Ingest works first.")
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    names: list[str] = []

    def keep(name: str, values: Any, type_: Any = None) -> Array:
        np.save(beside / f"{name}.npy", np.ascontiguousarray(values, type_))
        names.append(name)
        kept: Array = np.load(beside / f"{name}.npy", mmap_mode="r")
        return kept

    try:
        last_year = fill(record, keep, until)
        manifest = {"stamp": stamp(record), "arrays": names, "last_year": last_year}
        write_atomically(beside / MANIFEST, json.dumps(manifest).encode())
        shutil.rmtree(path, ignore_errors=True)
        beside.replace(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def fill(record: Record, keep: Callable[..., Array], until: int) -> int:
    """Read the record's tables into arrays. Returns the last year held."""
    with record.connect() as connection:
        corrections = care.corrections(record)
        for table, columns, rows in (
            ("merged", "kept BIGINT, author BIGINT", corrections.merged),
            ("not_theirs", "work BIGINT, author BIGINT", corrections.not_theirs),
        ):
            connection.execute(f"CREATE TEMP TABLE {table} ({columns})")
            if rows:
                connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", [list(row) for row in rows])  # noqa: S608
        connection.execute(statement("index_works"), {"until": until})
        connection.execute(statement("index_links"))
        connection.execute(statement("index_people"))

        works = frame(connection, "SELECT * FROM indexed_works ORDER BY w")
        people = frame(connection, "SELECT * FROM indexed_people ORDER BY p")
        links = frame(connection, statement("index_authorships"))
        countries = frame(connection, statement("index_countries"))
        topics = frame(
            connection,
            f"SELECT i.w, t.topic FROM {WORK_TOPICS} AS t JOIN indexed_works AS i ON i.work = t.work "  # noqa: S608
            f"WHERE t.rank <= {TOPICS_PER_WORK} GROUP BY i.w, t.topic ORDER BY i.w, min(t.rank), t.topic",
        )
        topic_names = dict(connection.execute(f"SELECT topic, name FROM {TOPICS}").fetchall())  # noqa: S608

    count, person_count = works.height, people.height
    if count == 0:
        raise UdsynError(f"{record.path} holds no works with a year up to {until}, so nobody can be found.")
    year = keep("year", works["year"].to_numpy(), np.int16)
    keep("work", works["work"].to_numpy(), np.int64)
    keep("work_authors", works["authors"].fill_null(1).to_numpy(), np.int32)
    keep("work_topic", works["topic"].fill_null(-1).to_numpy(), np.int32)
    keep("work_field", works["field"].fill_null(-1).to_numpy(), np.int16)
    titles = [title or "" for title in works["title"].to_list()]
    keep_text(keep, "title", titles)

    keep("author", people["author"].to_numpy(), np.int64)
    keep("institution", people["institution"].to_numpy(), np.int64)
    for name, kept in (("placed_year", "placed"), ("first_year", "begun"), ("last_year", "latest")):
        keep(kept, people[name].to_numpy(), np.int16)
    names = people["name"].to_list()
    keep_text(keep, "name", names)
    keep_name_keys(keep, names)
    keep("country", np.array(people["country"].to_list() or [""], "S2")[:person_count])

    w, p = links["w"].to_numpy(), links["p"].to_numpy()
    keep("work_start", starts(w, count))
    keep("work_people", p, np.int32)
    keep("work_roles", links["role"].to_numpy(), np.uint8)
    latest_first = np.lexsort((w, -year[w].astype(np.int32), p))
    keep("person_start", starts(p, person_count))
    keep("person_works", w[latest_first], np.int32)

    code = np.array(countries["country"].to_list(), "S2")
    unique, first = np.unique(code, return_index=True)
    keep("countries", unique)
    keep("country_start", np.append(first, len(code)), np.int64)
    keep("country_works", countries["w"].to_numpy(), np.int32)

    fill_terms(keep, titles, topics["w"].to_numpy(), topics["topic"].to_numpy(), topic_names)
    return int(year.max())


def frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(query).to_arrow_table())


def starts(rows: Array, count: int) -> Array:
    """Where each row of sorted links begins; one more entry at the end."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))]).astype(np.int64)


def keep_text(keep: Callable[..., Array], name: str, texts: list[str]) -> None:
    encoded = [text.encode() for text in texts]
    keep(f"{name}_start", np.concatenate([[0], np.cumsum([len(text) for text in encoded])]), np.int64)
    keep(f"{name}_bytes", np.frombuffer(b"".join(encoded), np.uint8))


def keep_name_keys(keep: Callable[..., Array], names: list[str]) -> None:
    """People sorted by the key of their name, to find those who may be one person."""
    keys = np.array([term_hash(key) if (key := name_key(name)) else 0 for name in names], np.uint64)
    order = np.argsort(keys, kind="stable")
    keep("name_keys", keys[order])
    keep("name_people", order, np.int32)


def folded_name(name: str) -> list[str]:
    """A name's parts without accents, points and case."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return plain.casefold().replace(".", " ").replace("-", " ").split()


def name_key(name: str) -> str:
    """First initial and last name."""
    parts = folded_name(name)
    return f"{parts[0][0]} {parts[-1]}" if len(parts) > 1 else ""


def fill_terms(
    keep: Callable[..., Array], titles: list[str], topic_works: Array, topics: Array, names: dict[int, str]
) -> None:
    """Inverted lists of weighted terms."""
    single, sizes = array("Q"), np.zeros(len(titles), np.int64)
    for number, title in enumerate(titles):
        stems = [term_hash(stem) for stem in terms(title)]
        sizes[number] = len(stems)
        single.extend(stems)
    title_terms = np.frombuffer(single, np.uint64) if len(single) else np.zeros(0, np.uint64)
    title_works = np.repeat(np.arange(len(titles), dtype=np.int32), sizes)
    adjacent = title_works[1:] == title_works[:-1]
    title_pairs = pair_hashes(title_terms[:-1][adjacent], title_terms[1:][adjacent])

    topic_terms = {topic: hash_terms(terms(names.get(topic) or "")) for topic in np.unique(topics).tolist()}
    named = [topic_terms[topic] for topic in topics.tolist()]
    named_works = np.repeat(topic_works, [len(found) for found in named]) if len(named) else topic_works
    topic_ids = np.array([topic_hash(topic) for topic in topics.tolist()], np.uint64)

    all_terms = np.concatenate([title_terms, title_pairs, *([np.concatenate(named)] if named else []), topic_ids])
    all_works = np.concatenate([title_works, title_works[1:][adjacent], named_works, topic_works]).astype(np.int32)
    counts = np.ones(len(all_terms), np.float32)
    counts[: len(title_terms) + len(title_pairs)] = TITLE_COUNT

    order = np.lexsort((all_works, all_terms))
    t: Array = all_terms[order]
    w: Array = all_works[order]
    c: Array = counts[order]
    new = np.ones(len(t), bool)
    new[1:] = (t[1:] != t[:-1]) | (w[1:] != w[:-1])
    at = np.flatnonzero(new)
    t, w = t[at], w[at]
    c = np.add.reduceat(c, at) if len(at) else c
    unique, first = np.unique(t, return_index=True)
    held = np.diff(np.append(first, len(t)))
    idf = np.log((len(titles) + 1) / (held + 1)) + 1
    weight: Array = (1 + np.log(c)) * np.repeat(idf, held)
    length = np.sqrt(np.bincount(w, weight**2, minlength=len(titles)))
    average = length[length > 0].mean() if length.any() else 1.0
    weight /= (1 - PIVOT) * average + PIVOT * length[w]

    repeated = np.repeat(held > 1, held) | np.isin(t, title_terms) | np.isin(t, topic_ids)
    kept = held[np.isin(unique, t[repeated])]  # a pair that only one work holds finds nothing that its stems do not
    t, w, weight = t[repeated], w[repeated], weight[repeated]
    keep("terms", np.unique(t))
    keep("term_start", np.concatenate([[0], np.cumsum(kept)]), np.int64)
    keep("term_works", w, np.int32)
    keep("term_weights", weight, np.float32)
