"""Awards as a deposit of Crossref grant metadata, schema 0.2.0.

Required of each: project title, the funder (its ROR id, or name and id in the Funder Registry), type of funding, award
number, DOI and its page. An update needs a larger timestamp than the one before: it is the moment of writing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from udsyn.record.awards.award import Award, Funder, Taking
from udsyn.record.awards.xml import add, document

VERSION = "0.2.0"
SCHEMA = f"http://www.crossref.org/grant_id/{VERSION}"


def write(awards: Iterable[Award], funder: Funder, at: dt.datetime) -> bytes:
    """Raises ValueError where the funder lacks what a deposit must say."""
    needed = {
        "a DOI prefix": funder.doi,
        "a ROR id or one of the Funder Registry": funder.ror or funder.registry,
        "an e-mail address": funder.email,
        "the address of the grants' pages": funder.address,
    }
    if lacking := [words for words, value in needed.items() if not value]:
        raise ValueError(f"a deposit with Crossref needs the funder's {', '.join(lacking)}.")
    stamp = f"{at:%Y%m%d%H%M%S}"
    root = Element("doi_batch", {"xmlns": SCHEMA, "version": VERSION})
    head = add(root, "head")
    add(head, "doi_batch_id", f"udsyn-{stamp}")
    add(head, "timestamp", stamp)
    depositor = add(head, "depositor")
    add(depositor, "depositor_name", funder.name)
    add(depositor, "email_address", funder.email)
    add(head, "registrant", funder.name)
    body = add(root, "body")
    for award in awards:
        grant(body, award, funder)
    return document(root)


def grant(body: Element, award: Award, funder: Funder) -> None:
    found = add(body, "grant")
    project = add(found, "project")
    add(project, "project-title", award.title, lang=award.language)
    investigators = add(project, "investigators")
    investigator(investigators, award.holder, "lead_investigator")
    for one in award.partners:
        investigator(investigators, one, "investigator")
    if award.text:
        add(project, "description", award.text, lang=award.language)
    add(project, "award_amount", f"{award.amount:.2f}", currency=award.currency)
    funding = add(project, "funding", funding_type="grant")
    if funder.registry:
        add(funding, "funder-name", funder.name)
        add(funding, "funder-id", f"https://doi.org/{funder.registry}")
    else:
        add(funding, "ROR", f"https://ror.org/{funder.ror}")
    add(funding, "funding-scheme", award.programme)
    if award.starts or award.ends:
        add(project, "award-dates", start_date=award.starts, end_date=award.ends)
    add(found, "award-number", award.number)
    add(found, "award-start-date", award.starts or award.awarded)
    data = add(found, "doi_data")
    add(data, "doi", f"{funder.doi}/{award.number.lower()}")
    add(data, "resource", f"{funder.address}{award.number}")


def investigator(parent: Element, one: Taking, role: str) -> None:
    person = add(parent, "person", role=role)
    given, _space, family = one.name.rpartition(" ")
    if given:
        add(person, "givenName", given)
    add(person, "familyName", family)
    if one.at.name:
        affiliation = add(person, "affiliation")
        add(affiliation, "institution", one.at.name, country=one.at.country)
        if one.at.ror:
            add(affiliation, "ROR", f"https://ror.org/{one.at.ror}")
    if one.orcid:
        add(person, "ORCID", f"https://orcid.org/{one.orcid}")
