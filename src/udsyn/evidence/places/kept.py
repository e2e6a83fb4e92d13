"""Answers that cost a look at every work are kept in the record, so that a brief or a page need not pay again.

RECORD/answers/<state>/<name>-<question>.parquet   rows, with provenance and notes in the file's metadata

The state is that of the record's manifest and files and of the code that answers: what changes either leaves old
answers behind, and they are removed. A record that cannot be written is answered all the same.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import polars as pl

from udsyn.evidence.result import Provenance, Result
from udsyn.record.engine import Place, Reading, Record
from udsyn.record.parts import write_atomically
from udsyn.record.tables import TABLES

FOLDER = "answers"
META = "udsyn"
CODE = (
    "chosen.py",
    "density.py",
    "gazetteer.py",
    "hotspots.py",
    "kept.py",
    "measures.py",
    "tracking.py",
)  #: beside this file


def kept(place: Place, name: str, question: object, answer: Callable[[Record], Result]) -> Result:
    """The answer that the record keeps to a question, or `answer(record)`, which is then kept.

    question: everything that the answer depends on besides the record; its repr must tell all questions apart.
    """
    record = place if isinstance(place, Reading) else Record.open(place.path if isinstance(place, Record) else place)
    folder = record.path / FOLDER / state(record)
    file = folder / f"{name}-{hashlib.sha256(repr(question).encode()).hexdigest()[:16]}.parquet"
    try:
        return read(file)
    except (OSError, pl.exceptions.PolarsError, KeyError, ValueError):
        found = answer(record)
    try:
        for old in (record.path / FOLDER).glob("*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
        write(file, found)
    except OSError:
        pass
    return found


def state(record: Record) -> str:
    """Changes whenever the record's works, authors or places do, or the code."""
    seen = hashlib.sha256(record.manifest_file.read_bytes())
    for table in TABLES.values():
        for file in record.files(table):
            known = file.stat()
            seen.update(f"{table}/{file.name} {known.st_size} {known.st_mtime_ns}\n".encode())
    for name in CODE:
        seen.update(Path(__file__).with_name(name).read_bytes())
    return seen.hexdigest()[:16]


def read(file: Path) -> Result:
    meta = json.loads(pl.read_parquet_metadata(file)[META])
    return Result(pl.read_parquet(file), Provenance(**meta["provenance"]), tuple(meta["notes"]))


def write(file: Path, found: Result) -> None:
    meta = {"provenance": asdict(found.provenance), "notes": list(found.notes)}
    content = io.BytesIO()
    found.rows.write_parquet(content, metadata={META: json.dumps(meta)})
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, content.getvalue())
