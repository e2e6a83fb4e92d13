"""Pages of applying: begin, write, attach, the receipt; and an officer's screening."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from udsyn import packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes import commands, receipt
from udsyn.desk.rooms.programmes.forms import AnswersForm, BeginForm, FindingForm, PaperForm
from udsyn.desk.rooms.programmes.models import Application, Call, Clash, Paper, Partner
from udsyn.desk.tools import files
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web.pages import seen_or_404


def writable_or_404(request: HttpRequest, pk: int) -> Application:
    """An application that this reader sees; 403 where they may not write it."""
    row: Application = seen_or_404(request, "applications", pk)[1]
    if not request.actor.can("change", row):
        raise PermissionDenied
    return row


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an application under an open call."""
    call = get_object_or_404(Call.objects.visible_to(request.actor), pk=pk)
    form = BeginForm(request.POST)
    if request.actor.person is None:
        messages.error(request, _("Your account stands for no person yet: ask the office."))
        return redirect("open_call", pk=pk)
    if not form.is_valid():
        messages.error(request, _("Give it a title; you can change it later."))
        return redirect("open_call", pk=pk)
    try:
        row = commands.apply(call, request.actor, form.cleaned_data["title"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("open_call", pk=pk)
    return redirect(RESOURCES["application"].url(row))


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions. A script saves while one writes; without it the button does. Both say what clashed."""
    row = writable_or_404(request, pk)
    if request.method == "POST" and "settle" in request.POST:
        clash = get_object_or_404(Clash, pk=whole_number(request.POST["settle"]), application=row)
        commands.settle(clash, request.actor, take="take" in request.POST)
        return redirect("write_application", pk=pk)
    asked = cases.questions(row)
    form = AnswersForm(row, asked, request.POST or None)
    by_script = request.headers.get("X-Autosave") == "1"
    if request.method == "POST" and form.is_valid():
        clashes = commands.write_answers(row, request.actor, form.given(), form.cleaned_data["base"])
        if by_script:
            return JsonResponse({"revision": row.revision, "clashes": [clash.field for clash in clashes]})
        if clashes:
            messages.error(request, _("Somebody else wrote at the same time. Both versions are kept: choose below."))
            return redirect("write_application", pk=pk)
        messages.success(request, _("Saved."))
        return redirect(RESOURCES["application"].url(row))
    if request.method == "POST" and by_script:
        return JsonResponse({"errors": form.errors}, status=422)
    labels = {one.name: one.label for one in asked} | {"title": _("title"), "organisation_name": _("organisation")}
    now = commands.fields_of(row)
    clashes = [
        (clash, labels.get(clash.field, clash.field), now.get(clash.field))
        for clash in row.clashes.select_related("user")
    ]
    context = {"row": row, "form": form, "clashes": clashes, "resource": RESOURCES["application"]}
    return render(request, "programmes/write.html", context, status=422 if request.method == "POST" else 200)


def places(row: Application) -> list[tuple[str, str]]:
    """Where a document can go: each that the call asks, of each partner where it asks so, and what does instead."""
    names = {str(one.pk): str(one) for one in row.partners.all()}
    by_id = {document.id: document for document in row.pack.documents}
    found = []
    for verdict in packs.documents(row.pack, cases.case_of(row), cases.judging_day(row)):
        whose = f" – {names.get(verdict.of, verdict.of)}" if verdict.of else ""
        for kind in (verdict.rule, *by_id[verdict.rule].instead):
            instead = "" if kind == verdict.rule else f" ({_('instead')}: {kind.replace('_', ' ')})"
            found.append((f"{kind}:{verdict.of or ''}", f"{cases.said(verdict.says)}{instead}{whose}"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a document, or take one away."""
    row = writable_or_404(request, pk)
    if request.method == "POST" and "remove" in request.POST:
        paper = get_object_or_404(Paper, pk=whole_number(request.POST["remove"]), application=row)
        commands.take_away(paper, request.actor)
        return redirect("papers", pk=pk)
    form = PaperForm(places(row), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kind, _colon, of = form.cleaned_data["place"].partition(":")
        partner = Partner.objects.filter(application=row, pk=whole_number(of)).first() if of else None
        try:
            file = files.attach(row, request.actor, form.cleaned_data["file"], visibility="everyone")
            kernel.save(Paper(application=row, kind_of=kind, partner=partner, file=file), request.actor)
            return redirect("papers", pk=pk)
        except ValidationError as error:
            form.add_error("file", error.messages)
    wanted = [
        (verdict, cases.said(verdict.says), verdict.outcome == "met")
        for verdict in packs.documents(row.pack, cases.case_of(row), cases.judging_day(row))
    ]
    context = {"row": row, "form": form, "wanted": wanted, "held": row.papers.select_related("file", "partner")}
    names = {str(one.pk): str(one) for one in row.partners.all()}
    return render(
        request, "programmes/papers.html", context | {"names": names}, status=422 if request.method == "POST" else 200
    )


@require_GET
def receipt_file(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_or_404(request, "applications", pk)[1]
    if row.submitted_at is None:
        raise Http404
    answer = HttpResponse(receipt.pdf_of(row), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{row.pk}.pdf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """One application, rule by rule, with an officer's word where one is needed."""
    row = seen_or_404(request, "applications", pk)[1]
    if not request.actor.can("private", row) or row.submitted_at is None:
        raise Http404
    found = commands.screening(row)
    names = {str(one.pk): str(one) for one in row.partners.all()}
    lines: list[dict[str, Any]] = [
        {
            "key": commands.key_of(verdict),
            "says": cases.said(verdict.says) + (f" – {names.get(verdict.of, verdict.of)}" if verdict.of else ""),
            "verdict": verdict,
            "finding": finding,
            "why": cases.reason_of(verdict),
        }
        for verdict, finding in found
    ]
    form = FindingForm([(line["key"], line["says"][:120]) for line in lines], request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        commands.find(row, request.actor, data["rule"], data["outcome"], data["reason"])
        return redirect("screen", pk=pk)
    may = request.actor.staff and row.state == "submitted" and "officer" in request.actor.roles
    context = {"row": row, "lines": lines, "form": form if may else None, "terms": row.terms}
    return render(request, "programmes/screen.html", context, status=422 if request.method == "POST" else 200)


@require_GET
def screening(request: HttpRequest, pk: int) -> HttpResponse:
    """All applications of a call that were handed in, with what no rule settles."""
    call = seen_or_404(request, "calls", pk)[1]
    if not request.actor.can("private", call):
        raise Http404
    rows = call.applications.visible_to(request.actor).filter(submitted_at__isnull=False)
    lines: list[dict[str, Any]] = []
    for row in rows.select_related("call", "lead", "terms", "organisation"):
        told = list(zip(commands.screening(row), commands.outcomes(row), strict=True))
        open_ = [(cases.said(v.says), v.clause, v.source, outcome) for (v, _f), outcome in told if outcome != "met"]
        lines.append({"row": row, "open": open_, "url": reverse("screen", args=[row.pk])})
    return render(request, "programmes/screening.html", {"call": call, "lines": lines})
