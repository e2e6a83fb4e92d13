"""Lots from a seed that was fixed before: anybody can draw them again from the published log.

    commitment(seed) is published first; then the list is frozen; then `draw` publishes seed, list and order.

The order sorts the list by SHA-256 of "seed, newline, list's hash, newline, id", all in UTF-8: `sha256sum` does it too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from udsyn.errors import UdsynError


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def commitment(seed: str) -> str:
    """What is published before the list is known. The seed must be long: a short one could be guessed from it."""
    if len(seed) < 32:
        raise UdsynError("a seed of at least 32 characters is needed, or it could be guessed from its commitment.")
    return sha256(seed)


def draw(seed: str, ids: Sequence[str]) -> dict[str, Any]:
    """The log of a draw: commitment, list, its hash, seed and order."""
    if len(set(ids)) < len(ids) or any("\n" in id_ for id_ in ids):
        raise UdsynError("each lot is in the list once, on one line.")
    frozen = sorted(ids)
    list_hash = sha256("\n".join(frozen))
    order = sorted(frozen, key=lambda id_: sha256(f"{seed}\n{list_hash}\n{id_}"))
    return {
        "commitment": commitment(seed), "list": frozen, "list_hash": list_hash, "seed": seed, "order": order
    }  # fmt: skip


def faults(log: Mapping[str, Any], published: str) -> list[str]:
    """What is wrong with a published draw; nothing where it is right."""
    try:
        again = draw(str(log["seed"]), [str(id_) for id_ in log["list"]])
    except (KeyError, TypeError, UdsynError) as error:
        return [f"the log cannot be drawn again: {error}"]
    wrong = [] if again["commitment"] == published else ["the seed is not the one that was committed to"]
    return wrong + [f"{part} differs" for part in ("list_hash", "order") if again[part] != log.get(part)]
