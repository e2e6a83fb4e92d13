"""Finding one's way: every page and list by its name, what one can begin, and what one saw last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from udsyn.desk.kernel.permissions import ABROAD, ADMINISTERS, AUDITS, Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource, by_slug, menu
from udsyn.desk.kernel.search import fold
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web.requests import HttpRequest

GO = "›"  #: before the name of a page in the search field, it leads there at once
RECENT, COOKIE = 6, "seen"


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    heading: str = ""


def back_to(request: HttpRequest, address: str) -> str:
    """A page as the reader left it, with what they had chosen there, if they come from it; else the page itself."""
    left = urlsplit(request.headers.get("referer", ""))
    same = (left.netloc, left.path) == (request.get_host(), address)
    return f"{address}?{left.query}" if same and left.query else address


def today(actor: Actor) -> Iterator[Place]:
    """What concerns all rooms at once: the first entry of the menu."""
    yield Place(_("Start"), reverse("home"))
    yield Place(_("Waits for me"), reverse("inbox"))
    if actor.staff:
        yield Place(_("Deadlines"), reverse("deadlines"))
        yield Place(_("Key figures"), reverse("figures"))
    yield Place(_("Activity"), reverse("activity"))
    yield Place(_("Who was where"), reverse("held"))
    if actor.staff:
        yield Place(_("Imports"), reverse("imports"))
    if AUDITS.allows(actor, None):
        yield Place(_("Ledger"), reverse("ledger"))
    if ADMINISTERS.allows(actor, None):
        yield Place(_("Work in the background"), reverse("work"))


def places(actor: Actor) -> Iterator[Place]:
    """Where this actor can go and what they can begin, in the order of the menu."""
    yield from today(actor)
    yield from logging(actor)
    for area, headings in menu(actor):
        for _heading, entries in headings:
            yield from (Place(label, url, str(area)) for label, url in entries)
    for resource in RESOURCES.values():
        yield from beginning(actor, resource)
    yield Place(_("My account"), reverse("me"))


def logging(actor: Actor) -> Iterator[Place]:
    if RESOURCES["request"].may_create(actor):
        yield Place(_("Log a contact"), reverse("log_contact"))


def beginning(actor: Actor, resource: Resource | None) -> Iterator[Place]:
    if resource is not None and resource.menu and resource.may_create(actor):
        new = _("New: %(name)s") % {"name": resource.name}
        yield Place(new, reverse("create", args=[resource.slug]))


def at_hand(actor: Actor) -> list[Place]:
    """What somebody abroad begins many times a day, one click from the start page."""
    if not any(actor.scopes(ABROAD, kind) for kind in ("centre", "country")):
        return []
    return [*logging(actor), *beginning(actor, by_slug("reports"))]


def fitting(actor: Actor, question: str) -> list[Place]:
    """Places whose name holds every word; those that begin with them come first."""
    asked = fold(question.strip().lstrip(GO))
    words = asked.split()
    found = [place for place in places(actor) if words and all(word in fold(place.label) for word in words)]
    return sorted(found, key=lambda place: not fold(place.label).startswith(asked))


def remember(response: HttpResponse, request: HttpRequest, resource: Resource, pk: int) -> HttpResponse:
    """Keep in the reader's own browser which rows they saw last: their lists and numbers, nothing of what they say."""
    held = [part for part in request.COOKIES.get(COOKIE, "").split("_") if part]
    one = f"{resource.slug}.{pk}"
    kept = "_".join([one, *(part for part in held if part != one)][:RECENT])
    response.set_cookie(COOKIE, kept, max_age=90 * 86400, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


def recent(request: HttpRequest) -> list[Place]:
    """The rows seen last that this reader still sees."""
    found = []
    for part in request.COOKIES.get(COOKIE, "").split("_")[:RECENT]:
        slug, _dot, number = part.partition(".")
        resource, pk = by_slug(slug), whole_number(number)
        row = resource.rows(request.actor).filter(pk=pk).first() if resource and pk is not None else None
        if resource is not None and row is not None:
            found.append(Place(str(row), resource.url(row), str(resource.name)))
    return found
