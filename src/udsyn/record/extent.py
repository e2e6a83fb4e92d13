"""How much of the world a source holds: a sample of it, a slice with the world's totals, or all of it.

Shares of a sample are shares of the works held and say nothing of the world; every finding carries the extent of its
source, so that no reader has to guess. What a source does not declare is decided by what it brings: a release with its
manifest is complete, anything else is a sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from udsyn.errors import UsageError

SAMPLE, SLICE, COMPLETE = "sample", "slice", "complete"
#: Each holds more than the one before.
EXTENTS = (SAMPLE, SLICE, COMPLETE)

Sources = Mapping[str, Mapping[str, Any]]


def check(extent: str | None) -> None:
    """Raise UsageError for what is no extent; None is left to be decided."""
    if extent is not None and extent not in EXTENTS:
        raise UsageError(f"no extent {extent}: choose one of {', '.join(reversed(EXTENTS))}.")


def least(extents: Iterable[str]) -> str:
    """The extent of several sources together: that of the one that holds least."""
    return min(extents, key=EXTENTS.index, default=SAMPLE)


def of_source(sources: Sources, name: str) -> str:
    """The extent of a source of the manifest, or of several joined by +. What does not say is a sample."""
    return least(sources.get(one, {}).get("extent", SAMPLE) for one in name.split("+"))


def sources_of_works(sources: Sources) -> str:
    """The sources that works came from, joined by +."""
    return "+".join(sorted(name for name, about in sources.items() if "lacks" in about))


def of_works(sources: Sources) -> str:
    """The extent of all works held, whichever sources they came from."""
    return of_source(sources, sources_of_works(sources))


def works_of(sources: Sources, name: str) -> int | None:
    """How many works a source holds (or several joined by +); None where one does not say."""
    counts = [sources.get(one, {}).get("works") for one in name.split("+")]
    return None if None in counts else sum(count for count in counts if count is not None)


def settled(held: Mapping[str, Any], declared: str | None, found: str, sliced: bool) -> dict[str, Any]:
    """What the manifest says of a source after a load: the extent declared now or before, else the largest found."""
    if declared is None and held.get("extent_declared"):
        declared = held["extent"]
    extent = declared or max(held.get("extent", SAMPLE), found, key=EXTENTS.index)
    if sliced and extent == COMPLETE:
        extent = SLICE
    return {"extent": extent, **({"extent_declared": True} if declared else {})}


def kept(held: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a manifest says of a source, that which stands when its works are described anew."""
    return {name: held[name] for name in ("extent", "extent_declared") if name in held}


def said(sources: Sources, name: str, what: str = "works") -> tuple[str, ...]:
    """What a reader of a finding must know of its source's extent; nothing where it speaks for the world."""
    if of_source(sources, name) != SAMPLE:
        return ()
    works = works_of(sources, name)
    size = f"{name} is a sample of {works:,} works" if works is not None else f"{name} is a sample"
    how = "If it is more, say so with `udsyn ingest ... --extent complete` (or slice)."
    return (f"{size}, not the world: shares, ranks and places are those of the {what} held. {how}",)


def whole_of(extent: str | None, world: str = "the world's works", held: str = "the works held") -> str:
    """What a share is of: the world's works, or the works held where the source is a sample."""
    return held if extent == SAMPLE else world
