"""What lists show, forms ask and exports hold in the room of stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Importing, Resource, columns
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.stays import afterwards, money, order, staying
from udsyn.desk.rooms.stays.models import (
    Demand,
    Host,
    Round,
    Stay,
    StayAgreement,
    StayApplication,
    StayMoney,
    StayRate,
    StayTask,
    Wish,
)
from udsyn.desk.rooms.stays.states import TOOK_PLACE

STAYS = _("Stays")


def round_context(row: Round, actor: Actor) -> dict[str, Any]:
    turns = [(n, said(turn.says), turn.clause) for n, turn in enumerate(row.pack.turns, 1)]
    return {"turns": turns, "may_choose": actor.can("private", row)}


def host_context(row: Host, actor: Actor) -> dict[str, Any]:
    asked = order.turn_of_hosts(row.round)
    return {"answers": actor.can("change", row) and row.round.state == "open", "sheet": asked is not None}


def application_context(row: StayApplication, actor: Actor) -> dict[str, Any]:
    waits = order.waits_for(row)
    return {
        "waits": said(waits.says) if waits else "",
        "verdicts": [(one, said(one.says)) for one in order.verdicts(row)] if actor.staff else [],
        "grant": order.grant(row),
        "reason": row.reason,
    }


def stay_context(row: Stay, actor: Actor) -> dict[str, Any]:
    today = timezone.localdate()
    case = staying.case_of(row) if actor.staff else None
    return {
        "case": case,
        "case_seen": case is not None and actor.can("view", case),
        "earliest": row.starts_earliest(today),
        "too_early": (earliest := row.starts_earliest(today)) is not None and row.first < earliest,
        "works": actor.can("change", row),
        "later": afterwards.later(row).filter(pk__in=Stay.objects.visible_to(actor)) if row.state in TOOK_PLACE else [],
        "open_tasks": row.tasks.filter(done_on__isnull=True).count(),
        "has_letter": row.invited_on is not None,
    }


def money_context(row: StayMoney, actor: Actor) -> dict[str, Any]:
    journey = row.basis.get("journey", {})
    if not {"from", "to"} <= journey.keys():
        return {}
    begins, ends = (dt.datetime.fromisoformat(journey[name]) for name in ("from", "to"))
    return {"lines": money.shown(row.basis.get("lines", [])), "begins": begins, "ends": ends}


LISTS = (
    Resource(
        StayAgreement,
        "stay-agreements",
        STAYS,
        columns(
            StayAgreement, "title", "partner", "country", "direction", "places", "order", "nominates", "selects",
            "pays", "starts", "ends", "source", hidden=("nominates", "selects", "pays", "starts", "source"),
            long=("pays",),
        ),
        form=(
            "title", "partner", "country", "direction", "places", "nominates", "selects", "pays", "order", "pack_text",
            "starts", "ends", "source",
        ),
        search=("title",),
        filters=("country", "direction", "order"),
        select=("partner", "country"),
        children=(("round", "agreement"), ("stay", "agreement")),
    ),
    Resource(
        Round,
        "stay-rounds",
        STAYS,
        columns(
            Round, "title", "agreement", "year", "state", "closes_on", "officer", "opened_on", "settled_on", "rule",
            "commitment", "about", hidden=("opened_on", "settled_on", "rule", "commitment"), long=("about",),
        ),
        form=("agreement", "title", "about", "year", "closes_on", "officer"),
        search=("title",),
        filters=("state", "year"),
        select=("agreement", "officer"),
        children=(("host", "round"), ("stayapplication", "round"), ("demand", "round")),
        template="stays/round.html",
        context=round_context,
    ),
    Resource(
        Host,
        "stay-hosts",
        STAYS,
        columns(
            Host, "organisation", "name", "email", "field", "places", "minimum", "state", "round", "orcid",
            "answer_by", "answered_on", hidden=("email", "orcid", "answer_by", "answered_on"),
        ),
        form=("round", "name", "organisation", "email", "orcid", "field", "places", "minimum"),
        search=("name", "organisation"),
        filters=("state",),
        select=("round",),
        children=(("wish", "host"),),
        template="stays/host.html",
        context=host_context,
        menu=False,
    ),
    Resource(
        Demand,
        "stay-demands",
        STAYS,
        columns(Demand, "title", "hosts", "field", "country", "least", "most", "round"),
        form=("round", "title", "hosts", "field", "country", "least", "most"),
        select=("round", "country"),
        follow=("hosts__round",),
        attach=False,
        menu=False,
    ),
    Resource(
        StayApplication,
        "stay-applications",
        STAYS,
        columns(
            StayApplication, "name", "round", "state", "institution", "country", "field", "first", "last", "email",
            "orcid", "project", "doctorate_on", "adults", "children", "asked", "travel", "couple_with",
            "nominated_by", "submitted_on",
            hidden=(
                "email", "orcid", "doctorate_on", "adults", "children", "asked", "travel", "couple_with",
                "nominated_by", "submitted_on",
            ),
            long=("project",),
        ),
        form=(
            "round", "name", "email", "orcid", "person", "institution", "country", "field", "project", "doctorate_on",
            "first", "last", "adults", "children", "asked", "travel", "couple_with", "nominated_by", "language",
        ),
        search=("name", "institution"),
        filters=("state", "round", "country"),
        select=("round", "country", "couple_with", "person"),
        children=(("wish", "application"),),
        template="stays/application.html",
        context=application_context,
        importing=Importing(
            likely=("name", "round"),
            when_likely="same",
            words={"name": ("applicant", "ansøger", "navn"), "institution": ("university", "universitet")},
        ),
    ),
    Resource(
        Wish,
        "stay-wishes",
        STAYS,
        columns(Wish, "place", "host", "application", "answer", "rank", "statement", long=("statement",)),
        form=("application", "host", "place"),
        select=("application", "host"),
        attach=False,
        menu=False,
    ),
    Resource(
        Stay,
        "stays",
        STAYS,
        columns(
            Stay, "guest_name", "host_name", "host_organisation", "country", "direction", "first", "last", "state",
            "guest_organisation", "guest_email", "guest_orcid", "host_email", "host_orcid", "place", "field",
            "adults", "children", "permit", "permit_filed", "permit_granted", "agreement", "pair", "keeper",
            "invited_on", "report_by", "report", "source",
            hidden=(
                "guest_organisation", "guest_email", "guest_orcid", "host_email", "host_orcid", "place", "field",
                "adults", "children", "permit", "permit_filed", "permit_granted", "agreement", "pair", "keeper",
                "invited_on", "report_by", "source",
            ),
            long=("report",),
        ),
        form=(
            "stands_as", "direction", "guest_name", "guest_email", "guest_orcid", "guest_organisation", "host_name",
            "host_email", "host_orcid", "host_organisation", "country", "first", "last", "place", "field", "adults",
            "children", "permit", "permit_filed", "permit_granted", "agreement", "pair", "keeper", "guest", "host",
            "language", "source", "note",
        ),
        private=frozenset({"note"}),
        search=("guest_name", "host_name", "host_organisation", "guest_organisation"),
        filters=("state", "country", "direction", "first"),
        select=("country", "agreement", "pair", "keeper", "guest", "host"),
        children=(("staytask", "stay"), ("staymoney", "stay")),
        template="stays/stay.html",
        context=stay_context,
        save=staying.create,
        change=staying.change,
        importing=Importing(
            likely=("guest_name", "host_name", "first"),
            when_likely="same",
            words={
                "guest_name": ("guest", "gæst", "gæst (navn)", "navn på gæst", "visitor", "gæsteforsker"),
                "guest_email": ("e-mail", "mail", "gæstens mail", "email"),
                "guest_orcid": ("orcid", "orcid id"),
                "guest_organisation": ("fra", "hjeminstitution", "home institution", "from institution"),
                "host_name": ("host", "vært", "værtens navn", "kontaktperson"),
                "host_organisation": ("institut", "institution", "værtsinstitution", "host institution"),
                "country": ("land", "country", "partnerland"),
                "first": ("fra dato", "start", "ankomst", "from date", "arrival", "begynder"),
                "last": ("til dato", "slut", "afrejse", "to date", "departure", "slutter"),
                "field": ("emne", "fag", "field", "fagområde"),
                "direction": ("retning", "direction", "ind/ud"),
                "source": ("kilde", "source"),
                "stands_as": ("status", "tilstand"),
            },
        ),
    ),
    Resource(
        StayTask,
        "stay-tasks",
        STAYS,
        columns(StayTask, "code", "text", "owner", "due", "done_on", "done_by", "stay", hidden=("done_by",)),
        form=("stay", "code", "text", "owner", "due", "done_on"),
        filters=("owner", "code"),
        select=("stay",),
        attach=False,
        menu=False,
    ),
    Resource(
        StayMoney,
        "stay-money",
        STAYS,
        columns(StayMoney, "kind_of", "text", "amount", "currency", "paid_on", "stay"),
        form=("stay", "kind_of", "text", "amount", "currency", "paid_on"),
        select=("stay",),
        template="stays/money.html",
        context=money_context,
        attach=False,
        menu=False,
    ),
    Resource(
        StayRate,
        "stay-rates",
        STAYS,
        columns(StayRate, "family", "country", "valid_from", "valid_to", "known_from", "currency", "day", "source"),
        form=("family", "country", "valid_from", "valid_to", "known_from", "currency", "day", "source"),
        filters=("family", "country"),
        select=("country",),
        importing=Importing(
            likely=("family", "country", "valid_from", "known_from"),
            when_likely="same",
            words={
                "valid_from": ("valid_from",),
                "valid_to": ("valid_to",),
                "known_from": ("known_from",),
                "day": ("day", "døgn", "dagssats"),
            },
        ),
        attach=False,
    ),
)  # fmt: skip
