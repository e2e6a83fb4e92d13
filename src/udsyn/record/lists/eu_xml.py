"""The EU's consolidated list of financial sanctions as XML (version 1.1). It names programmes, not measures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from udsyn.record.lists import dates, xml
from udsyn.record.lists.listing import BODY, KINDS, PERSON, STATEMENTS, listing
from udsyn.record.shelf import Fault, Row

NAME = "eu-xml"


def read(path: Path) -> Iterator[Row | Fault]:
    """A listing for each entity, under its latest regulation. Raises UdsynError for a file of another form."""
    yield Row(STATEMENTS, {"list": NAME, "act": NAME, "whole": True})
    for entity in xml.elements(path, ("sanctionEntity",), ("export",)):
        yield of(entity)


def of(entity: Element) -> Row | Fault:
    where = f"entity {entity.get('euReferenceNumber') or entity.get('logicalId')}"
    aliases = [alias for alias in entity.iterfind("nameAlias") if named(alias)]
    if not aliases:
        return Fault(where, "no name")
    acts = sorted(entity.iterfind("regulation"), key=lambda act: act.get("publicationDate") or "")
    act = acts[-1] if acts else entity
    subject = entity.find("subjectType")
    kind = (subject.get("code") or "") if subject is not None else ""
    kind = KINDS.get(kind.lower(), BODY)
    strong = [named(alias) for alias in aliases if alias.get("strong") != "false"]
    weak = [named(alias) for alias in aliases if alias.get("strong") == "false"]
    first = (strong or weak)[0]
    return listing(
        xml.said(entity),
        list=NAME,
        act=act.get("numberTitle"),
        record_id=entity.get("euReferenceNumber") or entity.get("logicalId"),
        programme=act.get("programme"),
        measure=act.get("programme"),
        in_force_from=dates.read((acts[0].get("entryIntoForceDate") if acts else "") or entity.get("designationDate")),
        known_from=dates.read(acts[0].get("publicationDate")) if acts else None,
        kind=kind,
        name=first,
        names=[name for name in strong if name != first],
        weak_names=weak,
        countries=[] if kind == PERSON else [code for code in map(country_of, entity.iterfind("address")) if code],
        addresses=[address_of(address) for address in entity.iterfind("address")],
        birth_dates=[
            said for date in entity.iterfind("birthdate") if (said := date.get("birthdate") or date.get("year"))
        ],
        where=where,
    )


def named(alias: Element) -> str:
    """A name, whole or in parts."""
    return alias.get("wholeName", "").strip() or " ".join(
        part for name in ("firstName", "middleName", "lastName") if (part := alias.get(name, "").strip())
    )


def country_of(address: Element) -> str | None:
    """The country's code; 00 stands for none that is known."""
    code = address.get("countryIso2Code")
    return code if code and code.isalpha() else None


def address_of(address: Element) -> str:
    parts = (address.get(name) for name in ("street", "place", "city", "region", "countryDescription"))
    return ", ".join(part for part in parts if part and part != "UNKNOWN")
