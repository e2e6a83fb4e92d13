"""The XML of eForms: its namespaces, its document types and subtypes, and how a value is found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree

from udsyn.errors import UdsynError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
P27 = "http://data.europa.eu/p27/eforms"
EFORMS = f"{P27}-ubl-extension"
REGISTRATION = f"{P27}-business-registration-information-notice/1"
SPACES = {
    "cac": f"{UBL}CommonAggregateComponents-2",
    "cbc": f"{UBL}CommonBasicComponents-2",
    "ext": f"{UBL}CommonExtensionComponents-2",
    "efac": f"{EFORMS}-aggregate-components/1",
    "efbc": f"{EFORMS}-basic-components/1",
    "efext": f"{EFORMS}s/1",
}
#: Where eForms puts what UBL has no place for.
MORE = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/efext:EformsExtension"
RESULT = f"{MORE}/efac:NoticeResult"
ORGANISATION = f"{MORE}/efac:Organizations/efac:Organization/efac:"
LOT = "cac:ProcurementProjectLot"

#: document → the kind of notice that it is
KINDS = {
    "PriorInformationNotice": "prior_information",
    "ContractNotice": "contract",
    "ContractAwardNotice": "award",
    "BusinessRegistrationInformationNotice": "business_registration",
}
#: kind, stage (form type), type of notice, and its subtypes: Regulation (EU) 2019/1780 and the SDK's voluntary ones
SUBTYPES = {
    subtype: (kind, stage, type_)
    for kind, stage, type_, subtypes in (
        ("prior_information", "planning", "pin-buyer", "1 2 3"),
        ("prior_information", "planning", "pin-only", "4 5 6 E2"),
        ("prior_information", "planning", "pin-rtl", "7 8 9"),
        ("prior_information", "planning", "pin-tran", "T01"),
        ("prior_information", "consultation", "pmc", "E1"),
        ("prior_information", "competition", "pin-cfc-standard", "10 11 CEI"),
        ("prior_information", "competition", "pin-cfc-social", "12 13 14"),
        ("contract", "competition", "qu-sy", "15"),
        ("contract", "competition", "cn-standard", "16 17 18 19 E3"),
        ("contract", "competition", "cn-social", "20 21"),
        ("contract", "competition", "subco", "22"),
        ("contract", "competition", "cn-desg", "23 24"),
        ("award", "dir-awa-pre", "veat", "25 26 27 28"),
        ("award", "result", "can-standard", "29 30 31 32 E4"),
        ("award", "result", "can-social", "33 34 35"),
        ("award", "result", "can-desg", "36 37"),
        ("award", "result", "can-tran", "T02"),
        ("award", "cont-modif", "can-modif", "38 39 40 E6"),
        ("award", "completion", "compl", "E5"),
        ("business_registration", "bri", "brin-eeig", "X01"),
        ("business_registration", "bri", "brin-ecs", "X02"),
    )
    for subtype in subtypes.split()
}
#: What a publisher puts in the place of a value that it withholds for now.
WITHHELD = frozenset({"unpublished", "-1", "1970-01-01Z", "1970-01-01+00:00"})
#: The date that the schema demands where the real one stands elsewhere.
NO_DATE = "2000-01-01Z"


def parse(content: bytes) -> Element:
    """The root of a notice's XML. Raises UdsynError for what is no XML, is unsafe, or is no notice of these schemas."""
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UdsynError(f"unsafe XML: it declares a document type or entities ({type(error).__name__})") from None
    except (ParseError, ValueError, LookupError) as error:
        raise UdsynError(f"not XML: {error}") from None
    space, _, name = root.tag.removeprefix("{").rpartition("}")
    if name not in KINDS or not (space.endswith(f":{name}-2") or space == REGISTRATION):
        raise UdsynError(f"no notice of eForms: its document is {name}")
    return root


def kind(root: Element) -> str:
    """prior_information, contract, award or business_registration."""
    return KINDS[local(root)]


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def all_of(element: Element, path: str) -> list[Element]:
    return element.findall(path, SPACES)


def said(element: Element, path: str) -> str | None:
    """The text at a path; None where there is none, where it is empty, or where it is withheld."""
    text = (element.findtext(path, namespaces=SPACES) or "").strip()
    return text if text and text not in WITHHELD else None


def texts(element: Element, path: str) -> list[str]:
    """All texts at a path that say something and are not withheld."""
    return [text for found in all_of(element, path) if (text := (found.text or "").strip()) and text not in WITHHELD]
