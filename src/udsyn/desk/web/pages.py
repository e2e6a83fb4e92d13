"""What all pages share, and the pages across all rooms. Thin: they read the request and call the verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from udsyn.desk.kernel import search, titles
from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource, by_slug
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web import choosing, places
from udsyn.desk.web.inbox import waiting
from udsyn.desk.web.requests import HttpRequest

PAGE = 30
OFFERED = 8


def resource_or_404(slug: str) -> Resource:
    resource = by_slug(slug)
    if resource is None:
        raise Http404
    return resource


def seen_or_404(request: HttpRequest, slug: str, pk: int) -> tuple[Resource, Any]:
    """The row, if this reader sees it; otherwise it does not exist for them."""
    resource = resource_or_404(slug)
    row = next(iter(numbered(request.actor, resource.kind, timezone.localdate(), given=pk)), None)
    if row is None:
        raise Http404
    return resource, row


@kept
def numbered(actor: Actor, kind: str, _today: date, *, given: int) -> QuerySet[Any]:
    """The row with this number, if the actor sees it. What is counted of it may depend on the day."""
    return RESOURCES[kind].rows(actor, merged=True).filter(pk=given)


def demand_staff(request: HttpRequest) -> None:
    """Raises PermissionDenied where somebody asks for a page that is for colleagues."""
    if not request.actor.staff:
        raise PermissionDenied


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go on, only within this desk."""
    target = request.POST.get("next", "")
    ok = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ok and target.startswith("/") else otherwise


def allowed_list(request: HttpRequest, slug: str) -> Resource:
    resource = resource_or_404(slug)
    if not resource.model.rules["view"].possible(request.actor):
        raise PermissionDenied
    return resource


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, a page at a time."""
    number = max(1, whole_number(request.GET.get("page", "1")) or 1)
    found = waiting(request.actor, timezone.localdate(), (number - 1) * PAGE, PAGE)
    page = Paginator(range(found.count), PAGE).get_page(number)
    return render(request, "desk/inbox.html", {"items": found.items, "count": found.count, "page": page})


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """Pages by their name and rows by their words; `›` before the name of a page leads there at once."""
    question = choosing.asked(request, "q")
    fitting = places.fitting(request.actor, question)
    if question.startswith(places.GO) and fitting:
        return redirect(fitting[0].url)
    page = Paginator(search.find(request.actor, question), PAGE).get_page(request.GET.get("page"))
    read = titles.read((hit.kind, hit.object_id, hit.title) for hit in page)
    found = [
        {
            "title": read[hit.kind, hit.object_id, hit.title],
            "kind": RESOURCES[hit.kind].name,
            "url": reverse("detail", args=[RESOURCES[hit.kind].slug, hit.object_id]),
        }
        for hit in page
    ]
    return render(
        request, "desk/search.html", {"q": question, "page": page, "found": found, **around(request, fitting)}
    )


def around(request: HttpRequest, fitting: list[places.Place]) -> dict[str, Any]:
    """Beside the rows found: pages that fit the question, and without one what was seen last and where one can go."""
    if request.GET.get("q", "").strip():
        return {"places": fitting}
    return {"places": list(places.places(request.actor)), "recent": places.recent(request)}


@require_GET
def going(request: HttpRequest) -> JsonResponse:
    """Pages that fit what is written so far in the search field."""
    fitting = places.fitting(request.actor, choosing.asked(request, "q"))[:OFFERED]
    return JsonResponse([{"label": one.heading, "value": f"{places.GO} {one.label}"} for one in fitting], safe=False)


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """For the watchdog: the database answers."""
    Entry.objects.exists()
    return JsonResponse({"status": "ok"})
