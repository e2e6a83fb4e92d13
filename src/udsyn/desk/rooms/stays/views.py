"""Pages at the desk: the places of a round, a host's answer typed in, a stay's letter, calendar file and allowance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.stays import allocating, letters, money, rounds
from udsyn.desk.rooms.stays.forms import JourneyForm
from udsyn.desk.rooms.stays.models import Round, Stay
from udsyn.desk.rooms.stays.public import answer_page, pdf_answer
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest
from udsyn.packs import PackError, allowance


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest, pk: int) -> HttpResponse:
    """The four ways to give the places, side by side. An officer chooses one; a step of the round gives the places."""
    row: Round = seen_or_404(request, "stay-rounds", pk)[1]
    if not request.actor.can("private", row):
        raise Http404
    if request.method == "POST":
        if not request.actor.can("change", row):
            raise PermissionDenied
        try:
            rounds.choose(row, request.actor, request.POST.get("rule", ""))
            messages.success(request, _("Chosen. Nobody is told before the places are given."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("stay_places", pk=pk)
    wrong = allocating.is_possible(row)
    context: dict[str, Any] = {"round": row, "wrong": wrong, "writes": request.actor.can("change", row)}
    if not wrong:
        basis = allocating.basis(row)
        ways = allocating.ways(row, basis)
        stands = bool(row.chosen) and (row.chosen["seal"] == basis.seal or row.state == "settled")
        context |= {
            "ways": ways,
            "lines": list(lines(basis, ways)),
            "demands": [allocating.words_of(one.name, basis) for one in basis.demands],
            "stands": stands,
            "lots": basis.lots if row.state == "settled" else None,
            "pairs": [(way, [(basis.applicants[who], basis.hosts[host]) for who, host in way.envy]) for way in ways],
        }
    return render(request, "stays/places.html", context)


def lines(basis: allocating.Basis, ways: list[allocating.Way]) -> Any:
    """A line for each applicant: in each way the host, which wish it is, its rank, and whether that is a change."""
    for who, one in basis.applicants.items():
        wishes = {str(wish.host_id): wish for wish in one.wishes.all()}
        cells = []
        for way in ways:
            host = (way.matching or {}).get(who)
            why = next((change["why"] for change in way.changes if change["applicant"] == who), "")
            cells.append(
                {
                    "none": way.matching is None,
                    "host": basis.hosts.get(host or ""),
                    "wish": wishes.get(host or ""),
                    "changed": bool(why),
                    "reason": way.reasons.get(who, ""),
                    "label": way.label,
                }
            )
        yield one, cells


@require_http_methods(["GET", "HEAD", "POST"])
def type_in(request: HttpRequest, pk: int) -> HttpResponse:
    """What a host answered on paper, typed in by an officer."""
    host = seen_or_404(request, "stay-hosts", pk)[1]
    if not request.actor.can("change", host):
        raise PermissionDenied
    return answer_page(request, host, request.actor, "stays/answer.html", {"desk": True})


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    host = seen_or_404(request, "stay-hosts", pk)[1]
    if not request.actor.can("change", host):
        raise PermissionDenied
    return pdf_answer(letters.sheet_pdf(host, language()), "answer.pdf")


@require_GET
def letter(request: HttpRequest, pk: str, language: str) -> HttpResponse:
    """The letter of invitation as it would leave. Before the guest is invited there is none to take along."""
    row: Stay = seen_or_404(request, "stays", int(pk))[1]
    if row.invited_on is None:
        raise Http404
    return pdf_answer(letters.invitation_pdf(row, language), f"invitation-{language}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def journey(request: HttpRequest, pk: int) -> HttpResponse:
    """The allowance of a journey, line by line with the rate of each line; kept as an amount of the stay."""
    row: Stay = seen_or_404(request, "stays", pk)[1]
    if not request.actor.can("change", row):
        raise PermissionDenied
    asked = request.POST or (request.GET if "family" in request.GET else None)
    form = JourneyForm(asked, initial={"country": row.country.code if row.country else "DK"})
    found = None
    if form.is_valid():
        try:
            case = form.case()
            found = allowance.reckon(allowance.parse(case), money.rates(), form.cleaned_data["known_on"])
        except PackError as error:
            form.add_error(None, str(error))
    if found is not None and (reason := money.paid_already(row, case)):
        form.add_error(None, reason)
    elif found is not None and request.method == "POST":
        money.keep(row, request.actor, case, found)
        messages.success(request, _("Kept as an amount of the stay."))
        return redirect(RESOURCES["stay"].url(row))
    shown = money.shown(money.lines_of(found)) if found else []
    context = {"row": row, "form": form, "found": found, "lines": shown}
    return render(request, "stays/journey.html", context, status=422 if asked is not None and form.errors else 200)
