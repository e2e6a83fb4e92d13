"""What a reader is told when a page cannot be given."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from udsyn.desk.kernel.logs import REQUEST
from udsyn.desk.web.requests import HttpRequest


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
        str(exception or "")
        or _("Your roles do not cover it. Your account page lists them; an administrator can change them."),
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
        _("Nothing you had saved is lost. Try again; if it stays, tell the administrator.") + f" ({REQUEST.get()})",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem(
        request,
        403,
        _("The form had grown old"),
        _("Go back, load the page again and send the form once more. What you wrote is still there."),
    )
