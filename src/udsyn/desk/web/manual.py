"""Help: the manual's pages at the desk, and which of them is about a page of the desk. Everybody may read them."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from udsyn.desk.kernel.resources import by_slug
from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.kernel.wording import language
from udsyn.desk.tools import manuals
from udsyn.desk.web import choosing
from udsyn.desk.web.requests import HttpRequest

#: pages of no room → the section that is about them
ACROSS = {
    "inbox": "first-hour",
    "activity": "desk#who-may-do-what",
    "ledger": "desk#who-may-do-what",
    "search": "desk#finding-ones-way",
    "work": "desk#work-in-the-background",
    "imports": "desk#spreadsheets",
    "import": "desk#spreadsheets",
    "take_in": "desk#spreadsheets",
    "together": "desk#many-rows-at-once",
    "outbox": "desk#mail",
}
SIGNING_IN = "desk#signing-in"
START = "first-hour"  #: what the index of help begins with


@cache
def targets() -> dict[str, str]:
    """Name of a page of the desk, or of a list → the section of the manual that is about it."""
    found = dict(ACROSS)
    for room in rooms():
        found |= {page.name: room.help for page in room.urls if page.name}
        found |= {resource.slug: room.help for resource in room.resources}
        found |= room.helps
    return found | ACROSS


def help_for(request: HttpRequest) -> str:
    """The address of the section that is about this page; "" on pages of help themselves."""
    match = request.resolver_match
    if match is None or match.url_name in ("manual", "manual_page"):
        return ""
    slug = str(match.kwargs.get("slug", "")) if match.url_name not in ACROSS else ""
    name = match.url_name or ""
    where = targets().get(slug) if slug and by_slug(slug) else targets().get(name)
    if where is None:
        where = SIGNING_IN if name.startswith(("account_", "mfa_", "socialaccount_", "me")) else START
    page, _hash, anchor = where.partition("#")
    return reverse("manual_page", args=[page]) + (f"#{anchor}" if anchor else "")


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All pages by title, and a search over their sections."""
    question = choosing.asked(request, "q")
    known = [page for name in manuals.names() if (page := manuals.page(name, language()))]
    used = {where.partition("#")[0] for where in targets().values()} | {START}
    return render(
        request,
        "desk/manual.html",
        {
            "q": question,
            "found": manuals.find(question, language()),
            "rooms": [page for page in known if page.name in used],
            "others": [page for page in known if page.name not in used],
        },
    )


@login_not_required
@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page. Where it is not written in the reader's language, it says so."""
    found = manuals.page(name, language())
    if found is None:
        raise Http404
    text = mark_safe(found.html)  # noqa: S308 our own page; HTML in its source is shown as text
    return render(
        request, "desk/manual_page.html", {"page": found, "text": text, "foreign": found.language != language()}
    )
