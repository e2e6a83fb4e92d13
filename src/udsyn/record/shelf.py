"""What is loaded for the doors and the lists: files of others, kept as tables, each with its source.

RECORD/shelves/<kind>/<source>.<hash>/source.json      what the file is: source, licence, address, retrieved on, rows
RECORD/shelves/<kind>/<source>.<hash>/<table>.parquet  its rows
RECORD/shelves/<kind>/<source>.<hash>/faults.parquet   what could not be read: where, the reason, the text's start

A file never changes: a newer edition is another file, told apart by its content. It stands on the shelf wholly or not
at all, so a source that dies or sends half a file leaves what was there before. A reader is a pure function from a file
to rows and faults; it knows nothing of the record.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.errors import UdsynError
from udsyn.record.engine import SHELVES
from udsyn.record.lock import locked
from udsyn.record.room import room

ABOUT = "source.json"
FAULTS = "faults"
#: Rows gathered before they are written: large enough for Parquet, small enough for memory.
BATCH = 50_000
#: Characters kept of a text that could not be read.
START = 200
FAULT = pl.Schema({"where": pl.String, "reason": pl.String, "text": pl.String})


@dataclass(frozen=True)
class Row:
    """One row of a table, by column; columns that it does not name are unknown."""

    table: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """Something in a file that could not be read: where it stands (a line, an element) and why."""

    where: str
    reason: str
    text: str = ""


Reader = Callable[[Path], Iterable[Row | Fault]]


@dataclass(frozen=True)
class Loaded:
    """What loading a file did: rows of the first table, faults set aside, and 1 where the file was there already."""

    rows: int = 0
    quarantined: int = 0
    unchanged: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(self.rows + other.rows, self.quarantined + other.quarantined, self.unchanged + other.unchanged)


@dataclass(frozen=True)
class About:
    """A file on the shelf: where it came from, under which terms, and what was read of it."""

    source: str
    file: str
    hash: str
    retrieved: str | None = None
    licence: str | None = None
    url: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0


@dataclass(frozen=True)
class Shelf:
    """The files of one kind (lists, calls, patents, ...) in the record at a path, and the columns of their tables."""

    record: Path
    kind: str
    tables: Mapping[str, pl.Schema]
    batch: int = BATCH  #: rows gathered before they are written; fewer where rows are long texts

    @property
    def folder(self) -> Path:
        return self.record / SHELVES / self.kind

    def load(
        self,
        file: Path,
        source: str,
        read: Reader,
        *,
        licence: str | None = None,
        url: str | None = None,
        retrieved: dt.date | None = None,
    ) -> Loaded:
        """Read a file onto the shelf. What cannot be read of it is set aside with its reason, and the rest stands.

        Raises UdsynError where another process writes the record, where the disk is full, or where the reader finds
        that the file is not what it should be; then the shelf is as it was.
        """

        def write(folder: Path) -> Counts:
            return write_rows(folder, self.tables, read(file), self.batch)

        return self.write(file, source, write, licence=licence, url=url, retrieved=retrieved)

    def write(
        self,
        file: Path,
        source: str,
        write: Callable[[Path], Counts],
        *,
        licence: str | None = None,
        url: str | None = None,
        retrieved: dt.date | None = None,
    ) -> Loaded:
        """As `load`, for files of millions of rows: `write` puts `<table>.parquet` into the folder that it is given."""
        digest = digest_of(file)
        target = self.folder / f"{plain(source)}.{digest}"
        with locked(self.record), room(self.record), put_in_place(target) as folder:
            if folder is None:
                return Loaded(unchanged=1)
            counts = write(folder)
            day = str(retrieved) if retrieved else None
            about = About(source, file.name, digest, day, licence, url, counts.rows, counts.quarantined)
            (folder / ABOUT).write_text(json.dumps(asdict(about), indent=1, ensure_ascii=False), encoding="utf-8")
        return Loaded(counts.rows.get(next(iter(self.tables)), 0), counts.quarantined)

    def held(self) -> Iterator[tuple[Path, About]]:
        """The files on the shelf with their folders, by name: the same order whatever was loaded first.

        Raises UdsynError where what is said of one cannot be read.
        """
        for file in sorted(self.folder.glob(f"[!.]*/{ABOUT}")):
            try:
                yield file.parent, About(**json.loads(file.read_bytes()))
            except (ValueError, TypeError) as error:
                raise UdsynError(
                    f"{file} is not readable ({error}). Remove its folder and load the file again."
                ) from None

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table."""
        return [path for folder, _ in self.held() if (path := folder / f"{table}.parquet").is_file()]

    def scan(self, table: str) -> pl.LazyFrame:
        """All rows of a table, with the `source` and the `file` of each; typed, and empty where nothing is held."""
        frames = [
            pl.scan_parquet(folder / f"{table}.parquet").with_columns(
                source=pl.lit(about.source), file=pl.lit(about.file)
            )
            for folder, about in self.held()
            if (folder / f"{table}.parquet").is_file()
        ]
        return pl.concat(frames, how="diagonal_relaxed") if frames else empty(self.tables[table]).lazy()

    def sources(self) -> pl.DataFrame:
        """A row per file: source, file, hash, retrieved, licence, url, rows (of the first table), quarantined."""
        first = next(iter(self.tables))
        rows = [{**asdict(about), "rows": about.rows.get(first, 0)} for _, about in self.held()]
        words = ("source", "file", "hash", "retrieved", "licence", "url")
        schema = pl.Schema({**dict.fromkeys(words, pl.String()), "rows": pl.Int64(), "quarantined": pl.Int64()})
        return pl.DataFrame(rows, schema=schema)

    def quarantined(self) -> pl.DataFrame:
        """What could not be read: source, file, where, reason, text."""
        held = [
            pl.read_parquet(folder / f"{FAULTS}.parquet").with_columns(
                source=pl.lit(about.source), file=pl.lit(about.file)
            )
            for folder, about in self.held()
            if about.quarantined
        ]
        return pl.concat([empty(FAULT), *held]).select("source", "file", *FAULT)


def empty(schema: pl.Schema) -> pl.DataFrame:
    """A table without rows, as one of a file on the shelf."""
    return pl.DataFrame(schema=schema).with_columns(source=pl.lit("", pl.String), file=pl.lit("", pl.String))


@dataclass(frozen=True)
class Counts:
    """Rows written by table, and how many faults."""

    rows: dict[str, int]
    quarantined: int = 0


def write_rows(
    folder: Path, tables: Mapping[str, pl.Schema], found: Iterable[Row | Fault], batch: int = BATCH
) -> Counts:
    """Write what a reader finds as Parquet, batch by batch: a file of any size in bounded memory."""
    schemas = {**tables, FAULTS: FAULT}
    waiting: dict[str, list[Mapping[str, Any]]] = {name: [] for name in schemas}
    written: dict[str, int] = dict.fromkeys(schemas, 0)
    pieces: dict[str, list[Path]] = {name: [] for name in schemas}

    def flush(name: str) -> None:
        rows = waiting[name]
        piece = folder / f".{name}.{len(pieces[name])}.parquet"
        pl.DataFrame(rows, schema=schemas[name], orient="row").write_parquet(piece)
        pieces[name].append(piece)
        written[name] += len(rows)
        rows.clear()

    for item in found:
        name, values = (item.table, item.values) if isinstance(item, Row) else (FAULTS, said(item))
        waiting[name].append(values)
        if len(waiting[name]) >= batch:
            flush(name)
    for name in schemas:
        flush(name)
        together(pieces[name], folder / f"{name}.parquet")
    faults = written.pop(FAULTS)
    return Counts(written, faults)


def said(fault: Fault) -> dict[str, str]:
    return {"where": fault.where, "reason": fault.reason, "text": fault.text[:START]}


def together(pieces: list[Path], target: Path) -> None:
    """One file of several, in their order, without holding them in memory."""
    if len(pieces) == 1:
        pieces[0].replace(target)
        return
    import pyarrow.parquet as pq  # loaded where files are written: every question about a door opens its shelf

    with pq.ParquetWriter(target, pq.read_schema(pieces[0]), compression="zstd") as writer:
        for piece in pieces:
            writer.write_table(pq.read_table(piece))
            piece.unlink()


@contextmanager
def put_in_place(target: Path) -> Iterator[Path | None]:
    """A folder to write into, which takes its name when all is written; None where the name is taken already."""
    if (target / ABOUT).is_file():
        yield None
        return
    beside = target.with_name(f".{target.name}")
    shutil.rmtree(beside, ignore_errors=True)  # what a killed run left
    beside.mkdir(parents=True)
    try:
        yield beside
        beside.replace(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def digest_of(file: Path) -> str:
    """Tells a file's content from any other."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.blake2b(digest_size=12)).hexdigest()


def plain(source: str) -> str:
    """A source's name as part of a folder's."""
    return re.sub(r"[^a-z0-9-]+", "-", source.lower()).strip("-") or "unnamed"
