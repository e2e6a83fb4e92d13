"""The list of each resource: filters, order, pages, kept views, exports, and names for a field that asks for a row."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import batches, ordering, privacy, search
from udsyn.desk.kernel.models import SavedView
from udsyn.desk.kernel.resources import RESOURCES, Resource
from udsyn.desk.web import choosing, exports, filters
from udsyn.desk.web.linked import openable
from udsyn.desk.web.pages import PAGE, allowed_list
from udsyn.desk.web.requests import HttpRequest


def filtered(request: HttpRequest, resource: Resource) -> tuple[Any, list[dict[str, Any]]]:
    """The list's rows after the filters of the address, and the filters as fields for the page."""
    rows = resource.rows(request.actor)
    question = choosing.asked(request, "q")
    if question:
        rows = rows.filter(pk__in=search.find(request.actor, question, resource.kind).values("object_id"))
    fields = []
    for name in resource.filters:
        rows, said = filters.narrow(rows, request, resource, name)
        fields.append(said)
    return ordered(rows, resource, request.GET.get("sort", "")), fields


def ordered(rows: Any, resource: Resource, sort: str) -> Any:
    orders = {column.name: column.order for column in resource.columns if column.order}
    path = orders.get(sort.lstrip("-"))
    if not path:
        return rows
    return rows.order_by(ordering.by(resource.model, ("-" if sort.startswith("-") else "") + path), "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def list_(request: HttpRequest, slug: str) -> HttpResponse:
    """A resource's list; posting to it keeps its filters under a name."""
    resource = allowed_list(request, slug)
    if request.method == "POST":
        return keep_view(request, resource)
    rows, fields = filtered(request, resource)
    columns = [c for c in resource.columns_for(request.actor) if c.in_list]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    views = SavedView.objects.visible_to(request.actor).filter(kind=resource.kind)
    return render(
        request,
        "desk/list.html",
        {
            "resource": resource,
            "columns": columns,
            "page": page,
            "openable": openable(request.actor, (page.object_list, columns)),
            "filters": fields,
            "views": views,
            "exports": list(exports.FORMS),
            "choosable": batches.offered(resource.model, request.actor) if request.actor.staff else [],
            "may_create": resource.may_create(request.actor),
            "sort": request.GET.get("sort", ""),
            "q": request.GET.get("q", ""),
        },
    )


def keep_view(request: HttpRequest, resource: Resource) -> HttpResponse:
    name = request.POST.get("name", "").strip()[:80]
    query = request.POST.get("query", "")[:500]
    if name:
        SavedView.objects.update_or_create(
            owner=request.user,
            kind=resource.kind,
            name=name,
            defaults={"query": query, "shared": request.actor.staff and bool(request.POST.get("shared"))},
        )
        messages.success(request, _("Kept as “%(name)s”.") % {"name": name})
    else:
        messages.error(request, _("Give the view a name."))
    return redirect(f"{resource.list_url}?{query}")


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a saved view; posting deletes it."""
    view = get_object_or_404(SavedView.objects.visible_to(request.actor), pk=pk)
    resource = RESOURCES[view.kind]
    if request.method == "POST":
        if not request.actor.can("change", view):
            raise PermissionDenied
        view.delete()
        return redirect(resource.list_url)
    return redirect(f"{resource.list_url}?{view.query}")


@require_GET
def export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    resource = allowed_list(request, slug)
    if form not in exports.FORMS:
        raise Http404
    rows, _fields = filtered(request, resource)
    rows, columns = list(rows), resource.columns_for(request.actor)
    privacy.note_readings(request.actor, rows, [column.name for column in columns], "export")
    content = exports.write(rows, columns, request.actor, form)
    return HttpResponse(
        content,
        headers={
            "Content-Type": exports.FORMS[form],
            "Content-Disposition": f'attachment; filename="{resource.slug}.{form}"',
        },
    )


@require_GET
def names(request: HttpRequest, slug: str) -> JsonResponse:
    """Rows of a list that fit what is written so far, for a field in which a row is named."""
    resource = allowed_list(request, slug)
    found = choosing.offered(choosing.asked(request, "q"), resource.rows(request.actor), request.actor)
    return JsonResponse(list(found), safe=False)
