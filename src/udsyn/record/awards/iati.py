"""IATI 2.03: an activity for each award with development aims; and a reader that takes what its schema takes.

The schema (iati-activities-schema.xsd and what it includes) is the reader's own: it is not shipped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from udsyn.errors import UdsynError
from udsyn.record.awards.award import Award, Body, Funder, org_id
from udsyn.record.awards.xml import add, document

GOVERNMENT, ACADEMIC = "10", "80"  #: types of organisation
FUNDING, IMPLEMENTING = "1", "4"  #: parts that they take
STATES = {"running": "2", "closed": "4", "stopped": "5", "declined": "5", "awarded": "1"}
COMMITMENT, DISBURSEMENT, INCOMING = "2", "3", "11"
HUNDRED = Decimal(100)


def write(awards: Iterable[Award], funder: Funder, at: dt.datetime) -> bytes:
    """The activities of awards that count as development aid; the others are no activities."""
    root = Element("iati-activities", {"version": "2.03", "generated-datetime": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    for award in awards:
        if award.development:
            activity(root, award, funder)
    return document(root)


def activity(root: Element, award: Award, funder: Funder) -> None:
    found = add(root, "iati-activity", default_currency=award.currency, lang=award.language)
    add(found, "iati-identifier", f"{funder.ident}-{award.number}")
    said(add(found, "reporting-org", ref=funder.ident, type=GOVERNMENT), funder.name)
    said(add(found, "title"), award.title)
    said(add(found, "description", type="1"), award.text or award.title)
    said(add(found, "participating-org", ref=funder.ident, type=GOVERNMENT, role=FUNDING), funder.name)
    for body in bodies(award):
        ref = org_id(body, funder) if body.ror else None
        said(add(found, "participating-org", ref=ref, type=ACADEMIC, role=IMPLEMENTING), body.name)
    add(found, "activity-status", code=STATES[award.state])
    for kind, day in (("1", award.starts), ("3", award.ends)):
        if day:
            add(found, "activity-date", type=kind, iso_date=day)
    if not (award.starts or award.ends):
        add(found, "activity-date", type="1", iso_date=award.awarded)
    for code, percentage in shares(sorted({one.at.country for one in award.partners} - {""})):
        add(found, "recipient-country", code=code, percentage=percentage)
    if award.sector:
        add(found, "sector", vocabulary="1", code=award.sector)
    transaction(found, COMMITMENT, award.awarded, award.amount)
    for one in award.paid:
        transaction(found, DISBURSEMENT if one.amount >= 0 else INCOMING, one.day, abs(one.amount))


def bodies(award: Award) -> list[Body]:
    """The institutions of an award, each once."""
    return [one for one in dict.fromkeys((award.holder.at, *(one.at for one in award.partners))) if one.name]


def said(parent: Element, text: str) -> None:
    add(parent, "narrative", text)


def shares(codes: list[str]) -> list[tuple[str, Decimal]]:
    """Equal parts that come to a hundred exactly."""
    if not codes:
        return []
    each = (HUNDRED / len(codes)).quantize(Decimal("0.01"))
    first = HUNDRED - each * (len(codes) - 1)
    return [(code, first if place == 0 else each) for place, code in enumerate(codes)]


def transaction(parent: Element, kind: str, day: dt.date, amount: Decimal) -> None:
    found = add(parent, "transaction")
    add(found, "transaction-type", code=kind)
    add(found, "transaction-date", iso_date=day)
    add(found, "value", f"{amount:.2f}", value_date=day)


# Reading --------------------------------------------------------------------------------------------------------------


def schema_of(path: Path | str) -> Any:
    """The standard's schema, as loaded by whoever reads. Raises UdsynError where it cannot be read."""
    from lxml import etree

    try:
        return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True, resolve_entities=False)))
    except (OSError, etree.LxmlError) as error:
        raise UdsynError(f"{path} is not IATI's schema of activities: {error}.") from None


def read(path: Path | str, schema: Any) -> list[dict[str, Any]]:
    """The activities of a file that the schema takes: identifier, title, status, countries, committed by currency.

    Raises ValueError with the first thing that the schema refuses.
    """
    from lxml import etree

    try:
        tree = etree.parse(str(path), etree.XMLParser(no_network=True, resolve_entities=False, huge_tree=False))
    except (OSError, etree.LxmlError) as error:
        raise ValueError(f"{path} is no XML: {error}") from None
    if not schema.validate(tree):
        raise ValueError(f"{path}: {schema.error_log[0].message} (line {schema.error_log[0].line})")
    return [told(one) for one in tree.getroot().iter("iati-activity")]


def told(one: Any) -> dict[str, Any]:
    return {
        "identifier": (one.findtext("iati-identifier") or "").strip(),
        "title": (one.findtext("title/narrative") or "").strip(),
        "status": attribute(one, "activity-status", "code"),
        "countries": [found.get("code") for found in one.findall("recipient-country")],
        "committed": [
            (found.findtext("value"), found.find("value").get("currency") or one.get("default-currency"))
            for found in one.findall("transaction")
            if attribute(found, "transaction-type", "code") == COMMITMENT and found.find("value") is not None
        ],
    }


def attribute(one: Any, path: str, name: str) -> str | None:
    found = one.find(path)
    return None if found is None else found.get(name)
