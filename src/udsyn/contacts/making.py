"""Making the index from the record's tables: numbered works, people and terms, in memory-mapped arrays."""

from __future__ import annotations

import json
import os
import shutil
from array import array
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from udsyn.contacts import care
from udsyn.contacts.index import (
    MANIFEST,
    Array,
    Index,
    hash_terms,
    name_key,
    pair_hashes,
    path_of,
    read,
    term_hash,
    topic_hash,
)
from udsyn.contacts.text import terms
from udsyn.errors import UdsynError
from udsyn.record.engine import Record
from udsyn.record.parts import fingerprint, write_atomically
from udsyn.record.tables import AUTHORSHIPS, INSTITUTIONS, TOPICS, WORK_FUNDERS, WORK_TEXTS, WORK_TOPICS, WORKS

Say = Callable[[str], None]

VERSION = 2
READ = (WORKS, AUTHORSHIPS, INSTITUTIONS, TOPICS, WORK_TOPICS, WORK_TEXTS, WORK_FUNDERS)
TITLE_COUNT = 2  #: the title counts twice, a word of the abstract and the names of its topics once
PIVOT = 0.5  #: half-way between no length normalisation and all of it (Singhal, Buckley and Mitra 1996)
TOPICS_PER_WORK = 3
LONGEST_ABSTRACT = 3000  #: characters; what follows is mostly not an abstract


@cache
def statement(name: str) -> str:
    """The named SQL statement."""
    return (files("udsyn.contacts") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def open_index(record: Record, say: Say = lambda _: None) -> Index:
    """The record's index; made first where there is none, or the record or the corrections have changed."""
    path = path_of(record)
    if stamp_of(path) != stamp(record):
        say("Reading people and works into the index; this happens once for each state of the record.")
        build(record, path)
    return read(record, path)


def stamp_of(path: Path) -> str | None:
    try:
        found: str = json.loads((path / MANIFEST).read_text())["stamp"]
    except (OSError, ValueError, KeyError):
        return None
    return found


def stamp(record: Record) -> str:
    """Tells one state of the record and its corrections from another."""
    read_from = [file for table in READ for file in record.files(table)]
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
        texts = frame(connection, statement("index_texts"))
        grants = frame(connection, statement("index_funders")) if record.holds(WORK_FUNDERS) else None
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

    if grants is not None:
        keep("funder_start", starts(grants["w"].to_numpy(), count))
        keep_text(keep, "grant", grants["text"].to_list(), "grant_text_start")
    abstracts = texts.iter_rows()
    fill_terms(keep, titles, abstracts, topics["w"].to_numpy(), topics["topic"].to_numpy(), topic_names)
    return int(year.max())


def frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(query).to_arrow_table())


def starts(rows: Array, count: int) -> Array:
    """Where each row of sorted links begins; one more entry at the end."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))]).astype(np.int64)


def keep_text(keep: Callable[..., Array], name: str, texts: list[str], start: str | None = None) -> None:
    encoded = [text.encode() for text in texts]
    keep(start or f"{name}_start", np.concatenate([[0], np.cumsum([len(text) for text in encoded])]), np.int64)
    keep(f"{name}_bytes", np.frombuffer(b"".join(encoded), np.uint8))


def keep_name_keys(keep: Callable[..., Array], names: list[str]) -> None:
    """People sorted by the key of their name, to find those who may be one person."""
    keys = np.array([term_hash(key) if (key := name_key(name)) else 0 for name in names], np.uint64)
    order = np.argsort(keys, kind="stable")
    keep("name_keys", keys[order])
    keep("name_people", order, np.int32)


def fill_terms(
    keep: Callable[..., Array],
    titles: list[str],
    abstracts: Iterable[tuple[int, str]],
    topic_works: Array,
    topics: Array,
    names: dict[int, str],
) -> None:
    """Inverted lists of weighted terms of titles, abstracts and topics' names."""
    title_works, title_terms = stem_hashes(enumerate(titles))
    title_pair_works, title_pairs = neighbouring(title_works, title_terms)
    text_works, text_terms = stem_hashes(abstracts)
    text_pair_works, text_pairs = neighbouring(text_works, text_terms)
    # A pair that no title holds says little and would make most of the index.
    spoken = np.isin(text_pairs, title_pairs)
    text_pair_works, text_pairs = text_pair_works[spoken], text_pairs[spoken]

    topic_terms = {topic: hash_terms(terms(names.get(topic) or "")) for topic in np.unique(topics).tolist()}
    named = [topic_terms[topic] for topic in topics.tolist()]
    named_works = np.repeat(topic_works, [len(found) for found in named]) if len(named) else topic_works
    topic_ids = np.array([topic_hash(topic) for topic in topics.tolist()], np.uint64)

    named_terms = np.concatenate(named) if named else np.zeros(0, np.uint64)
    all_terms = np.concatenate([title_terms, title_pairs, text_terms, text_pairs, named_terms, topic_ids])
    works_of_terms = (title_works, title_pair_works, text_works, text_pair_works, named_works, topic_works)
    all_works = np.concatenate(works_of_terms).astype(np.int32)
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
    repeated |= np.isin(t, text_terms)
    kept = held[np.isin(unique, t[repeated])]  # a pair that only one work holds finds nothing that its stems do not
    t, w, weight = t[repeated], w[repeated], weight[repeated]
    keep("terms", np.unique(t))
    keep("term_start", np.concatenate([[0], np.cumsum(kept)]), np.int64)
    keep("term_works", w, np.int32)
    keep("term_weights", weight, np.float32)


def stem_hashes(texts: Iterable[tuple[int, str]]) -> tuple[Array, Array]:
    """The hashed stems of numbered texts in their order, and the number each belongs to."""
    found, numbers, sizes = array("Q"), array("q"), array("q")
    for number, text in texts:
        stems = [term_hash(stem) for stem in terms(text[:LONGEST_ABSTRACT])]
        found.extend(stems)
        numbers.append(number)
        sizes.append(len(stems))
    works = np.repeat(np.array(numbers, np.int32), np.array(sizes, np.int64))
    return works, np.array(found, np.uint64)


def neighbouring(works: Array, stems: Array) -> tuple[Array, Array]:
    """Pairs of stems side by side in one text, and the work of each."""
    same = works[1:] == works[:-1]
    return works[1:][same], pair_hashes(stems[:-1][same], stems[1:][same])
