"""Pages of markets: a search in tenders, one partner's market, and which codes belong to a need profile."""

from __future__ import annotations

from typing import Any

import yaml
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.evidence import buying
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.markets import commands
from udsyn.desk.rooms.markets.forms import FindForm
from udsyn.desk.rooms.markets.models import NeedProfile
from udsyn.desk.rooms.markets.notices import date_of
from udsyn.desk.rooms.parties.partners import partner_or_404
from udsyn.desk.web import feeds
from udsyn.desk.web.requests import HttpRequest
from udsyn.errors import UsageError

#: Tenders that a page shows, that it counts, and that a calendar holds; goods that it names.
SHOWN, COUNTED, DATED, GOODS = 20, 500, 100, 10


@login_not_required
@require_GET
def markets(request: HttpRequest) -> HttpResponse:
    """Tenders that are open on a day, by words and market."""
    form = FindForm(request.GET)
    if not form.is_valid():
        return render(request, "markets/markets.html", {"form": form}, status=422)
    said, today = form.cleaned_data, timezone.localdate()
    on, country = said["on"] or today, said["country"]
    words = said["q"].replace(",", " ").split()
    try:
        found = buying.open_tenders(on, {}, words, country.code if country else None, COUNTED)
    except UsageError:  # signs without a letter or a digit
        found = []
    kept = {"text": said["q"], "words": "\n".join(words), "country": country.pk if country else ""}
    context = {
        "form": form,
        "on": on,
        "missing": found is None,
        **shown(found),
        "save": f"{reverse('create', args=['needs'])}?{urlencode(kept)}" if words and request.actor.signed_in else "",
    }
    return render(request, "markets/markets.html", context)


def shown(found: list[commands.Tender] | None) -> dict[str, Any]:
    """The first tenders, how many there are, and whether there are more than were counted."""
    count = len(found or ())
    return {"tenders": None if found is None else found[:SHOWN], "count": count, "many": count == COUNTED}


@login_not_required
@require_GET
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """One country's market now, for everybody: what is tendered, and what it imports of what home sells."""
    country, today = partner_or_404(code), timezone.localdate()
    found = buying.open_tenders(today, {}, (), country.code, COUNTED)
    context = {"country": country, "today": today, **shown(found), "trade": buying.sold(country.code, GOODS)}
    return render(request, "markets/partner.html", context)


@login_not_required
@require_GET
def deadlines(request: HttpRequest, code: str) -> HttpResponse:
    """The deadlines of one country's tenders, as a calendar to subscribe to."""
    found = buying.open_tenders(timezone.localdate(), {}, (), partner_or_404(code).code, DATED) or []
    dates = [date for one in found if (date := date_of(one))]
    return feeds.answer(dates, f"Udsyn: {code}", f"tenders-{code}")


@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Which codes belong to a technology: proposed by labels, confirmed by the profile's owner."""
    row = get_object_or_404(NeedProfile.objects.visible_to(request.actor), pk=pk)
    if not request.actor.can("change", row):
        raise PermissionDenied
    error, more = "", request.POST.get("more", "")[:300]
    if request.method == "POST":
        named = [*request.POST.getlist("code"), *filter(None, (one.strip() for one in more.split(",")))]
        try:
            commands.confirm(row, named, request.actor)
            return redirect(RESOURCES["needprofile"].url(row))
        except UsageError as wrong:
            error = str(wrong)
    context = {"row": row, "codes": commands.offered(row), "error": error, "more": more}
    return render(request, "markets/codes.html", context, status=422 if error else 200)


@require_GET
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile as a file for `udsyn markets tenders --need FILE`."""
    row = get_object_or_404(NeedProfile.objects.visible_to(request.actor), pk=pk)
    text = yaml.safe_dump(row.as_need().model_dump(exclude_none=True), sort_keys=False, allow_unicode=True, width=110)
    return HttpResponse(
        text,
        headers={
            "Content-Type": "application/yaml; charset=utf-8",
            "Content-Disposition": f'attachment; filename="need-{row.pk}.yaml"',
        },
    )
