"""Type a partner and read what stands against, and what does not; below, what changed in the lists since yesterday."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from udsyn.desk.evidence import listed
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.safeguards.verdicts import shown
from udsyn.desk.web.requests import HttpRequest

#: Changes that the page lists; the command line gives all.
MOST = 50


class AskForm(forms.Form):
    """A partner by name and country, or by ROR id, on a day."""

    name = forms.RegexField(r"[^\W_]", label=_("partner"), max_length=250)
    country = forms.ModelChoiceField(Country.objects.all(), label=_("country"), required=False)
    ror = forms.RegexField(r"^0[0-9a-z]{8}$", label=_("ROR id"), required=False)
    on = forms.DateField(label=_("on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Colleagues only. Nothing that is asked is kept."""
    if not request.actor.staff:
        raise PermissionDenied
    form = AskForm(request.GET or None)
    found, today = None, timezone.localdate()
    if form.is_valid():
        said = form.cleaned_data
        country = said["country"].code if said["country"] else None
        found = listed.ask(said["name"], country, said["on"] or today, said["ror"])
    changes = listed.changes(today - dt.timedelta(days=1))
    context = {
        "form": form,
        "asked": form.is_valid(),
        "missing": changes is None,
        "verdicts": shown(found or ()),
        "changes": (changes or [])[:MOST],
        "more": max(0, len(changes or []) - MOST),
    }
    return render(request, "safeguards/ask.html", context)
