"""Care for the people listed: who has opted out, and corrections of who is who. Both survive every re-load.

RECORD/contacts/optout.txt        one author id a line; # starts a comment
RECORD/contacts/corrections.yaml  merge: [[A1, A2], ...]   A2 is the same person as A1
                                  not: [[W1, A1], ...]     work W1 is not by A1
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from udsyn import plain
from udsyn.errors import UdsynError, UsageError
from udsyn.record import ids
from udsyn.record.engine import Record
from udsyn.record.parts import MERGED, write_atomically

FOLDER = "contacts"
OPTOUT = "optout.txt"
CORRECTIONS = "corrections.yaml"
LARGEST = 5_000_000  #: bytes of either file: a few hundred thousand people

#: Why data about a person are held, printed by `contacts about`.
PURPOSE = (
    "Public scholarly data (works, authors, institutions as OpenAlex publishes them), held to find partners for "
    "research cooperation. No contact data, nothing about gender, ethnicity or nationality; the country is that of the "
    "institution on a person's latest works."
)
OBJECTION = "`udsyn contacts optout {id}` takes a person out of every answer, also after a re-load."


@dataclass(frozen=True)
class Corrections:
    """Pairs of author ids (kept, merged into it) and pairs of a work and an author who did not write it."""

    merged: tuple[tuple[int, int], ...] = ()
    not_theirs: tuple[tuple[int, int], ...] = ()


def folder(record: Record) -> Path:
    """Where contacts keeps its files inside a record."""
    return record.path / FOLDER


def said(root: Path) -> bytes:
    """What the two files of the record at `root` say: an answer that names people holds as long as this does."""
    named = (root / FOLDER / OPTOUT, root / FOLDER / CORRECTIONS)
    return b"\0".join(file.read_bytes() if file.is_file() else b"" for file in named)


def text_of(file: Path) -> str:
    """The text of a file that people write. Raises UdsynError where it is none, or too much."""
    if file.stat().st_size > LARGEST:
        raise UdsynError(f"{file}: larger than {LARGEST:,} bytes.")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UdsynError(f"{file}: it is not UTF-8 (byte {error.start:,}). Save it as UTF-8.") from None


def opted_out(record: Record) -> frozenset[int]:
    """Authors who do not want to be listed."""
    file = folder(record) / OPTOUT
    if not file.is_file():
        return frozenset()
    found = set()
    for number, line in enumerate(text_of(file).splitlines(), start=1):
        if text := line.partition("#")[0].strip():
            try:
                found.add(ids.number(text, "author"))
            except UsageError as error:
                raise UdsynError(f"{file} line {number}: {error}") from None
    return frozenset(found)


def kept_as(record: Record) -> pl.DataFrame:
    """Author ids that a release or a correction merged into others, and the id that they are kept as (author, kept)."""
    file = record.path / MERGED / "authors.parquet"
    released = pl.read_parquet(file, columns=["into_id", "id"]).rows() if file.is_file() else []
    pairs = follow((*((int(into), int(old)) for into, old in released), *corrections(record).merged))
    return pl.DataFrame([(old, kept) for kept, old in pairs], {"author": pl.Int64, "kept": pl.Int64}, orient="row")


def unlisted(record: Record) -> frozenset[int]:
    """Every id of those who opted out: also those that a release or a correction has merged with one of them."""
    found = set(opted_out(record))
    if not found:
        return frozenset()
    same = [pl.LazyFrame(corrections(record).merged, {"into_id": pl.Int64, "id": pl.Int64}, orient="row")]
    file = record.path / MERGED / "authors.parquet"
    if file.is_file():
        same.append(pl.scan_parquet(file).select("into_id", "id"))
    known = 0
    while known < len(found):
        known, ids = len(found), list(found)
        either = pl.col("id").is_in(ids) | pl.col("into_id").is_in(ids)
        for row in pl.concat(same).filter(either).collect().rows():
            found.update(row)
    return frozenset(found)


def opt_out(record: Record, author: int) -> None:
    """Put an author on the list; the next answer already honours it."""
    if author not in opted_out(record):
        file = folder(record) / OPTOUT
        held = text_of(file) if file.is_file() else "# Authors who do not want to be listed.\n"
        write_atomically(file, f"{held.rstrip()}\nA{author}\n".encode())


def corrections(record: Record) -> Corrections:
    """What the corrections file says. Raises UdsynError where it cannot be read."""
    file = folder(record) / CORRECTIONS
    if not file.is_file():
        return Corrections()
    try:
        content = plain.parse(text_of(file), str(file), LARGEST) or {}
        if unknown := set(content) - {"merge", "not"}:
            raise UsageError(f"{min(map(str, unknown))[:60]!r} is no part of it")
        merged = tuple(
            (ids.number(kept, "author"), ids.number(other, "author")) for kept, other in content.get("merge", [])
        )
        not_theirs = tuple((ids.number(w, "work"), ids.number(a, "author")) for w, a in content.get("not", []))
        return Corrections(follow(merged), not_theirs)
    except (UsageError, AttributeError, TypeError, ValueError) as error:
        raise UdsynError(f"{file}: {error}. Write merge: [[A1, A2]] and not: [[W1, A1]].") from None


def follow(merged: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Chains of merges end at the person kept: (1, 2) and (2, 3) give (1, 2) and (1, 3)."""
    kept_of = {other: kept for kept, other in merged if kept != other}

    def last(author: int) -> int:
        passed: dict[int, None] = {}
        while (kept := kept_of.get(author)) is not None and author not in passed:
            passed[author] = None
            author = kept
        if author in passed:
            raise UsageError(f"A{author} is merged into itself by way of others")
        kept_of.update(dict.fromkeys(passed, author))  # so that a long chain is walked once
        return author

    return tuple((last(other), other) for other in kept_of)
