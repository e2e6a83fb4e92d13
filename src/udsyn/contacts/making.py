"""Making the index from the record's tables: numbered works, people and terms, in memory-mapped arrays."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from udsyn.contacts import names as names_of
from udsyn.contacts import projects
from udsyn.contacts.index import (
    MANIFEST,
    Array,
    Index,
    path_of,
    read,
    term_hash,
)
from udsyn.contacts.postings import fill_terms
from udsyn.errors import NotHeld
from udsyn.record import care
from udsyn.record.engine import Record
from udsyn.record.parts import fingerprint, write_atomically
from udsyn.record.tables import (
    AUTHORSHIPS,
    INSTITUTIONS,
    ORGANISATIONS,
    PARTICIPATIONS,
    TOPICS,
    WORK_FUNDERS,
    WORK_TEXTS,
    WORK_TOPICS,
    WORKS,
)

if TYPE_CHECKING:
    import duckdb

Say = Callable[[str], None]

VERSION = 5
READ = (
    *(WORKS, AUTHORSHIPS, INSTITUTIONS, TOPICS, WORK_TOPICS, WORK_TEXTS, WORK_FUNDERS),
    *(PARTICIPATIONS, ORGANISATIONS),
)
TOPICS_PER_WORK = 3
ROWS = 10_000  #: abstracts read at a time


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
        raise NotHeld(f"{record.path} holds no works, so nobody can be found. Ingest works first.")
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
        last_year = fill(record, keep, beside, until)
        manifest = {"stamp": stamp(record), "arrays": names, "last_year": last_year}
        write_atomically(beside / MANIFEST, json.dumps(manifest).encode())
        shutil.rmtree(path, ignore_errors=True)
        beside.replace(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def fill(record: Record, keep: Callable[..., Array], folder: Path, until: int) -> int:
    """Read the record's tables into arrays. Returns the last year held. Raises UdsynError where nothing is."""
    with record.connect() as connection:
        correct(connection, record)
        for name, values in (("index_works", {"until": until}), ("index_links", {}), ("index_people", {})):
            connection.execute(statement(name), values)
        works = frame(connection, "SELECT * FROM indexed_works ORDER BY w")
        if works.is_empty():
            raise NotHeld(f"{record.path} holds no works with a year up to {until}, so nobody can be found.")
        year, titles = fill_works(keep, works)
        people = fill_people(keep, frame(connection, "SELECT * FROM indexed_people ORDER BY p"))
        fill_links(keep, frame(connection, statement("index_authorships")), year, people)
        fill_countries(keep, frame(connection, statement("index_countries")))
        if record.holds(WORK_FUNDERS):
            fill_grants(keep, frame(connection, statement("index_funders")), len(titles))
        if (shared := projects.shared(connection)) is not None and not shared.is_empty():
            fill_projects(keep, shared)
        topics = frame(
            connection,
            f"SELECT i.w, t.topic FROM {WORK_TOPICS} AS t JOIN indexed_works AS i ON i.work = t.work "  # noqa: S608
            f"WHERE t.rank <= {TOPICS_PER_WORK} GROUP BY i.w, t.topic ORDER BY i.w, min(t.rank), t.topic",
        )
        names = dict(connection.execute(f"SELECT topic, name FROM {TOPICS}").fetchall())  # noqa: S608
        abstracts = rows_of(connection, statement("index_texts"))
        fill_terms(keep, folder, titles, abstracts, topics["w"].to_numpy(), topics["topic"].to_numpy(), names)
    return int(year.max())


def correct(connection: duckdb.DuckDBPyConnection, record: Record) -> None:
    """Tables of what the record's owner has corrected about people."""
    corrections = care.corrections(record)
    for table, columns, rows in (
        ("merged", "kept BIGINT, author BIGINT", corrections.merged),
        ("not_theirs", "work BIGINT, author BIGINT", corrections.not_theirs),
    ):
        connection.execute(f"CREATE TEMP TABLE {table} ({columns})")
        if rows:
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", [list(row) for row in rows])  # noqa: S608


def fill_works(keep: Callable[..., Array], works: pl.DataFrame) -> tuple[Array, list[str]]:
    """Keep the works. Returns their years and titles."""
    year = keep("year", works["year"].to_numpy(), np.int16)
    keep("work", works["work"].to_numpy(), np.int64)
    keep("work_authors", works["authors"].fill_null(1).to_numpy(), np.int32)
    keep("work_topic", works["topic"].fill_null(-1).to_numpy(), np.int32)
    keep("work_field", works["field"].fill_null(-1).to_numpy(), np.int16)
    titles = [title or "" for title in works["title"].to_list()]
    keep_text(keep, "title", titles)
    return year, titles


def fill_people(keep: Callable[..., Array], people: pl.DataFrame) -> int:
    """Keep the people. Returns how many they are."""
    keep("author", people["author"].to_numpy(), np.int64)
    keep("institution", people["institution"].to_numpy(), np.int64)
    for name, kept in (("placed_year", "placed"), ("first_year", "begun"), ("last_year", "latest")):
        keep(kept, people[name].to_numpy(), np.int16)
    names = people["name"].to_list()
    keep_text(keep, "name", names)
    keep_name_keys(keep, names)
    keep("country", np.array(people["country"].to_list() or [""], "S2")[: people.height])
    return people.height


def fill_links(keep: Callable[..., Array], links: pl.DataFrame, year: Array, people: int) -> None:
    """Keep who wrote what, from both sides; a person's works are kept latest first."""
    w, p = links["w"].to_numpy(), links["p"].to_numpy()
    keep("work_start", starts(w, len(year)))
    keep("work_people", p, np.int32)
    keep("work_roles", links["role"].to_numpy(), np.uint8)
    keep("person_start", starts(p, people))
    keep("person_works", w[np.lexsort((w, -year[w].astype(np.int32), p))], np.int32)


def fill_countries(keep: Callable[..., Array], countries: pl.DataFrame) -> None:
    """Keep the works of each country."""
    code = np.array(countries["country"].to_list(), "S2")
    unique, first = np.unique(code, return_index=True)
    keep("countries", unique)
    keep("country_start", np.append(first, len(code)), np.int64)
    keep("country_works", countries["w"].to_numpy(), np.int32)


def fill_grants(keep: Callable[..., Array], grants: pl.DataFrame, works: int) -> None:
    """Keep who paid for works."""
    keep("funder_start", starts(grants["w"].to_numpy(), works))
    keep_text(keep, "grant", grants["text"].to_list(), "grant_text_start")


def fill_projects(keep: Callable[..., Array], shared: pl.DataFrame) -> None:
    """Keep the projects that institutions share with countries, sorted by institution."""
    keep("project_institution", shared["institution"].to_numpy(), np.int64)
    keep("project_country", np.array(shared["country"].to_list(), "S2"))
    keep("project_count", shared["projects"].to_numpy(), np.int32)
    keep("project_year", shared["last_year"].fill_null(0).to_numpy(), np.int16)
    latest = np.full((shared.height, projects.LATEST), -1, np.int64)
    for row, ids in enumerate(shared["latest"].to_list()):
        latest[row, : len(ids)] = ids
    keep("project_latest", latest)


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[int, str]]:
    """The answer's rows, some at a time."""
    for batch in connection.sql(query).to_arrow_reader(ROWS):
        yield from zip(batch[0].to_pylist(), batch[1].to_pylist(), strict=True)


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
    """People sorted by the keys of their name, one for each order of its parts, to find those who may be one person."""
    people, keys = [], []
    for person, name in enumerate(names):
        for key in names_of.keys(name):
            people.append(person)
            keys.append(term_hash(key))
    hashes = np.array(keys, np.uint64)
    order = np.argsort(hashes, kind="stable")
    keep("name_keys", hashes[order])
    keep("name_people", np.array(people, np.int32)[order], np.int32)
