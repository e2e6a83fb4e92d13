"""Ask the record what came of the ties in the ledger, and keep what it says.

A tie that was never asked about, or of which something changed, is looked for in the whole record, as all are when ids
were merged or somebody opted out; the others only in what came since, and only those that it can concern. What was
read stands in DESK/followup/looked.json, written last: a run that is stopped is done again and finds nothing twice. Of
people who do not want to be followed or listed nothing is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Q, QuerySet

from udsyn.desk.evidence.registers import with_projects
from udsyn.desk.kernel.finds import Find, Seen, store
from udsyn.desk.kernel.ties import COUNTRY, MADE, ORGANISATION, Tie
from udsyn.desk.tools.record import named
from udsyn.evidence.followup import COLUMNS, Followed, follow_up
from udsyn.record.engine import Record
from udsyn.record.parts import write_atomically
from udsyn.record.tables import AUTHORSHIPS, WORKS

PLACE = "followup/looked.json"
BATCH = 200  #: ties in a transaction
LOOKED = "yes"  #: the ledger takes the mark away when it changes a tie
SIDE = ("name", "country", "author", "orcid", "ror", "follow")
ASKED = ("date", "award", *(f"{side}_{name}" for side in "ab" for name in SIDE))  #: columns that the record is asked by


def follow_all(folder: Path, record: Record | None = None) -> dict[str, Any]:
    """Look for what came of all ties that were made. Returns how many were asked about, and how many finds are new.

    Nothing where no record is named.
    """
    record = record or named()
    if record is None:
        return {}
    forget_refused()
    held = Tie.objects.filter(status=MADE).exclude(level=COUNTRY)
    looked = read_looked(folder, record)
    changed, rest = (held, held.none()) if not looked else (held.filter(looked=""), held.exclude(looked=""))
    found, files = 0, looked
    for ties, before in ((rest, looked), (changed, frozenset[str]())):
        if not (asked := with_projects(record, frame(ties)).drop("level")).is_empty():
            followed = follow_up(record, asked, before)
            found += keep(record, ties, followed)
            files = followed.looked
    write_atomically(folder / PLACE, json.dumps({str(record.path): sorted(files)}).encode())
    return {"followed": held.count(), "found": found}


def forget_refused() -> None:
    """Of those who do not want to be followed nothing is kept."""
    refused = Q(a_follow=False) | Q(b_follow=False)
    Find.objects.filter(tie__in=Tie.objects.filter(refused)).delete()
    Tie.objects.filter(refused, before__isnull=False).update(before=None)


def read_looked(folder: Path, record: Record) -> frozenset[str]:
    """The files that were read for all ties; nothing where the note is not readable: all is read anew."""
    try:
        return frozenset(json.loads((folder / PLACE).read_text(encoding="utf-8")).get(str(record.path), ()))
    except (OSError, ValueError, AttributeError):
        return frozenset()


def frame(ties: QuerySet[Tie]) -> pl.DataFrame:
    """Ties as the record is asked about them. A ROR id and an applicant are organisations: people move."""
    rows = ties.order_by("pk").values_list("pk", "level", *ASKED)
    held = pl.DataFrame(
        list(rows), {"tie": pl.Int64, "level": pl.String} | {n: COLUMNS[n] for n in ASKED}, orient="row"
    )
    people = pl.col("level") != ORGANISATION
    rors = [pl.when(people).then(pl.lit("")).otherwise(pl.col(f"{side}_ror")).alias(f"{side}_ror") for side in "ab"]
    names = [pl.when(~people).then(pl.col(f"{side}_name")).alias(f"{side}_applicant") for side in "ab"]
    return held.with_columns(*rors, *names)


def keep(record: Record, ties: QuerySet[Tie], followed: Followed) -> int:
    """Store what was found, some ties at a time, each with the mark that it was looked for."""
    titles = titles_of(record, followed.finds)
    seen: dict[int, list[Seen]] = {}
    for tie, kind, ident, day, evidence, sure in followed.finds.iter_rows():
        seen.setdefault(tie, []).append(Seen(kind, ident[:120], day, evidence, sure, titles.get(ident, "")[:300]))
    earlier = dict(followed.before.filter(pl.col("kind") == "work").select("tie", "number").iter_rows())
    hidden, silent = followed.sides.hidden, not record.holds(AUTHORSHIPS)  # panels know nobody
    for some in batched(sorted(hidden)):
        Find.objects.filter(tie__in=some).delete()
    told = list(ties.order_by("pk").values_list("pk", flat=True)) if followed.whole else sorted(seen)
    found = 0
    for some in batched(told):
        with transaction.atomic():
            batch = list(Tie.objects.filter(pk__in=some).prefetch_related("finds"))
            for tie in batch:
                found += store(tie, seen.get(tie.pk, ()), followed.whole)
                if followed.whole:
                    tie.before = None if silent or tie.pk in hidden else earlier.get(tie.pk, 0)
                    tie.looked = LOOKED
            if followed.whole:
                Tie.objects.bulk_update(batch, ["before", "looked"])
    return found


def batched(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def titles_of(record: Record, finds: pl.DataFrame) -> dict[str, str]:
    """Work (W…) → its title."""
    works = (
        finds.filter(pl.col("kind") == "work").select(pl.col("id").str.slice(1).cast(pl.Int64).alias("work")).unique()
    )
    if works.is_empty():
        return {}
    held = pl.scan_parquet(record.files(WORKS)).select("work", "title").join(works.lazy(), on="work", how="semi")
    return {f"W{work}": title for work, title in held.collect().iter_rows() if title}
