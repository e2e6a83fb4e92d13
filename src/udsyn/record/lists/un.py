"""The consolidated list of the UN Security Council as XML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from udsyn.record.lists import dates, xml
from udsyn.record.lists.listing import BODY, PERSON, STATEMENTS, listing
from udsyn.record.shelf import Fault, Row

NAME = "un"
PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
ADDRESS = ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY")


def read(path: Path) -> Iterator[Row | Fault]:
    """A listing for each individual and entity. Raises UdsynError for a file of another form."""
    yield Row(STATEMENTS, {"list": NAME, "act": NAME, "whole": True})
    for element in xml.elements(path, ("INDIVIDUAL", "ENTITY"), ("CONSOLIDATED_LIST",)):
        yield of(element)


def of(element: Element) -> Row | Fault:
    where = f"{element.tag.lower()} {xml.text(element, 'REFERENCE_NUMBER') or xml.text(element, 'DATAID')}"
    name = " ".join(said for part in PARTS if (said := xml.text(element, part)))
    if not name:
        return Fault(where, "no name")
    aliases = [
        (alias.findtext("QUALITY") or "", xml.text(alias, "ALIAS_NAME"))
        for alias in element.iterfind(f"{element.tag}_ALIAS")
    ]
    listed = dates.read(xml.text(element, "LISTED_ON"))
    return listing(
        xml.said(element),
        list=NAME,
        act=xml.text(element, "REFERENCE_NUMBER"),
        record_id=xml.text(element, "DATAID") or xml.text(element, "REFERENCE_NUMBER"),
        programme=xml.text(element, "UN_LIST_TYPE"),
        measure=xml.text(element, "UN_LIST_TYPE"),
        in_force_from=listed,
        known_from=listed,
        kind=PERSON if element.tag == "INDIVIDUAL" else BODY,
        name=name,
        names=[
            xml.text(element, "NAME_ORIGINAL_SCRIPT"),
            *(alias for quality, alias in aliases if not is_low(quality)),
        ],
        weak_names=[alias for quality, alias in aliases if is_low(quality)],
        countries=[],
        addresses=[xml.joined(address, *ADDRESS) for address in element.iterfind(f"{element.tag}_ADDRESS")],
        birth_dates=[
            xml.text(birth, "DATE") or xml.text(birth, "YEAR") or xml.joined(birth, "FROM_YEAR", "TO_YEAR")
            for birth in element.iterfind("INDIVIDUAL_DATE_OF_BIRTH")
        ],
        where=where,
    )


def is_low(quality: str) -> bool:
    """The list writes Low for people, and Low quality in older editions."""
    return quality.strip().lower().startswith("low")
