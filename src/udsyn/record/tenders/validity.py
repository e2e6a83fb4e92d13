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
from udsyn.record.tenders.moments import day, is_zoned_day, moment
from udsyn.record.tenders.ubl import (
    LOT,
    MORE,
    NO_DATE,
    ORGANISATION,
    RESULT,
    SPACES,
    SUBTYPES,
    WITHHELD,
    all_of,
    kind,
    local,
    said,
    texts,
)

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
#: Periods within which somebody may bid.
DUE = frozenset(
    {"TenderSubmissionDeadlinePeriod", "ParticipationRequestReceptionPeriod", "InterestExpressionReceptionPeriod"}
)


def faults(root: Element) -> list[str]:
    """All faults of a notice, each once, in the order of the rules; none where it is valid."""
    return list(dict.fromkeys(fault for rule in RULES for fault in rule(root)))


def told(found: list[str]) -> str:
    """Faults as one reason."""
    more = len(found) - TOLD
    return "; ".join(found[:TOLD]) + (f"; and {more} more" if more > 0 else "")


def nothing_empty(root: Element) -> Iterator[str]:
    """An element that is named says something."""
    for parent in root.iter():
        for child in parent:
            if not len(child) and not (child.text or "").strip():
                yield f"{local(parent)}/{local(child)} is empty"


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
    for name in texts(root, f"{RESULT}/efac:LotResult/efac:TenderLot/cbc:ID"):
        if name not in seen:
            yield f"BT-13713: a result is of {name}, which is no lot of the notice"


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


def in_known_codes(root: Element) -> Iterator[str]:
    """Codes of short lists are in them; languages, countries and CPV codes are what they should be."""
    for element in root.iter():
        text, list_ = (element.text or "").strip(), element.get("listName")
        if not text or text in WITHHELD:
            continue
        if list_ in codes.LISTS and text not in codes.LISTS[list_]:
            yield f"{local(element)}: {text!r} is no code of the list {list_}"
        if local(element) == "ItemClassificationCode" and not (list_ == "cpv" and codes.CPV.fullmatch(text)):
            yield f"BT-262: {text!r} is no code of {list_ or 'a scheme that is named'}"
        if local(element) == "IdentificationCode" and not codes.is_country(text):
            yield f"{text!r} is no country's code"
        if "languageID" in element.attrib and not codes.is_language(element.get("languageID")):
            yield f"{local(element)}: {element.get('languageID')!r} is no language's code"
        if local(element) == "URI" and re.search(r"\s", text):
            yield f"URI: {text!r} is no address"


def in_money(root: Element) -> Iterator[str]:
    """Every amount is a number of 0 or more in a currency that exists."""
    for element in root.iter():
        if "currencyID" not in element.attrib and not local(element).endswith("Amount"):
            continue
        text, currency = (element.text or "").strip(), element.get("currencyID")
        if not codes.is_currency(currency):
            yield f"{local(element)}: the currency {stated(currency)}"
        if text and text not in WITHHELD and not codes.AMOUNT.fullmatch(text):
            yield f"{local(element)}: {text!r} is no amount"


def in_time(root: Element) -> Iterator[str]:
    """Days exist and have a zone; what ends does not end before it begins, nor before the notice was sent."""
    for element in root.iter():
        text = (element.text or "").strip()
        if text and local(element).endswith("Date") and not len(element) and not is_zoned_day(text):
            yield f"{local(element)}: {text!r} is no day with a zone"
    sent = said(root, "cbc:IssueDate")
    for period in root.iter():
        starts, ends = said(period, "cbc:StartDate"), said(period, "cbc:EndDate")
        if before(ends, starts):
            yield f"{local(period)} ends on {ends}, before it starts on {starts}"
        if sent and local(period) in DUE and before(ends, sent):
            yield f"{local(period)} ends on {ends}, before the notice was sent on {sent}"
    for contract in all_of(root, f"{RESULT}/efac:SettledContract"):
        decided, signed = said(contract, "cbc:AwardDate"), said(contract, "cbc:IssueDate")
        if before(signed, decided):
            yield f"BT-145: a contract was concluded on {signed}, before it was decided on {decided}"
        if decided != NO_DATE and before(sent, decided):
            yield f"BT-1451: a winner was chosen on {decided}, after the notice was sent on {sent}"
    opening = moment(said(root, f"{LOT}/cac:TenderingProcess/cac:OpenTenderEvent/cbc:OccurrenceDate"))
    due = moment(said(root, f"{LOT}/cac:TenderingProcess/cac:TenderSubmissionDeadlinePeriod/cbc:EndDate"))
    if opening and due and opening.day and due.day and opening.day < due.day:
        yield f"BT-132: tenders are opened on {opening.said}, before they are due on {due.said}"


def in_numbers(root: Element) -> Iterator[str]:
    """Somebody can win: at least one lot, and no more lots than may be bid for."""
    for limits in all_of(root, "cac:TenderingTerms/cac:LotDistribution"):
        won, asked = (
            float(said(limits, f"cbc:MaximumLots{what}Numeric") or "inf") for what in ("Awarded", "Submitted")
        )
        if won < 1 or asked < 1:
            yield f"BT-33/BT-31: at most {min(won, asked):g} lots may be won or bid for"
    for count in root.iter(f"{{{SPACES['efbc']}}}StatisticsNumeric"):
        text = (count.text or "").strip()
        if text and text not in WITHHELD and not codes.AMOUNT.fullmatch(text):
            yield f"StatisticsNumeric: {text!r} is no count"


def with_a_result(root: Element) -> Iterator[str]:
    """An award says what became of each lot; a winner has a tender, and tenders have parties."""
    results = all_of(root, f"{RESULT}/efac:LotResult")
    if not results and stage(root) == "result":
        yield "BG-7: an award without a result"
    tenders = texts(root, f"{RESULT}/efac:LotTender/cbc:ID")
    parties = texts(root, f"{RESULT}/efac:TenderingParty/cbc:ID")
    for result in results:
        named = texts(result, "efac:LotTender/cbc:ID")
        if said(result, "cbc:TenderResultCode") == "selec-w" and not named:
            yield f"BT-142: {said(result, 'cbc:ID')} has a winner and no tender"
        for number in named:
            if number not in tenders:
                yield f"{number} is named and is no tender of the notice"
    for number in texts(root, f"{RESULT}/efac:LotTender/efac:TenderingParty/cbc:ID"):
        if number not in parties:
            yield f"{number} is named and is no tendering party of the notice"


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


#: What a change cannot change.
KEPT = {
    "the procedure": "cbc:ContractFolderID",
    "the law": "cbc:RegulatoryDomain",
    "the type of notice": "cbc:NoticeTypeCode",
    "the type of procedure": "cac:TenderingProcess/cbc:ProcedureCode",
}


def kept(root: Element) -> dict[str, str | None]:
    """What of a notice its changes keep."""
    return {term: said(root, path) for term, path in KEPT.items()}


def against(change: dict[str, str | None], changed: dict[str, str | None]) -> list[str]:
    """The faults of a change against the notice that it changes, both by what has to be kept."""
    return [
        f"BT-758: it changes {term} from {changed[term]} to {change[term]}, which a change cannot"
        for term in KEPT
        if change[term] != changed[term]
    ]


def stage(root: Element) -> str | None:
    found = root.find("cbc:NoticeTypeCode", SPACES)
    return None if found is None else found.get("listName")


def stated(value: str | None) -> str:
    return "is missing" if value is None else f"is {value!r}"


def before(one: str | None, other: str | None) -> bool:
    first, second = day(one), day(other)
    return first is not None and second is not None and first < second
