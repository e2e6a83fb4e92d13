"""Procurement notices of projects that the World Bank pays for, as rows.

Dates are as 07-Jul-2026; the deadline's date comes as midnight UTC with the hour apart and in the buyer's own time,
so that only its day is known. The text of an award need not name the winner, and no winner is read out of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from udsyn.facts.countries import resolve
from udsyn.record.shelf import Fault, Row
from udsyn.record.tenders import codes, packages
from udsyn.record.tenders.moments import day
from udsyn.record.tenders.process import text
from udsyn.record.tenders.tables import Moment, Notice

Json = dict[str, Any]
KINDS = {
    "contract award": ("award", "result"),
    "general procurement notice": ("prior_information", "planning"),
}
NATURES = {"GO": "supplies", "CW": "works", "CS": "services", "NC": "services"}


def read(file: Path, *, contacts: bool = False) -> Iterator[Row | Fault]:
    """The notices of an answer of `procnotices`, or of lines of them. Contact persons only where they are asked for."""
    for where, document in packages.documents(file):
        found = document.get("procnotices", document) if isinstance(document, dict) else document
        notices = list(found.values()) if isinstance(found, dict) and "id" not in found else found
        for number, one in enumerate(notices if isinstance(notices, list) else [notices], 1):
            try:
                yield from notice(one, contacts=contacts)
            except (ValueError, AttributeError, TypeError) as error:
                yield Fault(f"{where}, notice {number}", f"it cannot be read: {error}", str(one))


def notice(one: Json, *, contacts: bool) -> Notice:
    """The rows of one notice. Raises ValueError where it has no id."""
    number = text(one.get("id"))
    if not number:
        raise ValueError("its id is missing")
    kind, stage = KINDS.get(text(one.get("notice_type")).lower(), ("contract", "competition"))
    country = resolve(one.get("project_ctry_code")) or resolve(one.get("project_ctry_name"))
    language = codes.language(one.get("notice_lang_name"))
    found = Notice(number)
    found.add(
        "notices",
        process=text(one.get("bid_reference_no")) or None,
        kind=kind,
        stage=stage,
        type=one.get("notice_type"),
        status="cancelled" if text(one.get("notice_status")).lower() == "cancelled" else "published",
        published=day(one.get("noticedate")),
        country=country,
        buyer=one.get("contact_organization"),
        nature=NATURES.get(text(one.get("procurement_group"))),
        procedure=one.get("procurement_method_name"),
        language=language,
    )
    title, body = one.get("bid_description") or one.get("project_name"), one.get("notice_text")
    if title or body:
        found.add("texts", lot="", language=language, title=title, text=body)
    ends = text(one.get("submission_deadline_date") or one.get("submission_date"))
    if ends:
        hour = text(one.get("submission_deadline_time"))
        found.add("deadlines", lot="", kind="tender", **Moment(f"{ends} {hour}".strip(), day(ends)).columns())
    if one.get("contact_organization"):
        found.add("parties", role="buyer", name=one["contact_organization"], country=country)
    if contacts and one.get("contact_name"):
        phone = one.get("contact_phone_no")
        found.add("contacts", name=one["contact_name"], mail=one.get("contact_email"), phone=phone)
    return found
