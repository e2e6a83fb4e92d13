"""Signing in to a demonstration in one of its roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from udsyn.desk.kernel.models import Meta
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web.requests import HttpRequest


def demo_users() -> Any:
    """The roles of a demonstration; none anywhere else: they are made with the database and only there."""
    return (
        User.objects.filter(is_demo=True, is_active=True).prefetch_related("mandates")
        if Meta.objects.filter(key="demo", value="yes").exists()
        else User.objects.none()
    )


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Enter a demonstration in one of its roles."""
    user = demo_users().filter(pk=whole_number(request.POST.get("user", ""))).first()
    if user is None:
        raise Http404
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("home")
