"""Evidence on a partner's page, from the record: each figure with its definition, counting, source and snapshot.

Nothing here computes an indicator; `udsyn.evidence` does. Where no record is named, or it holds nothing of a question,
the page says so instead of showing a number.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One block of the page: heading, rows for a table, provenance, and notes its reader must know."""

    heading: Any
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    provenance: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = field(default_factory=tuple)  #: questions that the record does not answer, with why


def evidence_of(home: str, partner: str) -> Evidence:
    """What the record says about the tie between home and partner."""
    record = os.environ.get("UDSYN_RECORD")
    if not record:
        return Evidence(missing=("no record",))
    return Evidence()
