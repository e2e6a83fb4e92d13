"""A call as a CommonGrants opportunity, which everybody may read.

The protocol has no country, no consortium and no second language. What a call asks travels whole, as its pack, in the
custom field `udsynRules` (schema `urn:udsyn:pack:1`); what the register of calls knows besides in `udsynCall`, so that
another Udsyn loads it as it was.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from udsyn.desk.rooms.programmes.models import Call
from udsyn.packs.language import Pack
from udsyn.record.calls import commongrants, tables

RULES, SCHEMA = "udsynRules", "urn:udsyn:pack:1"
#: what the protocol calls the states of a call; a cancelled one has no word of its own there
STATUS = {"forecast": "forecasted", "published": "open", "closed": "closed", "decided": "closed"}


def number_of(call: Call, host: str) -> uuid.UUID:
    """The id that a call keeps for good."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://{host}/common-grants/opportunities/{call.pk}")


def opportunity(call: Call, host: str, url: str) -> dict[str, Any]:
    """An OpportunityBase of a call; `url` is the page where people read it."""
    status = STATUS.get(call.state_now)
    found = commongrants.write(row_of(call, url), "udsyn", status or "custom")
    if status is None:
        found["status"]["customValue"] = "cancelled"
    found |= {
        "id": str(number_of(call, host)),
        "createdAt": moment(call.created),
        "lastModifiedAt": moment(call.changed),
    }
    found["customFields"][RULES] = {
        "name": RULES,
        "fieldType": "object",
        "schema": SCHEMA,
        "description": "What the call asks: countries, partners, money and dates, each rule with clause and source.",
        "value": call.pack.model_dump(mode="json", by_alias=True, exclude_unset=True),
    }
    return found


def moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def row_of(call: Call, url: str) -> dict[str, Any]:
    """A call as the register of calls holds those of others."""
    pack = call.pack
    with translation.override("en"):
        programme = str(call.programme)
    return dict(
        tables.Call(
            id=f"call-{call.pk}",
            title=call.title.localize("en"),
            title_da=in_danish(call.title),
            text=call.about.localize("en") or None,
            text_da=in_danish(call.about),
            programme=programme,
            opens=opens(call, pack),
            deadlines=deadlines(pack),
            ongoing=None if pack.deadline else True,
            currency=pack.currency,
            budget=None if call.money is None else float(call.money),
            url=url,
            listed_on=timezone.localdate(call.changed),
        )
        .row()
        .values
    )


def in_danish(text: Any) -> str | None:
    return (text.data.get("da") or None) if isinstance(text.data, dict) else None


def opens(call: Call, pack: Pack) -> dt.date | None:
    """The day on which it opens where its deadline is; the day of an instant depends on the zone."""
    if call.opens_at is None:
        return None
    return call.opens_at.astimezone(ZoneInfo(pack.deadline.zone) if pack.deadline else dt.UTC).date()


def deadlines(pack: Pack) -> tuple[tables.Deadline, ...]:
    if pack.deadline is None:
        return ()
    at = pack.deadline.at
    return (tables.Deadline(at.date(), f"{at:%H:%M}", pack.deadline.zone),)
