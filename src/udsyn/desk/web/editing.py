"""Forms that create and change a row."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.permissions import ABROAD, Actor
from udsyn.desk.kernel.resources import Resource
from udsyn.desk.web import undoing, writing
from udsyn.desk.web.forms import form_class
from udsyn.desk.web.pages import resource_or_404, safe_next, seen_or_404
from udsyn.desk.web.requests import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, slug: str) -> HttpResponse:
    resource = resource_or_404(slug)
    if not resource.may_create(request.actor):
        raise PermissionDenied
    if resource.suggest and {"look_up", "take"} & request.POST.keys():
        return look_up(request, resource, None)
    given = {k: v for k, v in request.GET.items() if k in resource.form}
    form = form_class(resource, request.actor)(request.POST or None, initial=own_place(resource, request.actor) | given)
    return save_form(request, resource, form, form.instance)


def own_place(resource: Resource, actor: Actor) -> dict[str, Any]:
    """Where somebody abroad serves in one country or at one centre, a new row is about that."""
    found = {}
    for name, key in (("country", "code"), ("centre", "slug")):
        places = actor.scopes(ABROAD, name)
        if name in resource.form and len(places) == 1:
            found[name] = (
                resource.model._meta.get_field(name).related_model.objects.filter(**{key: min(places)}).first()
            )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    resource, row = seen_or_404(request, slug, pk)
    if not resource.form or not request.actor.can("change", row):
        raise PermissionDenied
    if resource.suggest and {"look_up", "take"} & request.POST.keys():
        return look_up(request, resource, row)
    back = undoing.before(request.actor, resource, row, request.GET["back"]) if "back" in request.GET else None
    form = form_class(resource, request.actor, row)(request.POST or None, initial=back, instance=row)
    return save_form(request, resource, form, row)


def look_up(request: HttpRequest, resource: Resource, row: Any) -> HttpResponse:
    """Show the form again with what a register knows, or filled with what was chosen from it. Nothing is stored."""
    written = {name: request.POST[name] for name in resource.form if name in request.POST}
    suggestions = resource.suggest(written) if resource.suggest else []
    chosen = next((s for s in suggestions if s.key == request.POST.get("take")), None)
    if chosen:
        written |= {name: value for name, value in chosen.values.items() if value}
        suggestions = []
    form = form_class(resource, request.actor, row)(initial=written, instance=row)
    return render(
        request,
        "desk/form.html",
        {"resource": resource, "form": form, "row": row, "looked": not chosen, "suggestions": suggestions},
    )


def save_form(request: HttpRequest, resource: Resource, form: Any, row: Any) -> HttpResponse:
    alike: list[Any] = []
    valid = request.method == "POST" and form.is_valid()
    if valid and resource.alike and form.instance.pk is None and not request.POST.get("anyhow"):
        alike = resource.alike(form.instance, request.actor)
    if valid and not alike:
        newest = row.history.first() if row.pk else None
        try:
            writing.store(resource, form, request.actor)
        except commands.Refused:
            form.add_error(
                None,
                _(
                    "Your roles do not cover this for what you chose here: choose yourself, or a country or centre "
                    "that you serve."
                ),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            undo = undoing.offer(request.actor, resource, row, newest)
            link = format_html(' <a href="{}">{}</a>', undo, _("Undo")) if undo else ""
            messages.success(request, format_html("{}{}", _("Saved."), link))
            return redirect(safe_next(request, resource.url(form.instance)))
    status = 422 if request.method == "POST" else 200
    said = {"resource": resource, "form": form, "row": row, "alike": alike}
    return render(request, "desk/form.html", said, status=status)
