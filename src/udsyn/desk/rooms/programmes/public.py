"""Pages for people without an account: the open calls, one call, and what a partner's mail link opens."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn import packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.programmes import earlier, links
from udsyn.desk.rooms.programmes.forms import BeginForm
from udsyn.desk.rooms.programmes.models import Call
from udsyn.desk.rooms.programmes.rules import Invited
from udsyn.desk.web import structured
from udsyn.desk.web.requests import HttpRequest
from udsyn.packs.language import Rule
from udsyn.zones import names as zone_names


def calls_are_open() -> bool:
    """Whether anybody may apply now: then strangers may make themselves an account."""
    return any(row.state_now == "published" for row in Call.objects.filter(state="published"))


@login_not_required
@require_GET
def open_calls(request: HttpRequest) -> HttpResponse:
    """What is open or opens later."""
    rows = Call.objects.visible_to(request.actor).filter(state="published").select_related("programme")
    return render(request, "programmes/open_calls.html", {"calls": [row for row in rows if row.state_now != "closed"]})


@login_not_required
@require_GET
def call_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A call as everybody reads it: its text, rules with clause and source, and its deadline in any zone."""
    call = get_object_or_404(Call.objects.visible_to(request.actor).select_related("programme"), pk=pk)
    pack = call.pack
    wanted = request.GET.get("zone", "")
    zones = [pack.deadline.zone] if pack.deadline else []
    zones += ["UTC", *([wanted] if wanted in zone_names() else [])]
    mine = call.applications.visible_to(request.actor, "change") if request.actor.signed_in else []
    return render(
        request,
        "programmes/call.html",
        {
            "call": call,
            "pack": pack,
            "times": [(zone, local(call.closes_at, zone)) for zone in dict.fromkeys(zones)] if call.closes_at else [],
            "inclusive": pack.deadline.inclusive if pack.deadline else None,
            "rules": [
                (said(one.says), one.clause, pack.sources[one.source], one, otherwise(pack, one)) for one in pack.rules
            ],
            "documents": [(said(one.says), one.clause, pack.sources[one.source]) for one in pack.documents],
            "criteria": [(said(one.says), one) for one in pack.assessment.criteria] if pack.assessment else [],
            "ties": [(said(one.says), one.clause) for one in pack.ties],
            "is_open": call.state_now == "published",
            "last": earlier.did(call),
            "form": BeginForm(request.actor.person is None),
            "mine": mine,
            "wanted": wanted,
            "structured": structured.page(
                request,
                "GovernmentService",
                name=str(call),
                serviceType=str(call._meta.verbose_name),
                isRelatedTo=structured.thing("GovernmentService", name=str(call.programme)),
                hoursAvailable=structured.thing(
                    "OpeningHoursSpecification", validFrom=call.opens_at, validThrough=call.closes_at
                ),
            ),
        },
    )


def otherwise(pack: packs.Pack, rule: Rule) -> str:
    """What another source says of the same matter, in the reader's language; nothing where none does."""
    if rule.otherwise is None:
        return ""
    return f"{said(rule.otherwise.says)} ({rule.otherwise.clause}; {pack.sources[rule.otherwise.source].title})"


def local(moment: dt.datetime | None, zone: str) -> str:
    return "" if moment is None else f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def partner(request: HttpRequest, token: str) -> HttpResponse:
    """A partner confirms or declines. Opening the page changes nothing."""
    row = links.opened(token)
    if row is None:
        raise Http404
    error, actor = "", Invited(name=_("by mail link"), partner=row.pk)
    if request.method == "POST":
        step = {"yes": "confirm", "no": "decline"}.get(request.POST.get("say", ""))
        if step is None:
            error = _("Say yes or no.")
        else:
            try:
                kernel.perform(row, step, actor)
                return redirect("partner", token=token)
            except ValidationError as refusal:
                error = " ".join(refusal.messages)
    context: dict[str, Any] = {"row": row, "application": row.application, "error": error, "today": timezone.now()}
    answer = render(request, "programmes/partner.html", context, status=422 if error else 200)
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
