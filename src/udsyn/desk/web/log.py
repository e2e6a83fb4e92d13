"""What happened: lines of the ledger in words, for those who see the row, and all of them for auditors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import ledger, titles
from udsyn.desk.kernel.models import Entry, RowQuerySet
from udsyn.desk.kernel.permissions import AUDITS, ROLES, Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.web.pages import PAGE
from udsyn.desk.web.requests import HttpRequest

LATELY = 600  #: lines; who wants older ones looks at the row, or audits
NEAR = 2000  #: lines at the end of the ledger, among which is looked first for what is new


@require_GET
def activity(request: HttpRequest) -> HttpResponse:
    """What happened lately with rows that the reader sees."""
    page = Paginator(lately(request.actor), PAGE).get_page(request.GET.get("page"))
    shown = Entry.objects.filter(seq__in=list(page))
    return render(request, "desk/activity.html", {"page": page, "lines": lines(shown)})


def lately(actor: Actor) -> list[int]:
    """The numbers of the last lines that the actor sees. They stand near the end, or else anywhere."""
    found = list(near().seen_by(actor).values_list("seq", flat=True)[:LATELY])
    if len(found) < LATELY:
        found = list(Entry.objects.visible_to(actor).values_list("seq", flat=True)[:LATELY])
    return found


def near() -> RowQuerySet:
    """The latest lines."""
    last = Entry.objects.values_list("seq", flat=True).first() or 0
    return Entry.objects.filter(seq__gt=last - NEAR)


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
    "seal": pgettext_lazy("somebody", "sealed it"),
    "hand over": pgettext_lazy("somebody", "handed it to the mail server"),
    "send": pgettext_lazy("somebody", "sent it"),
    "refused": pgettext_lazy("somebody", "could not send it"),
    "pack": pgettext_lazy("somebody", "took out everything that is held of them"),
    ledger.ERASE: pgettext_lazy("somebody", "erased whom it is about, and emptied what names them here"),
}

DECIDED = {
    "propose": pgettext_lazy("somebody", "proposed “%(step)s”"),
    "confirmed": pgettext_lazy("somebody", "confirmed “%(step)s”"),
    "refused": pgettext_lazy("somebody", "refused “%(step)s”"),
    "outdated": pgettext_lazy("somebody", "found “%(step)s” outdated"),
}


def lines(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Ledger lines in words, each row by its title in the reader's language."""
    entries = list(entries)
    read = titles.read(noted(entry) for entry in entries)
    return [{**line(entry), "title": read[noted(entry)]} for entry in entries]


def noted(entry: Entry) -> titles.Noted:
    return entry.kind_now, entry.object_id, entry.label


def line(entry: Entry) -> dict[str, Any]:
    """A ledger line in words: whose doing, what, to what kind of row."""
    resource = RESOURCES.get(entry.kind_now)
    lifecycle = resource.model.lifecycle if resource else None
    verb, _blank, name = entry.action.partition(" ")
    step = lifecycle.transition(entry.action) if lifecycle else None
    decided = lifecycle.transition(name) if lifecycle and verb in DECIDED else None
    words = step.message if step else DID.get(entry.action, entry.action)
    return {
        "entry": entry,
        "fields": field_labels(resource.model if resource else model_of(entry.kind_now), entry.fields),
        "roles": ", ".join(str(ROLES.get(role, role)) for role in entry.roles.split(", ")),
        "who": entry.actor_name if entry.actor_id else "Udsyn",
        "words": DECIDED[verb] % {"step": decided.label} if decided else words,
        "kind": resource.name if resource else entry.kind,
        "url": reverse("detail", args=[resource.slug, entry.object_id]) if resource else "",
    }


def model_of(kind: str) -> Any:
    """The model of rows that have no page of their own."""
    return next((model for model in apps.get_models() if model._meta.model_name == kind), None)


def field_labels(model: Any, names: str) -> str:
    """The columns that a ledger line names, by their labels; what is no column is told as it was written."""
    if ":" in names:
        return _("%(n)s lines") % {"n": names.count(":")}
    held = {f.attname: f for f in model._meta.concrete_fields} if model else {}
    labels = {name: str(field.verbose_name) for name, field in held.items()}
    return ", ".join(labels.get(name, name) for name in names.split(",") if name != "id")


@require_http_methods(["GET", "HEAD", "POST"])
def ledger_page(request: HttpRequest) -> HttpResponse:
    """All lines for auditors; posting recomputes the chain."""
    if not AUDITS.allows(request.actor, None):
        raise PermissionDenied
    verdict = ledger.verify() if request.method == "POST" else None
    page = Paginator(Entry.objects.visible_to(request.actor), 100).get_page(request.GET.get("page"))
    return render(request, "desk/ledger.html", {"page": page, "lines": lines(page), "verdict": verdict})
