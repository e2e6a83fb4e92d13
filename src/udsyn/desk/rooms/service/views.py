"""Pages of a centre's work: log a contact, find candidates in the record, key figures, the yearly report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import came, candidates, commands, figures, report, taking
from udsyn.desk.rooms.service.models import Request, Step
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.web import choosing
from udsyn.desk.web.pages import demand_staff, seen_or_404
from udsyn.desk.web.requests import HttpRequest

# Log a contact -------------------------------------------------------------------------------------------------------


class LogForm(forms.ModelForm):
    """One page for the everyday case: who, what about, how long it took. Half of it is filled in already."""

    required_css_class = "required"
    request = forms.ModelChoiceField(
        Request.objects.none(),
        label=gettext_lazy("about"),
        required=False,
        empty_label=gettext_lazy("a new request"),
    )
    how = forms.ChoiceField(label=gettext_lazy("how"), required=False, choices=[("", "–"), *Step.HOW])
    minutes = forms.IntegerField(label=gettext_lazy("minutes of work"), required=False, min_value=0, max_value=6000)
    contact_note = forms.CharField(
        label=gettext_lazy("note for colleagues"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = Request
        fields = ("name", "organisation_name", "email", "text", "theme", "centre", "country")
        labels = {"name": gettext_lazy("who"), "email": gettext_lazy("e-mail")}  # noqa: RUF012
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012

    def __init__(self, actor: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Request.objects.visible_to(actor, "change").filter(state__in=OPEN)
        choosing.offer(self, "request", mine)
        taking.offer_place(self, actor)
        for field in self.of_new():
            self.fields[field].required = False
        self.order_fields(("request", "name", "organisation_name", "text", "how", "minutes", "email", "theme"))
        self.fields["name"].widget.attrs["autofocus"] = True
        choosing.by_name(self, actor)

    def of_new(self) -> list[str]:
        """What a new request cannot do without."""
        return [name for name in ("name", "text", "centre", "country") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        there = data.get("request")
        if there:
            return data | {"centre": there.centre, "country": there.country}
        for name in self.of_new():
            if not data.get(name):
                self.add_error(name, _("Write this for a new request."))
        return data


def demand_writer(request: HttpRequest) -> None:
    """Raises PermissionDenied for who writes down no requests."""
    if not RESOURCES["request"].may_create(request.actor):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def log_contact(request: HttpRequest) -> HttpResponse:
    """A contact in under a minute: a line in the log of a request, or a new request."""
    demand_writer(request)
    given = {
        name: request.GET[name] for name in ("request", "name", "organisation_name", "text") if name in request.GET
    }
    form = LogForm(request.actor, request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        contact = {"how": data["how"], "minutes": data["minutes"], "note": data["contact_note"]}
        try:
            row = data["request"]
            if row:
                contact["note"] = "\n".join(filter(None, (data["text"], contact["note"])))
                commands.log_contact(Step(request=row, **contact), request.actor)
            else:
                row = commands.type_in(form.save(commit=False), request.actor, **contact)
            messages.success(request, _("Saved."))
            return redirect(RESOURCES["request"].url(row))
        except ValidationError as error:
            form.add_error(None, error.messages)
    eml = taking.EmlForm(request.actor)
    status = 422 if request.method == "POST" else 200
    return render(request, "service/log.html", {"form": form, "eml": eml}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def from_mail(request: HttpRequest) -> HttpResponse:
    """An e-mail file becomes a request with its attachments."""
    demand_writer(request)
    form = taking.EmlForm(request.actor, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = taking.take_mail(
                form.cleaned_data["file"].read(), taking.place_of(form.cleaned_data), request.actor
            )
        except ValidationError as error:
            form.add_error("file", error.messages)
        else:
            for problem in taken.problems:
                messages.warning(request, problem)
            messages.success(request, _("Saved."))
            return redirect(RESOURCES["request"].url(taken.request))
    status = 422 if request.method == "POST" else 200
    return render(request, "service/from_mail.html", {"form": form}, status=status)


# Candidates ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the record who fits, with reasons and ways; tick whom to take."""
    resource, row = seen_or_404(request, "requests", pk)
    if not request.actor.can("change", row):
        raise PermissionDenied
    asked = (request.POST.get("text") or request.GET.get("text", "")).strip()[:3000]
    new_only = bool(request.POST.get("new_only") or request.GET.get("new_only"))
    found = candidates.ask(asked, row.partner.code, new_only=new_only) if asked else candidates.Found()
    if request.method == "POST":
        count = candidates.take(row, request.actor, found, set(request.POST.getlist("take")))
        messages.success(request, _("%(count)d candidates added.") % {"count": count})
        return redirect(resource.url(row) + "#candidates")
    held = set(row.candidates.exclude(author="").values_list("author", flat=True))
    context = {
        "resource": resource,
        "row": row,
        "asked": asked,
        "default": row.need or row.text,
        "new_only": new_only,
        "found": found,
        "held": held,
    }
    return render(request, "service/find.html", context)


# Key figures and report ----------------------------------------------------------------------------------------------


@require_GET
def key_figures(request: HttpRequest) -> HttpResponse:
    """The key figures of all centres for this year, another one or all, cut by centre, theme, client type or year.
    Counts only; nobody's name."""
    demand_staff(request)
    cut = request.GET.get("by", "centre")
    cut = cut if cut in figures.CUTS else "centre"
    today = timezone.localdate()
    years = [today.year - n for n in range(6)]
    year = request.GET.get("year", str(today.year))
    starts, ends = period(int(year)) if year in map(str, years) else (None, None)
    of_all, groups = figures.table(starts, ends, cut)
    return render(
        request,
        "service/figures.html",
        {
            "cut": cut,
            "cuts": [(name, label) for name, (label, _key, _names) in figures.CUTS.items()],
            "years": years,
            "year": year if starts else "",
            "all": of_all,
            "groups": groups,
            "came": came.by_centre(today),
            "centres": Centre.objects.all(),
            "last_year": today.year - 1,
        },
    )


def period(year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def centre_and_year(slug: str, year: int) -> Centre:
    if not 1990 <= year <= timezone.localdate().year:
        raise Http404
    return get_object_or_404(Centre, slug=slug)


@require_GET
def centre_report(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The yearly report of a centre on the desk, with the same as a file to take along."""
    demand_staff(request)
    centre = centre_and_year(slug, year)
    return render(
        request,
        "service/report.html",
        {"centre": centre, "year": year, "report": report.compose(centre, year), "earlier": year - 1},
    )


@require_GET
def report_file(request: HttpRequest, slug: str, year: int, form: str) -> HttpResponse:
    """The yearly report as one HTML file or as a PDF."""
    demand_staff(request)
    if form not in report.FORMS:
        raise Http404
    centre = centre_and_year(slug, year)
    kind, write = report.FORMS[form]
    name = f"{centre.slug}-{year}-{language()}.{form}"
    headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write(report.compose(centre, year)), headers=headers)
