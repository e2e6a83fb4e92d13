"""PatCit: papers that patents cite, as JSON lines, on the front page or in the text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from udsyn.record.patents.tables import number_of
from udsyn.record.shelf import Fault, Row

EXAMINER = ("SEA", "EXA", "ISR", "PRS", "OPP", "APL")


def read(file: Path) -> Iterator[Row | Fault]:
    """A row per patent and DOI. A line is a reference with `cited_by` (front page) or a patent's with a DOI (text)."""
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                reference = json.loads(line)
                doi = str(reference.get("DOI") or reference.get("doi") or "").strip().lower()
            except (ValueError, AttributeError):
                yield Fault(f"line {number}", "is no JSON object", line)
                continue
            if doi:
                yield from rows_of(reference, doi, f"line {number}")


def rows_of(reference: dict[str, Any], doi: str, where: str) -> Iterator[Row | Fault]:
    """The patents that cite one reference."""
    front = isinstance(reference.get("cited_by"), list)
    for patent in reference["cited_by"] if front else [reference]:
        number = number_of(str(patent.get("publication_number") or "")) if isinstance(patent, dict) else None
        if number is None:
            yield Fault(where, "names no patent", doi)
            continue
        origin = patent.get("origin")
        origins = [str(one).upper() for one in (origin if isinstance(origin, list) else [origin]) if one]
        by = "applicant" if "APP" in origins else "examiner" if any(one in EXAMINER for one in origins) else None
        place = "front" if front else "text"
        yield Row("cites_work", {"publication": number, "doi": doi, "place": place, "by": by})
