"""What packs reckon from a case, as plain objects: the verbs of the command line and of Python.

A case is the object itself, or the file that holds it as JSON. Each raises UdsynError for a case that cannot be used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from udsyn.packs import aid, allowance
from udsyn.plain import load_json, load_text

Case = Path | str | Mapping[str, Any]


def case_of(case: Case) -> Any:
    return load_json(Path(case)) if isinstance(case, Path | str) else dict(case)


def travel_allowance(case: Case, *, rates: Path | str | None = None, known_on: dt.date | None = None) -> dict[str, Any]:
    """The travel allowance of a journey, by Danish rules: amount, currency, lines.

    A line is what, count, each, amount, rate_from (the day from which its rate is valid). Without a CSV of rates
    Denmark's own are used; with a day, only those known on it.
    """
    held = allowance.shipped() if rates is None else allowance.read_rates(load_text(Path(rates)))
    found = allowance.reckon(allowance.parse(case_of(case)), held, known_on)
    lines = [
        {
            "what": line.what,
            "count": line.count,
            "each": float(line.each),
            "amount": float(line.amount),
            "rate_from": str(line.rate_from),
        }
        for line in found.lines
    ]
    return {"amount": float(found.amount), "currency": found.currency, "lines": lines}


def aid_room(case: Case, on: dt.date, *, calendar: str = "DK", regulation: str = aid.GENERAL) -> dict[str, Any]:
    """The de minimis aid that an undertaking may still be granted on a day, in EUR, by the pack of a regulation:
    de-minimis (Regulation (EU) 2023/2831), de-minimis-services, de-minimis-agriculture.

    room, ceiling, counted, asked, may_grant (all that is asked, or nothing), register_by (the last day for the entry in
    the register, by the public holidays of a country).
    """
    found = aid.room_on(aid.parse(case_of(case)), on, regulation)
    counted = [
        {"date": str(award.date), "amount": plain(award.amount), "undertaking": award.undertaking}
        for award in found.counted
    ]
    answer: dict[str, Any] = {
        "room": plain(found.room),
        "ceiling": plain(found.ceiling),
        "counted": counted,
        "asked": plain(found.asked),
        "may_grant": plain(found.may_grant),
    }
    if found.may_grant:
        answer["register_by"] = str(aid.register_by(on, calendar, regulation))
    return answer


def plain(amount: Decimal) -> int | float:
    """A whole amount without decimals."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
