"""The service room's resources: what lists show, forms ask and exports hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence.security import trigger_words
from udsyn.desk.kernel.permissions import STAFF, Actor
from udsyn.desk.kernel.resources import Column, Importing, Resource, columns
from udsyn.desk.rooms.service import commands, links, panels
from udsyn.desk.rooms.service.models import (
    Appointment,
    Candidate,
    Check,
    FollowUp,
    Introduction,
    Outcome,
    Request,
    Step,
)
from udsyn.desk.rooms.service.rules import CLIENT
from udsyn.desk.rooms.service.states import OPEN, waits_to_leave

SERVICE = _("Service")
REQUEST_COLUMNS = (
    "name", "organisation_name", "centre", "received", "state", "theme", "client_type", "handler", "country",
    "email", "language", "channel", "text", "person", "organisation", "need", "competitors", "critical", "sanctioned",
    "dual_use", "approver", "result", "redirect_to", "redirected_from", "purpose", "legal_basis", "keep_until", "note",
)  # fmt: skip
REQUEST_FORM = (
    "centre", "received", "name", "email", "organisation_name", "text", "language", "handler", "person",
    "organisation", "client_type", "theme", "country", "need", "competitors", "critical", "sanctioned", "dual_use",
    "approver", "result", "redirect_to", "purpose", "legal_basis", "keep_until", "note",
)  # fmt: skip
PRIVATE = (
    "competitors", "critical", "sanctioned", "dual_use", "approver", "purpose", "legal_basis", "keep_until", "note",
)  # fmt: skip
IN_LIST = {"name", "organisation_name", "centre", "received", "state", "theme", "client_type", "handler", "country"}


def request_context(row: Request, actor: Actor) -> dict[str, Any]:
    reads = actor.can("private", row)
    return {
        "works_on": actor.can("change", row) and not row.is_done,
        "refusal": commands.insecure(row) if reads and row.state in OPEN[2:] else None,
        "choose": links.to_answer(row, "shortlist") if CLIENT.allows(actor, row) and actor.signed_in else "",
        "rivals": list(commands.rivals(row)) if reads else [],
        "served": {"served": panels.served(row.organisation, besides=row)} if actor.staff else {},
    }


def candidate_columns() -> tuple[Column, ...]:
    shown = (
        "name", "institution", "country", "state", "request", "email", "language", "person", "author", "score",
        "why", "purpose", "legal_basis", "note",
    )  # fmt: skip
    hidden = tuple(set(shown) - {"name", "institution", "country", "state", "request"})
    made = columns(Candidate, *shown, hidden=hidden, long=("why", "note"))
    reasons = Column("reasons", _("reasons"), show=lambda row: "\n".join(row.reasons), in_list=False, long=True)
    way = Column("way", _("way to them"), show=lambda row: row.way, in_list=False)
    return (*made[:4], reasons, way, *made[4:])


def outcome_columns() -> tuple[Column, ...]:
    hidden = ("introduction", "evidence", "amount", "currency", "note")
    shown = ("title", "kind_of", "date", "request", "state", "additionality", *hidden)
    tie = Column("tie", _("tie"), show=lambda row: str(row.tie) if row.tie else None, in_list=False)
    return (*columns(Outcome, *shown, hidden=hidden, long=("note",)), tie)


def say_triggers(row: Check) -> str:
    return "\n".join(trigger_words(trigger) for trigger in row.triggers)


def unsent(kind: str, purpose: str) -> Any:
    """Whether the mail that a state promises waits to leave, read along with a list."""
    return lambda actor: {"unsent": waits_to_leave(kind, purpose)}


LISTS: tuple[Resource, ...] = (
    Resource(
        Request,
        "requests",
        SERVICE,
        columns(
            Request,
            *REQUEST_COLUMNS,
            hidden=tuple(set(REQUEST_COLUMNS) - IN_LIST),
            long=("text", "need", "note"),
        ),
        form=REQUEST_FORM,
        private=frozenset(PRIVATE),
        search=("name", "organisation_name", "text", "need"),
        filters=("state", "centre", "theme", "client_type", "received"),
        select=(
            "centre__country",
            "handler",
            "country",
            "person",
            "organisation",
            "approver",
            "redirect_to",
            "redirected_from",
        ),
        follow=("competitors",),
        children=(
            ("candidate", "request"),
            ("introduction", "candidate__request"),
            ("appointment", "introduction__candidate__request"),
            ("check", "request", STAFF),
            ("followup", "request"),
            ("outcome", "request"),
            ("step", "request"),
        ),
        counts=unsent("request", "shortlist"),
        template="service/request.html",
        context=request_context,
        save=commands.type_in,
        change=commands.change,
        importing=Importing(
            likely=("name", "text"),
            words={
                "name": ("client", "kunde", "navn", "contact", "kontakt", "who", "henvender"),
                "email": ("mail", "e-mail", "e-post", "mailadresse"),
                "organisation_name": ("company", "virksomhed", "institution", "firma"),
                "text": ("request", "henvendelse", "question", "spørgsmål", "beskrivelse", "what", "emne"),
                "received": ("date", "dato", "modtaget", "day"),
                "centre": ("center", "office", "kontor"),
                "theme": ("tema", "område", "subject"),
                "country": ("land", "country", "partner"),
                "client_type": ("type", "kundetype", "kind"),
                "handler": ("attaché", "attache", "sagsbehandler", "handled by"),
                "note": ("remarks", "bemærkning", "comment", "kommentar", "noter", "notes"),
            },
            beside=commands.first_line,
        ),
    ),
    Resource(
        Candidate,
        "candidates",
        SERVICE,
        candidate_columns(),
        form=(
            "request",
            "name",
            "institution",
            "country",
            "email",
            "language",
            "person",
            "author",
            "why",
            "purpose",
            "legal_basis",
            "note",
        ),
        private=frozenset({"email", "person", "author", "score", "purpose", "legal_basis", "note"}),
        search=("name", "institution"),
        filters=("state", "country"),
        select=("request__centre", "country", "person"),
        children=(("introduction", "candidate"),),
    ),
    Resource(
        Introduction,
        "introductions",
        SERVICE,
        (
            Column("candidate", _("candidate"), show=lambda row: row.candidate, order="candidate__name"),
            Column("request", _("request"), show=lambda row: row.candidate.request, order="candidate__request__name"),
            *columns(Introduction, "state", "client_yes_at", "agreed_at", "note", hidden=("note",), long=("note",)),
        ),
        form=("note",),
        private=frozenset({"note"}),
        filters=("state",),
        select=("candidate__request__centre",),
        counts=unsent("introduction", "consent"),
        children=(("appointment", "introduction"), ("outcome", "introduction")),
    ),
    Resource(
        Appointment,
        "appointments",
        SERVICE,
        (
            Column("introduction", _("introduction"), show=lambda row: row.introduction, order="introduction_id"),
            *columns(Appointment, "starts", "ends", "place", "state", "note", hidden=("ends", "note"), long=("note",)),
        ),
        form=("introduction", "starts", "ends", "place", "note"),
        private=frozenset({"note"}),
        filters=("state",),
        select=("introduction__candidate__request__centre",),
        save=commands.arrange,
        change=commands.arrange,
    ),
    Resource(
        FollowUp,
        "follow-ups",
        SERVICE,
        columns(
            FollowUp,
            "due",
            "request",
            "after",
            "state",
            "answer",
            "satisfied",
            "answered_at",
            "words",
            hidden=("answered_at", "words"),
            long=("words",),
        ),
        form=("due",),
        filters=("state", "answer"),
        counts=unsent("followup", "followup"),
        select=("request__centre",),
        attach=False,
    ),
    Resource(
        Outcome,
        "outcomes",
        SERVICE,
        outcome_columns(),
        form=(
            "request",
            "introduction",
            "kind_of",
            "title",
            "date",
            "evidence",
            "amount",
            "currency",
            "additionality",
            "note",
        ),
        private=frozenset({"note"}),
        search=("title",),
        filters=("state", "kind_of", "additionality"),
        select=("request__centre", "introduction__candidate__request", "tie"),
    ),
    Resource(
        Check,
        "security-checks",
        SERVICE,
        (
            Column("request", _("request"), show=lambda row: row.request, order="request__name"),
            *columns(Check, "state", "approver", "asked_by"),
            Column("triggers", _("triggers"), show=say_triggers, in_list=False, long=True),
            *columns(Check, "evidence", hidden=("evidence",), long=("evidence",)),
        ),
        form=("evidence",),
        filters=("state",),
        select=("request__centre", "approver", "asked_by"),
    ),
    Resource(
        Step,
        "log",
        SERVICE,
        columns(
            Step,
            "what",
            "at",
            "request",
            "detail",
            "how",
            "minutes",
            "by",
            "note",
            hidden=("detail",),
            long=("note",),
        ),
        private=frozenset({"minutes", "note", "detail"}),
        filters=("what",),
        select=("request__centre", "by"),
        attach=False,
    ),
)
