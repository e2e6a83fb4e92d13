"""What a reader sets for themselves: account page, theme, language."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from udsyn.desk.kernel.models import Token
from udsyn.desk.tools.numbers import whole_numbers
from udsyn.desk.web import keys
from udsyn.desk.web.middleware import THEMES, with_cookie
from udsyn.desk.web.pages import safe_next
from udsyn.desk.web.requests import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """My account: what I may do and why, my calendar address, my keys for the API."""
    secret, form = "", keys.KeyForm(request.actor)
    if request.method == "POST" and "revoke" in request.POST:
        Token.objects.filter(owner=request.user, pk__in=whole_numbers([request.POST["revoke"]])).delete()
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
            "mandates": request.user.mandates.all(),
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
    return with_cookie(redirect(safe_next(request, "/")), "theme", chosen if chosen in THEMES else "auto")
