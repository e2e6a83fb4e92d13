"""What an account owes before it goes on: a password of its own in place of the first one, and where its role needs
one, a second factor. Whoever signs in through a provider has both there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from udsyn.desk.web.requests import HttpRequest

ALWAYS = ("account_logout", "account_reauthenticate", "theme", "health")


def methods(request: HttpRequest) -> set[str]:
    """How this session was opened: password, mfa, socialaccount."""
    return {record["method"] for record in get_authentication_records(request)}


def needs_password(request: HttpRequest) -> bool:
    return request.user.must_change_password and "socialaccount" not in methods(request)


def needs_second_factor(request: HttpRequest) -> bool:
    if not settings.SECOND_FACTOR & request.actor.roles or request.user.is_demo:
        return False
    return not {"mfa", "socialaccount"} & methods(request) and not is_mfa_enabled(request.user)


class OwedMiddleware:
    """Leads to the page where it is settled; all others wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, named: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = (match and match.url_name) or ""
        if not request.user.is_authenticated or name in ALWAYS or (match and "api" in match.namespaces):
            return None
        if needs_password(request):
            if name == "account_change_password":
                return None
            messages.warning(
                request, _("Choose a password of your own first: the one you have was only for the start.")
            )
            return redirect("account_change_password")
        if not name.startswith(("mfa_", "account_change_password")) and needs_second_factor(request):
            messages.warning(request, _("Your role needs a second factor: set up an app or a passkey here."))
            return redirect("mfa_index")
        return None
