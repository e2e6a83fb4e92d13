"""Pages of grants: a change, the report, an account, and the same prolongation for many."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import OFFICER
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.grants import accounting, changing, reporting, words
from udsyn.desk.rooms.grants.forms import FIELDS, ProlongForm, account_form, change_form
from udsyn.desk.rooms.grants.models import Grant, GrantAccount, GrantChange, GrantReport
from udsyn.desk.rooms.programmes.models import Call
from udsyn.desk.tools.numbers import whole_numbers
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Ask for a change; what is free by the terms is noted at once."""
    grant: Grant = seen_or_404(request, "grants", pk)[1]
    if kind not in FIELDS:
        raise Http404
    if not request.actor.can("create", GrantChange(grant=grant)):
        raise PermissionDenied
    form = change_form(grant, kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = changing.ask(form.instance, request.actor)
            messages.success(request, words.judged(row))
            return redirect(RESOURCES["grantchange"].url(row))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    says, asks = words.asks_of(grant, kind)
    labels = dict(GrantChange.KINDS)
    context = {"grant": grant, "form": form, "says": says, "asks": asks, "what": labels[kind]}
    return render(request, "grants/change.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What the record says came of it. The holder strikes what is wrong; all else is confirmed by the same press."""
    row: GrantReport = seen_or_404(request, "grant-reports", pk)[1]
    writes = request.actor.can("change", row)
    if request.method == "POST":
        if not writes:
            raise PermissionDenied
        struck = set(request.POST.getlist("strike"))
        try:
            text, missing = (request.POST.get(name, "")[:5000] for name in ("text", "missing"))
            reporting.write(row, struck, text, missing, request.actor)
            if "send" in request.POST:
                kernel.perform(row, "send", request.actor)
                messages.success(request, _("The report is sent."))
                return redirect(RESOURCES["grant"].url(row.grant))
            messages.success(request, _("Saved."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("grant_report", pk=pk)
    context = {"row": row, "grant": row.grant, "works": reporting.works_of(row.grant), "writes": writes}
    return render(request, "grants/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of an account, in its shape."""
    row: GrantAccount = seen_or_404(request, "grant-accounts", pk)[1]
    if not request.actor.can("change", row):
        raise PermissionDenied
    form = account_form(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounting.write_account(form.instance, request.actor)
            if "sign" in request.POST:
                kernel.perform(row, "sign", request.actor)
                messages.success(request, _("Signed. The holder confirms the use now."))
            else:
                messages.success(request, _("Saved."))
            return redirect(RESOURCES["grantaccount"].url(row))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    return render(
        request,
        "grants/account.html",
        {"row": row, "grant": row.grant, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def prolong(request: HttpRequest) -> HttpResponse:
    """One prolongation for many running grants, with one reason; a second person confirms all of it at once."""
    actor = request.actor
    if OFFICER not in actor.roles:
        raise PermissionDenied
    running = Grant.objects.visible_to(actor).filter(state="running").select_related("holder", "application__call")
    calls = Call.objects.visible_to(actor, "change").filter(applications__grant__in=running).distinct()
    form = ProlongForm(calls, request.POST or None, initial={"call": request.GET.get("call")})
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        rows = list(running.filter(application__call=said["call"]))
        if "propose" not in request.POST:
            return render(request, "grants/prolong.html", context | {"rows": rows})
        chosen = [row for row in rows if row.pk in whole_numbers(request.POST.getlist("row"))]
        try:
            told = changing.prolong(chosen, said["months"], said["reason"], actor)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            step = GrantChange.lifecycle.transition("approve_together") if GrantChange.lifecycle else None
            return render(request, "desk/told.html", {"resource": RESOURCES["grantchange"], "step": step, "told": told})
    return render(request, "grants/prolong.html", context, status=422 if request.method == "POST" else 200)
