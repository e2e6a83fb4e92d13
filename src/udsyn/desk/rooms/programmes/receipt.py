"""The receipt of an application: what was handed in, when, under which rules, and its seal; and is the seal right?"""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from udsyn.briefs import document as doc
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes.models import Application
from udsyn.desk.tools.papers import printed


def holds(row: Application) -> bool:
    """Is what is stored what was sealed?"""
    if row.terms is None or row.submitted_at is None or row.sealed_case is None:
        return False
    return row.seal == cases.seal_of(row.sealed_case, row.terms.pack_text, row.submitted_at)


def compose(row: Application) -> doc.Brief:
    """The receipt as a document."""
    held: dict[str, Any] = row.sealed_case or {}
    applicant = held.get("applicant_is", {})
    facts = [
        {"what": _("title"), "value": held.get("title")},
        {"what": _("applicant"), "value": applicant.get("name")},
        {"what": _("organisation"), "value": applicant.get("employer")},
        {"what": _("call"), "value": str(row.call)},
        {"what": _("handed in under version"), "value": str(row.terms.number if row.terms else "")},
        {"what": _("handed in"), "value": f"{row.submitted_at:%Y-%m-%d %H:%M:%S} UTC"},
        {"what": _("seal"), "value": row.seal},
    ]
    papers = [{"what": one["kind"], "value": one["sha256"]} for one in held.get("documents", [])]
    partners = [{"what": one.get("name"), "value": one.get("country")} for one in held.get("partners", [])]
    columns = (doc.Column("what", ""), doc.Column("value", ""))
    blocks: list[Any] = [doc.Table(_("Receipt"), columns, facts)]
    if partners:
        blocks.append(doc.Table(_("Partners"), columns, partners))
    if papers:
        blocks.append(doc.Table(_("Documents and their SHA-256"), columns, papers))
    return doc.Brief(_("Receipt"), held.get("title", row.title), [doc.Section("receipt", _("Receipt"), blocks)])


def pdf_of(row: Application) -> bytes:
    with translation.override(row.language):
        return printed(compose(row))
