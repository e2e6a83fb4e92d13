"""Exchange documents of the EPO: answers of OPS (XML or JSON) and DOCDB's ST.36 files, which have the same elements."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from udsyn.errors import UdsynError
from udsyn.record.patents.tables import number_of
from udsyn.record.shelf import Fault, Row

DOCUMENT = "exchange-document"
COUNTRY = re.compile(r"\s*\[([A-Z]{2})\]\s*$")
WHO = {"APP": "applicant", "EXA": "examiner", "SEA": "examiner", "ISR": "examiner"}
SPACES = re.compile(r"\s+")


def read(file: Path) -> Iterator[Row | Fault]:
    """Rows of all tables from OPS XML, OPS JSON or ST.36 XML; a document without number or family is a fault."""
    said: set[str] = set()  # families whose classes and parties are told: one publication speaks for its family
    for number, document in enumerate(documents(file), start=1):
        yield from rows_of(document, f"document {number}", said)


def documents(file: Path) -> Iterator[Element]:
    """The exchange documents of a file, one at a time, their names without namespaces."""
    with file.open("rb") as content:
        start = content.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        try:
            whole = element_of("all", json.loads(file.read_bytes()))
        except ValueError as error:
            raise UdsynError(f"{file.name} is no JSON: {error}.") from None
        yield from whole.iter(DOCUMENT)
        return
    try:
        for _, element in iterparse(file, events=("end",), forbid_dtd=False):
            element.tag = local(element.tag)
            if element.tag == DOCUMENT:
                yield element
                element.clear()
    except (ParseError, DefusedXmlException) as error:
        raise UdsynError(f"{file.name} is no XML that can be read: {error}.") from None


def local(tag: str) -> str:
    """An element's name without its namespace or prefix."""
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def element_of(tag: str, value: Any) -> Element:
    """OPS's JSON as elements: @name is an attribute, $ the text, and one item comes as an object, several as a list."""
    element = Element(local(tag))
    for one in value if isinstance(value, list) else [value]:
        for name, inner in one.items() if isinstance(one, dict) else [("$", one)]:
            if name == "$":
                element.text = str(inner)
            elif name.startswith("@"):
                element.set(name[1:], str(inner))
            else:
                element.extend(element_of(name, item) for item in (inner if isinstance(inner, list) else [inner]))
    return element


def rows_of(document: Element, where: str, said: set[str]) -> Iterator[Row | Fault]:
    """The rows of one document."""
    country, number, kind = (document.get(name, "").strip() for name in ("country", "doc-number", "kind"))
    publication, family = number_of(f"{country}-{number}-{kind}"), document.get("family-id", "").strip()
    if publication is None or not family:
        yield Fault(where, "has no number" if publication is None else "has no family", f"{country} {number} {kind}")
        return
    titles = {title.get("lang", ""): text(title) for title in document.iter("invention-title")}
    abstracts = {abstract.get("lang", ""): text(abstract) for abstract in document.iter("abstract")}
    language = "en" if "en" in titles else next(iter(titles), None)
    yield Row(
        "publication",
        {
            "publication": publication,
            "family": family,
            "country": country,
            "number": number,
            "kind": kind or None,
            "filed": day_of(document, "application-reference"),
            "published": day_of(document, "publication-reference"),
            "title": titles.get(language or ""),
            "abstract": abstracts.get("en") or next(iter(abstracts.values()), None),
            "language": language or None,
            "design": kind.startswith("S"),
            "withdrawn": True if document.get("status", "").lower() in ("d", "deleted", "withdrawn") else None,
        },
    )
    yield from cited(document, publication)
    if family not in said:
        said.add(family)
        yield from classes(document, family)
        yield from parties(document, family)


def classes(document: Element, family: str) -> Iterator[Row]:
    """CPC and IPC symbols, each once."""
    found: dict[tuple[str, str], bool | None] = {}
    for one in document.iter("patent-classification"):
        scheme = one.find("classification-scheme")
        if scheme is not None and not scheme.get("scheme", "CPC").upper().startswith("CPC"):
            continue
        parts = [text_of(one, name) for name in ("section", "class", "subclass", "main-group", "subgroup")]
        symbol = (
            "".join(parts[:4]) + (f"/{parts[4]}" if parts[4] else "")
            if parts[0]
            else text_of(one, "classification-symbol")
        )
        if symbol:
            symbol = SPACES.sub("", symbol)
            inventive = text_of(one, "classification-value").upper() == "I"
            found["cpc", symbol] = bool(found.get(("cpc", symbol))) or inventive
    for one in document.iter("classification-ipcr"):
        line = re.match(r"([A-H]\d\d[A-Z])\s*(\d+)/\s*(\d+)", text_of(one, "text"))
        if line:
            found.setdefault(("ipc", f"{line[1]}{line[2]}/{line[3]}"), None)
    for (scheme_, symbol), inventive_ in found.items():
        yield Row("family_class", {"family": family, "scheme": scheme_, "symbol": symbol, "inventive": inventive_})


def parties(document: Element, family: str) -> Iterator[Row]:
    """Applicants with name and country, inventors with their country alone."""
    for role in ("applicant", "inventor"):
        given = [one for one in document.iter(role) if one.find(f"{role}-name") is not None]
        form = next(
            (f for f in ("docdb", "epodoc", "original") if any(one.get("data-format") == f for one in given)), None
        )
        told = {one.get("sequence"): country_of(one, role) for one in given}  # docdb's or epodoc's, whichever has it
        for one in given:
            told[one.get("sequence")] = told.get(one.get("sequence")) or country_of(one, role)
        for seq, one in enumerate((one for one in given if one.get("data-format") == form), start=1):
            name = COUNTRY.sub("", text(one.find(f"{role}-name"))).rstrip(",; ")
            country = country_of(one, role) or told.get(one.get("sequence"))
            kept = (name or None) if role == "applicant" else None
            yield Row("family_party", {"family": family, "seq": seq, "role": role, "name": kept, "country": country})


def country_of(party: Element, role: str) -> str | None:
    """The country that a party says: of its residence, or in brackets behind its name."""
    said = text_of(party, "residence/country") or text_of(party, ".//country")
    behind = COUNTRY.search(text(party.find(f"{role}-name")))
    return said or (behind[1] if behind else None)


def cited(document: Element, publication: str) -> Iterator[Row]:
    """Publications and papers (by DOI) that a document cites; a search report's are the examiner's."""
    for one in document.iter("citation"):
        by = WHO.get((one.get("cited-by") or one.get("cited-phase") or "").upper()[:3])
        for paper in one.iter("nplcit"):
            doi = re.search(r"10\.\d{4,9}/[^\s;,\"<>]+", text(paper))
            if doi:
                found = {"publication": publication, "doi": doi[0].rstrip(".)").lower(), "place": "front", "by": by}
                yield Row("cites_work", found)
        for patent in one.iter("patcit"):
            for id_ in patent.iter("document-id"):
                number = number_of(
                    "-".join(text_of(id_, part) for part in ("country", "doc-number", "kind")).rstrip("-")
                )
                if number and id_.get("document-id-type", "docdb") == "docdb":
                    yield Row("cites_publication", {"publication": publication, "cited": number, "by": by})
                    break


def day_of(document: Element, reference: str) -> dt.date | None:
    """The first day that a reference gives."""
    for one in document.iter(reference):
        for said in one.iter("date"):
            try:
                return dt.datetime.strptime(text(said), "%Y%m%d").date()
            except ValueError:
                continue
    return None


def text(element: Element | None) -> str:
    return SPACES.sub(" ", "".join(element.itertext())).strip() if element is not None else ""


def text_of(element: Element, path: str) -> str:
    return text(element.find(path))
