"""The ledger of ties as evidence takes it: pairs of ids of the record, with what became of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import polars as pl

from udsyn.desk.evidence.following import frame
from udsyn.desk.kernel.ties import CANCELLED, COUNTRY, GONE, MADE, REFUSED, Tie
from udsyn.evidence.followup.who import sides_of
from udsyn.record.engine import Record

#: what became of a tie, in the words of `udsyn evidence grants --ledger`; of one that is said no more nothing is
STATUS = {MADE: "kept", REFUSED: "refused", CANCELLED: "cancelled"}


COLUMNS = ("date", "instrument", "a", "b", "funded", "rating", "status")


def lines(record: Record, instruments: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """date, instrument, a, b, funded, rating, status of each tie whose sides are both known by an id of one kind.

    Where somebody has several ids in the record, the first is taken. A side that does not want to be followed is left
    out, as are ties between countries.
    """
    held = Tie.objects.exclude(level=COUNTRY).exclude(status=GONE)
    held = held.filter(instrument__in=instruments) if instruments else held
    known = sides_of(record, frame(held).drop("level")).known
    first = known.group_by("tie", "side", "letter").agg(pl.col("member").min())
    ids = {(tie, side): f"{letter}{member}" for tie, side, letter, member in first.iter_rows()}
    for tie in held.order_by("date", "pk"):
        a, b = ids.get((tie.pk, "a"), ""), ids.get((tie.pk, "b"), "")
        if a and b and a != b and a[0] == b[0]:
            yield {
                "date": str(tie.date),
                "instrument": tie.instrument,
                "a": a,
                "b": b,
                "funded": int(tie.status != REFUSED),
                "rating": tie.rating,
                "status": STATUS[tie.status],
            }
