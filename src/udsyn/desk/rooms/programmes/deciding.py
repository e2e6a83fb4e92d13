"""The page on which a call's applications are scored, ranked, and given their outcomes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.programmes import ranking
from udsyn.desk.rooms.programmes.models import Application, Call, PartnerRanking
from udsyn.desk.rooms.programmes.pots import NOBODY, POT, in_the_calls_money, payers, pots_of
from udsyn.desk.web.forms import Plain
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest

LINES = (
    ("", gettext_lazy("as the call says")),
    ("strict", gettext_lazy("no gap")),
    ("skip", gettext_lazy("skip what does not fit")),
)


class WhatIf(Plain):
    """Other sums and another line: of the one pot, or of each agency and the top-up between them."""

    line = forms.ChoiceField(label=gettext_lazy("line"), required=False, choices=LINES)

    def __init__(self, call: Call, data: Any = None) -> None:
        super().__init__(data)
        agencies: dict[str, Any] = {f"money-{one.id}": said(one.title) for one in payers(call.pack)}
        more = {"top_up": gettext_lazy("top-up"), "virtual": gettext_lazy("part of it by budgets, 0 to 1")}
        labels = agencies | more if agencies else {"money": gettext_lazy("money")}
        self.sums = {name: name.removeprefix("money-") for name in labels} if agencies else {"money": POT}
        for name, label in labels.items():
            most = 1 if name == "virtual" else None
            self.fields[name] = forms.DecimalField(
                label=label, required=False, min_value=0, max_value=most, max_digits=14
            )
        self.order_fields([*self.sums, "line"])

    @property
    def said(self) -> tuple[dict[str, Any], str]:
        """Sums by who pays, and the line's rule."""
        held: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        return {key: held.get(name) for name, key in self.sums.items()}, held.get("line") or ""


@require_http_methods(["GET", "HEAD", "POST"])
def ranked(request: HttpRequest, pk: int) -> HttpResponse:
    """Scores, the ranking, the line with "what if", outcomes. Nothing here is told to anybody before the release."""
    call: Call = seen_or_404(request, "calls", pk)[1]
    if not request.actor.can("private", call):
        raise Http404
    if request.method == "POST":
        if not request.actor.can("change", call):
            raise PermissionDenied
        try:
            save_scores(request, call) if "scores" in request.POST else save_outcomes(request, call)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Saved."))
        return redirect("ranking", pk=pk)
    form = WhatIf(call, request.GET or None)
    sums, line = form.said
    found = ranking.ranking(call, pots_of(call, sums), line)
    agencies = payers(call.pack)
    criteria = call.pack.assessment.criteria if call.pack.assessment else ()
    context = {
        "call": call,
        "found": found,
        "form": form,
        "pots": [(said(one.title), found.pots.budgets[one.id], found.line.left[one.id]) for one in agencies],
        "top_up": (found.pots.top_up, found.line.reserve) if found.pots.top_up else None,
        "left": found.line.left.get(POT),
        "money": call.pack.currency or "",
        "unpaid": [one.row for one in found.places if one.costs.get(NOBODY)],
        "worthless": [said(one.title) for one in agencies if in_the_calls_money(call.pack, one) is None],
        "intervals": any(one.expected for one in found.places),
        "criteria": [(one, said(one.says)) for one in criteria],
        "cells": [
            (row, [(one, row.judged.scores.get(one.id)) for one in criteria])
            for row in ranking.standing(call)
            if not row.judged.means
        ],
        "reasons": [(reason.code, said(reason.says)) for reason in call.pack.reasons],
        "joint": PartnerRanking.objects.filter(call=call).exclude(rule="").first(),
        "is_joint": len(call.pack.agencies) > 1,
        "ties": [(said(one.says), one.clause) for one in call.pack.ties],
        "writes": request.actor.can("change", call) and call.state == "published",
        "choices": choices(found),
    }
    return render(request, "programmes/ranking.html", context)


def choices(found: ranking.Ranking) -> list[tuple[Application, str]]:
    """Every application that waits for its outcome, with what the line proposes where nobody has written one."""
    proposed = [(one.row, "award" if one.funded else "decline") for one in found.places]
    proposed += [(row, "decline") for row, _below in found.below] + [(row, "") for row in found.unscored]
    proposed += [(row, "decline") for row in found.one_sided]
    return [(row, row.judged.outcome or said) for row, said in proposed if row.state == "eligible"]


def save_scores(request: HttpRequest, call: Call) -> None:
    """What stands in the fields `score-<application>-<criterion>`."""
    criteria = call.pack.assessment.criteria if call.pack.assessment else ()
    for row in ranking.standing(call):
        given = {one.id: request.POST.get(f"score-{row.pk}-{one.id}", "").strip() for one in criteria}
        if row.state == "eligible" and any(given.values()) and not row.judged.means:
            ranking.write_scores(row, request.actor, {name: number(value) for name, value in given.items()})


def number(text: str) -> Any:
    """A score as written: a number with a point or a comma, a grade, or nothing."""
    if not text:
        return None
    try:
        return float(Decimal(text.replace(",", ".")))
    except (ArithmeticError, ValueError):
        return text


def save_outcomes(request: HttpRequest, call: Call) -> None:
    chosen = {
        row.pk: (
            request.POST[f"outcome-{row.pk}"],
            request.POST.get(f"code-{row.pk}", ""),
            request.POST.get(f"words-{row.pk}", "")[:2000],
        )
        for row in ranking.standing(call)
        if request.POST.get(f"outcome-{row.pk}")
    }
    ranking.write_outcomes(call, request.actor, chosen)
