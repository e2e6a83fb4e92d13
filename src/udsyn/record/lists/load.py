"""Put lists that a user has onto the shelf of the record."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from udsyn.errors import UdsynError, UsageError
from udsyn.record.engine import Record
from udsyn.record.lists import eu_acts, eu_xml, ftm, ofac, un
from udsyn.record.lists.listing import KEY, LISTINGS, STATEMENTS, TABLES
from udsyn.record.shelf import Fault, Reader, Row, Shelf, digest_of

#: form → its reader, and how its files end
FORMS: Mapping[str, tuple[Reader, tuple[str, ...]]] = {
    "eu-acts": (eu_acts.read, (".csv",)),
    eu_xml.NAME: (eu_xml.read, (".xml",)),
    un.NAME: (un.read, (".xml",)),
    ofac.NAME: (ofac.read, (".xml",)),
    ftm.NAME: (ftm.read, (".json", ".jsonl", ".ndjson")),
}


@dataclass
class Outcome:
    """What loading did: rows that the files hold, dropped ones, entries among them, rows by measure."""

    rows: int = 0
    dropped: int = 0
    entries: int = 0
    measures: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)


def shelf_of(record: Path | str) -> Shelf:
    return Shelf(Path(record), "lists", TABLES)


def load(
    record: Path | str,
    source: Path,
    form: str,
    say: Callable[[str], None] = lambda _: None,
    retrieved: dt.date | None = None,
    licence: str | None = None,
) -> Outcome:
    """Load a file, or all files of a folder; what is held already is counted and left alone.

    Raises UsageError for an unknown form or a folder without files of it, UdsynError where no file could be read.
    """
    if form not in FORMS:
        raise UsageError(f"no form {form}: choose one of {', '.join(FORMS)}.")
    reader, endings = FORMS[form]
    files = files_of(source, endings)
    if not files:
        raise UsageError(f"{source} holds no files that end in {' or '.join(endings)}.")
    Record.create(record)
    shelf, day, outcome = shelf_of(record), retrieved or dt.date.today(), Outcome()
    edition = 1 + (shelf.scan(STATEMENTS).select(pl.col("edition").max()).collect().item() or 0)
    read = []
    for file in files:
        try:
            # files without a row are equal byte for byte, so the name tells what they are an edition of
            loaded = shelf.load(
                file, f"{form} {file.stem}", numbered(reader, edition, day), retrieved=day, licence=licence
            )
        except UdsynError as error:
            if len(files) == 1:
                raise
            outcome.refused.append(str(error))
            say(str(error))
            continue
        outcome.unchanged += loaded.unchanged
        read.append(digest_of(file))
    if not read:
        raise UdsynError(f"no file of {source} could be read: {outcome.refused[0]}")
    return counted(shelf, read, outcome)


def files_of(source: Path, endings: tuple[str, ...]) -> list[Path]:
    if not source.is_dir():
        return [source]
    return sorted(file for file in source.rglob("*") if file.suffix.lower() in endings and file.is_file())


def numbered(reader: Reader, edition: int, retrieved: dt.date) -> Reader:
    """The rows of a file, with the number of the load that brought it, and since when they are known at the latest."""

    def read(path: Path) -> Iterator[Row | Fault]:
        for item in reader(path):
            if isinstance(item, Row) and item.table == STATEMENTS:
                yield Row(STATEMENTS, {**item.values, "edition": edition})
            elif isinstance(item, Row):
                yield Row(LISTINGS, {**item.values, "known_from": known(item.values, retrieved)})
            else:
                yield item

    return read


def known(values: Mapping[str, object], retrieved: dt.date) -> object:
    """What the source says of when it was published; else in force, or held, whichever came first."""
    begun = values.get("in_force_from")
    return values.get("known_from") or (min(str(begun), str(retrieved)) if begun else None)


def counted(shelf: Shelf, hashes: list[str], outcome: Outcome) -> Outcome:
    """What the shelf holds of these files."""
    held = [(folder, about) for folder, about in shelf.held() if about.hash in set(hashes)]
    outcome.rows = sum(about.rows.get(LISTINGS, 0) for _, about in held)
    outcome.dropped = sum(about.quarantined for _, about in held)
    rows = pl.concat([pl.read_parquet(folder / f"{LISTINGS}.parquet", columns=list(KEY)) for folder, _ in held])
    outcome.entries = rows.select(KEY).n_unique()
    outcome.measures = Counter(rows["measure"].fill_null("not stated").to_list())
    return outcome
