"""CommonGrants 0.4 awards, out and in: AwardBase, with all that is held of an award in a custom field of ours.

The protocol has no partners, no budget lines and no payments by their days; its states are fewer than ours.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from udsyn.record.awards.award import Award, Funder, award_of, plain

FIELD, SCHEMA = "udsynAward", "urn:udsyn:award:1"


def write(awards: Iterable[Award], funder: Funder, at: dt.datetime) -> bytes:
    """One object, `items`; `at` is when it is written, in UTC."""
    return json.dumps({"items": [award_base(one, funder, at) for one in awards]}, ensure_ascii=False, indent=1).encode()


def award_base(award: Award, funder: Funder, at: dt.datetime) -> dict[str, Any]:
    moment = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    found: dict[str, Any] = {
        "id": ident(f"{funder.ident}:{award.number}"),
        "title": award.title,
        "description": award.text or award.title,
        "status": {"value": "custom", "customValue": award.state},
        "funding": {"awardedAmount": money(award.amount, award)},
        "keyDates": {"awardDate": {"name": "Awarded", "eventType": "singleDate", "date": str(award.awarded)}},
        "funders": {"primary": {"id": ident(funder.ident), "name": funder.name}},
        "createdAt": moment,
        "lastModifiedAt": moment,
        "customFields": {
            FIELD: {"name": FIELD, "fieldType": "object", "schema": SCHEMA, "value": plain(award)},
        },
    }
    if award.paid:
        found["funding"]["disbursedAmount"] = money(sum((one.amount for one in award.paid), Decimal()), award)
    if award.starts and award.ends:
        period = {"startDate": str(award.starts), "endDate": str(award.ends)}
        found["keyDates"]["periodOfPerformance"] = {"name": "Runs", "eventType": "dateRange", **period}
    if award.holder.at.name:
        at_home = award.holder.at
        found["recipientOrganizations"] = {"primary": {"id": ident(at_home.ror or at_home.name), "name": at_home.name}}
    if funder.address:
        found["source"] = f"{funder.address}{award.number}"
    return found


def ident(name: str) -> str:
    """The same id for the same thing, each time it is written."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:udsyn:{name}"))


def money(amount: Decimal, award: Award) -> dict[str, str]:
    return {"amount": f"{amount:.2f}", "currency": award.currency}


def read(data: bytes) -> list[Award]:
    """The awards that were written here. Raises ValueError for others."""
    found = []
    for one in json.loads(data)["items"]:
        held = (one.get("customFields") or {}).get(FIELD, {})
        if held.get("schema") != SCHEMA:
            raise ValueError(f"{one.get('id')} was not written here: it has no {FIELD}.")
        found.append(award_of(held["value"]))
    return found
