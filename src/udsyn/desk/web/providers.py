"""What the desk asks of providers of sign-in over the network: never an address inside that nobody set.

The operator sets a provider, wherever it stands. What it answers, a redirect or a document that names further
addresses, leads only there or out into the world: not to loopback, not into the operator's own network.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter

from udsyn.desk.web.requests import HttpRequest

NAT64 = ipaddress.ip_network("64:ff9b::/96")  #: every address of the old kind, also those inside, in a new one


class Outward(HTTPAdapter):
    """Every request goes through here, those that follow a redirect too."""

    def send(self, request: PreparedRequest, *args: Any, **more: Any) -> Response:
        demand_outside(request.url or "")
        try:
            return super().send(request, *args, **more)
        except RequestException as error:
            raise OAuth2Error(f"{request.url} does not answer: {error}") from error


class Providers(DefaultSocialAccountAdapter):
    """allauth's own behaviour, with requests that do not lead inside. A provider opens accounts, and makes none."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        return False

    def get_requests_session(self) -> Session:
        session: Session = super().get_requests_session()
        for scheme in ("https://", "http://"):
            session.mount(scheme, Outward())
        return session


class ToldErrors:
    """A provider that is away, or whose answer leads inside, is told on a page; the log has the reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OAuth2Error):
            return None
        logging.getLogger(__name__).warning("sign-in provider: %s", error)
        return render(request, "socialaccount/authentication_error.html", status=401)


def demand_outside(url: str) -> None:
    """Raises OAuth2Error for an address inside, unless the operator set its origin."""
    part = urlsplit(url)
    if f"{part.scheme}://{part.netloc}" in settings.SIGN_IN_FROM:
        return
    try:
        found = socket.getaddrinfo(part.hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return  # a name that leads nowhere from here; behind a proxy it is the proxy that knows
    if not all(outside(str(address[0])) for *_rest, address in found):
        raise OAuth2Error(f"{url} is an address inside this network, and UDSYN_DESK_SIGN_IN_AT does not name it.")


def outside(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_global and not ip.is_multicast and ip not in NAT64
