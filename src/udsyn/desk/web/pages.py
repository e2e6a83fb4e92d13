"""The pages that every resource has, and those across all of them. Thin: they read the request and call the verbs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from udsyn.desk.kernel import commands, ledger, ordering, search
from udsyn.desk.kernel.models import Comment, Entry, File, Proposal, SavedView, Token
from udsyn.desk.kernel.permissions import AUDITS, ROLES, Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource, by_slug, panels
from udsyn.desk.tools import files
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web import choosing, exports, keys, writing
from udsyn.desk.web.forms import CommentForm, FileForm, ReasonForm, form_class
from udsyn.desk.web.inbox import waiting
from udsyn.desk.web.middleware import THEMES

PAGE = 30


def resource_or_404(slug: str) -> Resource:
    resource = by_slug(slug)
    if resource is None:
        raise Http404
    return resource


def seen_or_404(request: HttpRequest, slug: str, pk: int) -> tuple[Resource, Any]:
    """The row, if this reader sees it; otherwise it does not exist for them."""
    resource = resource_or_404(slug)
    return resource, get_object_or_404(resource.rows(request.actor, merged=True), pk=pk)


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go on, only within this desk."""
    target = request.POST.get("next", "")
    ok = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ok and target.startswith("/") else otherwise


# Lists ---------------------------------------------------------------------------------------------------------------


def filtered(request: HttpRequest, resource: Resource) -> tuple[Any, list[dict[str, Any]]]:
    """The list's rows after the filters of the address, and the filters as fields for the page."""
    rows = resource.rows(request.actor)
    question = choosing.asked(request, "q")
    if question:
        rows = rows.filter(pk__in=search.find(request.actor, question, resource.kind).values("object_id"))
    fields = []
    for name in resource.filters:
        field = resource.model._meta.get_field(name)
        chosen = choosing.asked(request, name)
        linked = linked_rows(request.actor, resource, field) if isinstance(field, models.ForeignKey) else None
        said = {"name": name, "label": field.verbose_name, "chosen": chosen, "choices": None}
        if linked is not None and choosing.is_long(linked):
            if chosen:
                found, _whole = choosing.fitting(chosen, linked, request.actor)
                rows = rows.filter(**{f"{name}__in": found})
                said["chosen"] = choosing.label(found[0]) if whole_number(chosen) and found else chosen
            said["attrs"] = choosing.asking(field.related_model)
        else:
            said["choices"] = filter_choices(request.actor, resource, field, linked)
            if chosen and chosen in {code for code, _label in said["choices"]}:
                life = resource.model.lifecycle if name == "state" else None
                rows = rows.filter(life.on(chosen) if life else Q(**{name: chosen}))
        fields.append(said)
    return ordered(rows, resource, request.GET.get("sort", "")), fields


def linked_rows(actor: Actor, resource: Resource, field: Any) -> Any:
    """The rows to which a list's rows are linked, as far as the reader sees both."""
    used = resource.model.objects.visible_to(actor).order_by().values(field.attname)
    return field.related_model.objects.visible_to(actor).filter(pk__in=used)


def filter_choices(actor: Actor, resource: Resource, field: Any, linked: Any) -> list[tuple[str, Any]]:
    if field.name == "state" and resource.model.lifecycle:
        return resource.model.lifecycle.said(actor)
    if field.choices:
        return list(field.choices)
    if linked is not None:
        return [(str(row.pk), row) for row in linked]
    return [("True", _("yes")), ("False", _("no"))]


def ordered(rows: Any, resource: Resource, sort: str) -> Any:
    orders = {column.name: column.order for column in resource.columns if column.order}
    path = orders.get(sort.lstrip("-"))
    if not path:
        return rows
    return rows.order_by(ordering.by(resource.model, ("-" if sort.startswith("-") else "") + path), "pk")


def allowed_list(request: HttpRequest, slug: str) -> Resource:
    resource = resource_or_404(slug)
    if not resource.model.rules["view"].possible(request.actor):
        raise PermissionDenied
    return resource


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
            "filters": fields,
            "views": views,
            "exports": list(exports.FORMS),
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
    content = exports.write(rows, resource.columns_for(request.actor), request.actor, form)
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


# One row -------------------------------------------------------------------------------------------------------------


@require_GET
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    resource, row = seen_or_404(request, slug, pk)
    return render(
        request,
        resource.template,
        {**row_context(request.actor, resource, row), **resource.context(row, request.actor)},
    )


def row_context(actor: Actor, resource: Resource, row: Any) -> dict[str, Any]:
    """What the page of a row shows besides its own template: values, lists below it, actions, talk and files."""
    offered = row.lifecycle.offered(row, actor) if row.lifecycle else []
    return {
        "resource": resource,
        "row": row,
        "columns": resource.columns_for(actor, row),
        "may_change": bool(resource.form) and actor.can("change", row),
        "actions": [(t, reason_against(row, t)) for t in offered],
        "registrations": [t for t in offered if t.entry],
        "path": row.lifecycle.path(row, actor) if row.lifecycle else [],
        "proposals": [
            (p, row.lifecycle.transition(p.transition))
            for p in Proposal.objects.below(row, actor).filter(state="open").select_related("proposed_by")
        ],
        "below": sections(actor, resource, row),
        "comments": Comment.objects.below(row, actor).select_related("author"),
        "files": File.objects.below(row, actor),
        "comment_form": CommentForm(actor) if resource.attach and actor.signed_in else None,
        "file_form": FileForm() if resource.attach and actor.can("change", row) else None,
        "may_read_history": actor.staff,
        "panels": panels(resource.kind, row, actor),
    }


def reason_against(row: Any, transition: Any) -> Any:
    try:
        commands.check(row, transition, "given")
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def sections(actor: Actor, resource: Resource, row: Any) -> list[dict[str, Any]]:
    """The lists below a row. Others than colleagues are not told of empty ones: "none" might not be so."""
    found = [below(actor, row, kind, link) for kind, link in resource.children_for(actor, row)]
    return [section for section in found if actor.staff or section["rows"] or section["new"]]


def below(actor: Actor, row: Any, kind: str, link: str) -> dict[str, Any]:
    """The rows of another kind that hang on this one."""
    resource = RESOURCES[kind]
    rows = list(resource.rows(actor).filter(**{link: row.pk})[:200])
    readable = [{c.name for c in resource.columns_for(actor, child)} for child in rows]
    offered = resource.columns if rows else resource.columns_for(actor)
    columns = [c for c in offered if c.in_list and c.name != link and all(c.name in names for names in readable)]
    new = f"{reverse('create', args=[resource.slug])}?{link}={row.pk}" if resource.may_create(actor) else ""
    return {"resource": resource, "rows": rows, "columns": columns, "new": new}


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, slug: str) -> HttpResponse:
    resource = resource_or_404(slug)
    if not resource.may_create(request.actor):
        raise PermissionDenied
    if resource.suggest and {"look_up", "take"} & request.POST.keys():
        return look_up(request, resource, None)
    given = {k: v for k, v in request.GET.items() if k in resource.form}
    form = form_class(resource, request.actor)(request.POST or None, initial=given)
    return save_form(request, resource, form, form.instance)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    resource, row = seen_or_404(request, slug, pk)
    if not resource.form or not request.actor.can("change", row):
        raise PermissionDenied
    if resource.suggest and {"look_up", "take"} & request.POST.keys():
        return look_up(request, resource, row)
    form = form_class(resource, request.actor, row)(request.POST or None, instance=row)
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
        try:
            writing.store(resource, form, request.actor)
        except commands.Refused:
            form.add_error(None, _("You may not do this for what you chose here."))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Stored."))
            return redirect(safe_next(request, resource.url(form.instance)))
    status = 422 if request.method == "POST" else 200
    said = {"resource": resource, "form": form, "row": row, "alike": alike}
    return render(request, "desk/form.html", said, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def transition(request: HttpRequest, slug: str, pk: int, name: str) -> HttpResponse:
    """Ask for the reason where one is needed, then take the transition or propose it to a second person."""
    resource, row = seen_or_404(request, slug, pk)
    step = row.lifecycle.transition(name) if row.lifecycle else None
    if step is None:
        raise Http404
    if not step.who.allows(request.actor, row):
        raise PermissionDenied
    form = ReasonForm(request.POST or None, needed=step.needs_reason)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = commands.perform(row, name, request.actor, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            text = _("It now waits for a second person.") if proposal else _("Done: %(what)s.") % {"what": step.label}
            messages.success(request, text)
            return redirect(safe_next(request, resource.url(row)))
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "desk/transition.html",
        {
            "resource": resource,
            "row": row,
            "step": step,
            "form": form,
            "against": reason_against(row, step),
            "target": row.lifecycle.state(step.target),
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms or refuses."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.actor), pk=pk)
    row = proposal.parent
    resource = RESOURCES[proposal.kind]
    if request.method == "POST" and not commands.may_decide(proposal, request.actor, row):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            state = commands.decide(
                proposal, request.actor, confirm="confirm" in request.POST, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            texts = {
                "confirmed": _("Confirmed."),
                "refused": _("Refused."),
                "outdated": _("It was changed after it was proposed, so this no longer holds. Look at it anew."),
            }
            messages.info(request, texts[state])
            return redirect(resource.url(row))
    return render(
        request,
        "desk/decide.html",
        {
            "proposal": proposal,
            "row": row,
            "resource": resource,
            "form": form,
            "step": row.lifecycle.transition(proposal.transition),
            "columns": resource.columns_for(request.actor, row),
            "may_decide": commands.may_decide(proposal, request.actor, row),
        },
        status=422 if request.method == "POST" else 200,
    )


@require_GET
def history(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who changed what, when: from the row history, for colleagues, without fields they may not read."""
    resource, row = seen_or_404(request, slug, pk)
    if not request.actor.staff:
        raise PermissionDenied
    readable = {c.name for c in resource.columns_for(request.actor, row)} | set(
        resource.form_fields(request.actor, row)
    )
    versions = list(row.history.select_related("history_user").order_by("-history_date")[:100])
    changes = []
    for new, old in zip(versions, [*versions, None][1:], strict=True):
        fields = (
            []
            if old is None
            else [
                {"label": f.verbose_name, "old": (old, f.name), "new": (new, f.name)}
                for f in row._meta.concrete_fields
                if f.name in readable and getattr(old, f.attname) != getattr(new, f.attname)
            ]
        )
        changes.append({"version": new, "fields": fields, "first": old is None})
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
        messages.success(request, _("Stored."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(resource.url(row) + "#files")


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes of a file that the reader sees, always as a download and never as a page of this site."""
    file = get_object_or_404(File.objects.visible_to(request.actor), pk=pk)
    path = files.path_of(file.sha256)
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# Across all ----------------------------------------------------------------------------------------------------------


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, a page at a time."""
    number = max(1, whole_number(request.GET.get("page", "1")) or 1)
    found = waiting(request.actor, timezone.localdate(), (number - 1) * PAGE, PAGE)
    page = Paginator(range(found.count), PAGE).get_page(number)
    return render(request, "desk/inbox.html", {"items": found.items, "count": found.count, "page": page})


@require_GET
def activity(request: HttpRequest) -> HttpResponse:
    """What happened lately with rows that the reader sees."""
    page = Paginator(Entry.objects.visible_to(request.actor), PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/activity.html", {"page": page, "lines": [line(entry) for entry in page]})


#: what the verbs of `commands` are called of somebody who did them; the rest are transitions and say it themselves
DID = {
    "create": pgettext_lazy("somebody", "created it"),
    "change": pgettext_lazy("somebody", "changed it"),
    "comment": pgettext_lazy("somebody", "commented on it"),
    "attach": pgettext_lazy("somebody", "attached a file"),
    "import": pgettext_lazy("somebody", "imported it"),
    "undo import": pgettext_lazy("somebody", "took its import back"),
    "prove": pgettext_lazy("somebody", "proved an address or an ORCID to be theirs"),
    "merge": pgettext_lazy("somebody", "merged another into it"),
    "separate": pgettext_lazy("somebody", "separated it from another"),
    "handover": pgettext_lazy("somebody", "passed it to a successor"),
    "checklist": pgettext_lazy("somebody", "ticked the checklist"),
    "hand over": pgettext_lazy("somebody", "handed it to the mail server"),
    "send": pgettext_lazy("somebody", "sent it"),
    "refused": pgettext_lazy("somebody", "could not send it"),
}
DECIDED = {
    "propose": pgettext_lazy("somebody", "proposed “%(step)s”"),
    "confirmed": pgettext_lazy("somebody", "confirmed “%(step)s”"),
    "refused": pgettext_lazy("somebody", "refused “%(step)s”"),
    "outdated": pgettext_lazy("somebody", "found “%(step)s” outdated"),
}


def line(entry: Entry) -> dict[str, Any]:
    """A ledger line in words: whose doing, what, to what kind of row."""
    resource = RESOURCES.get(entry.kind)
    lifecycle = resource.model.lifecycle if resource else None
    verb, _blank, name = entry.action.partition(" ")
    step = lifecycle.transition(entry.action) if lifecycle else None
    decided = lifecycle.transition(name) if lifecycle and verb in DECIDED else None
    words = step.message if step else DID.get(entry.action, entry.action)
    return {
        "entry": entry,
        "fields": field_labels(resource, entry.fields),
        "roles": ", ".join(str(ROLES.get(role, role)) for role in entry.roles.split(", ")),
        "who": entry.actor_name if entry.actor_id else "Udsyn",
        "words": DECIDED[verb] % {"step": decided.label} if decided else words,
        "kind": resource.name if resource else entry.kind,
        "url": reverse("detail", args=[resource.slug, entry.object_id]) if resource else "",
    }


def field_labels(resource: Resource | None, names: str) -> str:
    """The columns that a ledger line names, by their labels; what is no column is told as it was written."""
    held = {f.attname: f for f in resource.model._meta.concrete_fields} if resource else {}
    labels = {name: str(field.verbose_name) for name, field in held.items()}
    return ", ".join(labels.get(name, name) for name in names.split(",") if name != "id")


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    question = choosing.asked(request, "q")
    page = Paginator(search.find(request.actor, question), PAGE).get_page(request.GET.get("page"))
    found = [
        {
            "title": hit.title,
            "kind": RESOURCES[hit.kind].name,
            "url": reverse("detail", args=[RESOURCES[hit.kind].slug, hit.object_id]),
        }
        for hit in page
    ]
    return render(request, "desk/search.html", {"q": question, "page": page, "found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def ledger_page(request: HttpRequest) -> HttpResponse:
    """All lines for auditors; posting recomputes the chain."""
    if not AUDITS.allows(request.actor, None):
        raise PermissionDenied
    verdict = ledger.verify() if request.method == "POST" else None
    page = Paginator(Entry.objects.visible_to(request.actor), 100).get_page(request.GET.get("page"))
    return render(
        request, "desk/ledger.html", {"page": page, "lines": [line(entry) for entry in page], "verdict": verdict}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """My account: what I may do and why, my calendar address, my keys for the API."""
    secret, form = "", keys.KeyForm(request.actor)
    if request.method == "POST" and "revoke" in request.POST:
        Token.objects.filter(owner=request.user, pk=whole_number(request.POST["revoke"])).delete()
    elif request.method == "POST" and "calendar" in request.POST:
        request.user.renew_calendar_key()
    elif request.method == "POST":
        form = keys.KeyForm(request.actor, request.POST)
        if form.is_valid():
            secret, form = keys.make(form, request.user), keys.KeyForm(request.actor)
    return render(
        request,
        "desk/me.html",
        {
            "tokens": Token.objects.filter(owner=request.user),
            "secret": secret,
            "key_form": form,
            "calendar": request.build_absolute_uri(reverse("calendar", args=[request.user.calendar_key])),
            "grants": request.user.grants.all(),
            "elsewhere": any(provider["APPS"] for provider in settings.SOCIALACCOUNT_PROVIDERS.values()),
        },
    )


@login_not_required
def to_language(request: HttpRequest) -> HttpResponse:
    language = translation.get_language_from_request(request)
    with translation.override(language):
        return redirect(reverse("home"))


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the device's own setting."""
    chosen = request.POST.get("theme", "auto")
    response = redirect(safe_next(request, "/"))
    response.set_cookie(
        "theme",
        chosen if chosen in THEMES else "auto",
        max_age=31_536_000,
        samesite="Lax",
        secure=settings.HTTPS,
        httponly=True,
    )
    return response


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """For the watchdog: the database answers."""
    Entry.objects.exists()
    return JsonResponse({"status": "ok"})


@login_not_required
def problem(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"type": "about:blank", "title": title, "status": status, "detail": text},
            status=status,
            content_type="application/problem+json",
        )
    return render(request, "desk/problem.html", {"title": title, "text": text}, status=status)


def unreadable(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return problem(
        request,
        400,
        _("This could not be read"),
        _("The form or the address holds more than is read at once, or what no browser sends. Send less, or go back."),
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return problem(
        request,
        403,
        _("You may not do this"),
        _("Your roles do not cover it. Your account page lists them; an administrator can change them."),
    )


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return problem(
        request,
        404,
        _("There is no such page"),
        _("It may have been moved, or you may not see it. The search finds everything that you may see."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    return problem(
        request,
        500,
        _("Something went wrong here"),
        _("Nothing you had stored is lost. Try again; if it stays, tell the administrator."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem(
        request,
        403,
        _("The form had grown old"),
        _("Go back, load the page again and send the form once more. What you wrote is still there."),
    )
