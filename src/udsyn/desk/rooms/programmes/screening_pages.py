"""An officer's pages of screening: one application rule by rule, and all of a call with what no rule settles."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import gates
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes import screening
from udsyn.desk.rooms.programmes.forms import FindingForm
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One application, rule by rule, with an officer's word where one is needed."""
    row = seen_or_404(request, "applications", pk)[1]
    if not request.actor.can("private", row) or row.submitted_at is None:
        raise Http404
    found = screening.screening(row)
    names = {str(one.pk): str(one) for one in row.partners.all()}
    lines: list[dict[str, Any]] = [
        {
            "key": screening.key_of(verdict),
            "says": said(verdict.says) + (f" – {names.get(verdict.of, verdict.of)}" if verdict.of else ""),
            "verdict": verdict,
            "finding": finding,
            "why": cases.reason_of(verdict),
        }
        for verdict, finding in found
    ]
    form = FindingForm([(line["key"], line["says"][:120]) for line in lines], request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        screening.find(row, request.actor, data["rule"], data["outcome"], data["reason"])
        return redirect("screen", pk=pk)
    may = request.actor.staff and row.state == "submitted" and "officer" in request.actor.roles
    shut = [(name, gates.shut([name], row)) for name in row.pack.gates]
    context = {"gates": shut, "row": row, "lines": lines, "form": form if may else None, "terms": row.terms}
    return render(request, "programmes/screen.html", context, status=422 if request.method == "POST" else 200)


@require_GET
def of_call(request: HttpRequest, pk: int) -> HttpResponse:
    """All applications of a call that were handed in, with what no rule settles."""
    call = seen_or_404(request, "calls", pk)[1]
    if not request.actor.can("private", call):
        raise Http404
    rows = call.applications.visible_to(request.actor).filter(submitted_at__isnull=False)
    lines: list[dict[str, Any]] = []
    for row in rows.select_related("call", "lead", "terms", "organisation"):
        told = list(zip(screening.screening(row), screening.outcomes(row), strict=True))
        open_ = [(said(v.says), v.clause, v.source, outcome) for (v, _f), outcome in told if outcome != "met"]
        lines.append({"row": row, "open": open_, "url": reverse("screen", args=[row.pk])})
    return render(request, "programmes/screening.html", {"call": call, "lines": lines})
