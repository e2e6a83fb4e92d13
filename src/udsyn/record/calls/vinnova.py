"""Calls in the data standard that Sweden's research funders share (GDP), as Vinnova's interface gives them: JSON.

An array of calls (`utlysningar`), one call by itself, or an object that holds the array. English words come first where
a call has them. The standard has no stages; a status of its own is kept and never used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from udsyn.record.calls import said
from udsyn.record.calls.documents import items
from udsyn.record.calls.tables import Call, Deadline, first
from udsyn.record.shelf import Fault, Row

PLACES = ("item", "utlysningar.item", "")
STOCKHOLM = "Europe/Stockholm"


def read(path: Path, retrieved: dt.date) -> Iterator[Row | Fault]:
    """A call for each `utlysning`."""
    for number, (_, one) in enumerate(items(path, *PLACES), 1):
        where = f"call {number}"
        try:
            yield one_call(one, retrieved) if isinstance(one, Mapping) else Fault(where, "is no object", str(one))
        except ValueError as error:
            yield Fault(where, str(error), str(one.get("diarienummer") or one.get("titel") or "")[:200])


def one_call(one: Mapping[str, Any], retrieved: dt.date) -> Row:
    """Raises ValueError that says what is wrong with it."""
    id_ = said.word(one.get("diarienummer"))
    title = first([said.word(one.get(name)) for name in ("titelEng", "titel")])
    if not id_ or not title:
        raise ValueError(f"has no {'titel' if id_ else 'diarienummer'}")
    opens, closes = (moment(one, name) for name in ("oppningsdatum", "stangningsdatum"))
    if opens and closes and closes.day < opens.day:
        raise ValueError(f"closes on {closes.day}, before it opens on {opens.day}")
    programmes = one.get("program") if isinstance(one.get("program"), list) else []
    return Call(
        id=id_,
        title=said.plain_text(title) or title,
        listed_on=retrieved,
        text=said.plain_text(first([one.get("beskrivningEng"), one.get("beskrivning")])),
        funder=one.get("finansiarNamn"),
        programme=first(part.get("titel") for part in programmes or () if isinstance(part, Mapping)),
        status_said=said.word(one.get("status")),
        opens=opens.day if opens else None,
        deadlines=(closes,) if closes else (),
        currency=one.get("budgetValuta"),
        budget=said.amount(one.get("budgetBelopp")),
        budget_said=said.word(one.get("budgetBelopp")),
        url=one.get("publiceringsplats"),
    ).row()


def moment(one: Mapping[str, Any], name: str) -> Deadline | None:
    """A day, with its clock: in Stockholm where the source gives an offset, else as it is written, without a zone."""
    text = one.get(name)
    if text in (None, ""):
        return None
    day, clock = said.day(text), said.clock(text)
    if day is None:
        raise ValueError(f"{name} is not a day such as 2026-03-02: {text!r}")
    if clock is None:
        return Deadline(day)
    instant = dt.datetime.fromisoformat(str(text))
    if instant.tzinfo is None:
        return Deadline(day, clock)
    local = instant.astimezone(ZoneInfo(STOCKHOLM))
    return Deadline(local.date(), f"{local:%H:%M}", STOCKHOLM)
