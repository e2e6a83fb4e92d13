"""Taking a transition of a life, and deciding as the second person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Proposal
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.web.forms import ReasonForm
from udsyn.desk.web.pages import safe_next, seen_or_404


def reason_against(row: Any, transition: Any) -> Any:
    try:
        commands.check(row, transition, "given")
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


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
            return redirect(safe_next(request, resource.url(row)))
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


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms or refuses."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.actor), pk=pk)
    row = proposal.parent
    resource = RESOURCES[proposal.kind]
    if request.method == "POST" and not commands.may_decide(proposal, request.actor, row):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            state = commands.decide(
                proposal, request.actor, confirm="confirm" in request.POST, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            texts = {
                "confirmed": _("Confirmed."),
                "refused": _("Refused."),
                "outdated": _("It was changed after it was proposed, so this no longer holds. Look at it anew."),
            }
            messages.info(request, texts[state])
            return redirect(resource.url(row))
    return render(
        request,
        "desk/decide.html",
        {
            "proposal": proposal,
            "row": row,
            "resource": resource,
            "form": form,
            "step": row.lifecycle.transition(proposal.transition),
            "columns": resource.columns_for(request.actor, row),
            "may_decide": commands.may_decide(proposal, request.actor, row),
        },
        status=422 if request.method == "POST" else 200,
    )
