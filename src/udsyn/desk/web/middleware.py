"""Who asks, once per request; and what every page shows around its content."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from udsyn.desk.kernel.arrival import arrived
from udsyn.desk.kernel.once import reading
from udsyn.desk.kernel.permissions import Actor, actor_of
from udsyn.desk.kernel.resources import doors, menu
from udsyn.desk.tools import addresses
from udsyn.desk.web.manual import help_for
from udsyn.desk.web.places import today
from udsyn.desk.web.requests import HttpRequest

THEMES = ("auto", "light", "dark")


class ActorMiddleware:
    """`request.actor`: the user's person, organisations and mandates of today. Whatever is done came in now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = cast(Actor, SimpleLazyObject(lambda: actor_of(request.user, timezone.localdate())))
        with arrived(timezone.now()), reading(only=request.method in ("GET", "HEAD")):
            response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


@lru_cache(maxsize=256)
def drawn(actor: Actor, _language: str, _rooms: tuple[str, ...]) -> str:
    """The menu of somebody with a role: a hundred entries that are the same on every page of theirs."""
    return render_to_string("desk/menu.html", {"today": today(actor), "menu": menu(actor)})


def in_language(address: str, code: str) -> str:
    """The same page in another language: the first part of its address says which. (Django's own `translate_url` finds
    the page and writes its address anew, which takes a twentieth of a page's time.)"""
    _root, first, rest = address.split("/", 2) if address.count("/") > 1 else ("", "", "")
    return f"/{code}/{rest}" if first in dict(settings.LANGUAGES) else address


def with_cookie(response: HttpResponse, name: str, value: str) -> HttpResponse:
    """The answer, with which this browser remembers for a year how its reader likes the pages."""
    response.set_cookie(name, value, max_age=31_536_000, samesite="Lax", secure=settings.HTTPS, httponly=True)
    return response


def page(request: HttpRequest) -> dict[str, Any]:
    """For the frame of a page: menu, languages, theme."""
    actor = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "auto")
    here, language = request.get_full_path(), translation.get_language()
    return {
        "actor": actor,
        "menu": drawn(copy(actor), str(language), tuple(settings.ROOMS)) if actor and actor.mandates else "",
        "doors": () if actor and actor.mandates else doors(),
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "languages": [(code, in_language(here, code)) for code, _name in settings.LANGUAGES],
        "language": language,
        "home_country": settings.HOME,
        "site": addresses.site(),
        "help": help_for(request),
    }
