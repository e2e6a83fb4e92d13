"""What the desk does by itself, for administrators: what failed and why, and what waits or was done."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_tasks_db.models import DBTaskResult

from udsyn.desk.kernel import work
from udsyn.desk.kernel.permissions import ADMINISTERS
from udsyn.desk.web.pages import PAGE
from udsyn.desk.web.requests import HttpRequest

WORDS = {
    "READY": _("waits"),
    "RUNNING": _("is being done"),
    "FAILED": _("failed"),
    "SUCCESSFUL": _("done or settled"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def work_page(request: HttpRequest) -> HttpResponse:
    """Failures first; posting tries one again, or notes that it was looked at."""
    if not ADMINISTERS.allows(request.actor, None):
        raise PermissionDenied
    if request.method == "POST":
        verb = work.again if "again" in request.POST else work.looked_at
        for piece in work.failures():
            if str(piece.pk) == request.POST.get("piece"):
                verb(piece)
        return redirect("work")
    page = Paginator(DBTaskResult.objects.order_by("-enqueued_at"), PAGE).get_page(request.GET.get("page"))
    failed = [(piece, work.name(piece), work.why(piece)) for piece in work.failures()[:PAGE]]
    rows = [(piece, work.name(piece), WORDS[piece.status]) for piece in page]
    return render(request, "desk/work.html", {"failed": failed, "rows": rows, "page": page})
