"""Dossiers on the desk, as they stand and as they were sealed, and the same as files to take along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.briefs import html, pdf
from udsyn.desk.kernel import dossiers
from udsyn.desk.kernel.models import Meta
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.dossiers import compose, plain, sealing
from udsyn.desk.rooms.dossiers.models import Dossier
from udsyn.desk.rooms.dossiers.panels import sealed_of
from udsyn.desk.web.requests import HttpRequest

FORMS: dict[str, tuple[str, Callable[[plain.Page], bytes]]] = {
    "pdf": ("application/pdf", lambda page: pdf.render(plain.document(page, banner()))),
    "html": ("text/html; charset=utf-8", lambda page: html.render(plain.document(page, banner())).encode()),
    "md": ("text/markdown; charset=utf-8", lambda page: plain.markdown(page).encode()),
}


class DecisionForm(forms.Form):
    """What is decided, and why; the dossier is sealed with it."""

    required_css_class = "required"
    decision = forms.CharField(label=_("what is decided"), max_length=300)
    reason = forms.CharField(label=_("reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


def banner() -> str | None:
    demo = Meta.objects.filter(key="demo", value="yes").exists()
    return str(_("A demonstration: everything here is invented.")) if demo else None


def decided_row(request: HttpRequest, kind: str, pk: int) -> Any:
    """A row that is decided upon and that this colleague sees."""
    if not request.actor.staff:
        raise PermissionDenied
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
    return as_file(in_language(row), f"dossier-{row.pk}-{row.seal[:12]}", form)


def in_language(row: Dossier) -> plain.Page:
    held: plain.Page | None = row.content.get((get_language() or "en")[:2])
    return held or next(iter(row.content.values()))


def as_file(page: plain.Page, name: str, form: str) -> HttpResponse:
    if form not in FORMS:
        raise Http404
    kind, write = FORMS[form]
    headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}-{get_language()}.{form}"'}
    return HttpResponse(write(page), headers=headers)
