"""What registers share: each comes as one file, which is one part, and fills one table."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from udsyn.errors import UsageError
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part, stem
from udsyn.record.sources.source import Found
from udsyn.record.statements import statement

if TYPE_CHECKING:
    from udsyn.record.sources.job import Asked


class Register:
    """A register by its name and the table that it fills; what it reads of its file is its own."""

    kind: Literal["works", "register"] = "register"
    flattens = None

    def __init__(self, name: str, table: str) -> None:
        self.name, self.table = name, table
        self.speaks = self.counts = (table,)

    def find(self, location: Location, only: Collection[str]) -> Found | None:
        """The register's file as one part. Raises UsageError for a folder of several files."""
        if len(location.files) != 1:
            raise UsageError(f"{location.name} is not one file: name the register's file itself.")
        (file,) = location.files
        key = stem(Path(file.path).name.removesuffix(".gz"))
        return Found([Part(self.name, self.table, key, file.path, (file,))])

    def tables(self, part: Part, asked: Asked) -> tuple[str, ...]:
        return (self.table,)

    def statement(self, table: str) -> str:
        return statement(f"{self.name}_{table}")
