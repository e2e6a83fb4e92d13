"""A part: the piece of a source that is read, committed and replaced as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from udsyn.record.sources.location import File


@dataclass(frozen=True, order=True)
class Part:
    """One file of one entity (or one folder, where a source needs several files together).

    `key` names it in the record and gives the order of the rows; `expected` is the size that a manifest gives.
    """

    source: str
    entity: str
    key: str
    path: str
    files: tuple[File, ...]
    expected: int | None = None

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def stem(name: str) -> str:
    """A file's name without its data suffixes."""
    return re.sub(r"(\.(gz|jsonl?|ndjson|parquet))+$", "", name)
