"""Pages without an account: the open rounds, applying, an applicant's page, a host's answer, and the page of a stay."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import wording
from udsyn.desk.rooms.stays import connecting, earlier, letters, links, orcid, order, rounds, staying
from udsyn.desk.rooms.stays.forms import AnswerForm, ApplyForm
from udsyn.desk.rooms.stays.models import Round, Stay
from udsyn.desk.rooms.stays.rules import APPLICANT, GUEST
from udsyn.desk.tools import calendars
from udsyn.desk.tools.numbers import whole_numbers
from udsyn.desk.web import limits
from udsyn.desk.web.requests import HttpRequest


@login_not_required
@require_GET
def open_rounds(request: HttpRequest) -> HttpResponse:
    rows = Round.objects.visible_to(request.actor).filter(state="open").select_related("agreement__country")
    return render(request, "stays/open_rounds.html", {"rounds": rows})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_round(request: HttpRequest, pk: int) -> HttpResponse:
    """A round as everybody reads it: who acts when, the rules with their clauses, the hosts; and the form."""
    row = get_object_or_404(Round.objects.visible_to(request.actor).exclude(state="prepared"), pk=pk)
    takes = row.state_now == "open" and order.first_act(row) != "nominate"
    form = ApplyForm(row, request.POST or None) if takes else None
    if request.method == "POST" and form is not None and form.is_valid():
        if limits.spend(request, "public_form", limits.address_of(request)) is None:
            form.add_error(None, _("That is many messages in a short time. Try again in an hour, or write a mail."))
        else:
            try:
                return redirect("stay_applied", token=applied_by(request, row, form))
            except ValidationError as error:
                form.add_error(None, error.messages)
    pack = row.pack
    context = {
        "round": row,
        "form": form,
        "turns": [(wording.said(turn.says), turn.clause) for turn in pack.turns],
        "rules": [(wording.said(rule.says), rule.clause, pack.sources[rule.source].title) for rule in pack.rules],
        "hosts": row.hosts.exclude(state="dropped"),
        "last": earlier.did(row),
    }
    return render(request, "stays/open_round.html", context, status=422 if request.method == "POST" else 200)


def applied_by(request: HttpRequest, row: Round, form: ApplyForm) -> str:
    """Take an application in; the token of its own page. A robot's is not kept."""
    if form.cleaned_data["website"]:
        raise ValidationError(_("This was not sent."))
    made = form.instance
    made.language = wording.language()
    return links.token(APPLICANT, rounds.apply(row, request.actor, made, form.wishes()))


def private(answer: HttpResponse) -> HttpResponse:
    """No other site learns the address, and nobody keeps the page."""
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def applied(request: HttpRequest, token: str) -> HttpResponse:
    """An applicant's own page: how it stands, and handing in or withdrawing."""
    part, row = links.opened(token, "stay_applied")
    if not part:
        raise Http404
    error = ""
    if request.method == "POST":
        step = {"submit": "submit", "withdraw": "withdraw"}.get(request.POST.get("say", ""), "")
        try:
            if step:
                kernel.perform(row, step, staying.linked(part, row))
            return private(redirect("stay_applied", token=token))
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
    waits = order.waits_for(row)
    context = {
        "row": row,
        "waits": wording.said(waits.says) if waits else "",
        "against": rounds.may_submit(row) if row.state == "draft" else "",
        "wishes": row.wishes.select_related("host"),
        "verdicts": [(one, wording.said(one.says)) for one in order.verdicts(row)],
        "grant": order.grant(row),
        "error": error,
    }
    return private(render(request, "stays/applied.html", context, status=422 if error else 200))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """A host answers about those who wish for it, as its turn in the pack says."""
    part, host = links.opened(token, "stay_answer")
    if not part:
        raise Http404
    actor = staying.linked("answer", host)
    return private(answer_page(request, host, actor, "stays/answer.html", {"token": token}))


def answer_page(request: HttpRequest, host: Any, actor: Any, template: str, more: dict[str, Any]) -> HttpResponse:
    """The form of a host's answer: on its own page, and at the desk for what came back on paper."""
    form = AnswerForm(host, request.POST or None)
    open_ = host.round.state == "open" and host.state != "dropped"
    if request.method == "POST" and open_ and form.is_valid():
        said = form.cleaned_data
        try:
            rounds.answer(host, actor, form.given(), said["places"], said["minimum"] or 0)
            return redirect(request.path)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    turn = order.turn_of_hosts(host.round)
    context = {"host": host, "form": form, "open": open_, "turn": wording.said(turn.says) if turn else "", **more}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


@login_not_required
@require_GET
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """The same question on paper."""
    part, host = links.opened(token, "stay_answer")
    if not part:
        raise Http404
    return private(pdf_answer(letters.sheet_pdf(host, wording.language()), "answer.pdf"))


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    found = HttpResponse(content, content_type="application/pdf")
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return found


# The page of a stay --------------------------------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest, token: str) -> HttpResponse:
    """Everything about a stay on one page, for its guest or its host. Opening it changes nothing."""
    part, row = links.opened(token, "stay_page")
    if not part or row.invited_on is None:
        raise Http404
    error = request.session.pop("stay_error", "")
    if request.method == "POST":
        try:
            if part == GUEST and request.POST.get("say") == "orcid":
                return private(redirect(connecting.leave(request, row, request.POST.get("entry", ""))))
            said(request, part, row)
            return private(redirect("stay_page", token=token))
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
    today = timezone.localdate()
    context = {
        "row": row,
        "token": token,
        "guest": part == GUEST,
        "facts": letters.facts_of(row),
        "tasks": row.tasks.filter(owner=part),
        "others": row.tasks.exclude(owner=part),
        "moneys": row.moneys.all() if part == GUEST else [],
        "earliest": row.starts_earliest(today),
        "entries": orcid.ENTRIES.items() if part == GUEST else (),
        "entry": orcid.ENTRIES.get(row.orcid_entry.partition("/")[0], ""),
        "connects": connecting.possible(),
        "over": row.last <= today and row.state in ("arrived", "finished"),
        "error": error,
    }
    wrong = error and request.method == "POST"
    return private(render(request, "stays/stay_page.html", context, status=422 if wrong else 200))


@login_not_required
@require_GET
def from_orcid(request: HttpRequest) -> HttpResponse:
    """Back from ORCID, to the guest's page that this browser left."""
    found = connecting.came_back(request)
    if found is None:
        raise Http404
    row, entry, language = found
    with translation.override(language):
        try:
            connecting.written(request, row, entry)
        except ValidationError as refusal:
            request.session["stay_error"] = " ".join(refusal.messages)
        return private(redirect("stay_page", token=links.token(GUEST, row)))


def said(request: HttpRequest, part: str, row: Stay) -> None:
    """What guest or host said on their page."""
    word = request.POST.get("say", "")
    if word == "tasks":
        staying.tick(row, part, whole_numbers(request.POST.getlist("done")))
    elif part == GUEST and word in ("agree", "decline"):
        kernel.perform(row, word, staying.linked(part, row))
    elif part == GUEST and word in ("keep", "confirm"):
        staying.write_report(row, request.POST.get("report", ""), confirm=word == "confirm")
    else:
        raise ValidationError(_("Choose what you want to say."))


@login_not_required
@require_GET
def stay_file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """The letter in one of the languages, the calendar file, or the guest's record for ORCID."""
    part, row = links.opened(token, "stay_page")
    if not part or row.invited_on is None:
        raise Http404
    if name == "stay.ics":
        found = HttpResponse(calendars.file_of(letters.calendar_of(row)), content_type="text/calendar; charset=utf-8")
        found.headers["Content-Disposition"] = 'attachment; filename="stay.ics"'
        return private(found)
    if part != GUEST:
        raise Http404
    if name in ("invitation-da.pdf", "invitation-en.pdf"):
        return private(pdf_answer(letters.invitation_pdf(row, name[11:13]), name))
    entry = name.removeprefix("orcid-").removesuffix(".json")
    if name == f"orcid-{entry}.json" and entry in orcid.ENTRIES:
        return private(orcid.answer(row, entry))
    raise Http404
