"""Dossiers on the desk, as they stand and as they were sealed, and the same as files to take along."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import dossiers
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.dossiers import compose, plain, portfolio, sealing
from udsyn.desk.rooms.dossiers.files import FORMS
from udsyn.desk.rooms.dossiers.models import Dossier
from udsyn.desk.rooms.dossiers.panels import sealed_of
from udsyn.desk.web.pages import demand_staff
from udsyn.desk.web.requests import HttpRequest

EARLIEST = 1950  #: year of a report


class DecisionForm(forms.Form):
    """What is decided, and why; the dossier is sealed with it."""

    required_css_class = "required"
    decision = forms.CharField(label=_("what is decided"), max_length=300)
    reason = forms.CharField(label=_("reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


def decided_row(request: HttpRequest, kind: str, pk: int) -> Any:
    """A row that is decided upon and that this colleague sees."""
    colleague(request)
    if kind not in dossiers.subjects():
        raise Http404
    return get_object_or_404(RESOURCES[kind].model.objects.visible_to(request.actor), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The dossier of a row as it stands; a decision that no step says is written down here and sealed with it."""
    row = decided_row(request, kind, pk)
    known = compose.read(row, timezone.localdate())
    may = not known.subject.by_step and sealing.may_decide(row, request.actor)
    form = DecisionForm(request.POST or None) if may else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = sealing.decide(row, form.cleaned_data["decision"], request.actor, form.cleaned_data["reason"])
                return redirect(RESOURCES["dossier"].url(made))
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
    context = {
        "page": compose.page(known),
        "row": row,
        "kind": kind,
        "form": form,
        "sealed": sealed_of(row, request.actor),
        "by_step": known.subject.by_step,
    }
    return render(request, "dossiers/dossier.html", context, status=422 if request.method == "POST" else 200)


@require_GET
def dossier_file(request: HttpRequest, kind: str, pk: int, form: str) -> HttpResponse:
    row = decided_row(request, kind, pk)
    return as_file(compose.page(compose.read(row, timezone.localdate())), f"dossier-{kind}-{pk}", form)


@require_GET
def sealed_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """A sealed dossier as a file; what is stored is set, and nothing is computed anew."""
    row = get_object_or_404(Dossier.objects.visible_to(request.actor), pk=pk)
    return as_file(sealing.page_of(row), f"dossier-{row.pk}-{row.seal[:12]}", form)


@require_GET
def side_by_side(request: HttpRequest) -> HttpResponse:
    """All instruments on one page."""
    colleague(request)
    today = timezone.localdate()
    context = {"page": portfolio.page(portfolio.read(today)), "files": reverse("portfolio_file", args=["pdf"])[:-3]}
    return render(request, "dossiers/report.html", context | {"years": range(today.year, today.year - 4, -1)})


@require_GET
def portfolio_file(request: HttpRequest, form: str) -> HttpResponse:
    colleague(request)
    return as_file(portfolio.page(portfolio.read(timezone.localdate())), "portfolio", form)


@require_GET
def yearly(request: HttpRequest, year: int) -> HttpResponse:
    """The ministry's report of a year."""
    colleague(request)
    today = timezone.localdate()
    context = {
        "page": portfolio.yearly(held_year(year, today), today),
        "files": reverse("yearly_file", args=[year, "pdf"])[:-3],
        "years": range(today.year, today.year - 4, -1),
    }
    return render(request, "dossiers/report.html", context)


@require_GET
def yearly_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    colleague(request)
    today = timezone.localdate()
    return as_file(portfolio.yearly(held_year(year, today), today), f"report-{year}", form)


def colleague(request: HttpRequest) -> None:
    demand_staff(request)


def held_year(year: int, today: dt.date) -> int:
    """A year that has begun."""
    if not EARLIEST <= year <= today.year:
        raise Http404
    return year


def as_file(page: plain.Page, name: str, form: str) -> HttpResponse:
    if form not in FORMS:
        raise Http404
    kind, write = FORMS[form]
    headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}-{language()}.{form}"'}
    return HttpResponse(write(page), headers=headers)
