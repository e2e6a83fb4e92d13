"""Working down a queue: each piece by itself, so that one that fails stops none of the others, and is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.db import transaction

log = logging.getLogger(__name__)
Piece = TypeVar("Piece")


def each(pieces: Iterable[Piece], work: Callable[[Piece], Any], failed: list[str]) -> int:
    """Do the work with every piece, each in its own transaction; returns how many times it said yes.

    A piece that fails is put into `failed` as a sentence; its own changes are taken back, and the next one follows.
    """
    done = 0
    for piece in list(pieces):
        try:
            with transaction.atomic():
                done += bool(work(piece))
        except Exception as error:  # whatever is wrong with this one, the others go on
            failed.append(told(piece, error))
    return done


def gathered(sources: Iterable[Callable[..., Iterable[Piece]]], *asked: Any) -> Iterator[Piece]:
    """What all sources give. A source that fails is noted, and gives no more than it did before; the others go on."""
    for find in sources:
        try:
            yield from find(*asked)
        except Exception as error:
            told(f"{find.__module__}.{find.__name__}", error)


def told(piece: Any, error: Exception) -> str:
    """A failure in a sentence; the log has all of it."""
    name = f"{type(piece).__name__.lower()} {piece.pk}" if hasattr(piece, "pk") else str(piece)
    said = " ".join(getattr(error, "messages", None) or [str(error) or type(error).__name__])
    log.error("%s failed", name, exc_info=error)
    return f"{name}: {said}"
