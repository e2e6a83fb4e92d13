"""A contracting process of the Open Contracting Data Standard as rows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from udsyn.facts.countries import resolve
from udsyn.record.tenders import codes
from udsyn.record.tenders.moments import day, moment
from udsyn.record.tenders.tables import Notice

Json = dict[str, Any]
#: What ends a procedure before a contract.
ENDED = frozenset({"cancelled", "unsuccessful", "withdrawn"})
NATURES = {"goods": "supplies", "works": "works", "services": "services"}
PERIODS = {"tender": "tenderPeriod", "questions": "enquiryPeriod"}


def process(ocid: str, compiled: Json, releases: list[Json], *, contacts: bool = False) -> Notice:
    """The rows of a process, merged from its releases. Raises ValueError for a value without currency or number."""
    found = Notice(ocid, len(releases))
    tender, parties = part(compiled, "tender"), by_id(compiled, "parties")
    language = codes.language(compiled.get("language"))
    add_head(found, compiled, releases, language)
    add_what(found, "", tender, language)
    for lot in listed(tender, "lots"):
        found.add("lots", lot=text(lot.get("id")), kind="lot", status=lot.get("status"), **money(lot.get("value")))
        add_what(found, text(lot.get("id")), lot, language)
    for item in listed(tender, "items"):
        add_codes(found, text(item.get("relatedLot")), item)
    for party in parties.values():
        if "buyer" in (party.get("roles") or ()):
            found.add("parties", role="buyer", **about(party))
        if contacts and (person := part(party, "contactPoint")):
            phone = person.get("telephone")
            found.add("contacts", party=party.get("id"), name=person.get("name"), mail=person.get("email"), phone=phone)
    for award in listed(compiled, "awards"):
        add_award(found, award, tender, parties)
    for related in listed(compiled, "relatedProcesses"):
        if target := text(related.get("identifier")):
            found.add("links", kind="follows", target=target, reason=", ".join(related.get("relationship") or ()))
    return found


def add_head(found: Notice, compiled: Json, releases: list[Json], language: str | None) -> None:
    tender = part(compiled, "tender")
    buyer = part(compiled, "buyer")
    held = by_id(compiled, "parties").get(text(buyer.get("id")), buyer)
    covered = tender.get("coveredBy")
    found.add(
        "notices",
        process=found.notice,
        kind="award" if compiled.get("awards") else "contract" if tender else "prior_information",
        stage="result" if compiled.get("awards") else "competition" if tender else "planning",
        type=", ".join(dict.fromkeys(tag for release in releases for tag in release.get("tag") or ())),
        status="cancelled" if is_cancelled(tender, releases) else "published",
        published=day(min(release["date"] for release in releases)),
        country=about(held)["country"],
        buyer=buyer.get("name") or held.get("name"),
        nature=NATURES.get(tender.get("mainProcurementCategory", "")),
        procedure=tender.get("procurementMethod"),
        language=language,
        gpa="GPA" in covered if isinstance(covered, list) else None,
        **money(tender.get("value")),
    )


def is_cancelled(tender: Json, releases: list[Json]) -> bool:
    """By the tender's status; where it has none, by the last release on the tender."""
    if tender.get("status"):
        return tender["status"] in ENDED
    tags = [tag for one in sorted(releases, key=lambda one: one["date"]) for tag in one.get("tag") or ()]
    return [tag for tag in tags if tag.startswith("tender")][-1:] == ["tenderCancellation"]


def add_what(found: Notice, lot: str, element: Json, language: str | None) -> None:
    """Title, text and deadlines of the tender or of a lot."""
    if element.get("title") or element.get("description"):
        columns = {"title": element.get("title"), "text": element.get("description")}
        found.add("texts", lot=lot, language=language, **columns)
    for kind, name in PERIODS.items():
        ends = moment(part(element, name).get("endDate"))
        if ends:
            found.add("deadlines", lot=lot, kind=kind, **ends.columns())


def add_codes(found: Notice, lot: str, item: Json) -> None:
    """Classifications, each under its own scheme."""
    named = [(item.get("classification"), True)]
    named += [(other, False) for other in item.get("additionalClassifications") or ()]
    for code, main in named:
        if isinstance(code, dict) and text(code.get("id")):
            scheme = text(code.get("scheme")).lower() or None
            found.add("codes", lot=lot, scheme=scheme, code=text(code["id"]), main=main)


def add_award(found: Notice, award: Json, tender: Json, parties: dict[str, Json]) -> None:
    lots = award.get("relatedLots") or []
    number = text(award.get("id"))
    found.add(
        "awards",
        award=number,
        lot=text(lots[0]) if len(lots) == 1 else "",
        status=award.get("status"),
        date=day(award.get("date")),
        bids=tender.get("numberOfTenderers"),
        **money(award.get("value")),
    )
    for supplier in listed(award, "suppliers"):
        held = {**supplier, **parties.get(text(supplier.get("id")), {})}
        found.add("suppliers", award=number, **about(held))


def about(party: Json) -> dict[str, Any]:
    """Name, country and number of an organisation."""
    address, identifier = part(party, "address"), part(party, "identifier")
    number = ":".join(text(identifier.get(name)) for name in ("scheme", "id") if text(identifier.get(name)))
    return {
        "party": text(party.get("id")) or None,
        "name": party.get("name"),
        "country": resolve(address.get("country") or address.get("countryName")),
        "identifier": number or None,
    }


def money(value: Any) -> dict[str, Any]:
    """An amount with its currency: both, or neither. Raises ValueError for an amount in no currency, or for none."""
    if not isinstance(value, dict) or value.get("amount") is None:
        return {}
    amount, currency = value["amount"], value.get("currency")
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not math.isfinite(amount) or amount < 0:
        raise ValueError(f"{amount!r} is no amount")
    if not codes.is_currency(currency):
        raise ValueError(f"an amount in the currency {currency!r}")
    return {"value": float(amount), "currency": currency}


def part(element: Json, name: str) -> Json:
    """An object below another; empty where there is none."""
    found = element.get(name)
    return found if isinstance(found, dict) else {}


def listed(element: Json, name: str) -> Iterable[Json]:
    """The objects of a list below an object."""
    return [one for one in element.get(name) or () if isinstance(one, dict)]


def by_id(element: Json, name: str) -> dict[str, Json]:
    return {text(one.get("id")): one for one in listed(element, name)}


def text(value: Any) -> str:
    """An id as text: publishers write numbers, too."""
    return "" if value is None else str(value)
