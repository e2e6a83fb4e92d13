"""Where a request comes from: the peer's own address, or behind a trusted proxy the one that the proxy saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from udsyn.errors import UsageError

Network = IPv4Network | IPv6Network
#: what a proxy says about a visitor; from anybody else it is only a claim
SAID_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


def networks(text: str) -> list[Network] | None:
    """`127.0.0.1 10.0.0.0/8` as networks, `none` as no network, nothing as None. UsageError for what is no address."""
    if text.strip() in ("", "none"):
        return [] if text.strip() else None
    try:
        return [ip_network(part, strict=False) for part in text.replace(",", " ").split()]
    except ValueError as error:
        raise UsageError(f"UDSYN_DESK_PROXIES: {error}: write addresses or networks such as 10.0.0.0/8.") from None


def trusted(address: str, proxies: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in proxies)


def client_address(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """The nearest address that is no trusted proxy: X-Forwarded-For is read from right to left, since each proxy adds
    the address it saw at the end and everything left of an untrusted one was written by the visitor."""
    address = peer
    for claimed in reversed(forwarded.split(",")):
        if not trusted(address, proxies):
            break
        try:
            address = str(ip_address(claimed.strip()))
        except ValueError:
            break
    return address


class PeerMiddleware:
    """`REMOTE_ADDR` is the visitor's address from here on; what an untrusted peer says about itself is taken out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXIES:
            peer = request.META.get("REMOTE_ADDR", "")
            if trusted(peer, settings.PROXIES):
                forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
                request.META["REMOTE_ADDR"] = client_address(peer, forwarded, settings.PROXIES)
            else:
                for name in SAID_BY_PROXIES:
                    request.META.pop(name, None)
        return self.get_response(request)
