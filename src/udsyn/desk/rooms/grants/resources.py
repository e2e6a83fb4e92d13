"""What lists show, forms ask and exports hold in the room of grants."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.finds import STRUCK
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Column, Resource, columns
from udsyn.desk.rooms.grants import accounting, changing, reporting, words
from udsyn.desk.rooms.grants.forms import FIELDS
from udsyn.desk.rooms.grants.models import (
    Decision,
    Grant,
    GrantAccount,
    GrantChange,
    GrantLine,
    GrantReport,
    Participant,
    Payment,
)
from udsyn.desk.rooms.grants.rules import officers
from udsyn.packs.grants import TWO_FIGURES

GRANTS = _("Grants")
ON = ("grant__holder", "grant__application")


def grant_context(row: Grant, actor: Actor) -> dict[str, Any]:
    paid, spent = accounting.paid_of(row), accounting.spent_of(row)
    changes = actor.can("create", GrantChange(grant=row))
    return {
        "money": [
            (_("granted"), row.amount), (_("paid"), paid), (_("accounted for"), spent),
            (_("still to pay"), row.amount - paid),
        ],
        "terms": words.terms_of(row),
        "kinds": [(kind, label) for kind, label in GrantChange.KINDS if kind in FIELDS] if changes else [],
        "participants": list(row.taking_part().select_related("country")),
        "report": row.grantreports.first(),
        "works": [work for work in reporting.works_of(row) if work.state != STRUCK],
        "runs": actor.staff and officers().allows(actor, row) and row.state == "running",
    }  # fmt: skip


def change_context(row: GrantChange, actor: Actor) -> dict[str, Any]:
    labels = dict(GrantLine._meta.get_field("kind_of").flatchoices)
    held = row.before or {one.kind_of: str(one.amount) for one in row.grant.grantlines.all()}
    lines = {kind: (held.get(kind, "0"), amount) for kind, amount in row.lines.items()}
    asked = {"grant", "kind_of", "state", "reason", "decided_on", *FIELDS[row.kind_of]}
    return {
        "columns": [one for one in RESOURCES[row.kind()].columns_for(actor, row) if one.name in asked],
        "judged": words.judged(row),
        "says": words.asks_of(row.grant, row.kind_of)[0],
        "lines": [
            (labels.get(kind, kind), *map(words.figure, both))
            for kind, both in lines.items()
            if any(map(Decimal, both))
        ],
    }


def report_context(row: GrantReport, actor: Actor) -> dict[str, Any]:
    return {"works": reporting.works_of(row.grant), "writes": actor.can("change", row)}


def account_context(row: GrantAccount, actor: Actor) -> dict[str, Any]:
    """Two figures are among the facts; what was spent by line is a table of its own."""
    columns, writes = RESOURCES[row.kind()].columns_for(actor, row), actor.can("change", row)
    if row.shape == TWO_FIGURES:
        return {"columns": columns, "writes": writes}
    spent = changing.amounts(row.lines)
    return {
        "columns": [one for one in columns if one.name not in ("spent", "unspent")],
        "lines": [(one, one.amount, spent.get(one.kind_of)) for one in row.grant.grantlines.all()],
        "total": row.total,
        "writes": writes,
    }


LISTS = (
    Resource(
        Grant,
        "grants",
        GRANTS,
        columns(
            Grant, "number", "title", "state", "holder", "administrator", "amount", "currency", "starts", "ends",
            "original_ends", "awarded_on", "terms", "application", "closed_on",
            hidden=("currency", "starts", "original_ends", "awarded_on", "terms", "application", "closed_on"),
        ),
        form=("starts", "ends", "administrator"),
        search=("number", "title"),
        filters=("state", "ends", "administrator"),
        select=("holder", "administrator", "terms__call", "application__call"),
        children=(
            ("grantline", "grant"), ("payment", "grant"), ("grantaccount", "grant"), ("grantchange", "grant"),
        ),
        template="grants/grant.html",
        context=grant_context,
    ),
    Resource(
        GrantLine,
        "grant-lines",
        GRANTS,
        columns(GrantLine, "kind_of", "awarded", "amount", "grant"),
        select=("grant",),
        attach=False,
        menu=False,
    ),
    Resource(
        GrantChange,
        "grant-changes",
        GRANTS,
        columns(
            GrantChange, "grant", "kind_of", "state", "free", "reason", "starts", "ends", "leaves", "name",
            "organisation_name", "country", "administrator", "from_day", "old_agrees", "new_agrees", "decided_on",
            hidden=(
                "reason", "starts", "ends", "leaves", "name", "organisation_name", "country", "administrator",
                "from_day", "old_agrees", "new_agrees",
            ),
            long=("reason",),
        ),
        filters=("state", "kind_of", "free"),
        select=(*ON, "leaves", "country", "administrator"),
        template="grants/change_row.html",
        context=change_context,
    ),
    Resource(
        Payment,
        "payments",
        GRANTS,
        columns(
            Payment, "grant", "kind_of", "amount", "due_on", "state", "after_report", "paid_on",
            hidden=("after_report",),
        ),
        form=("grant", "kind_of", "amount", "due_on", "after_report"),
        filters=("state", "due_on", "kind_of"),
        select=ON,
    ),
    Resource(
        GrantReport,
        "grant-reports",
        GRANTS,
        columns(GrantReport, "grant", "state", "due_on", "sent_on", "text", "missing", hidden=("text", "missing"),
                long=("text", "missing")),
        filters=("state", "due_on"),
        select=ON,
        template="grants/report_row.html",
        context=report_context,
    ),
    Resource(
        GrantAccount,
        "grant-accounts",
        GRANTS,
        columns(
            GrantAccount, "grant", "starts", "ends", "shape", "state", "due_on", "sent_on", "spent", "unspent",
            "signed_by", "audited_by", hidden=("sent_on", "spent", "unspent", "signed_by", "audited_by"),
        ),
        filters=("state", "due_on", "shape"),
        select=ON,
        template="grants/account_row.html",
        context=account_context,
    ),
    Resource(
        Participant,
        "participants",
        GRANTS,
        columns(
            Participant, "name", "organisation_name", "country", "author", "orcid", "ror", "joined_on", "left_on",
            "application", hidden=("orcid", "left_on"),
        ),
        form=("name", "organisation_name", "country", "author", "orcid", "ror"),
        search=("name", "organisation_name"),
        filters=("country",),
        select=("application", "country", "person"),
        attach=False,
        menu=False,
    ),
    Resource(
        Decision,
        "decisions",
        GRANTS,
        (
            *columns(Decision, "application", "decided_on", "funded"),
            Column("rating", _("rating"), order="rating"),
        ),
        filters=("funded", "decided_on"),
        select=("application",),
        attach=False,
        menu=False,
    ),
)  # fmt: skip
