"""360Giving 1.4, out and in: a package of grants, each with all that is held of it in one further field of ours.

The ten fields that the standard requires are always there; a grant whose institution is not known cannot be published,
and is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from udsyn.record.awards.award import Award, Funder, Taking, award_of, org_id, plain

FIELD, SCHEMA = "udsynAward", "urn:udsyn:award:1"


def write(awards: Iterable[Award], funder: Funder) -> bytes:
    """A JSON package. Raises ValueError for the funder without a prefix, and for an award without an institution."""
    if not funder.prefix:
        raise ValueError("360Giving needs the publisher's prefix: as its registry gave it, without 360G-.")
    grants = [grant(award, funder) for award in awards]
    return json.dumps({"grants": grants}, ensure_ascii=False, indent=1).encode()


def grant(award: Award, funder: Funder) -> dict[str, Any]:
    if not award.holder.at.name:
        raise ValueError(f"{award.number} names no institution, and 360Giving wants a recipient.")
    found = {
        "id": f"360G-{funder.prefix}-{award.number}",
        "title": award.title,
        "description": award.text or award.title,
        "currency": award.currency,
        "amountAwarded": float(award.amount),
        "awardDate": str(award.awarded),
        "recipientOrganization": [organisation(award.holder, funder)],
        "fundingOrganization": [{"id": funder.ident, "name": funder.name}],
        "grantProgramme": [{"title": award.programme}],
        FIELD: {"schema": SCHEMA, "value": plain(award)},
    }
    dates = {"startDate": award.starts, "endDate": award.ends}
    if known := {name: str(day) for name, day in dates.items() if day}:
        found["plannedDates"] = [known]
    if award.paid:
        found["amountDisbursed"] = float(sum(one.amount for one in award.paid))
        found["actualTransactions"] = [
            {"transactionDate": str(one.day), "currency": award.currency, "value": float(one.amount)}
            for one in award.paid
        ]
    if countries := sorted({one.at.country for one in award.partners} - {""}):
        found["beneficiaryLocation"] = [{"countryCode": code} for code in countries]
    return found


def organisation(holder: Taking, funder: Funder) -> dict[str, str]:
    found = {"id": org_id(holder.at, funder), "name": holder.at.name}
    return found | ({"addressCountry": holder.at.country} if holder.at.country else {})


def read(data: bytes) -> list[Award]:
    """The awards of a package that was written here. Raises ValueError for what is none, and for grants of others."""
    said = json.loads(data)
    grants = said.get("grants") if isinstance(said, dict) else None
    if not isinstance(grants, list):
        raise ValueError("this is no 360Giving package: it has no list of grants.")
    return [ours(one) for one in grants]


def ours(one: dict[str, Any]) -> Award:
    held = one.get(FIELD, {})
    if held.get("schema") != SCHEMA:
        raise ValueError(f"{one.get('id')} was not written here: it has no {FIELD}.")
    return award_of(held["value"])
