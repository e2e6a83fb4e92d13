"""Calls for others: CommonGrants opportunities, each with all that is held of it in a custom field of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.evidence.funds import register as calls
from udsyn.record.calls.commongrants import write

#: What the protocol calls a state on a day.
STATUS = {calls.OPEN: "open", calls.FORTHCOMING: "forecasted", calls.PAST: "closed", calls.UNKNOWN: "custom"}


def export_calls(record: Path | str, on: dt.date, states: Sequence[str] = (calls.OPEN,)) -> dict[str, Any]:
    """One object, `items`: the calls in these states on a day as CommonGrants opportunities.

    `udsyn funds load FILE --as commongrants` reads them back as they were. Raises NotHeld where no calls are held.
    """
    told = calls.told_on(record, on).filter(pl.col("state").is_in(list(states))).sort("source", "id", "title")
    return {"items": [write(row, row["source"], STATUS[row["state"]]) for row in told.iter_rows(named=True)]}
