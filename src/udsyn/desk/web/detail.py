"""The page of one row: its values, what lies below it, talk, files and history."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from udsyn.desk.kernel import commands, privacy
from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.models import Comment, File, Proposal
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource, panels
from udsyn.desk.tools import files
from udsyn.desk.web import places, undoing
from udsyn.desk.web.forms import CommentForm, FileForm
from udsyn.desk.web.linked import openable
from udsyn.desk.web.pages import demand_staff, seen_or_404
from udsyn.desk.web.requests import HttpRequest
from udsyn.desk.web.steps import reason_against


@require_GET
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    resource, row = seen_or_404(request, slug, pk)
    shown = [column.name for column in resource.columns_for(request.actor, row)]
    privacy.note_readings(request.actor, [row], shown, "page")
    context = {**row_context(request.actor, resource, row), **resource.context(row, request.actor)}
    return places.remember(render(request, resource.template, context), request, resource, pk)


def row_context(actor: Actor, resource: Resource, row: Any) -> dict[str, Any]:
    """What the page of a row shows besides its own template: values, lists below it, actions, talk and files."""
    offered = row.lifecycle.offered(row, actor) if row.lifecycle else []
    columns, lists = resource.columns_for(actor, row), sections(actor, resource, row)
    return {
        "resource": resource,
        "row": row,
        "columns": columns,
        "openable": openable(actor, ([row], columns), *((one["rows"], one["columns"]) for one in lists)),
        "may_change": bool(resource.form) and actor.can("change", row),
        "actions": [(t, reason_against(row, t)) for t in offered],
        "registrations": [t for t in offered if t.entry],
        "path": row.lifecycle.path(row, actor) if row.lifecycle else [],
        "proposals": [
            (p, row.lifecycle.transition(p.transition)) for p in proposals(actor, resource.kind, given=row.pk)
        ],
        "below": lists,
        "comments": comments(actor, resource.kind, given=row.pk),
        "files": attached(actor, resource.kind, given=row.pk),
        "comment_form": CommentForm(actor) if resource.attach and actor.signed_in else None,
        "file_form": FileForm() if resource.attach and actor.can("change", row) else None,
        "may_read_history": actor.staff,
        "panels": panels(resource.kind, row, actor),
    }


@kept
def proposals(actor: Actor, kind: str, *, given: int) -> QuerySet[Any]:
    rows = Proposal.objects.on(kind, actor).filter(object_id=given, state="open")
    return rows.select_related("proposed_by")


@kept
def comments(actor: Actor, kind: str, *, given: int) -> QuerySet[Any]:
    return Comment.objects.on(kind, actor).filter(object_id=given).select_related("author")


@kept
def attached(actor: Actor, kind: str, *, given: int) -> QuerySet[Any]:
    return File.objects.on(kind, actor).filter(object_id=given)


@kept
def hanging(actor: Actor, kind: str, link: str, _today: date, *, given: int) -> QuerySet[Any]:
    """The rows of a kind that hang on one by this link. What is counted of them may depend on the day."""
    return RESOURCES[kind].rows(actor).filter(**{link: given})[:200]


def sections(actor: Actor, resource: Resource, row: Any) -> list[dict[str, Any]]:
    """The lists below a row. Others than colleagues are not told of empty ones: "none" might not be so."""
    found = [below(actor, row, kind, link) for kind, link in resource.children_for(actor, row)]
    return [section for section in found if actor.staff or section["rows"] or section["new"]]


def below(actor: Actor, row: Any, kind: str, link: str) -> dict[str, Any]:
    """The rows of another kind that hang on this one."""
    resource = RESOURCES[kind]
    rows = list(hanging(actor, kind, link, timezone.localdate(), given=row.pk))
    readable = [{c.name for c in resource.columns_for(actor, child)} for child in rows]
    offered = resource.columns if rows else resource.columns_for(actor)
    columns = [c for c in offered if c.in_list and c.name != link and all(c.name in names for names in readable)]
    new = f"{reverse('create', args=[resource.slug])}?{link}={row.pk}" if resource.may_create(actor) else ""
    return {"resource": resource, "rows": rows, "columns": columns, "new": new}


@require_GET
def history(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who changed what, when: from the row history, for colleagues, without fields they may not read."""
    resource, row = seen_or_404(request, slug, pk)
    demand_staff(request)
    readable = {c.name for c in resource.columns_for(request.actor, row)} | set(
        resource.form_fields(request.actor, row)
    )
    writable = undoing.writable(request.actor, resource, row)
    versions = list(row.history.select_related("history_user").order_by("-history_date")[:100])
    changes = []
    for new, old in zip(versions, [*versions, None][1:], strict=True):
        differing = [] if old is None else undoing.changed(old, new, row, readable)
        fields = [{"label": f.verbose_name, "old": (old, f.name), "new": (new, f.name)} for f in differing]
        undo = undoing.address(resource, row, new) if any(f.name in writable for f in differing) else ""
        changes.append({"version": new, "fields": fields, "first": old is None, "undo": undo})
    return render(request, "desk/history.html", {"resource": resource, "row": row, "changes": changes})


@require_POST
def comment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    resource, row = seen_or_404(request, slug, pk)
    form = CommentForm(request.actor, request.POST)
    if form.is_valid():
        commands.comment(
            row, request.actor, form.cleaned_data["text"], form.cleaned_data.get("visibility") or "colleagues"
        )
    else:
        messages.error(request, _("Write the comment first."))
    return redirect(resource.url(row) + "#comments")


@require_POST
def attach(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    resource, row = seen_or_404(request, slug, pk)
    form = FileForm(request.POST, request.FILES)
    if not request.actor.can("change", row):
        raise PermissionDenied
    try:
        if not form.is_valid():
            raise ValidationError([e for errors in form.errors.values() for e in errors])
        data = form.cleaned_data
        files.attach(
            row,
            request.actor,
            data["file"],
            language=data["language"],
            authentic=data["authentic"],
            visibility=data["visibility"],
        )
        messages.success(request, _("Saved."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(resource.url(row) + "#files")


@require_GET
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes of a file that the reader sees, always as a download and never as a page of this site."""
    file = get_object_or_404(File.objects.numbered(pk, request.actor))
    path = files.path_of(file.sha256)
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
