"""Pages of the parties room: likely duplicates side by side, merging and separating."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from udsyn.desk.kernel.permissions import MINISTRY
from udsyn.desk.rooms.parties import commands
from udsyn.desk.rooms.parties.models import Merge, Organisation, Person
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web.requests import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest) -> HttpResponse:
    """Rows that are likely one, to be looked at side by side; and merges that can be undone."""
    if not MINISTRY.allows(request.actor, None):
        raise PermissionDenied
    models: dict[str, Any] = {"people": Person, "organisations": Organisation}
    asked = request.GET.get("kind", "")
    kind = asked if asked in models else "people"
    rows = list(models[kind].objects.visible_to(request.actor).filter(merged_into__isnull=True))
    return render(
        request,
        "parties/duplicates.html",
        {
            "kind": kind,
            "kinds": [
                ("people", Person._meta.verbose_name_plural),
                ("organisations", Organisation._meta.verbose_name_plural),
            ],
            "pairs": commands.duplicates(rows),
            "merges": merges(request.actor),
        },
    )


def merges(actor: Any) -> list[dict[str, Any]]:
    models = {"person": Person, "organisation": Organisation}
    found = []
    for record in Merge.objects.visible_to(actor).filter(undone_at__isnull=True).select_related("merged_by")[:50]:
        model = models[record.kind]
        found.append(
            {
                "record": record,
                "kept": model.objects.get(pk=record.kept_id),
                "gone": model.objects.get(pk=record.gone_id),
            }
        )
    return found


@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """Merge two rows, or separate two that were merged by mistake."""
    model = {"people": Person, "organisations": Organisation}.get(request.POST.get("kind", ""), Person)
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("undo"):
            record = get_object_or_404(Merge.objects.visible_to(request.actor), pk=whole_number(request.POST["undo"]))
            commands.separate(record, request.actor, reason)
            messages.success(request, _("Separated again."))
        else:
            rows = model.objects.visible_to(request.actor)
            keep = get_object_or_404(rows, pk=whole_number(request.POST.get("keep")))
            gone = get_object_or_404(rows, pk=whole_number(request.POST.get("gone")))
            commands.merge(keep, gone, request.actor, reason)
            messages.success(request, _("Merged. It can be undone below."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    kind = "organisations" if model is Organisation else "people"
    return redirect(f"{request.path.replace('merge', 'duplicates')}?kind={kind}")
