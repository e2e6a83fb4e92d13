"""The page of a joint call: both rankings, the merged order with its line, what differs from ours alone, a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.rooms.programmes import joint, ranking
from udsyn.desk.rooms.programmes.models import Application, Call, PartnerRanking
from udsyn.desk.web.exports import harmless
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest

#: by which lines it is said who is funded
LINES = gettext_lazy("no gap"), gettext_lazy("skip what does not fit"), gettext_lazy("by ours alone")


class JointForm(forms.ModelForm):
    """The partner's list as pasted, or a file that takes its place, and the rule."""

    required_css_class = "required"
    text = forms.CharField(
        label=gettext_lazy("the partner's ranking"),
        required=False,
        max_length=1_000_000,
        help_text=gettext_lazy("A line for each application: its place, and its number or title. Or in order."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    file = forms.FileField(
        label=gettext_lazy("or a file"),
        required=False,
        help_text=gettext_lazy(
            "A spreadsheet with the columns “place” and “application”. It takes the place of the list."
        ),
    )

    class Meta:
        model = PartnerRanking
        fields = ("agency", "text", "file", "rule", "top")

    def __init__(self, held: PartnerRanking, rows: list[Application], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, instance=held, initial={"text": joint.as_text(held, rows)})
        self.rows = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("file"):
            try:
                data["text"] = joint.from_file(data["file"].name, data["file"].read())
            except ValidationError as error:
                self.add_error("file", error)
                return data
            form: Any = self
            form.data = {**{name: form.data[name] for name in form.data}, "text": data["text"]}  # mended on the page
        try:
            self.instance.places = joint.read(data.get("text", ""), self.rows)
        except ValidationError as error:
            self.add_error("text", error)
        return data


@dataclass(frozen=True)
class Compared:
    """An application in both rankings, and who is funded: merged without a gap, merged with, and by ours alone."""

    row: Application
    ours: int
    theirs: int | None
    merged: int | None
    funded: tuple[bool | None, bool | None, bool | None]
    differs: bool  #: by the line that the call draws

    @property
    def lines(self) -> list[tuple[Any, bool | None]]:
        return list(zip(LINES, self.funded, strict=True))


def compared(call: Call, theirs: PartnerRanking, ours_alone: ranking.Ranking) -> list[Compared]:
    """All that are ranked on our side, in the merged order; whom only we rank stands last."""
    strict, skip = (ranking.ranking(call, rule=rule, theirs=theirs) for rule in ("strict", "skip"))
    alone = {one.row.pk: one for one in ours_alone.places}
    line, held = ranking.line_of(call.pack), [{one.row.pk: one for one in found.places} for found in (strict, skip)]
    found = []
    for row in [*(one.row for one in strict.places), *strict.one_sided]:
        ours, both = alone[row.pk], [one[row.pk].funded if row.pk in one else False for one in held]
        found.append(
            Compared(
                row,
                ours.place,
                theirs.places.get(str(row.pk)),
                held[0][row.pk].place if row.pk in held[0] else None,
                (both[0], both[1], ours.funded),
                differs=both[line == "skip"] != ours.funded,
            )
        )
    return found


def call_or_404(request: HttpRequest, pk: int) -> Call:
    call: Call = seen_or_404(request, "calls", pk)[1]
    if not request.actor.can("private", call):
        raise Http404
    return call


@require_http_methods(["GET", "HEAD", "POST"])
def merging(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a list and a rule would come to; save them as the basis of the decision."""
    call = call_or_404(request, pk)
    held = PartnerRanking.objects.filter(call=call).first() or PartnerRanking(call=call)
    writes = request.actor.can("change", held)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    alone = ranking.ranking(call, alone=True)  # whom a partner's list may name
    form = JointForm(held, [one.row for one in alone.places], request.POST or None, request.FILES or None)
    valid = form.is_valid()
    if valid and "save" in request.POST:
        try:
            joint.save(form.instance, request.actor)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("joint", pk=pk)
    shown = form.instance if valid else PartnerRanking.objects.filter(call=call).first()
    context = {
        "call": call,
        "form": form,
        "writes": writes,
        "saved": held.pk is not None,
        "shown": shown,
        "rows": compared(call, shown, alone) if shown else [],
    }
    return render(request, "programmes/joint.html", context, status=422 if form.errors else 200)


@require_GET
def merged_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The saved merging as CSV: places on both sides and merged, and who is funded by each line."""
    call = call_or_404(request, pk)
    held = PartnerRanking.objects.filter(call=call).first()
    if held is None:
        raise Http404
    text = io.StringIO()
    writer = csv.writer(text)
    heads = (_("merged"), _("number"), _("application"), _("ours"), held.agency, *LINES, _("lot"))
    writer.writerow(map(harmless, map(str, heads)))
    for one in compared(call, held, ranking.ranking(call, alone=True)):
        said = [_("not decided") if funded is None else _("yes") if funded else _("no") for funded in one.funded]
        row = one.row
        writer.writerow([one.merged, row.pk, harmless(row.title), one.ours, one.theirs, *said, row.judged.lot])
    headers = {"Content-Disposition": f'attachment; filename="joint-{call.pk}.csv"'}
    return HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)
