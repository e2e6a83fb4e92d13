"""Pages of assessing: conflicts and the assignment for officers, one's review, the panel, and lots for everybody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.evidence import assessing
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.assessment import finding, matching, seen
from udsyn.desk.rooms.assessment.forms import AssignForm, ReviewForm
from udsyn.desk.rooms.assessment.models import AssessmentRound, Conflict, Review
from udsyn.desk.rooms.programmes.models import Call
from udsyn.desk.tools import files
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest


def round_or_404(request: HttpRequest, pk: int) -> AssessmentRound:
    row: AssessmentRound = seen_or_404(request, "assessments", pk)[1]
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def conflicts(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that bars somebody, with its evidence; posting looks again."""
    row = round_or_404(request, pk)
    if request.method == "POST":
        if not request.actor.can("change", row):
            raise PermissionDenied
        found = len(finding.look(row, request.actor))
        messages.success(request, ngettext("%(n)s conflict stands.", "%(n)s conflicts stand.", found) % {"n": found})
        return redirect("round_conflicts", pk=pk)
    rows = list(
        Conflict.objects.visible_to(request.actor)
        .filter(assessor__round=row)
        .exclude(state="gone")
        .select_related("assessor__person", "application")
    )
    reasons = Entry.objects.filter(kind="conflict", object_id__in=[one.pk for one in rows], action="dismiss")
    told = dict(reasons.order_by("seq").values_list("object_id", "reason"))
    lines = [(one, told.get(one.pk, "") if one.state == "dismissed" else "") for one in rows]
    context = {
        "row": row,
        "lines": lines,
        "writes": request.actor.can("change", row),
        "window": finding.window(row),
        "rules": finding.rules_of(row),
        "record": assessing.held(),
    }
    return render(request, "assessment/conflicts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """The best assignment, proven; `?why=assessor-application` says why not that one. Posting makes it so."""
    row = round_or_404(request, pk)
    form = AssignForm(request.POST if request.method == "POST" else request.GET)
    objective, cap = form.said
    if request.method == "POST":
        try:
            made = matching.adopt(row, request.actor, objective, cap)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, ngettext("%(n)s review is new.", "%(n)s reviews are new.", made) % {"n": made})
        return redirect("round_assignment", pk=pk)
    plan = matching.plan(row, objective, cap)
    held = Review.objects.visible_to(request.actor).filter(assessor__round=row, assessor__part="reviewer")
    context = {
        "row": row,
        "form": form,
        "plan": plan,
        "lines": [
            (one, plan.of(p), [r for r in held.select_related("assessor__person") if r.application_id == one.pk])
            for p, one in enumerate(plan.applications)
        ],
        "needs": [(named(plan, need.who, need.why), need.load, need.why) for need in plan.found.needs],
        "why": asked_why(plan, request.GET.get("why", "")),
        "writes": request.actor.can("change", row),
        "record": assessing.held(),
    }
    return render(request, "assessment/assignment.html", context)


def named(plan: matching.Plan, number: str, why: str) -> Any:
    """Whose number would have to change: a reviewer's load or what an application gets."""
    rows: list[Any] = [*plan.applications] if "reviewers can be had" in why else [*plan.people]
    return next((one for one in rows if str(one.pk) == number), number)


def asked_why(plan: matching.Plan, asked: str) -> dict[str, Any] | None:
    """The answer to why somebody does not get an application."""
    assessor, _dash, application = asked.partition("-")
    found = plan.why_not(whole_number(assessor) or 0, whole_number(application) or 0)
    if found is None:
        return None
    why, barred = found
    people, rows = plan.people, plan.applications
    return {
        "kind": why.kind,
        "assessor": next(one for one in people if str(one.pk) == assessor),
        "application": next(one for one in rows if str(one.pk) == application),
        "conflicts": barred,
        "less": None if why.total is None else (plan.found.total or 0) - why.total,
        "gone": [(people[r], rows[p]) for r, p in why.gone],
        "new": [(people[r], rows[p]) for r, p in why.new],
    }


def review_or_404(request: HttpRequest, pk: int) -> Review:
    row: Review = seen_or_404(request, "reviews", pk)[1]
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def write_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Scores and words; kept as they are until they are handed in."""
    row = review_or_404(request, pk)
    if not request.actor.can("change", row):
        raise PermissionDenied
    form = ReviewForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        row.scores, row.text, row.note = form.scores, form.cleaned_data["text"], form.cleaned_data["note"]
        try:
            kernel.save(row, request.actor)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect(RESOURCES["review"].url(row))
    context = {"row": row, "form": form, "dossier": seen.dossier(row)}
    return render(request, "assessment/write.html", context, status=422 if request.method == "POST" else 200)


@require_GET
def paper(request: HttpRequest, pk: int, paper: int) -> FileResponse:
    """A document of an application, for who assesses it and may know who applies. Its name says nothing."""
    row = review_or_404(request, pk)
    held = next((one for one in seen.dossier(row).papers if one.pk == paper), None)
    path = files.path_of(held.file.sha256) if held else None
    if held is None or path is None or not path.is_file():
        raise Http404
    ending = held.file.name.rpartition(".")[2]
    answer = FileResponse(path.open("rb"), content_type=held.file.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, f"document-{held.pk}.{ending}") or "attachment"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel's page: every application without a conflict, what reviewers say of it, and the order."""
    row = get_object_or_404(AssessmentRound.objects.select_related("call"), pk=pk)
    if not seen.may_see_panel(row, request.actor):
        raise Http404
    context = {
        "row": row,
        "lines": seen.on_panel(row, request.actor),
        "seat": seen.seat(row, request.actor),
    }
    return render(request, "assessment/panel.html", context)


def published(pk: int) -> tuple[Call, dict[str, Any]]:
    """What the world may read of a call's lots: the commitment from the beginning, the log from the release on."""
    calls = Call.objects.filter(pk=pk)  # a number beyond all rows finds none; asked of the link itself it is an error
    row = AssessmentRound.objects.select_related("call").filter(call__in=calls).exclude(commitment="").first()
    if row is None or row.call.state == "prepared":
        raise Http404
    log = row.lots if row.call.state == "decided" else None
    return row.call, log or {"commitment": row.commitment}


@login_not_required
@require_GET
def lots(request: HttpRequest, pk: int) -> HttpResponse:
    call, log = published(pk)
    return render(request, "assessment/lots.html", {"call": call, "log": log})


@login_not_required
@require_GET
def lots_file(request: HttpRequest, pk: int) -> JsonResponse:
    return JsonResponse(published(pk)[1], json_dumps_params={"indent": 1})
