"""What has been read: one small file per part, written last, so that a part is in the record wholly or not at all.

RECORD/parts/<source>/<entity>/<key>.json        the commit of a part: fingerprint, rows, generation
RECORD/tables/<table>/<stem>.parquet             its rows; a file without its commit is not read and is swept away
RECORD/gathered/<table>/<stem>.parquet           institutions and topics, before they are composed into their tables
RECORD/quarantine/<entity>.<stem>.jsonl           lines that could not be read: file, line, reason, start of the text
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from udsyn.errors import UdsynError

PARTS = "parts"
GATHERED = "gathered"
#: Tables made from what all parts gathered.
COMPOSED = ("institutions", "topics")
QUARANTINE = "quarantine"
#: Which ids were merged into which, a file for each entity.
MERGED = "merged"
ENDS = 64 << 10


@dataclass(frozen=True, order=True)
class Commit:
    """A part that the record holds."""

    source: str
    entity: str
    key: str
    path: str
    fingerprint: str
    bytes: int
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0
    repeated: int = 0
    superseded: int = 0
    extras: list[str] = field(default_factory=list)
    generation: int = 0

    @property
    def stem(self) -> str:
        """The name of its Parquet files: sorted, they give the rows' order."""
        return f"{self.source}.{self.key}" + (f".g{self.generation}" if self.generation else "")


def commit_file(root: Path, source: str, entity: str, key: str) -> Path:
    return root / PARTS / source / entity / f"{key}.json"


def commits(root: Path) -> list[Commit]:
    """Every committed part, in the order of its rows."""
    return [Commit(**json.loads(file.read_bytes())) for file in sorted((root / PARTS).glob("*/*/*.json"))]


def committed_files(root: Path, table: str) -> list[Path]:
    """The Parquet files of a table that belong to committed parts, in the order of their rows.

    Raises UdsynError where a part has rows and its file is gone.
    """
    folder = root / "tables" / table
    holding = {folder / f"{commit.stem}.parquet": commit for commit in commits(root) if table in commit.rows}
    if table not in COMPOSED:
        gone = [file for file, commit in holding.items() if commit.rows[table] and not file.is_file()]
        if gone:
            raise UdsynError(
                f"{gone[0]} is gone, though it was read: {len(gone)} of {len(holding)} parts of {table} lack their "
                "rows. Restore it, or run the same `udsyn ingest` again, which reads what is missing."
            )
    return [file for file in (*holding, folder / f"{table}.parquet") if file.is_file()]


def whole(root: Path, commit: Commit) -> bool:
    """Whether the files of a part's rows are all there."""
    tables = (table for table, rows in commit.rows.items() if rows)
    places = ((root / "tables" / table, root / GATHERED / table) for table in tables)
    return all(any((place / f"{commit.stem}.parquet").is_file() for place in two) for two in places)


def write_commit(root: Path, commit: Commit) -> None:
    file = commit_file(root, commit.source, commit.entity, commit.key)
    write_atomically(file, json.dumps(asdict(commit), indent=1, ensure_ascii=False).encode())


def sweep(root: Path) -> None:
    """Remove what an interrupted run left: Parquet and quarantine files that no commit names, and temporary files."""
    held = commits(root)
    kept = {(table, commit.stem) for commit in held for table in commit.rows} | {(table, table) for table in COMPOSED}
    kept |= {(QUARANTINE, f"{commit.entity}.{commit.stem}") for commit in held}
    for pattern in ("tables/*/*", f"{GATHERED}/*/*", f"{QUARANTINE}/*"):
        for file in root.glob(pattern):
            if file.name.startswith(".") or (file.parent.name, file.stem) not in kept:
                file.unlink(missing_ok=True)
    for file in (*root.glob(f"{PARTS}/*/*/.*"), *root.glob("merged/.*"), *root.glob(".*.tmp")):
        if not in_use(file):
            file.unlink(missing_ok=True)


def in_use(beside: Path) -> bool:
    """Whether the process that `write_atomically` left a file for, by the number in its name, is another that lives."""
    number = beside.suffixes[-2:-1]
    if not number or not number[0][1:].isdigit() or int(number[0][1:]) == os.getpid():
        return False
    try:
        os.kill(int(number[0][1:]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def fingerprint(files: Iterable[tuple[int, BinaryIO]]) -> str:
    """Tells whether files (size, content) are those already read: their sizes and both ends.

    A gzip file ends with its content's CRC; a plain file that changes in the middle alone must change in size.
    """
    digest = hashlib.blake2b(digest_size=16)
    for size, file in files:
        with file:
            digest.update(str(size).encode() + file.read(ENDS))
            file.seek(max(0, size - ENDS))
            digest.update(file.read(ENDS))
    return digest.hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, flush to disk, then put in place: a reader sees the old file or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
