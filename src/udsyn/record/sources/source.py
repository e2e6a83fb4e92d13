"""What a source of the record is, and which ones there are.

A source is a plug-in: an object with the attributes of `Source` below, named by an entry point of the group
`udsyn.sources`. It says which parts stand at a location, which tables a part fills, and turns a part into objects; the
reader turns those into rows by the source's named SQL statements. The reader, the bookkeeping of parts and the
settling know no source by name. docs/dev/add-a-source.md shows how one is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Literal, Protocol

from udsyn.errors import UsageError
from udsyn.record.sources.location import File, Location
from udsyn.record.sources.part import Part

if TYPE_CHECKING:
    import pyarrow as pa

    from udsyn.record.sources.job import Asked, Job

GROUP = "udsyn.sources"


@dataclass
class Found:
    """What a source holds: parts to read, merged ids, and what its manifests say against it."""

    parts: list[Part]
    merged: list[tuple[str, File]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    #: (entity, key) of every part that a manifest lists, for the entities that it speaks of
    listed: dict[str, set[str]] = field(default_factory=dict)


class Source(Protocol):
    """A kind of files and how they become rows of the record's tables."""

    #: as it stands in the record: letters and digits
    name: str
    #: what it brings: works, or a register that stands beside them
    kind: Literal["works", "register"]
    #: entities of which its files may hold a part of the world only: findings say which part
    speaks: tuple[str, ...]
    #: tables whose rows are told when something was read, in this order
    counts: tuple[str, ...]
    #: the source whose objects its files were flattened from: that one's stand where both hold a work
    flattens: str | None

    def find(self, location: Location, only: Collection[str]) -> Found | None:
        """The parts under a location; `only` names the entities wanted, all where it is empty. None: not its files.

        Raises UsageError where the location cannot be what this source reads.
        """

    def tables(self, part: Part, asked: Asked) -> tuple[str, ...]:
        """The tables that a part fills, in the order of their statements."""

    def statement(self, table: str) -> str:
        """The SQL that makes the rows of a table from the view `incoming`."""

    def incoming(self, job: Job) -> Iterator[pa.Table]:
        """The objects of a part, piece by piece, with `line` (their order) and the columns that the statements read.

        Raises UdsynError for a file that cannot be read.
        """


@cache
def every() -> Mapping[str, Source]:
    """All sources that are installed, by name: those of Udsyn first."""
    found = [(point.dist.name if point.dist else "", point.name, point.load()) for point in entry_points(group=GROUP)]
    ours = sorted(found, key=lambda one: (one[0] != "udsyn", one[1]))
    return {source.name: source for _, _, source in ours}


def named(name: str) -> Source:
    """The source of a name. Raises UsageError where none of it is installed."""
    if name not in every():
        raise UsageError(f"no source {name}: choose one of {', '.join(every())}, or install the package that reads it.")
    return every()[name]


def look(name: str, location: Location, only: Collection[str] = ()) -> tuple[Source, Found]:
    """What a source has at a location, or one that flattens it and knows the location's layout as its own.

    Raises UsageError where there is nothing that it reads.
    """
    asked = named(name)
    for source in (*(one for one in every().values() if one.flattens == name), asked):
        if found := source.find(location, only):
            return source, found
    raise UsageError(f"{location.name} holds nothing that {name} reads.")
