"""Notices in eForms XML, written out for the tests: a valid contract notice and a valid award of the same procedure."""

from __future__ import annotations

SPACES = " ".join(
    f'xmlns:{short}="{uri}"'
    for short, uri in {
        "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
        "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
        "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
        "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
        "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
        "efext": "http://data.europa.eu/p27/eforms-ubl-extensions/1",
    }.items()
)
PROCEDURE = "11111111-2222-4333-8444-555555555555"
CALL, AWARD = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
CHANGE = "aaaaaaaa-0000-4000-8000-000000000003"


def more(*parts: str) -> str:
    inner = "".join(parts)
    return (
        "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>"
        f"{inner}</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>"
    )


def organisation(number: str, name: str, country: str, mail: str = "post@example.org") -> str:
    return f"""<efac:Organization><efac:Company>
      <cac:PartyIdentification><cbc:ID schemeName="organization">{number}</cbc:ID></cac:PartyIdentification>
      <cac:PartyName><cbc:Name languageID="ENG">{name}</cbc:Name></cac:PartyName>
      <cac:PostalAddress><cac:Country><cbc:IdentificationCode listName="country">{country}</cbc:IdentificationCode>
      </cac:Country></cac:PostalAddress>
      <cac:PartyLegalEntity><cbc:CompanyID>{number}-id</cbc:CompanyID></cac:PartyLegalEntity>
      <cac:Contact><cbc:Name>Ada Contact</cbc:Name><cbc:ElectronicMail>{mail}</cbc:ElectronicMail></cac:Contact>
    </efac:Company></efac:Organization>"""


def lot(number: str, value: str = "400000", scheme: str = "Lot", deadline: str = "2026-05-04+02:00") -> str:
    return f"""<cac:ProcurementProjectLot><cbc:ID schemeName="{scheme}">{number}</cbc:ID>
      <cac:TenderingProcess>
        <cbc:GovernmentAgreementConstraintIndicator>true</cbc:GovernmentAgreementConstraintIndicator>
        <cac:TenderSubmissionDeadlinePeriod><cbc:EndDate>{deadline}</cbc:EndDate>
          <cbc:EndTime>12:00:00+02:00</cbc:EndTime></cac:TenderSubmissionDeadlinePeriod>
      </cac:TenderingProcess>
      {project(f"Lot {number}", value)}</cac:ProcurementProjectLot>"""


def project(title: str, value: str, cpv: str = "42994200") -> str:
    return f"""<cac:ProcurementProject>
      <cbc:Name languageID="ENG">{title}</cbc:Name><cbc:Name languageID="DAN">{title} på dansk</cbc:Name>
      <cbc:Description languageID="ENG">Electrolysers for green hydrogen</cbc:Description>
      <cbc:ProcurementTypeCode listName="contract-nature">supplies</cbc:ProcurementTypeCode>
      <cac:RequestedTenderTotal>
        <cbc:EstimatedOverallContractAmount currencyID="EUR">{value}</cbc:EstimatedOverallContractAmount>
      </cac:RequestedTenderTotal>
      <cac:MainCommodityClassification>
        <cbc:ItemClassificationCode listName="cpv">{cpv}</cbc:ItemClassificationCode></cac:MainCommodityClassification>
    </cac:ProcurementProject>"""


def head(number: str, subtype: str, stage: str, type_: str, *parts: str, version: str = "01") -> str:
    extension = more(*parts, f"<efac:NoticeSubType><cbc:SubTypeCode>{subtype}</cbc:SubTypeCode></efac:NoticeSubType>")
    return f"""{extension}<cbc:ID schemeName="notice-id">{number}</cbc:ID>
      <cbc:ContractFolderID>{PROCEDURE}</cbc:ContractFolderID>
      <cbc:IssueDate>2026-03-02+01:00</cbc:IssueDate><cbc:VersionID>{version}</cbc:VersionID>
      <cbc:RegulatoryDomain>32014L0024</cbc:RegulatoryDomain>
      <cbc:NoticeTypeCode listName="{stage}">{type_}</cbc:NoticeTypeCode>
      <cbc:NoticeLanguageCode>ENG</cbc:NoticeLanguageCode>
      <cac:ContractingParty><cac:Party><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID></cac:PartyIdentification>
      </cac:Party></cac:ContractingParty>
      <cac:TenderingProcess><cbc:ProcedureCode listName="procurement-procedure-type">open</cbc:ProcedureCode>
      </cac:TenderingProcess>"""


def document(kind: str, *parts: str) -> str:
    name = f"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
    inner = "".join(parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{name}" {SPACES}>{inner}</{kind}>'


def organisations(*parts: str) -> str:
    inner = "".join(parts)
    return f"<efac:Organizations>{inner}</efac:Organizations>"


BUYER = organisation("ORG-0001", "Region of Ports", "DNK")


def call(*, changes: str = "", number: str = CALL, version: str = "01") -> str:
    """A contract notice of two lots worth 400,000 and 500,000 EUR, together 900,000, due on 4 May 2026."""
    parts = [changes, organisations(BUYER)]
    return document(
        "ContractNotice",
        head(number, "16", "competition", "cn-standard", *parts, version=version),
        project("Electrolysers", "900000"),
        lot("LOT-0001"),
        lot("LOT-0002", "500000"),
    )


def change(reason: str = "cor-buy", target: str = f"{CALL}-01") -> str:
    """A notice that changes the call, or cancels it."""
    changes = f"""<efac:Changes><efbc:ChangedNoticeIdentifier>{target}</efbc:ChangedNoticeIdentifier>
      <efac:ChangeReason><cbc:ReasonCode listName="change-corrig-justification">{reason}</cbc:ReasonCode>
      </efac:ChangeReason></efac:Changes>"""
    return call(changes=changes, number=CHANGE)


def award() -> str:
    """Lot 1 is won by a consortium of two for 380,000 EUR, of three bids; lot 2 has no winner."""
    result = """<efac:NoticeResult><cbc:TotalAmount currencyID="EUR">380000</cbc:TotalAmount>
      <efac:LotResult><cbc:ID>RES-0001</cbc:ID>
        <cbc:TenderResultCode listName="winner-selection-status">selec-w</cbc:TenderResultCode>
        <efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender>
        <efac:LotTender><cbc:ID>TEN-0002</cbc:ID></efac:LotTender>
        <efac:ReceivedSubmissionsStatistics><efbc:StatisticsCode>tenders</efbc:StatisticsCode>
          <efbc:StatisticsNumeric>3</efbc:StatisticsNumeric></efac:ReceivedSubmissionsStatistics>
        <efac:SettledContract><cbc:ID>CON-0001</cbc:ID></efac:SettledContract>
        <efac:TenderLot><cbc:ID schemeName="Lot">LOT-0001</cbc:ID></efac:TenderLot></efac:LotResult>
      <efac:LotResult><cbc:ID>RES-0002</cbc:ID>
        <cbc:TenderResultCode listName="winner-selection-status">clos-nw</cbc:TenderResultCode>
        <efac:TenderLot><cbc:ID schemeName="Lot">LOT-0002</cbc:ID></efac:TenderLot></efac:LotResult>
      <efac:LotTender><cbc:ID>TEN-0001</cbc:ID><cac:LegalMonetaryTotal>
        <cbc:PayableAmount currencyID="EUR">380000</cbc:PayableAmount></cac:LegalMonetaryTotal>
        <efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID></efac:TenderingParty></efac:LotTender>
      <efac:LotTender><cbc:ID>TEN-0002</cbc:ID><cac:LegalMonetaryTotal>
        <cbc:PayableAmount currencyID="EUR">390000</cbc:PayableAmount></cac:LegalMonetaryTotal>
        <efac:TenderingParty><cbc:ID>TPA-0002</cbc:ID></efac:TenderingParty></efac:LotTender>
      <efac:SettledContract><cbc:ID>CON-0001</cbc:ID><cbc:AwardDate>2026-02-16+01:00</cbc:AwardDate>
        <cbc:IssueDate>2026-02-27+01:00</cbc:IssueDate>
        <efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender></efac:SettledContract>
      <efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID><efac:Tenderer><cbc:ID>ORG-0002</cbc:ID></efac:Tenderer>
        <efac:Tenderer><cbc:ID>ORG-0003</cbc:ID></efac:Tenderer></efac:TenderingParty>
      <efac:TenderingParty><cbc:ID>TPA-0002</cbc:ID><efac:Tenderer><cbc:ID>ORG-0004</cbc:ID></efac:Tenderer>
      </efac:TenderingParty></efac:NoticeResult>"""
    firms = [("ORG-0002", "Nordlys A/S", "DNK"), ("ORG-0003", "Hafen GmbH", "DEU"), ("ORG-0004", "Quai SA", "FRA")]
    held = organisations(BUYER, *(organisation(*firm) for firm in firms))
    return document(
        "ContractAwardNotice",
        head(AWARD, "29", "result", "can-standard", result, held),
        project("Electrolysers", "900000"),
        lot("LOT-0001").replace("TenderSubmissionDeadlinePeriod", "InvitationSubmissionPeriod"),
        lot("LOT-0002", "500000").replace("TenderSubmissionDeadlinePeriod", "InvitationSubmissionPeriod"),
        "<cac:TenderResult><cbc:AwardDate>2000-01-01Z</cbc:AwardDate></cac:TenderResult>",
    )
