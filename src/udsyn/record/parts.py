"""What has been read: one small file per part, written last, so that a part is in the record wholly or not at all.

RECORD/parts/<source>/<entity>/<key>.json        the commit of a part: fingerprint, rows, generation
RECORD/tables/<table>/<stem>.parquet             its rows; a file without its commit is not read and is swept away
RECORD/quarantine/<stem>.jsonl                   its lines that could not be read: file, line, reason, start of the text
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

PARTS = "parts"
QUARANTINE = "quarantine"
ENDS = 64 << 10


@dataclass(frozen=True)
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
    superseded: int = 0
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
    """The Parquet files of a table that belong to committed parts, in the order of their rows."""
    stems = {commit.stem for commit in commits(root)} | {table}
    return [file for file in sorted((root / "tables" / table).glob("*.parquet")) if file.stem in stems]


def write_commit(root: Path, commit: Commit) -> None:
    file = commit_file(root, commit.source, commit.entity, commit.key)
    write_atomically(file, json.dumps(asdict(commit), indent=1, ensure_ascii=False).encode())


def sweep(root: Path) -> None:
    """Remove what an interrupted run left: Parquet and quarantine files that no commit names, and temporary files."""
    stems = {commit.stem for commit in commits(root)}
    for file in part_files(root):
        if file.name.startswith(".") or file.name.partition(".parquet")[0].partition(".jsonl")[0] not in stems:
            file.unlink(missing_ok=True)


def part_files(root: Path) -> Iterator[Path]:
    yield from (root / "tables").glob("*/*")
    yield from (root / "gathered").glob("*/*")
    yield from (root / QUARANTINE).glob("*")
    yield from (root / PARTS).glob("*/*/.*")


def fingerprint(files: Iterable[Path]) -> tuple[str, int]:
    """Tells whether files are those already read (their sizes and both ends; gzip ends with its content's CRC).

    Returns the fingerprint and the size in bytes.
    """
    digest, total = hashlib.blake2b(digest_size=16), 0
    for path in files:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            total += size
            file.seek(0)
            digest.update(str(size).encode() + file.read(ENDS))
            file.seek(max(0, size - ENDS))
            digest.update(file.read(ENDS))
    return digest.hexdigest(), total


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
