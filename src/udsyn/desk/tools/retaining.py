"""What is kept no longer: every night the rows whose period is over are emptied or deleted, and what acted is noted.

Periods are said by rooms (`Personal.keep`), and by the house (`extra`). What is restricted stays. A row has its own
clock: a person's day does not end their requests, nor theirs the person's. What a night let go of stands by kind and
number beside the database, with those who were erased: after a restore it goes again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone

from udsyn.desk.kernel import personal, queues
from udsyn.desk.kernel.personal import BLANK, STAYS, Keep, Personal
from udsyn.desk.kernel.privacy import Retained, restricted_of
from udsyn.desk.tools import erasing

Period = tuple[Personal, Keep]
DAY = dt.timedelta(days=1)


def periods(extra: Iterable[Period] = ()) -> Iterator[Period]:
    """All that hold: rooms' and the house's."""
    yield from ((one, keep) for one in personal.declared() if one.erase != STAYS for keep in one.keep)
    yield from extra


def due(one: Personal, keep: Keep, day: dt.date) -> list[Any]:
    """The rows whose period is over on a day, and which still say something."""
    over = one.model._base_manager.filter(keep.run_out(one.model, day))
    rows = over.exclude(pk__in=restricted_of(one.model).values("object_id")).order_by("pk")
    return [row for row in rows if says_something(one, row)]


def says_something(one: Personal, row: Any) -> bool:
    if one.erase != BLANK:
        return True
    return any(getattr(row, name) != value for name, value in one.empty(row.pk).items())


def retain(day: dt.date, extra: Iterable[Period] = ()) -> dict[str, Any]:
    """Let go of what is over; returns how many rows, and a sentence for each that failed."""
    failed: list[str] = []
    gone = 0
    for one, keep in periods(extra):
        said = f"{keep.since} {keep.years}-{keep.months}-{keep.days}"
        gone += let_go(one, due(one, keep, day), day, said, failed)
    if gone:
        erasing.write_list()
    return {"let_go": gone, "failed": failed}


def let_go(one: Personal, rows: list[Any], day: dt.date, period: str, failed: list[str]) -> int:
    """Let go of rows, each for itself, and note which; returns how many."""
    numbers: list[int] = []

    def work(row: Any) -> bool:
        number = row.pk
        erasing.let_go(one, row)
        numbers.append(number)
        return True

    if queues.each(rows, work, failed):
        kind = one.model._meta.model_name
        Retained.objects.create(day=day, kind=kind, period=period, rows=len(numbers), numbers=numbers)
    return len(numbers)


def retain_again(file: Path) -> dict[str, Any]:
    """After a restore: let go again of what the nights let go of since, as the list says; as `retain` returns it.

    Whatever a restriction of the older copy holds: on the newer desk it was lifted before the night acted.
    """
    failed: list[str] = []
    gone = 0
    declared = [one for one in personal.declared() if one.erase != STAYS]
    for line in erasing.read_list(file):
        for one in (one for one in declared if one.model._meta.model_name == line["kind"]):
            held = one.model._base_manager.filter(pk__in=line.get("let_go", ()))
            again = [row for row in held if says_something(one, row)]
            gone += let_go(one, again, timezone.localdate(), line.get("period", ""), failed)
    if gone:
        erasing.write_list()
        erasing.scrub()
    return {"let_go": gone, "failed": failed}
