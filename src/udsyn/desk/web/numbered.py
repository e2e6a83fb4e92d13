"""Each request has an id: it stands in all that is logged meanwhile and in the answer, so that a reader can name it."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from udsyn.desk.kernel.logs import REQUEST

HEADER = "X-Request-Id"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")  #: an id that a proxy in front gave

log = logging.getLogger("udsyn.desk.requests")


class RequestIdMiddleware:
    """The first of all, so that whatever happens in a request can be found by its id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        token, begun = REQUEST.set(number), time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = number
            log.info("%s %s", request.method, response.status_code, extra={"more": told(request, response, begun)})
        finally:
            REQUEST.reset(token)
        return response


def told(request: HttpRequest, response: HttpResponse, begun: float) -> dict[str, object]:
    """What a request was, without what its address or its form held."""
    user = getattr(request, "user", None)
    return {
        "method": request.method,
        "route": request.resolver_match.route if request.resolver_match else "",
        "status": response.status_code,
        "ms": round(1000 * (time.perf_counter() - begun), 1),
        "user": user.pk if user is not None and user.is_authenticated else "",
    }
