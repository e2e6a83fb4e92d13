"""OFAC's lists (SDN and the consolidated non-SDN list) as XML. They name programmes and give no day of listing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from udsyn.record.lists import xml
from udsyn.record.lists.listing import BODY, KINDS, STATEMENTS, listing
from udsyn.record.lists.naming import list_of
from udsyn.record.shelf import Fault, Row

NAME = "ofac"
ADDRESS = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country")


def read(path: Path) -> Iterator[Row | Fault]:
    """A listing for each entry. Raises UdsynError for a file of another form."""
    name = list_of(NAME, path)
    yield Row(STATEMENTS, {"list": name, "act": name, "whole": True})
    for entry in xml.elements(path, ("sdnEntry",), ("sdnList",)):
        yield of(entry, name)


def of(entry: Element, list_: str) -> Row | Fault:
    where = f"entry {xml.text(entry, 'uid')}"
    name = named(entry)
    if not name:
        return Fault(where, "no name")
    aliases = [(alias.findtext("category") or "", named(alias)) for alias in entry.iterfind("akaList/aka")]
    programmes = "; ".join(xml.texts(entry, "programList/program"))
    return listing(
        xml.said(entry),
        list=list_,
        act=list_,
        record_id=xml.text(entry, "uid"),
        programme=programmes,
        measure=programmes,
        kind=KINDS.get((xml.text(entry, "sdnType") or "").lower(), BODY),
        name=name,
        names=[alias for category, alias in aliases if category != "weak"],
        weak_names=[alias for category, alias in aliases if category == "weak"],
        countries=[],
        addresses=[xml.joined(address, *ADDRESS) for address in entry.iterfind("addressList/address")],
        birth_dates=xml.texts(entry, "dateOfBirthList/dateOfBirthItem/dateOfBirth"),
        where=where,
    )


def named(element: Element) -> str:
    return " ".join(said for part in ("firstName", "lastName") if (said := xml.text(element, part)))
