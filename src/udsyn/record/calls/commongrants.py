"""CommonGrants 0.4 in and out, and two dumps that hold the same kind of thing: CKAN's and a state's list of grants.

The protocol has no country, no consortium and no deadline of two stages: what it has no field for travels in a custom
field under our schema, so that a call that went out comes back as it was.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from udsyn.record.calls import said
from udsyn.record.calls.documents import items
from udsyn.record.calls.dumps import california, pennsylvania
from udsyn.record.calls.tables import CALLS, Call, Deadline, first, listed, row_of
from udsyn.record.shelf import Fault, Row

FIELD, SCHEMA = "udsynCall", "urn:udsyn:call:1"
#: of the columns of a call those that are days
DAYS = ("opens", "closes", "listed_on")
PLACES = ("items.item", "data", "grants.item", "records.item", "result.records.item", "item")
Said = Mapping[str, Any]


def read(path: Path, retrieved: dt.date) -> Iterator[Row | Fault]:
    """A call for each opportunity, whichever of the shapes the document has."""
    for number, (place, one) in enumerate(items(path, *PLACES), 1):
        where = f"opportunity {number}"
        if place.endswith("records.item") and isinstance(one, list):
            one = dict(zip(columns(path, place.replace("records", "fields")), one, strict=False))
        if not isinstance(one, Mapping):
            yield Fault(where, "is no object", str(one))
            continue
        try:
            yield reader_for(place)(one, retrieved)
        except ValueError as error:
            yield Fault(where, str(error), str(first([one.get("title"), one.get("Title"), one.get("id")])))


def reader_for(place: str) -> Callable[[Said, dt.date], Row]:
    if place == "grants.item":
        return lambda one, on: pennsylvania(one, on).row()
    return (lambda one, on: california(one, on).row()) if place.endswith("records.item") else opportunity


def columns(path: Path, place: str) -> list[str]:
    """The names of a CKAN dump's columns."""
    return [str(one.get("id")) for _, one in items(path, place) if isinstance(one, Mapping)]


def opportunity(one: Said, retrieved: dt.date) -> Row:
    """A call from an OpportunityBase. Raises ValueError that says what is wrong with it."""
    if (ours := own_field(one)) is not None:
        return ours
    id_, title = said.word(one.get("id")), said.word(one.get("title"))
    if not id_ or not title:
        raise ValueError(f"has no {'title' if id_ else 'id'}")
    dates, funding, status = (mapping(one.get(name)) for name in ("keyDates", "funding", "status"))
    close = mapping(dates.get("closeDate"))
    total, least, most = (
        mapping(funding.get(name)) for name in ("totalAmountAvailable", "minAwardAmount", "maxAwardAmount")
    )
    return Call(
        id=id_,
        title=title,
        listed_on=retrieved,
        text=said.plain_text(one.get("description")),
        status_said=first([status.get("customValue"), status.get("value")]),
        opens=event_day(mapping(dates.get("postDate")), "startDate"),
        ongoing=said.is_ongoing(close.get("details")) or None,
        deadlines=closes(close),
        currency=first(part.get("currency") for part in (total, least, most)),
        budget=said.amount(total.get("amount")),
        budget_said=first([funding.get("details"), total.get("amount")]),
        least=said.amount(least.get("amount")),
        most=said.amount(most.get("amount")),
        awards=first([funding.get("estimatedAwardCount"), funding.get("maxAwardCount")]),
        applicants=tuple(
            str(first([kind.get("customValue"), kind.get("value")]))
            for kind in listed(one.get("acceptedApplicantTypes"))
            if isinstance(kind, Mapping)
        ),
        url=one.get("source"),
    ).row()


def mapping(value: object) -> Said:
    return value if isinstance(value, Mapping) else {}


def event_day(event: Said, edge: str) -> dt.date | None:
    """The day of an event, an edge of a period; None for one without a day, as `Every other Tuesday`."""
    text = first([event.get("date"), event.get(edge)])
    if text is None:
        return None
    found = said.day(text)
    if found is None:
        raise ValueError(f"{event.get('name') or 'an event'} is on no day such as 2026-03-02: {text!r}")
    return found


def closes(event: Said) -> tuple[Deadline, ...]:
    """The deadline of an event, with its clock where it has one; the protocol has no zone."""
    found = event_day(event, "endDate")
    time = first([event.get("time"), event.get("endTime")])
    return () if found is None else (Deadline(found, said.clock(f"T{time}") if time else None),)


def own_field(one: Said) -> Row | None:
    """The call that went out, where it was ours."""
    field = mapping(mapping(one.get("customFields")).get(FIELD))
    value = field.get("value")
    if field.get("schema") != SCHEMA or not isinstance(value, Mapping):
        return None
    return row_of({name: back(name, value.get(name)) for name in CALLS})


def back(name: str, value: Any) -> Any:
    if name in DAYS:
        return said.day(value)
    if name == "deadlines":
        return [{**one, "day": said.day(one.get("day"))} for one in listed(value) if isinstance(one, Mapping)]
    return value


def write(call: Said, source: str, status: str) -> dict[str, Any]:
    """An OpportunityBase of a row; `status` is forecasted, open, closed or custom on the day of writing."""
    found = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:udsyn:{source}:{call['id']}:{call['title']}")),
        "title": call["title"],
        "status": {"value": status},
        "description": call["text"] or call["title"],
        "createdAt": f"{call['listed_on']}T00:00:00Z",
        "lastModifiedAt": f"{call['listed_on']}T00:00:00Z",
        "customFields": {
            FIELD: {
                "name": FIELD,
                "fieldType": "object",
                "schema": SCHEMA,
                "value": {name: forth(call[name]) for name in CALLS},
            }
        },
    }
    money = partial(money_of, call["currency"])
    parts = {
        "funding": {
            "totalAmountAvailable": money(call["budget"]),
            "minAwardAmount": money(call["least"]),
            "maxAwardAmount": money(call["most"]),
            "estimatedAwardCount": call["awards"],
        },
        "keyDates": {"postDate": event("Opens", call["opens"]), "closeDate": closing(call)},
    }
    for name, values in parts.items():
        if kept := {key: value for key, value in values.items() if value is not None}:
            found[name] = kept
    if call["applicants"]:
        found["acceptedApplicantTypes"] = [{"value": "custom", "customValue": kind} for kind in call["applicants"]]
    if call["url"]:
        found["source"] = call["url"]
    return found


def forth(value: Any) -> Any:
    if isinstance(value, dt.date):
        return str(value)
    if isinstance(value, list):
        return [{key: forth(part) for key, part in one.items()} if isinstance(one, dict) else one for one in value]
    return value


def money_of(currency: str | None, amount: float | None) -> dict[str, str] | None:
    return {"amount": f"{amount:.2f}", "currency": currency} if amount is not None and currency else None


def event(name: str, day: dt.date | None) -> dict[str, str] | None:
    return {"name": name, "eventType": "singleDate", "date": str(day)} if day else None


def closing(call: Said) -> dict[str, str] | None:
    if call["ongoing"]:
        return {"name": "Closes", "eventType": "other", "details": "Ongoing"}
    found = event("Closes", call["closes"])
    clock = next((one["time"] for one in call["deadlines"] if one["day"] == call["closes"] and one["time"]), None)
    return {**found, "time": f"{clock}:00"} if found and clock else found
