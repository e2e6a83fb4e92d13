"""Taking a transition of a life, with one row or with many, and deciding as the second person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from udsyn.desk.kernel import batches, commands
from udsyn.desk.kernel.models import Proposal, Row
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource
from udsyn.desk.tools.numbers import whole_numbers
from udsyn.desk.web.forms import ReasonForm
from udsyn.desk.web.pages import allowed_list, safe_next, seen_or_404
from udsyn.desk.web.requests import HttpRequest

TOGETHER = 200  #: rows at once


def reason_against(row: Any, transition: Any) -> Any:
    try:
        commands.check(row, transition, "given")
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def what_stands_against(row: Any, step: Any, actor: Actor) -> Any:
    return reason_against(row, step) if step.who.allows(actor, row) else _("You may not do this with it.")


@require_http_methods(["GET", "HEAD", "POST"])
def transition(request: HttpRequest, slug: str, pk: int, name: str) -> HttpResponse:
    """Ask for the reason where one is needed, then take the transition or propose it to a second person."""
    resource, row = seen_or_404(request, slug, pk)
    step = row.lifecycle.transition(name) if row.lifecycle else None
    if step is None:
        raise Http404
    if not step.who.allows(request.actor, row):
        raise PermissionDenied
    form = ReasonForm(request.POST or None, needed=step.needs_reason)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = commands.perform(row, name, request.actor, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            text = _("It now waits for a second person.") if proposal else _("Done: %(what)s.") % {"what": step.label}
            messages.success(request, text)
            return redirect(safe_next(request, still_seen(resource, row, request.actor)))
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "desk/transition.html",
        {
            "resource": resource,
            "row": row,
            "step": step,
            "form": form,
            "against": reason_against(row, step),
            "target": row.lifecycle.state(step.target),
        },
        status=status,
    )


def still_seen(resource: Resource, row: Row, actor: Actor) -> str:
    """Where to go after a step: to the row, or to its list where the step took it out of one's sight."""
    return resource.url(row) if resource.rows(actor).filter(pk=row.pk).exists() else resource.list_url


@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one step with rows chosen in a list: ask once, then say of each row what happened to it."""
    resource = allowed_list(request, slug)
    given = request.POST if request.method == "POST" else request.GET
    chosen = whole_numbers(given.getlist("row")[:TOGETHER])
    rows = list(resource.rows(request.actor).filter(pk__in=chosen))
    step = next((s for s in batches.offered(resource.model, request.actor) if s.name == given.get("step")), None)
    if step is None or not rows:
        messages.error(request, _("Choose rows and a step first."))
        return redirect(resource.list_url)
    form = ReasonForm(request.POST or None, needed=step.needs_reason)
    said = {"resource": resource, "step": step}
    if request.method == "POST" and form.is_valid():
        told = batches.perform(rows, step.name, request.actor, reason=form.cleaned_data["reason"])
        return render(request, "desk/told.html", {**said, "told": told})
    against = [(row, what_stands_against(row, step, request.actor)) for row in rows]
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/together.html", {**said, "rows": against, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms or refuses: this one, or all that were proposed together with it."""
    proposal = get_object_or_404(Proposal.objects.numbered(pk, request.actor))
    row = proposal.parent
    resource = RESOURCES[proposal.kind]
    if request.method == "POST" and not commands.may_decide(proposal, request.actor, row):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    step, confirm = row.lifecycle.transition(proposal.transition), "confirm" in request.POST
    if request.method == "POST" and form.is_valid() and "all" in request.POST:
        told = batches.decide(proposal, request.actor, confirm=confirm, reason=form.cleaned_data["reason"])
        return render(request, "desk/told.html", {"resource": resource, "step": step, "told": told})
    if request.method == "POST" and form.is_valid():
        try:
            state = commands.decide(proposal, request.actor, confirm=confirm, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            texts = {
                "confirmed": _("Confirmed."),
                "refused": _("Refused."),
                "outdated": _("It was changed after it was proposed, so this no longer holds. Look at it anew."),
            }
            messages.info(request, texts[state])
            return redirect(still_seen(resource, row, request.actor))
    return render(
        request,
        "desk/decide.html",
        {
            "proposal": proposal,
            "row": row,
            "resource": resource,
            "form": form,
            "step": step,
            "batch": batches.together(proposal, request.actor) if proposal.batch else (),
            "columns": resource.columns_for(request.actor, row),
            "may_decide": commands.may_decide(proposal, request.actor, row),
        },
        status=422 if request.method == "POST" else 200,
    )
