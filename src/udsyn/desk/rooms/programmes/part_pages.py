"""Pages on which an application's partners and its costs are written, several at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes import writing
from udsyn.desk.rooms.programmes.models import Application, BudgetLine
from udsyn.desk.rooms.programmes.part_forms import CostForms, PartnerForms
from udsyn.desk.rooms.programmes.states import TAKING_PART
from udsyn.desk.rooms.programmes.views import writable_or_404
from udsyn.desk.web.requests import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def partners(request: HttpRequest, pk: int) -> HttpResponse:
    """The partners, and a letter to those who were not asked yet."""
    row = writable_or_404(request, pk)
    form = PartnerForms(row.partners.filter(state__in=TAKING_PART), row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.write_partners(form.kept(), form.dropped(), request.actor)
            asked = writing.ask_all(row, request.actor) if "ask" in request.POST else 0
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            told = _("Saved. %(count)s are asked by mail.") % {"count": asked} if asked else _("Saved.")
            messages.success(request, told)
        return redirect("write_partners", pk=pk)
    states = {one.pk: one.state_label(request.actor) for one in row.taking_part()}
    said = {"row": row, "form": form, "states": states, "title": _("Partners"), "asks": True}
    return render(request, "programmes/parts.html", said, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """The costs, and what the call's limits say of them; to a script, of what is being written and not yet stored."""
    row = writable_or_404(request, pk)
    form = CostForms(row.budgetlines.all(), row, request.POST or None)
    if request.method == "POST" and request.headers.get("X-Check") == "1":
        return render(request, "programmes/_caps.html", limits(row, *form.as_written()))
    if request.method == "POST" and form.is_valid():
        writing.write_costs(form.kept(), form.dropped(), request.actor)
        messages.success(request, _("Saved."))
        return redirect("budget", pk=pk)
    said = {
        "row": row,
        "form": form,
        "title": _("Budget"),
        **limits(row, *(form.as_written() if form.is_bound else ())),
    }
    return render(request, "programmes/parts.html", said, status=422 if request.method == "POST" else 200)


def limits(row: Application, costs: list[BudgetLine] | None = None, unfinished: int = 0) -> dict[str, Any]:
    """What each limit of the call says of these costs, and what they come to."""
    case = cases.case_of(row, costs)
    found = [one for one in cases.verdicts(row, case) if one.sum is not None]
    return {
        "caps": [(one, said(one.says), cases.reason_of(one)) for one in found],
        "total": case.get("amount"),
        "money": row.pack.currency,
        "unfinished": unfinished,
    }
