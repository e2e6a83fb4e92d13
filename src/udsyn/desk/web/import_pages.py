"""Pages of imports: take in a spreadsheet, look at what it would do, store it, undo it."""

from __future__ import annotations

import csv
import dataclasses
import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel.models import Import
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource
from udsyn.desk.tools import imports, sheets
from udsyn.desk.tools.columns import Reading, fields_of
from udsyn.desk.tools.texts import CANDIDATES
from udsyn.desk.web.exports import harmless
from udsyn.desk.web.forms import Plain
from udsyn.desk.web.pages import PAGE, resource_or_404
from udsyn.desk.web.requests import HttpRequest

ENCODINGS = ("utf-8", *(candidate.codec for candidate in CANDIDATES))
DOES = {
    "new": gettext_lazy("made"),
    "change": gettext_lazy("changed"),
    "same": gettext_lazy("as it is here"),
    "twice": gettext_lazy("twice in the sheet"),
    "held": gettext_lazy("held back"),
    "missing": gettext_lazy("made because a cell names it"),
    "parts": gettext_lazy("links made"),
}


class FileForm(Plain):
    file = forms.FileField(
        label=gettext_lazy("spreadsheet"),
        help_text=gettext_lazy("Excel (.xlsx) or CSV, at most 20 MB and 20,000 rows, the first row with headings."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )


class ReadingForm(Plain):
    """How the sheet is read. A field per column, and the choices."""

    likely = forms.ChoiceField(
        label=gettext_lazy("rows that are likely here already"),
        choices=[
            ("hold", gettext_lazy("hold them back, so that I look")),
            ("same", gettext_lazy("take them as the same and change the row here")),
            ("new", gettext_lazy("make them anew")),
        ],
    )
    fill_only = forms.BooleanField(label=gettext_lazy("change only what is empty here"), required=False)
    make_missing = forms.BooleanField(
        label=gettext_lazy("make what a cell names and is not here, such as an organisation"), required=False
    )
    leave_out = forms.BooleanField(label=gettext_lazy("save the rest although rows are held back"), required=False)
    day_first = forms.TypedChoiceField(
        label=gettext_lazy("1/3/2015 is"),
        coerce=lambda value: value == "True",
        choices=[(True, gettext_lazy("1 March")), (False, gettext_lazy("January 3"))],
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("encoding of the letters"),
        choices=[("", gettext_lazy("as it looks")), *((c, sheets.CALLED.get(c, c)) for c in ENCODINGS)],
        required=False,
    )
    comma = forms.TypedChoiceField(
        label=gettext_lazy("1,234 is"),
        coerce=lambda value: value == "True",
        choices=[(True, gettext_lazy("a little more than one")), (False, gettext_lazy("more than a thousand"))],
    )

    def __init__(self, record: Import, resource: Resource, actor: Actor, names: list[str], data: Any = None) -> None:
        reading = record.reading
        initial = reading | {f"column{i}": c for i, c in enumerate(reading["columns"].values())}
        super().__init__(data, initial=initial)
        self.headings = list(reading["columns"])
        if len(names) > 1:
            self.fields["sheet"] = forms.ChoiceField(label=_("sheet"), choices=[(n, n) for n in names])
        if not any(f.part or getattr(f.field, "related_model", None) for f in fields_of(resource, actor)):
            del self.fields["make_missing"]
        choices = [("", _("not used")), *((t.key, t.label) for t in fields_of(resource, actor))]
        for i, heading in enumerate(self.headings):
            self.fields[f"column{i}"] = forms.ChoiceField(label=heading, choices=choices, required=False)

    def column_fields(self) -> list[Any]:
        return [self[f"column{i}"] for i in range(len(self.headings))]

    def choice_fields(self) -> list[Any]:
        return [field for field in self if not field.name.startswith("column")]

    def reading(self) -> Reading:
        data = self.cleaned_data
        columns = {heading: data[f"column{i}"] for i, heading in enumerate(self.headings)}
        names = {f.name for f in dataclasses.fields(Reading)}
        return Reading(columns=columns, **{n: v for n, v in data.items() if n in names})


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a spreadsheet for a list. Nothing is stored by that."""
    resource = resource_or_404(slug)
    if not resource.may_import(request.actor):
        raise PermissionDenied
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > sheets.LARGEST:  # before it is read into memory
                raise ValidationError(_("The file is larger than 20 MB. Split it into several."))
            record = imports.look(upload.name, upload.read(), resource, request.actor)
        except ValidationError as error:
            form.add_error("file", error.messages)
        else:
            return redirect("import", record.pk)
    fields = fields_of(resource, request.actor)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "desk/import_new.html", {"resource": resource, "form": form, "fields": fields}, status=status
    )


@require_GET
def imports_page(request: HttpRequest) -> HttpResponse:
    """All imports that the reader sees, and lists into which they may import."""
    page = Paginator(Import.objects.visible_to(request.actor).select_related("owner"), PAGE).get_page(
        request.GET.get("page")
    )
    lists = [r for r in RESOURCES.values() if r.may_import(request.actor)]
    lines = [(record, RESOURCES[record.kind].plural) for record in page if record.kind in RESOURCES]
    return render(request, "desk/imports.html", {"page": page, "lines": lines, "lists": lists})


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What a spreadsheet would do, or did; posting reads it anew, stores, drops or undoes it."""
    record = get_object_or_404(Import.objects.visible_to(request.actor), pk=pk)
    resource = RESOURCES[record.kind]
    against: list[str] = []
    form = reading_form(record, resource, request)
    if request.method == "POST":
        if not request.actor.can("change", record):
            raise PermissionDenied
        try:
            if act(request, record, form):
                return redirect("import", record.pk)
        except ValidationError as error:
            against = error.messages
            record.refresh_from_db()
            form = reading_form(record, resource, request)
    return render(
        request, "desk/import.html", shown(request, record, resource, form, against), status=422 if against else 200
    )


def reading_form(record: Import, resource: Resource, request: HttpRequest) -> ReadingForm | None:
    if record.state != "looked_at":
        return None
    given = (request.POST,) if request.method == "POST" and request.POST.get("do") == "reread" else ()
    return ReadingForm(record, resource, request.actor, record.plan.get("sheets", []), *given)


def act(request: HttpRequest, record: Import, form: ReadingForm | None) -> bool:
    """Do what the button says; False where the form must be shown again."""
    wanted = request.POST.get("do", "")
    if wanted == "reread" and form is not None:
        if not form.is_valid():
            return False
        imports.reread(record, form.reading(), request.actor)
    elif wanted == "store":
        imports.store(record, request.actor)
        messages.success(request, _("Saved. It can be undone here as a whole."))
    elif wanted == "drop":
        imports.drop(record, request.actor)
        messages.success(request, _("Dropped; nothing was saved."))
    elif wanted == "undo":
        imports.undo(record, request.actor)
        messages.success(request, _("Undone: everything is as it was before."))
    else:
        raise ValidationError(_("Choose what to do."))
    return True


def shown(
    request: HttpRequest, record: Import, resource: Resource, form: ReadingForm | None, against: list[str]
) -> dict[str, Any]:
    plan = record.plan
    wanted = request.GET.get("does", "")
    lines = [line for line in plan.get("lines", ()) if not wanted or line["does"] == wanted]
    counts = plan.get("counts", {})
    storing = counts.get("new", 0) + counts.get("change", 0) + counts.get("parts", 0)
    held = counts.get("held", 0)
    return {
        "record": record,
        "resource": resource,
        "form": form,
        "against": against,
        "obstacles": plan.get("obstacles", ()),
        "notices": plan.get("notices", ()),
        "counts": [(name, label, counts[name]) for name, label in DOES.items() if counts.get(name)],
        "problems": Paginator(plan.get("problems", ()), 100).get_page(request.GET.get("problem_page")),
        "page": Paginator(lines, PAGE).get_page(request.GET.get("page")),
        "does": wanted,
        "words": DOES,
        "missing": plan.get("missing", ())[:20],
        "ready": bool(storing) and not plan.get("obstacles") and (not held or record.reading.get("leave_out")),
        "may_change": request.actor.can("change", record) and resource.may_import(request.actor),
        "made": len(record.made),
        "altered": len(record.altered),
    }


@require_GET
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row of the dry run with what it does and what stands against it, for mending the sheet."""
    record = get_object_or_404(Import.objects.visible_to(request.actor), pk=pk)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("row"), _("does"), _("name"), _("changes"), _("problems")])
    for line in imports.lines(record):
        writer.writerow([harmless(cell) for cell in (line | {"does": str(DOES[line["does"]])}).values()])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="import-{record.pk}.csv"',
        },
    )
