"""What lists show, forms ask and exports hold in the room of programmes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn import packs
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Column, Resource, columns
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes import handing_in, publishing, ranking, receipt, writing
from udsyn.desk.rooms.programmes.models import (
    Application,
    BudgetLine,
    Call,
    Finding,
    Member,
    Paper,
    Partner,
    Programme,
    Terms,
)
from udsyn.desk.rooms.programmes.rules import officers, team
from udsyn.desk.rooms.programmes.states import WRITABLE
from udsyn.desk.rooms.programmes.tasks import tasks
from udsyn.packs.clock import wrong_labels

PROGRAMMES = _("Programmes")


def call_context(row: Call, actor: Actor) -> dict[str, Any]:
    deadline, text = row.pack.deadline, str(getattr(row.about, "data", ""))
    labels = wrong_labels(deadline, text) if deadline else []
    return {"screens": actor.can("private", row), "terms": row.terms, "labels": labels if actor.staff else []}


def application_context(row: Application, actor: Actor) -> dict[str, Any]:
    writes = actor.can("change", row)
    return {
        "tasks": tasks(row) if writes else [],
        "deadline": deadline_of(row) if writes and row.state == "draft" else None,
        "verdicts": told(row) if row.state in WRITABLE else [],
        "answers": [
            (asked.label, asked.partner, written(asked, row.answers.get(asked.name))) for asked in cases.questions(row)
        ],
        "screens": actor.can("private", row) and row.submitted_at is not None,
        "reason": ranking.reason_words(row),
        "employer": row.employer if row.state in WRITABLE and row.employer != row.organisation else None,
        "seal_holds": receipt.holds(row) if row.seal else None,
        "changed_since": handing_in.changed_since(row) if row.seal else {},
        "writers": writers(row) if team("", ("read", "write")).allows(actor, row) or actor.staff else [],
    }


def told(row: Application) -> list[tuple[packs.Verdict, str, str]]:
    """Each rule's verdict so far, what it asks and of which partner, and why."""
    names = {str(one.pk): f" – {one}" for one in row.taking_part()}
    return [(one, said(one.says) + names.get(one.of or "", ""), cases.reason_of(one)) for one in cases.verdicts(row)]


def deadline_of(row: Application) -> tuple[str, str] | None:
    """The zone of the call's deadline, and its clock there."""
    deadline = row.call.pack.deadline
    return None if deadline is None else (deadline.zone, f"{deadline.at:%Y-%m-%d %H:%M:%S}")


def written(asked: cases.Asked, value: Any) -> Any:
    """An answer in words."""
    if value is None or value == "":
        return None
    if asked.question.kind == "yes_no":
        return _("yes") if value else _("no")
    if asked.question.kind == "choice":
        return said(asked.question.choices.get(value, {"en": str(value)}))
    if asked.question.kind == "country":
        return Country.objects.filter(code=value).first() or value
    return value


def writers(row: Application) -> list[tuple[Any, Any, list[str]]]:
    """Who wrote what, the newest first: (when, who, which fields)."""
    labels = {asked.name: asked.label for asked in cases.questions(row)}
    labels |= {"title": str(_("title")), "organisation_name": str(_("organisation's name"))}
    found = list(row.history.select_related("history_user").order_by("-history_id")[:31])
    lines = []
    for new, old in pairwise(found):
        now, before = writing.fields_of(new), writing.fields_of(old)
        names = [labels[name] for name, value in now.items() if name in labels and before.get(name) != value]
        if names:
            lines.append((new.history_date, new.history_user, names))
    return lines


LISTS = (
    Resource(
        Programme,
        "programmes",
        PROGRAMMES,
        columns(Programme, "title", "about", hidden=("about",), long=("about",)),
        form=("title", "about"),
        search=("title", "about"),
        children=(("call", "programme"),),
    ),
    Resource(
        Call,
        "calls",
        PROGRAMMES,
        (
            *columns(
                Call, "title", "programme", "state", "opens_at", "closes_at", "officer", "money", "about",
                hidden=("money",), long=("about",),
            ),
            Column("pack_text", _("rules"), in_list=False, long=True),
        ),
        form=("programme", "title", "about", "officer", "money", "pack_text"),
        private=frozenset({"pack_text"}),
        search=("title", "about"),
        filters=("state", "programme"),
        select=("programme", "officer"),
        children=(("terms", "call", officers("pk")), ("application", "call")),
        template="programmes/call_row.html",
        context=call_context,
        save=publishing.write_call,
        change=publishing.write_call,
    ),
    Resource(
        Terms,
        "versions",
        PROGRAMMES,
        (
            *columns(Terms, "call", "number", "created"),
            Column("pack_text", _("rules"), in_list=False, long=True),
        ),
        select=("call",),
        attach=False,
        menu=False,
    ),
    Resource(
        Application,
        "applications",
        PROGRAMMES,
        columns(
            Application, "title", "call", "state", "lead", "organisation", "organisation_name", "submitted_at",
            "terms", "late_until", "appealed_on",
            hidden=("organisation_name", "terms", "late_until", "appealed_on"),
        ),
        search=("title",),
        filters=("state", "call"),
        select=("call", "lead", "organisation", "terms__call"),
        children=(
            ("partner", "application"), ("budgetline", "application"), ("member", "application"),
            ("finding", "application", officers("call_id")),
        ),
        template="programmes/application.html",
        context=application_context,
    ),
    Resource(
        Partner,
        "partners",
        PROGRAMMES,
        columns(
            Partner, "organisation_name", "name", "email", "country", "state", "application", "invited_at",
            "answered_at", hidden=("invited_at", "answered_at"),
        ),
        form=("application", "organisation_name", "country", "name", "email"),
        search=("organisation_name", "name"),
        filters=("state", "country"),
        select=("application", "country"),
        change=writing.write_partner,
        menu=False,
    ),
    Resource(
        BudgetLine,
        "budget",
        PROGRAMMES,
        columns(BudgetLine, "kind_of", "text", "partner", "amount", "asked", "currency", "application"),
        form=("application", "kind_of", "text", "partner", "amount", "asked", "currency"),
        select=("application", "partner"),
        attach=False,
        menu=False,
    ),
    Resource(
        Member,
        "team",
        PROGRAMMES,
        columns(Member, "email", "part", "application"),
        form=("application", "email", "part"),
        select=("application", "person"),
        save=writing.add_member,
        attach=False,
        menu=False,
    ),
    Resource(
        Paper,
        "papers",
        PROGRAMMES,
        columns(Paper, "kind_of", "partner", "file", "application"),
        select=("application", "partner", "file"),
        attach=False,
        menu=False,
    ),
    Resource(
        Finding,
        "findings",
        PROGRAMMES,
        columns(Finding, "rule", "outcome", "reason", "application"),
        select=("application",),
        attach=False,
        menu=False,
    ),
)  # fmt: skip
