"""Awards as OpenAIRE CERIF XML, profile 1.1: a Project for each, funded as a Funding of the type Award.

Written as payloads in one `Records`, in the order of elements that the profile prescribes.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from udsyn.record.awards.award import Award, Body, Funder
from udsyn.record.awards.xml import add, document

PROFILE = "https://www.openaire.eu/cerif-profile/1.1/"
TYPES = "https://www.openaire.eu/cerif-profile/vocab/OpenAIRE_Funding_Types"
NUMBER = "https://w3id.org/cerif/vocab/IdentifierTypes#ProjectReference"
AWARD = "https://w3id.org/cerif/vocab/IdentifierTypes#AwardNumber"


def write(awards: Iterable[Award], funder: Funder) -> bytes:
    root = Element("Records")
    for award in awards:
        root.append(project(award, funder))
        root.append(funding(award, funder))
    return document(root)


def project(award: Award, funder: Funder) -> Element:
    found = Element("Project", {"xmlns": PROFILE, "id": f"Projects/{award.number}"})
    add(found, "Title", award.title, lang=award.language)
    add(found, "Identifier", award.number, type=NUMBER)
    if award.starts:
        add(found, "StartDate", award.starts)
    if award.ends:
        add(found, "EndDate", award.ends)
    if award.holder.at.name or any(one.at.name for one in award.partners):
        consortium = add(found, "Consortium")
        if award.holder.at.name:
            unit(add(consortium, "Coordinator"), award.holder.at)
        for one in award.partners:
            if one.at.name:
                unit(add(consortium, "Partner"), one.at)
    team = add(found, "Team")
    person(add(team, "PrincipalInvestigator"), award.holder.name, award.holder.orcid)
    for one in award.partners:
        person(add(team, "Member"), one.name, one.orcid)
    funded = add(found, "Funded")
    unit(add(funded, "By"), Body(funder.name, funder.ror))
    add(add(funded, "As"), "Funding", id=f"Fundings/{award.number}")
    if award.text:
        add(found, "Abstract", award.text, lang=award.language)
    return found


def funding(award: Award, funder: Funder) -> Element:
    found = Element("Funding", {"xmlns": PROFILE, "id": f"Fundings/{award.number}"})
    add(found, "Type", f"{TYPES}#Award", xmlns=TYPES)
    add(found, "Name", award.title, lang=award.language)
    add(found, "Amount", f"{award.amount:.2f}", currency=award.currency)
    add(found, "Identifier", award.number, type=AWARD)
    unit(add(found, "Funder"), Body(funder.name, funder.ror))
    add(found, "Duration", startDate=award.starts, endDate=award.ends)
    return found


def unit(parent: Element, body: Body) -> None:
    found = add(parent, "OrgUnit")
    add(found, "Name", body.name, lang="en")
    if body.ror:
        add(found, "RORID", f"https://ror.org/{body.ror}")


def person(parent: Element, name: str, orcid: str) -> None:
    found = add(parent, "Person")
    given, _space, family = name.rpartition(" ")
    said = add(found, "PersonName")
    add(said, "FamilyNames", family)
    if given:
        add(said, "FirstNames", given)
    if orcid:
        add(found, "ORCID", f"https://orcid.org/{orcid}")
