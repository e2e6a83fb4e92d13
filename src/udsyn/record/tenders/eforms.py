"""A notice in eForms XML (SDK 1.15 and before) as rows: its lots, texts, codes, deadlines, parties and awards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from udsyn.errors import UdsynError
from udsyn.facts.countries import resolve
from udsyn.record.shelf import Fault, Row
from udsyn.record.tenders import packages, validity
from udsyn.record.tenders.codes import language
from udsyn.record.tenders.moments import day, moment
from udsyn.record.tenders.tables import Notice
from udsyn.record.tenders.ubl import (
    LOT,
    MORE,
    NO_DATE,
    ORGANISATION,
    RESULT,
    SPACES,
    all_of,
    kind,
    parse,
    said,
    texts,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LOT_KINDS = {"Lot": "lot", "Part": "part", "LotsGroup": "group"}
GPA = "cac:TenderingProcess/cbc:GovernmentAgreementConstraintIndicator"
PAYABLE = "cac:LegalMonetaryTotal/cbc:PayableAmount"
ESTIMATE = "cac:ProcurementProject/cac:RequestedTenderTotal/cbc:EstimatedOverallContractAmount"
#: What ends when, below a lot's tendering process.
DEADLINES = {
    "tender": "cac:TenderSubmissionDeadlinePeriod",
    "participation": "cac:ParticipationRequestReceptionPeriod",
    "interest": f"{MORE}/efac:InterestExpressionReceptionPeriod",
    "questions": "cac:AdditionalInformationRequestPeriod",
}
#: Reasons of a change that end a procedure.
CANCELS = frozenset({"cancel"})


def read(file: Path, *, contacts: bool = False) -> Iterator[Row | Fault]:
    """A notice, or a package of them (tar or zip), as rows; a notice that is refused is one fault that says why.

    Contact persons are left out unless they are asked for.
    """
    for name, content in packages.members(file, ".xml"):
        try:
            root = parse(content)
        except UdsynError as error:
            yield Fault(name, str(error))
            continue
        faults = validity.faults(root)
        if faults:
            yield Fault(name, validity.told(faults))
        else:
            yield from notice(root, contacts=contacts)


def notice(root: Element, *, contacts: bool = False) -> Notice:
    """The rows of a notice that is valid."""
    found = Notice(said(root, "cbc:ID") or "", int(said(root, "cbc:VersionID") or 1))
    add_head(found, root)
    add_texts(found, "", root)
    add_codes(found, "", root)
    for lot in all_of(root, LOT):
        add_lot(found, lot)
    add_parties(found, root, contacts=contacts)
    add_results(found, root)
    add_links(found, root)
    return found


def add_head(found: Notice, root: Element) -> None:
    reasons = set(texts(root, f"{MORE}/efac:Changes/efac:ChangeReason/cbc:ReasonCode"))
    number = printed(said(root, f"{MORE}/efac:Publication/efbc:NoticePublicationID"))
    buyer = (buyers(root) or [{}])[0]
    found.add(
        "notices",
        process=said(root, "cbc:ContractFolderID"),
        kind=kind(root),
        stage=root.find("cbc:NoticeTypeCode", SPACES).get("listName"),  # type: ignore[union-attr]
        type=said(root, "cbc:NoticeTypeCode"),
        status="cancelled" if reasons & CANCELS else "published",
        published=day(said(root, f"{MORE}/efac:Publication/efbc:PublicationDate") or said(root, "cbc:IssueDate")),
        country=buyer.get("country"),
        buyer=buyer.get("name"),
        nature=said(root, "cac:ProcurementProject/cbc:ProcurementTypeCode"),
        procedure=said(root, "cac:TenderingProcess/cbc:ProcedureCode"),
        language=language(said(root, "cbc:NoticeLanguageCode")),
        gpa=covered(root),
        number=number,
        url=f"https://ted.europa.eu/en/notice/-/detail/{number}" if number else None,
        **(amount(root, f"{RESULT}/cbc:TotalAmount") or amount(root, ESTIMATE)),
    )


def covered(root: Element) -> bool | None:
    """Whether the procurement agreement covers a lot; unknown where no lot says."""
    said_of_lots = {yes_no(text) for text in texts(root, f"{LOT}/{GPA}")}
    return True in said_of_lots if said_of_lots else None


def printed(number: str | None) -> str | None:
    """A publication number as links write it: 00123456-2026 is 123456-2026."""
    return number.lstrip("0") if number else None


def add_lot(found: Notice, lot: Element) -> None:
    name = said(lot, "cbc:ID") or ""
    found.add(
        "lots",
        lot=name,
        kind=LOT_KINDS[lot.find("cbc:ID", SPACES).get("schemeName", "Lot")],  # type: ignore[union-attr]
        nature=said(lot, "cac:ProcurementProject/cbc:ProcurementTypeCode"),
        country=resolve(
            said(lot, "cac:ProcurementProject/cac:RealizedLocation/cac:Address/cac:Country/cbc:IdentificationCode")
        ),
        gpa=yes_no(said(lot, GPA)),
        **amount(lot, ESTIMATE),
    )
    add_texts(found, name, lot)
    add_codes(found, name, lot)
    for what, path in DEADLINES.items():
        period = f"cac:TenderingProcess/{path}"
        ends = moment(said(lot, f"{period}/cbc:EndDate"), said(lot, f"{period}/cbc:EndTime"))
        if ends:
            found.add("deadlines", lot=name, kind=what, **ends.columns())


def add_texts(found: Notice, lot: str, element: Element) -> None:
    """Title and description in every language that the notice has them in."""
    by_language: dict[str | None, dict[str, str]] = {}
    for column, name in (("title", "Name"), ("text", "Description")):
        for text in all_of(element, f"cac:ProcurementProject/cbc:{name}"):
            by_language.setdefault(text.get("languageID"), {})[column] = " ".join((text.text or "").split())
    for code, columns in by_language.items():
        found.add("texts", lot=lot, language=language(code), **columns)


def add_codes(found: Notice, lot: str, element: Element) -> None:
    for path, main in (("MainCommodityClassification", True), ("AdditionalCommodityClassification", False)):
        for code in all_of(element, f"cac:ProcurementProject/cac:{path}/cbc:ItemClassificationCode"):
            found.add("codes", lot=lot, scheme=code.get("listName"), code=(code.text or "").strip(), main=main)


def companies(root: Element) -> dict[str, dict[str, Any]]:
    """Name, country and number of each organisation and its contact points, by the notice's own id."""
    found = {}
    for part in ("Company", "TouchPoint"):
        for company in all_of(root, f"{ORGANISATION}{part}"):
            found[said(company, "cac:PartyIdentification/cbc:ID") or ""] = {
                "name": said(company, "cac:PartyName/cbc:Name"),
                "country": resolve(said(company, "cac:PostalAddress/cac:Country/cbc:IdentificationCode")),
                "identifier": said(company, "cac:PartyLegalEntity/cbc:CompanyID"),
            }
    return found


def buyers(root: Element) -> list[dict[str, Any]]:
    held = companies(root)
    named = texts(root, "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID")
    return [{"party": party, **held[party]} for party in named if party in held]


def add_parties(found: Notice, root: Element, *, contacts: bool) -> None:
    for buyer in buyers(root):
        found.add("parties", role="buyer", **buyer)
    if not contacts:
        return
    for company in all_of(root, f"{ORGANISATION}Company"):
        found.add(
            "contacts",
            party=said(company, "cac:PartyIdentification/cbc:ID"),
            name=said(company, "cac:Contact/cbc:Name"),
            mail=said(company, "cac:Contact/cbc:ElectronicMail"),
            phone=said(company, "cac:Contact/cbc:Telephone"),
        )


def add_results(found: Notice, root: Element) -> None:
    """What became of each lot, and who won it: by result, tender, tendering party and organisation."""
    held = companies(root)
    members = by_id(root, "TenderingParty")
    tenders, contracts = by_id(root, "LotTender"), by_id(root, "SettledContract")
    for result in all_of(root, f"{RESULT}/efac:LotResult"):
        lot = said(result, "efac:TenderLot/cbc:ID") or ""
        status = said(result, "cbc:TenderResultCode")
        signed = [contracts[name] for name in texts(result, "efac:SettledContract/cbc:ID") if name in contracts]
        about = {"lot": lot, "status": status, "bids": bids(result)}
        won = [name for name in winning(result, signed) if name in tenders]
        for name in won:
            contract = next((one for one in signed if name in texts(one, "efac:LotTender/cbc:ID")), None)
            award = f"{said(result, 'cbc:ID')}/{name}"
            found.add("awards", award=award, date=awarded(root, contract), **about, **amount(tenders[name], PAYABLE))
            party = members.get(said(tenders[name], "efac:TenderingParty/cbc:ID") or "")
            for member in texts(party, "efac:Tenderer/cbc:ID") if party is not None else ():
                found.add("suppliers", award=award, party=member, **held.get(member, {}))
        if not won:
            found.add("awards", award=said(result, "cbc:ID"), date=awarded(root, None), **about)


def winning(result: Element, signed: list[Element]) -> list[str]:
    """The tenders of a result that have won: those under contract, and where no contract stands, those named."""
    named = texts(result, "efac:LotTender/cbc:ID")
    if said(result, "cbc:TenderResultCode") not in (None, "selec-w"):
        return []
    contracted = {name for contract in signed for name in texts(contract, "efac:LotTender/cbc:ID")}
    return [name for name in named if name in contracted] or ([] if contracted else named)


def awarded(root: Element, contract: Element | None) -> Any:
    """The day of the decision; the schema's placeholder is no day."""
    stated = said(contract, "cbc:AwardDate") or said(contract, "cbc:IssueDate") if contract is not None else None
    stated = stated or said(root, "cac:TenderResult/cbc:AwardDate")
    return None if stated == NO_DATE else day(stated)


def bids(result: Element) -> int | None:
    """How many tenders came in for a lot."""
    for count in all_of(result, "efac:ReceivedSubmissionsStatistics"):
        number = said(count, "efbc:StatisticsNumeric")
        if said(count, "efbc:StatisticsCode") == "tenders" and number:
            return int(float(number))
    return None


def add_links(found: Notice, root: Element) -> None:
    """What a notice changes, cancels, modifies or follows. An award follows its notice by the process as well."""
    changes = f"{MORE}/efac:Changes"
    reasons = texts(root, f"{changes}/efac:ChangeReason/cbc:ReasonCode")
    for target in texts(root, f"{changes}/efbc:ChangedNoticeIdentifier"):
        what = "cancels" if CANCELS & set(reasons) else "changes"
        found.add("links", kind=what, target=target, reason=reasons[0] if reasons else None)
    for target in texts(root, f"{MORE}/efac:ContractModification/efbc:ChangedNoticeIdentifier"):
        found.add("links", kind="modifies", target=target)
    earlier = "cac:TenderingProcess/cac:NoticeDocumentReference/cbc:ID"
    for target in dict.fromkeys(texts(root, earlier) + texts(root, f"{LOT}/{earlier}")):
        found.add("links", kind="follows", target=target)


def by_id(root: Element, name: str) -> dict[str, Element]:
    """The parts of a result by their own id."""
    return {said(part, "cbc:ID") or "": part for part in all_of(root, f"{RESULT}/efac:{name}")}


def amount(element: Element, path: str) -> dict[str, Any]:
    """A value with its currency: both, or neither."""
    number = said(element, path)
    if number is None:
        return {}
    return {"value": float(number), "currency": element.find(path, SPACES).get("currencyID")}  # type: ignore[union-attr]


def yes_no(text: str | None) -> bool | None:
    return None if text is None else text in ("true", "1")
