"""Pages of funds: what is open, who may have it, one partner's page, what changed, and how the sources are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.evidence import funding
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.funds import commands
from udsyn.desk.rooms.funds.forms import AnswerForm, FindForm, SketchForm
from udsyn.desk.rooms.funds.models import PROGRAMME_NAMES, CallTyped, FundSearch, typed_rows
from udsyn.desk.rooms.funds.notices import date_of
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.parties.partners import partner_or_404
from udsyn.desk.web import feeds
from udsyn.desk.web.pages import demand_staff
from udsyn.desk.web.requests import HttpRequest
from udsyn.evidence.funds.find import COMING, Judged
from udsyn.evidence.funds.register import FORTHCOMING, OPEN, PAST
from udsyn.evidence.funds.sketch import codes_of

#: Calls of one state that a page shows, and that it shows where only this state is asked for.
SHOWN, ALL = 20, 300
HEADINGS = {OPEN: _("Open"), FORTHCOMING: _("Coming"), PAST: _("Past, and still in a list")}
#: Changes that the page lists; the command line gives all.
MOST_CHANGES = 100
WORST_LAST = ("money", "no_money", "read_text", "not_allowed")


@login_not_required
@require_GET
def funds(request: HttpRequest) -> HttpResponse:
    """Three lists for a pair on a day: open, coming and past, each call with what the rules say of it."""
    form = FindForm(request.GET)
    if not form.is_valid():
        return render(request, "funds/funds.html", {"form": form}, status=422)
    said = form.cleaned_data
    on, only = said["on"] or timezone.localdate(), request.GET.get("state", "")
    states = (only,) if only in HEADINGS else tuple(HEADINGS)
    found = funding.listed(typed_rows(), on, form.codes, states, said["q"])
    parts = [part(found, state, len(states) == 1) for state in states]
    search = {"text": said["q"], "country": said["country"].pk if said["country"] else ""}
    context = {
        "form": form,
        "on": on,
        "parts": parts,
        "pair": Country.objects.filter(code__in=form.codes),
        "sources": funding.sources(on),
        "save": f"{reverse('create', args=['fund-searches'])}?{urlencode(search)}" if request.actor.signed_in else "",
    }
    return render(request, "funds/funds.html", context)


def part(found: list[Judged], state: str, whole: bool = False) -> dict[str, Any]:
    """The calls in one state: how many, the first of them, and how many more there are."""
    calls, most = [one for one in found if one.row["state"] == state], ALL if whole else SHOWN
    return {
        "state": state,
        "heading": HEADINGS[state],
        "count": len(calls),
        "calls": calls[:most],
        "more": max(0, len(calls) - most),
    }


@login_not_required
@require_GET
def answer(request: HttpRequest) -> HttpResponse:
    """May partners of these countries use a programme's money: a verdict for each, with clause and source."""
    form = AnswerForm(request.GET or None)
    rows: list[dict[str, Any]] | None = None
    on = timezone.localdate()
    if form.is_valid():
        said = form.cleaned_data
        on = said["on"] or on
        rows = funding.answers(form.codes, said["programme"], on, said["action"] or None)
        names = {country.code: country for country in Country.objects.filter(code__in=form.codes)}
        rows = [{**row, "place": names[row["country"]]} for row in rows]
    return render(request, "funds/answer.html", {"form": form, "rows": rows, "on": on})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sketch(request: HttpRequest) -> HttpResponse:
    """The calls that fit a project sketch, within what its partners may. What was written is kept only as a search."""
    form = SketchForm(request.POST or None, initial={"partners": str(Country.objects.get(code=settings.HOME))})
    context: dict[str, Any] = {"form": form, "on": timezone.localdate()}
    if not form.is_valid():
        return render(request, "funds/sketch.html", context, status=422 if form.is_bound else 200)
    if "keep" in request.POST and request.actor.signed_in:
        return redirect(RESOURCES["fundsearch"].url(commands.keep(search_of(form), request.actor)))
    found = funding.sketched(typed_rows(), context["on"], form.sketch, form.placed)
    context |= {"calls": found[:SHOWN], "count": len(found), "placed": form.placed, "asked": True}
    return render(request, "funds/sketch.html", context)


def search_of(form: SketchForm) -> FundSearch:
    """A search for what a sketch is about, with its first partner abroad."""
    code = next((code for code in codes_of(form.placed) if code != settings.HOME), None)
    title = form.sketch.title
    search = FundSearch(name=title[:80], text=title, country=Country.objects.filter(code=code).first())
    search.language = language()
    return search


@login_not_required
@require_GET
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """Funds for working with one country now, for everybody."""
    country = partner_or_404(code)
    today = timezone.localdate()
    found = with_partner(country, COMING)
    table = [(PROGRAMME_NAMES[name], funding.answers([code], name, today)) for name in PROGRAMME_NAMES]
    context = {
        "country": country,
        "today": today,
        "table": [(name, rows[0]) for name, rows in table if rows],
        "parts": [part(found, state) for state in COMING],
        "sources": funding.sources(today),
        "funders": funding.funders(code),
        "whole_at": f"{reverse('funds')}?{urlencode({'country': code})}",
    }
    return render(request, "funds/partner.html", context)


def with_partner(country: Country, states: tuple[str, ...]) -> list[Judged]:
    """Calls for home and a partner: those that name the partner first, then by what the rules say, then by deadline.

    A call that names other partners and not this one is none of its.
    """
    listed = funding.listed(typed_rows(), timezone.localdate(), [settings.HOME, country.code], states)
    found = [one for one in listed if country.code in one.named or one.named <= {settings.HOME}]
    return sorted(found, key=lambda one: (not one.says_of(country.code), WORST_LAST.index(one.verdict["verdict"])))


@login_not_required
@require_GET
def deadlines(request: HttpRequest, code: str) -> HttpResponse:
    """The deadlines for working with a partner, as a calendar to subscribe to."""
    found = with_partner(partner_or_404(code), COMING)
    dates = [date for one in found if (date := date_of(one))]
    return feeds.answer(dates, f"Udsyn: {code}", f"funds-{code}")


@login_not_required
@require_GET
def typed(request: HttpRequest) -> HttpResponse:
    """The desk's own calls as a file for `udsyn funds load FILE --as typed`: a feed like any other."""
    held = CallTyped.objects.prefetch_related("clauses__country")
    return JsonResponse({"calls": [call.as_typed() for call in held]}, json_dumps_params={"ensure_ascii": False})


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """How each source is: the day of its last good state, and what its last attempt met."""
    demand_staff(request)
    today = timezone.localdate()
    return render(request, "funds/sources.html", {"sources": funding.sources(today), "today": today})


class Days(forms.Form):
    before = forms.DateField(label=_("from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    after = forms.DateField(label=_("to"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What lists say otherwise than those of an earlier day (the last two, unasked): new, gone, moved, changed."""
    demand_staff(request)
    days = dict(zip(("before", "after"), days_to_compare(timezone.localdate()), strict=True))
    form = Days({name: request.GET.get(name) or str(day) for name, day in days.items()})
    rows = funding.changes(form.cleaned_data["before"], form.cleaned_data["after"]) if form.is_valid() else None
    counts: dict[str, int] = {}
    for row in rows or ():
        counts[row["change"]] = counts.get(row["change"], 0) + 1
    context = {
        "form": form,
        "counts": counts,
        "rows": (rows or [])[:MOST_CHANGES],
        "missing": form.is_valid() and rows is None,
        "more": max(0, len(rows or ()) - MOST_CHANGES),
    }
    return render(request, "funds/changes.html", context)


def days_to_compare(today: dt.date) -> tuple[dt.date, dt.date]:
    """Of the last two lists; where there are none, this day of last week and today."""
    last = funding.last_lists()
    return (last[0], last[1]) if len(last) > 1 else (today - dt.timedelta(days=7), today)
