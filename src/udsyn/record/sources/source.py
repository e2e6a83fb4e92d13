"""What a source of the record is, and which ones there are.

A source is a plug-in: an object with the attributes of `Source` below, named by an entry point of the group
`udsyn.sources`. It says which parts stand at a location, which tables a part fills, and turns a part into objects; the
reader turns those into rows by the source's named SQL statements. The reader, the bookkeeping of parts and the
settling know no source by name. Panels, which somebody else counted, are plug-ins of the same group: they have no parts
and no rows of works, and bring their cubes themselves. docs/dev/add-a-source.md shows how each is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from udsyn.errors import UsageError
from udsyn.record.sources.location import File, Location
from udsyn.record.sources.part import Part

if TYPE_CHECKING:
    import pyarrow as pa

    from udsyn.record.sources.job import Asked, Job
    from udsyn.record.sources.layouts import Layout

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


class PanelSource(Protocol):
    """Panels that somebody publishes: tables that are counted already, and stand in the record as cubes."""

    @property
    def name(self) -> str:
        """As it is asked for: letters and digits."""

    @property
    def kind(self) -> Literal["panel"]:
        """Tells it from a `Source`."""

    @property
    def layouts(self) -> Sequence[Layout]:
        """How their files are laid out, and what is known of each."""

    def load(self, record: Path | str, file: Path | str, declared: str | None) -> dict[str, Any]:
        """Put a file's cubes into a record, made where there is none; `declared` is its extent. Tells what was read.

        Raises UsageError for a file that is none of its own, UdsynError for content that cannot be right.
        """


@cache
def installed() -> tuple[Source | PanelSource, ...]:
    """All plug-ins that are installed: those of Udsyn first."""
    found = [(point.dist.name if point.dist else "", point.name, point.load()) for point in entry_points(group=GROUP)]
    return tuple(plugin for _, _, plugin in sorted(found, key=lambda one: (one[0] != "udsyn", one[1])))


def every() -> Mapping[str, Source]:
    """The sources with parts, by name."""
    return {plugin.name: plugin for plugin in installed() if plugin.kind != "panel"}


def panels() -> Mapping[str, PanelSource]:
    """The sources of panels, by name."""
    return {plugin.name: plugin for plugin in installed() if plugin.kind == "panel"}


def named(name: str) -> Source:
    """The source of a name. Raises UsageError where none of it is installed."""
    if name not in every():
        known = ", ".join(plugin.name for plugin in installed())
        raise UsageError(f"no source {name}: choose one of {known}, or install the package that reads it.")
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
