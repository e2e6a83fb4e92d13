"""What is kept no longer: every night the rows whose period is over are emptied or deleted, and what acted is noted.

Periods are said by rooms (`Personal.keep`), and by the house (`extra`). What is restricted stays. A row has its own
clock: a person's day does not end their requests, nor theirs the person's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from udsyn.desk.kernel import personal, queues
from udsyn.desk.kernel.permissions import DESK
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

        def let_go(row: Any, one: Personal = one) -> bool:
            kind = row._meta.model_name
            lines = erasing.lines_about({(kind, row.pk)})
            erasing.forget(one, [row])
            erasing.close_ledger(row, lines, (), DESK, "")
            return True

        count = queues.each(due(one, keep, day), let_go, failed)
        if count:
            said = f"{keep.since} {keep.years}-{keep.months}-{keep.days}"
            Retained.objects.create(day=day, kind=one.model._meta.model_name, period=said, rows=count)
        gone += count
    return {"let_go": gone, "failed": failed}
