"""Grants.gov's daily extract: XML with one element for each synopsis and each forecast; days are MMDDYYYY.

Who may apply is a code of applicant types, hardly ever a country: a foreign partner may be barred by the text alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from udsyn.record.calls import said
from udsyn.record.calls.documents import bare, elements
from udsyn.record.calls.tables import Call, Deadline
from udsyn.record.shelf import Fault, Row

SYNOPSIS, FORECAST = "OpportunitySynopsisDetail_1_0", "OpportunityForecastDetail_1_0"
PAGE = "https://www.grants.gov/search-results-detail/"


def read(path: Path, retrieved: dt.date) -> Iterator[Row | Fault]:
    """A call for each synopsis and forecast."""
    for number, element in enumerate(elements(path, frozenset((SYNOPSIS, FORECAST))), 1):
        yield one_opportunity(f"opportunity {number}", element, retrieved)


def one_opportunity(where: str, element: Element, retrieved: dt.date) -> Row | Fault:
    says: dict[str, list[str]] = {}
    for child in element:
        if text := (child.text or "").strip():
            says.setdefault(bare(child.tag), []).append(text)

    def one(*names: str) -> str | None:
        return next((says[name][0] for name in names if name in says), None)

    id_, title = one("OpportunityID"), one("OpportunityTitle")
    if not id_ or not title:
        return Fault(where, f"has no {'OpportunityTitle' if id_ else 'OpportunityID'}", one("OpportunityNumber") or "")
    opening = one("PostDate") if bare(element.tag) == SYNOPSIS else one("EstimatedSynopsisPostDate", "PostDate")
    closing = one("CloseDate", "EstimatedApplicationDueDate", "EstimatedSynopsisCloseDate")
    opens, closes = said.american_day(opening), said.american_day(closing)
    for name, written, found in (("opening", opening, opens), ("closing", closing, closes)):
        if written and found is None:
            return Fault(where, f"its {name} day is not MMDDYYYY: {written!r}", id_)
    if opens and closes and closes < opens:
        return Fault(where, f"closes on {closes}, before it opens on {opens}", id_)
    awards = said.amount(one("ExpectedNumberOfAwards"))
    return Call(
        id=id_,
        title=said.plain_text(title) or title,
        listed_on=retrieved,
        snapshot=str(retrieved),
        text=said.plain_text(one("Description", "SynopsisDescription", "FundingOpportunityDescription")),
        funder=one("AgencyName", "AgencyCode"),
        programme="; ".join(says.get("CFDANumbers", [])) or None,
        action="; ".join(says.get("FundingInstrumentType", [])) or None,
        status_said="forecasted" if bare(element.tag) == FORECAST else one("OppStatus"),
        opens=opens,
        deadlines=(Deadline(closes),) if closes else (),
        currency="USD",
        budget=said.amount(one("EstimatedTotalProgramFunding")),
        budget_said=one("EstimatedTotalProgramFunding"),
        least=said.amount(one("AwardFloor")) or None,
        most=said.amount(one("AwardCeiling")) or None,
        awards=int(awards) if awards else None,
        applicants=tuple(says.get("EligibleApplicants", [])),
        url=PAGE + id_,
    ).row()
