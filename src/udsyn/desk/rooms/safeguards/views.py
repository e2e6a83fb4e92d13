"""Type a partner and read what stands against, and what does not; below, what changed in the lists since yesterday."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from udsyn.desk.evidence import listed
from udsyn.desk.kernel import ordering
from udsyn.desk.kernel.permissions import MINISTRY
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.safeguards.commands import changed_cases
from udsyn.desk.rooms.safeguards.verdicts import shown
from udsyn.desk.web.pages import demand_staff
from udsyn.desk.web.requests import HttpRequest
from udsyn.errors import UdsynError
from udsyn.evidence.safeguards import crosswalk, exposure
from udsyn.evidence.safeguards.body import Body
from udsyn.facts import countries

#: Changes that the page lists; the command line gives all.
MOST = 50


class AskForm(forms.Form):
    """A partner by name and country, or by ROR id, on a day."""

    name = forms.RegexField(r"[^\W_]", label=_("partner"), max_length=250)
    country = forms.ModelChoiceField(
        Country.objects.order_by(*ordering.of(Country)), label=_("country"), required=False
    )
    ror = forms.RegexField(r"^0[0-9a-z]{8}$", label=_("ROR id"), required=False)
    on = forms.DateField(label=_("on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def body(self) -> tuple[str, str | None, str]:
        """Who is asked about: name, country, ROR id."""
        said = self.cleaned_data
        return said["name"], said["country"].code if said["country"] else None, said["ror"]


class DecideForm(AskForm):
    """That the partner is what an entry names, or is not, and why."""

    entry = forms.CharField(max_length=500)
    decision = forms.ChoiceField(choices=[("is", _("it is")), ("is_not", _("it is not"))])
    reason = forms.CharField(label=_("reason"), max_length=500)


class CrosswalkForm(forms.Form):
    """A crosswalk of another record."""

    file = forms.FileField(
        label=_("crosswalk (CSV)"), widget=forms.ClearableFileInput(attrs={"accept": ".csv"}), max_length=200
    )


class ExposureForm(forms.Form):
    """Whose joint works with listed bodies: a country, an institution, a person, or a group of people."""

    whose = forms.ChoiceField(
        label=_("whose works"),
        choices=[("country", _("country")), ("institution", _("institution")), ("author", _("person or group"))],
    )
    value = forms.CharField(
        label=_("which"), max_length=500, help_text=_("A country code, or OpenAlex’s ids, several with spaces.")
    )


@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Colleagues only. Nothing that is asked is kept."""
    demand_staff(request)
    form = AskForm(request.GET or None)
    found, today, choices = None, timezone.localdate(), []
    if form.is_valid():
        name, country, ror = form.body()
        choices = [] if ror else [chosen(request, body) for body in listed.choices(name, country)]
        found = listed.ask(name, country, form.cleaned_data["on"] or today, ror)
    changes = listed.changes(today - dt.timedelta(days=1))
    context = {
        "form": form,
        "asked": form.is_valid(),
        "missing": changes is None,
        "verdicts": shown(found or ()),
        "choices": choices,
        "touched": changed_cases(request.actor)[:MOST] if changes is not None else [],
        "may_begin": RESOURCES["case"].may_create(request.actor),
        "may_identify": MINISTRY.allows(request.actor, None),
        "crosswalk": CrosswalkForm(),
        "changes": (changes or [])[:MOST],
        "more": max(0, len(changes or []) - MOST),
    }
    return render(request, "safeguards/ask.html", context)


def chosen(request: HttpRequest, body: Body) -> dict[str, Any]:
    """A record of the register, and the address that asks of it."""
    asked = request.GET.copy()
    asked["ror"] = (body.id or "").rpartition("/")[2]
    country = countries.name(body.country, language()) if body.country else ""
    return {"name": body.name, "country": country, "ror": asked["ror"], "address": f"?{asked.urlencode()}"}


@require_POST
def identify(request: HttpRequest) -> HttpResponse:
    """Keep who a partner is, in the record's crosswalk, with the officer's name and reason."""
    if not MINISTRY.allows(request.actor, None):
        raise PermissionDenied
    form = DecideForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            listed.identify(
                form.body(), said["entry"], said["decision"], request.actor.name, said["reason"], timezone.localdate()
            )
            messages.success(request, _t("Kept, with your name and reason."))
        except UdsynError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _t("Give a reason."))
    asked = {name: request.POST.get(name, "") for name in ("name", "country", "ror")}
    return redirect(f"{reverse('safeguards')}?{urlencode(asked)}")


@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """The crosswalk as a file that another record takes in."""
    demand_staff(request)
    place = listed.record()
    path = place / crosswalk.FILE if place is not None else None
    text = path.read_text(encoding="utf-8") if path is not None and path.is_file() else ",".join(crosswalk.COLUMNS)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="crosswalk.csv"'
    return response


@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Add the decisions of another record's crosswalk, each with its person and reason. A file of which a line cannot
    be read adds nothing."""
    if not MINISTRY.allows(request.actor, None):
        raise PermissionDenied
    place, form = listed.record(), CrosswalkForm(request.POST, request.FILES)
    if place is None:
        messages.error(request, _t("No list is loaded, so nothing can be taken in."))
    elif form.is_valid():
        try:
            new = crosswalk.take_in(place, read(form.cleaned_data["file"]))
            said = ngettext("%(n)s decision is new.", "%(n)s decisions are new.", new)
            messages.success(request, said % {"n": new})
        except UdsynError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _t("Choose a file."))
    return redirect("safeguards")


def read(file: UploadedFile) -> list[crosswalk.Decision]:
    """The decisions of an uploaded file. Raises UdsynError that names the line at fault, or where it is too large."""
    if (file.size or 0) > settings.LARGEST_FILE:  # before it is read into memory
        raise UdsynError(_t("The file is larger than a crosswalk is."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / crosswalk.FILE
        path.write_bytes(file.read())
        try:
            return crosswalk.parse(path)
        except UdsynError as error:
            raise UdsynError(str(error).replace(str(path), crosswalk.FILE)) from None


@require_GET
def joint(request: HttpRequest) -> HttpResponse:
    """Joint works with listed bodies, by year and field, with links to the works."""
    demand_staff(request)
    form, place = ExposureForm(request.GET or None), listed.record()
    rows, wrong = [], ""
    if form.is_valid() and place is not None:
        whose, said = form.cleaned_data["whose"], form.cleaned_data["value"].split()
        try:
            values = [one.upper() for one in said]
            rows = exposure.exposure(place, whose, values, timezone.localdate())
        except UdsynError as error:
            wrong = str(error)
    context = {"form": form, "asked": form.is_valid(), "missing": place is None, "rows": rows, "wrong": wrong}
    return render(request, "safeguards/exposure.html", context)
