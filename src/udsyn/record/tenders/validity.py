"""What makes a notice in eForms unfit to be read: rules of Regulation (EU) 2019/1780 that hold in every SDK.

Each rule takes the root of a notice and yields its faults as sentences that name the element and its business term
(BT). They ask for what a reader of tenders relies on: who buys what, under which number, until when, for how much, and
who won. The file's name plays no part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from udsyn.record.tenders import codes
from udsyn.record.tenders.ubl import (
    LOT,
    MORE,
    ORGANISATION,
    RESULT,
    SPACES,
    SUBTYPES,
    all_of,
    kind,
    said,
    texts,
)
from udsyn.record.tenders.values import in_known_codes, in_money, in_numbers, in_time, nothing_empty, stated

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Rule = Callable[["Element"], Iterator[str]]
SUBTYPE = f"{MORE}/efac:NoticeSubType/cbc:SubTypeCode"
#: faults that a reason tells before it only counts them
TOLD = 3
#: What is said of everything that is bought.
DESCRIBED = {
    "BT-21, the title": "cbc:Name",
    "BT-24, the description": "cbc:Description",
    "BT-23, the nature": "cbc:ProcurementTypeCode",
    "BT-262, the main classification": "cac:MainCommodityClassification/cbc:ItemClassificationCode",
}
#: What the procedure says where the notice is brief.
SAID_FREELY = tuple(DESCRIBED)[:2]
#: Stages in which nothing is bought yet, so that there is no procedure to name.
NO_PROCEDURE = frozenset({"planning", "consultation", "bri"})
#: Where lots and groups of them are named.
OF_LOTS = (
    f"{RESULT}/efac:LotResult/efac:TenderLot/cbc:ID",
    f"{RESULT}/efac:LotTender/efac:TenderLot/cbc:ID",
    "cac:TenderingTerms/cac:LotDistribution/cac:LotsGroup/cbc:LotsGroupID",
    "cac:TenderingTerms/cac:LotDistribution/cac:LotsGroup/cac:ProcurementProjectLotReference/cbc:ID",
)
#: Which part of a result names which.
NAMED = (
    ("LotResult", "LotTender"),
    ("LotResult", "SettledContract"),
    ("SettledContract", "LotTender"),
    ("LotTender", "TenderingParty"),
)


def faults(root: Element) -> list[str]:
    """All faults of a notice, each once, in the order of the rules; none where it is valid."""
    return list(dict.fromkeys(fault for rule in RULES for fault in rule(root)))


def told(found: list[str]) -> str:
    """Faults as one reason."""
    more = len(found) - TOLD
    return "; ".join(found[:TOLD]) + (f"; and {more} more" if more > 0 else "")


def numbered(root: Element) -> Iterator[str]:
    """The notice has its number, version, day of dispatch, law and language, and the procedure its own number."""
    number, version = said(root, "cbc:ID"), said(root, "cbc:VersionID")
    if number is None or not codes.UUID.fullmatch(number):
        yield f"BT-701, the notice's identifier, {stated(number)} and should be a UUID"
    if version is None or not re.fullmatch(r"[0-9]{2}", version) or version == "00":
        yield f"BT-757, the notice's version, {stated(version)} and should be 01 to 99"
    if said(root, "cbc:IssueDate") is None:
        yield "BT-05, the day of dispatch, is missing"
    if said(root, "cbc:RegulatoryDomain") is None:
        yield "BT-01, the law that it is bought under, is missing"
    if not codes.is_language(said(root, "cbc:NoticeLanguageCode")):
        yield f"BT-702, the notice's language, {stated(said(root, 'cbc:NoticeLanguageCode'))}"
    procedure = said(root, "cbc:ContractFolderID")
    if stage(root) not in NO_PROCEDURE and (procedure is None or not codes.UUID.fullmatch(procedure)):
        yield f"BT-04, the procedure's identifier, {stated(procedure)} and should be a UUID"


def of_known_type(root: Element) -> Iterator[str]:
    """Document, form type, notice type and subtype belong together."""
    subtype = said(root, SUBTYPE)
    type_ = said(root, "cbc:NoticeTypeCode")
    found = (kind(root), stage(root), type_)
    if subtype not in SUBTYPES:
        yield f"OPP-070, the notice's subtype, {stated(subtype)}"
    elif SUBTYPES[subtype] != found:
        demanded, given = " ".join(SUBTYPES[subtype]), " ".join(map(str, found))
        yield f"BT-02/BT-03: subtype {subtype} is of {demanded}, the notice says {given}"


def bought_by_somebody(root: Element) -> Iterator[str]:
    """Organisations have number, name and country, a buyer is one of them, and so is everybody else who is named."""
    if stage(root) == "bri":
        return
    held = texts(root, f"{ORGANISATION}Company/cac:PartyIdentification/cbc:ID")
    held += texts(root, f"{ORGANISATION}TouchPoint/cac:PartyIdentification/cbc:ID")
    owners = texts(root, f"{MORE}/efac:Organizations/efac:UltimateBeneficialOwner/cbc:ID")
    for twice in sorted({number for number in held if held.count(number) > 1}):
        yield f"OPT-200: {twice} names two organisations"
    for company in all_of(root, f"{ORGANISATION}Company"):
        number = said(company, "cac:PartyIdentification/cbc:ID")
        country = said(company, "cac:PostalAddress/cac:Country/cbc:IdentificationCode")
        if number is None or said(company, "cac:PartyName/cbc:Name") is None:
            yield f"BT-500: organisation {number or 'without a number'} has no name"
        if not codes.is_country(country):
            yield f"BT-514, the country of {number or 'an organisation'}, {stated(country)}"
    buyers = texts(root, "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID")
    if not buyers:
        yield "OPT-300, the buyer, is missing"
    tenderers = texts(root, f"{RESULT}/efac:TenderingParty/efac:Tenderer/cbc:ID")
    for named in dict.fromkeys(texts(root, ".//cac:PartyIdentification/cbc:ID") + tenderers):
        if named not in held and named not in owners:
            yield f"{named} is named and is no organisation of the notice"


def of_something(root: Element) -> Iterator[str]:
    """There are lots or parts with their own numbers, and each says what is bought."""
    if stage(root) == "bri":
        return
    lots, freely = all_of(root, LOT), is_brief(root)
    if not lots and said(root, "cbc:NoticeTypeCode") != "pin-buyer":
        yield "it has neither lots nor parts"
    seen: set[str] = set()
    for lot in lots:
        number = lot.find("cbc:ID", SPACES)
        name, scheme = said(lot, "cbc:ID") or "", "Lot" if number is None else number.get("schemeName", "Lot")
        if scheme not in codes.LOT or not codes.LOT[scheme].fullmatch(name):
            yield f"BT-137, a lot's identifier, {stated(name or None)} and should be as LOT-0001"
        if name in seen:
            yield f"BT-137: {name} names two lots"
        seen.add(name)
        if scheme != "LotsGroup" and not freely:
            yield from described(lot, name or "a lot")
    yield from described(root, "the procedure", SAID_FREELY if freely else DESCRIBED)
    for name in dict.fromkeys(name for path in OF_LOTS for name in texts(root, path)):
        if name not in seen:
            yield f"{name} is named and is no lot of the notice"


def is_brief(root: Element) -> bool:
    """Notices that no law asks for (subtypes E1 to E6), and changes of a contract, need not describe each lot."""
    return stage(root) == "cont-modif" or (said(root, SUBTYPE) or "").startswith("E")


def described(element: Element, name: str, terms: Iterable[str] = DESCRIBED) -> Iterator[str]:
    project = element.find("cac:ProcurementProject", SPACES)
    if project is None:
        yield f"{name} has no ProcurementProject"
        return
    for term in terms:
        if not texts(project, DESCRIBED[term]):
            yield f"{term} of {name} is missing"
    if len(all_of(project, "cac:MainCommodityClassification")) > 1:
        yield f"BT-262: {name} has two main classifications"
    languages = [text.get("languageID") for text in all_of(project, "cbc:Name")]
    if len(languages) != len(set(languages)):
        yield f"BT-21: {name} has two titles in one language"


def with_a_result(root: Element) -> Iterator[str]:
    """An award says what became of each lot; a winner has a tender, and whatever is named is part of the notice."""
    results = all_of(root, f"{RESULT}/efac:LotResult")
    if not results and stage(root) == "result":
        yield "BG-7: an award without a result"
    for result in results:
        if said(result, "cbc:TenderResultCode") == "selec-w" and not texts(result, "efac:LotTender/cbc:ID"):
            yield f"BT-142: {said(result, 'cbc:ID')} has a winner and no tender"
    for where, what in NAMED:
        known = texts(root, f"{RESULT}/efac:{what}/cbc:ID")
        for number in dict.fromkeys(texts(root, f"{RESULT}/efac:{where}/efac:{what}/cbc:ID")):
            if number not in known:
                yield f"{number} is named and is no {what} of the notice"


def of_another(root: Element) -> Iterator[str]:
    """What a notice changes is named by its number and version, and is not itself."""
    own = f"{said(root, 'cbc:ID')}-{said(root, 'cbc:VersionID')}"
    for part in ("Changes", "ContractModification"):
        for changes in all_of(root, f"{MORE}/efac:{part}"):
            target = said(changes, "efbc:ChangedNoticeIdentifier")
            if target is None or not codes.NOTICE.fullmatch(target):
                yield f"BT-758, the notice that it changes, {stated(target)}"
            elif target == own:
                yield "BT-758: it changes itself"


RULES: tuple[Rule, ...] = (
    numbered,
    of_known_type,
    bought_by_somebody,
    of_something,
    in_known_codes,
    in_money,
    in_time,
    in_numbers,
    with_a_result,
    of_another,
    nothing_empty,
)


def stage(root: Element) -> str | None:
    found = root.find("cbc:NoticeTypeCode", SPACES)
    return None if found is None else found.get("listName")
