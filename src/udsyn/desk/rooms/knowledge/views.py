"""Reports as their readers see them: all that a reader may read, by partner and words, and one as a calm page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from udsyn.desk.kernel.search import fold
from udsyn.desk.rooms.knowledge.models import Report
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.web import choosing
from udsyn.desk.web.pages import PAGE
from udsyn.desk.web.requests import HttpRequest


@login_not_required
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """What is published and meant for this reader, the newest first."""
    rows = Report.objects.visible_to(request.actor).filter(state="published").select_related("country")
    countries = Country.objects.filter(reports__in=rows).distinct()
    wanted, question = request.GET.get("country", ""), choosing.asked(request, "q")
    if wanted:
        rows = rows.filter(country__code=wanted)
    words = fold(question).split()
    found = [row for row in rows if all(word in fold(f"{row.title} {row.themes} {row.text}") for word in words)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": question, "wanted": wanted, "countries": sorted(countries, key=str)}
    return render(request, "knowledge/reports.html", context)


@login_not_required
@require_GET
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """One report, for whoever may read it."""
    rows = Report.objects.visible_to(request.actor).filter(state="published").select_related("country", "author")
    return render(request, "knowledge/read.html", {"row": get_object_or_404(rows, pk=pk)})
