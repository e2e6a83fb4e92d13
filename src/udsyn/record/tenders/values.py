"""Values of a notice in eForms that cannot be: codes outside their list, money in no currency, days that contradict.

Each rule takes the root of a notice and yields its faults, as those of `udsyn.record.tenders.validity` do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from udsyn.record.tenders import codes
from udsyn.record.tenders.moments import day, is_zoned_day, is_zoned_time, moment
from udsyn.record.tenders.ubl import LOT, NO_DATE, RESULT, WITHHELD, all_of, local, said

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: How elements end that hold numbers.
NUMBERS = ("Numeric", "Percent", "Quantity", "DurationMeasure")
#: Periods within which somebody may bid.
DUE = frozenset(
    {"TenderSubmissionDeadlinePeriod", "ParticipationRequestReceptionPeriod", "InterestExpressionReceptionPeriod"}
)


def nothing_empty(root: Element) -> Iterator[str]:
    """An element that is named says something."""
    for parent in root.iter():
        for child in parent:
            if not len(child) and not (child.text or "").strip():
                yield f"{local(parent)}/{local(child)} is empty"


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
        if local(element).endswith("URI") and re.search(r"\s", text):
            yield f"{local(element)}: {text!r} is no address"
        if local(element) == "ElectronicMail" and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
            yield "ElectronicMail holds no address"
        if local(element).endswith("Indicator") and text not in ("true", "false"):
            yield f"{local(element)}: {text!r} is neither true nor false"


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
        if text and local(element).endswith("Time") and not len(element) and not is_zoned_time(text):
            yield f"{local(element)}: {text!r} is no time with a zone"
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
    """Numbers are numbers, and somebody can win: at least one lot."""
    for limits in all_of(root, "cac:TenderingTerms/cac:LotDistribution"):
        for term, what in (("BT-33", "Awarded"), ("BT-31", "Submitted")):
            most = said(limits, f"cbc:MaximumLots{what}Numeric")
            if most is not None and codes.AMOUNT.fullmatch(most) and float(most) < 1:
                yield f"{term}: at most {most} lots may be won or bid for"
    for element in root.iter():
        text, name = (element.text or "").strip(), local(element)
        if text and text not in WITHHELD and name.endswith(NUMBERS) and not codes.AMOUNT.fullmatch(text):
            yield f"{name}: {text!r} is no number of 0 or more"
        if text and name == "DurationMeasure" and element.get("unitCode") not in codes.UNITS:
            yield f"DurationMeasure: the unit {stated(element.get('unitCode'))}"


def stated(value: str | None) -> str:
    return "is missing" if value is None else f"is {value!r}"


def before(one: str | None, other: str | None) -> bool:
    first, second = day(one), day(other)
    return first is not None and second is not None and first < second
