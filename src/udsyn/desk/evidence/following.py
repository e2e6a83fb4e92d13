"""Ask the record what came of the ties in the ledger, and keep what it says.

A tie that was never asked about, or of which something changed, is looked for in the whole record; the others only in
what came since. What was read stands in DESK/followup/looked.json, written last: a run that is stopped is done again
and finds nothing twice. Of people who do not want to be followed or listed nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import prefetch_related_objects

from udsyn.desk.kernel.finds import Find, Seen, store
from udsyn.desk.kernel.ties import COUNTRY, MADE, ORGANISATION, Tie
from udsyn.evidence.followup import COLUMNS, Followed, follow_up
from udsyn.record.engine import MANIFEST, Record
from udsyn.record.parts import write_atomically
from udsyn.record.tables import WORKS

PLACE = "followup/looked.json"
BATCH = 200  #: ties in a transaction
SIDE = ("name", "country", "author", "orcid")


def follow_all(folder: Path, record: Record | None = None) -> dict[str, Any]:
    """Look for what came of all ties that were made. Returns how many were asked about, and how many finds are new.

    Nothing where no record is named.
    """
    record = record or named()
    if record is None:
        return {}
    held = list(Tie.objects.filter(status=MADE).exclude(level=COUNTRY).order_by("pk"))
    looked = read_looked(folder, record)
    changed = [tie for tie in held if tie.looked != digest(tie) or not looked]
    again = {tie.pk for tie in changed}
    rest = [tie for tie in held if tie.pk not in again]
    found = 0
    files = looked
    for ties, before in ((changed, frozenset()), (rest, looked)):
        if ties:
            followed = follow_up(record, frame(ties), before)
            found += keep(record, ties, followed, whole=not before)
            files = followed.looked
    write_atomically(folder / PLACE, json.dumps({str(record.path): sorted(files)}).encode())
    return {"followed": len(held), "found": found}


def named() -> Record | None:
    """The record that the desk reads from."""
    path = os.environ.get("UDSYN_RECORD")
    return Record(Path(path)) if path and Path(path, MANIFEST).is_file() else None


def read_looked(folder: Path, record: Record) -> frozenset[str]:
    """The files that were read for all ties; nothing where the note is not readable: all is read anew."""
    try:
        return frozenset(json.loads((folder / PLACE).read_text(encoding="utf-8")).get(str(record.path), ()))
    except (OSError, ValueError, AttributeError):
        return frozenset()


def asked(tie: Tie) -> dict[str, Any]:
    """A tie as the record is asked about it. A ROR id is a side of organisations only: people move."""
    row = {"tie": tie.pk, "date": tie.date, "award": tie.award}
    for side in ("a", "b"):
        row |= {f"{side}_{name}": getattr(tie, f"{side}_{name}") for name in SIDE}
        row[f"{side}_ror"] = getattr(tie, f"{side}_ror") if tie.level == ORGANISATION else ""
        row[f"{side}_follow"] = getattr(tie, f"{side}_follow")
    return row


def digest(tie: Tie) -> str:
    """Stands for what is asked about a tie."""
    return hashlib.sha256(json.dumps(asked(tie), default=str, sort_keys=True).encode()).hexdigest()


def frame(ties: Iterable[Tie]) -> pl.DataFrame:
    rows = [asked(tie) for tie in ties]
    return pl.DataFrame(rows, schema={name: kind for name, kind in COLUMNS.items() if name in rows[0]})


def keep(record: Record, ties: list[Tie], followed: Followed, whole: bool) -> int:
    """Store what was found, some ties at a time, each with the mark that it was looked for."""
    titles = titles_of(record, followed.finds)
    seen: dict[int, list[Seen]] = {}
    for tie, kind, ident, day, evidence, sure in followed.finds.iter_rows():
        seen.setdefault(tie, []).append(Seen(kind, ident[:120], day, evidence, sure, titles.get(ident, "")[:300]))
    earlier = dict(followed.before.filter(pl.col("kind") == "work").select("tie", "number").iter_rows())
    Find.objects.filter(tie__in=followed.sides.hidden).delete()
    found = 0
    for start in range(0, len(ties), BATCH):
        batch = ties[start : start + BATCH]
        with transaction.atomic():
            prefetch_related_objects(batch, "finds")
            for tie in batch:
                if tie.pk in seen or whole:
                    found += store(tie, seen.get(tie.pk, ()), whole)
                if whole:
                    tie.before = None if tie.pk in followed.sides.hidden else earlier.get(tie.pk, 0)
                    tie.looked = digest(tie)
            if whole:
                Tie.objects.bulk_update(batch, ["before", "looked"])
    return found


def titles_of(record: Record, finds: pl.DataFrame) -> dict[str, str]:
    """Work (W…) → its title."""
    works = (
        finds.filter(pl.col("kind") == "work").select(pl.col("id").str.slice(1).cast(pl.Int64).alias("work")).unique()
    )
    if works.is_empty():
        return {}
    held = pl.scan_parquet(record.files(WORKS)).select("work", "title").join(works.lazy(), on="work", how="semi")
    return {f"W{work}": title for work, title in held.collect().iter_rows() if title}
