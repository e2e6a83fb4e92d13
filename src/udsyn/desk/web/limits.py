"""How often something may be tried, counted for all processes in the database, so that a restart forgets nothing.

What is wrong is counted for the address it comes from together with the account it is tried at, never for the account
alone: whoever tries wrong passwords shuts out themselves, not the owner. A browser in which the owner has signed in
before is known by a sealed cookie and counted apart, so that not even a neighbour behind the same address shuts it out.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse

from udsyn.desk.web.requests import HttpRequest

RATES = {
    "public_form": "5/h/key",
    "registration": "600/h/key",  # a whole conference sits behind one address
    "password": "5/5m/key",
    "passwords_of_all": "20/m/key",
    "second_factor": "5/5m/key",
    "second_factor_anywhere": "200/d/key",
    "api_key": "20/m/key",
    "identity": "5/h/key",
}
KNOWN, KNOWN_FOR = "known", 365 * 86_400


def spend(request: HttpRequest, action: str, *about: Any) -> ratelimit.RateLimitUsage | None:
    """Count one try of `action` about something; None where that was one too many."""
    key = ":".join(map(str, about))
    with transaction.atomic():  # one commit, and nobody finds it held: who waits for the database need not try again
        return ratelimit.consume(request, app="udsyn.desk", action=action, config=RATES, key=key, limit_get=True)


def is_over(request: HttpRequest, action: str, *about: Any) -> bool:
    """Count one try, and say whether it was one too many. A try that could not be counted, because many come at once or
    a server was killed while it counted, is let through: for what a whole house does, where no secret is guessed."""
    if spend(request, action, *about) is not None:
        return False
    (rate,) = ratelimit.parse_rates(RATES[action])
    key = ":".join(map(str, about))
    held = cache.get(ratelimit.get_cache_key(request, app="udsyn.desk", action=action, rate=rate, key=key, user=None))
    allowed, _history = ratelimit.apply_rate(held or [], time.time(), rate, dry_run=True)
    return not allowed


def address_of(request: HttpRequest) -> str:
    return str(ratelimit.truncate_ip(request.META.get("REMOTE_ADDR", "")))


def known(request: HttpRequest, email: str) -> bool:
    """Has this browser signed in to the account before?"""
    try:
        held = signing.loads(request.COOKIES.get(KNOWN, ""), salt=KNOWN, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return False
    return email.lower() in held


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Know this browser again by a cookie that opens nothing: it only counts apart."""
    try:
        held = signing.loads(request.COOKIES.get(KNOWN, ""), salt=KNOWN, max_age=KNOWN_FOR)
    except signing.BadSignature:
        held = []
    value = signing.dumps([email.lower(), *(other for other in held if other != email.lower())][:5], salt=KNOWN)
    response.set_cookie(KNOWN, value, max_age=KNOWN_FOR, httponly=True, secure=settings.HTTPS, samesite="Lax")


def tries(request: HttpRequest, action: str, email: str) -> ratelimit.RateLimitUsage | None:
    """One try at an account's secret, from this address or from a browser that is known there."""
    where = f"known:{request.COOKIES[KNOWN]}" if known(request, email) else address_of(request)
    return spend(request, action, where, email.lower())
