"""Pages of applying: begin, write, attach, the receipt."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from udsyn import packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes import receipt, writing
from udsyn.desk.rooms.programmes.forms import AnswersForm, BeginForm, PaperForm
from udsyn.desk.rooms.programmes.models import Application, Call, Clash, Paper, Partner
from udsyn.desk.tools import files
from udsyn.desk.tools.numbers import whole_number, whole_numbers
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest


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
    form = BeginForm(request.actor.person is None, request.POST)
    if not form.is_valid():
        messages.error(request, _("Say who you are and give it a title; you can change it later."))
        return redirect("open_call", pk=pk)
    said = form.cleaned_data
    try:
        actor = writing.known(request.actor, said.get("given_name", ""), said.get("family_name", ""))
        row = writing.apply(call, actor, said["title"])
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
        writing.settle(clash, request.actor, take="take" in request.POST)
        return redirect("write_application", pk=pk)
    asked = cases.questions(row)
    by_script = request.headers.get("X-Autosave") == "1"
    sent = [one for one in asked if one.name in request.POST] if by_script else asked  # a script sends what changed
    form = AnswersForm(row, sent, request.POST or None)
    if request.method == "POST" and form.is_valid():
        clashes = writing.write_answers(row, request.actor, form.given(), form.cleaned_data["base"])
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
    now = writing.fields_of(row)
    open_clashes = [
        (clash, labels.get(clash.field, clash.field), now.get(clash.field))
        for clash in row.clashes.select_related("user")
    ]
    context = {"row": row, "form": form, "clashes": open_clashes, "resource": RESOURCES["application"]}
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
            found.append((f"{kind}:{verdict.of or ''}", f"{said(verdict.says)}{instead}{whose}"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a document, or take one away."""
    row = writable_or_404(request, pk)
    if request.method == "POST" and "remove" in request.POST:
        paper = get_object_or_404(Paper, pk=whole_number(request.POST["remove"]), application=row)
        writing.take_away(paper, request.actor)
        return redirect("papers", pk=pk)
    form = PaperForm(places(row), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kind, _colon, of = form.cleaned_data["place"].partition(":")
        partner = Partner.objects.filter(application=row, pk__in=whole_numbers([of])).first()
        try:
            file = files.attach(row, request.actor, form.cleaned_data["file"], visibility="everyone")
            kernel.save(Paper(application=row, kind_of=kind, partner=partner, file=file), request.actor)
            return redirect("papers", pk=pk)
        except ValidationError as error:
            form.add_error("file", error.messages)
    wanted = [
        (verdict, said(verdict.says), verdict.outcome == "met")
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
