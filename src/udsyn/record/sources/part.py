"""A part: the piece of a source that is read, committed and replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Part:
    """One file of one entity (or one folder, where a source needs several files together).

    `key` names it in the record and gives the order of the rows.
    """

    source: str
    entity: str
    key: str
    path: Path
    files: tuple[Path, ...]
