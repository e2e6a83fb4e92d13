"""Pages of technology: which firms build on our science, one patent family, and a partner's page for everybody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from udsyn.desk.evidence import inventing, listed
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.partners import partner_or_404
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.rooms.technology import commands, offers, pictures
from udsyn.desk.rooms.technology.forms import BuildersForm, PartnerForm
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web.pages import demand_staff, seen_or_404
from udsyn.desk.web.requests import HttpRequest
from udsyn.errors import UsageError
from udsyn.evidence.technology.names.forms import is_body
from udsyn.evidence.technology.users import Found

#: Firms, classes and offers that a page shows.
SHOWN, NAMED, CLASSES, LISTED = 20, 10, 10, 50


@require_http_methods(["GET", "HEAD", "POST"])
def builders(request: HttpRequest) -> HttpResponse:
    """Which firms of a country build on our science in some words; tick those who shall be candidates of a request."""
    demand_staff(request)
    given = request.POST or request.GET
    form = BuildersForm(request.actor, given or None)
    found, firms = None, []
    if form.is_valid():
        try:
            found = inventing.builders(form.cleaned_data["country"].code, form.words)
        except UsageError as wrong:
            form.add_error("q", str(wrong))
        firms = list(found.rows[:SHOWN]) if found else []
    row = form.cleaned_data.get("request") if form.is_valid() else None
    if request.method == "POST" and row is not None:
        count = commands.take(row, request.actor, firms, set(request.POST.getlist("take")))
        messages.success(request, _("%(count)d candidates added.") % {"count": count})
        return redirect(RESOURCES["request"].url(row) + "#candidates")
    context = {
        "form": form,
        "asked": form.is_valid(),
        "found": found,
        "firms": looked_up(firms),
        "row": row,
        "held": set(row.candidates.values_list("institution", flat=True)) if row else (),
    }
    return render(request, "technology/builders.html", context, status=422 if given and not form.is_valid() else 200)


def looked_up(firms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Firms, each with whether a loaded list names it, or may."""
    named = {
        name for name, _verdict in listed.standing([(f["name"], f["country"]) for f in firms], timezone.localdate())
    }
    return [{**firm, "listed": firm["name"] in named} for firm in firms]


@require_GET
def family(request: HttpRequest, number: str) -> HttpResponse:
    """What the record holds of one patent: its publications, applicants and classes, and the papers that it cites."""
    demand_staff(request)
    found = inventing.family(number)
    if found is None:
        raise Http404
    return render(request, "technology/family.html", {"family": found})


@login_not_required
@require_GET
def technology(request: HttpRequest) -> HttpResponse:
    """What is offered and looked for now, and the way to a partner's page."""
    form = PartnerForm(request.GET or None)
    if form.is_valid():
        return redirect("technology_with", form.cleaned_data["country"].code)
    context = {"form": form, "offers": offers.open_offers()[:LISTED]}
    return render(request, "technology/technology.html", context, status=422 if form.is_bound else 200)


@login_not_required
@require_GET
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """An open offer or request for everybody: what it says, and nothing of who stands behind it."""
    row = get_object_or_404(offers.open_offers(), pk=pk)
    return render(request, "technology/public.html", {"offer": row})


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an offer in a request: its owner becomes a candidate there."""
    resource, row = seen_or_404(request, "technology-offers", pk)
    requests = Request.objects.visible_to(request.actor, "change")
    chosen = get_object_or_404(requests, pk=whole_number(request.POST.get("request", "")))
    try:
        offers.answer(row, chosen, request.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(resource.url(row))
    messages.success(request, _("Its owner is a candidate in this request now."))
    return redirect(RESOURCES["request"].url(chosen) + "#candidates")


@login_not_required
@require_GET
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """Who in a country builds on our science, and where both are strong in technology: for everybody, bodies only."""
    country = partner_or_404(code)
    found = inventing.builders(code)
    context = {
        "country": country,
        "found": found,
        "firms": bodies(found)[:NAMED],
        "classes": inventing.both_strong(code)[:CLASSES],
        "crossed": pictures.crossed(inventing.crossed(code), country),
        "offers": offers.open_offers().filter(country=country)[:LISTED],
    }
    return render(request, "technology/partner.html", context)


def bodies(found: Found | None) -> list[dict[str, Any]]:
    """The firms of an answer whose names are organisations': who applies in a person's name is not made public."""
    return [firm for firm in found.rows if is_body(firm["name"])] if found else []
