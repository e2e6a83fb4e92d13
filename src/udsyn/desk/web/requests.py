"""A request as the desk's pages see it, after its middleware."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest as Plain

from udsyn.desk.kernel.models import Token
from udsyn.desk.kernel.permissions import Actor


class HttpRequest(Plain):
    """For annotations only: Django makes the request, `ActorMiddleware` and the API's keys add to it."""

    user: Any  #: the account; its class belongs to a room
    actor: Actor
    key: Token  #: in the API
