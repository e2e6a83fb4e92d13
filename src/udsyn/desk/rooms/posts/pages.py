"""Pages of the posts room: centres, posts, postings, handovers, contacts; and the list of centres for the public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Column, Importing, Resource, columns
from udsyn.desk.rooms.parties.models import Interval
from udsyn.desk.rooms.posts import commands
from udsyn.desk.rooms.posts.models import Centre, Contact, Handover, Post, Posting
from udsyn.desk.tools.numbers import whole_number
from udsyn.desk.web import feeds, inbox
from udsyn.desk.web.pages import seen_or_404

POSTS = gettext_lazy("Centres and posts")


def handover_context(row: Handover, actor: Actor) -> dict[str, Any]:
    open_ = not row.is_done
    return {
        "items": row.items.all(),
        "may_tick": open_ and (actor.can("change", row) or actor.person == row.successor_id),
        "in_hand": [(RESOURCES[kind], rows) for kind, rows in commands.in_hand(row.posting.person_id).items() if rows]
        if open_
        else [],
        "passed": [(RESOURCES[kind], len(ids)) for kind, ids in row.passed.items()],
    }


LISTS: tuple[Resource, ...] = (
    Resource(
        Centre,
        "centres",
        POSTS,
        (
            *columns(Centre, "name", "country", "city"),
            Column("opened", gettext_lazy("opened"), show=lambda row: row.opened_text, order="opened"),
            Column(
                "is_open",
                gettext_lazy("open today"),
                show=lambda row: row.is_open,
                blank=lambda row: row.is_open_word,
            ),
            Column("focus", gettext_lazy("focus fields"), show=lambda row: row.focus_list, in_list=False),
            *columns(
                Centre,
                "closed",
                "covers",
                "address",
                "email",
                "about",
                "source",
                "note",
                hidden=("closed", "covers", "address", "email", "about", "source", "note"),
                long=("about", "note", "address"),
            ),
            Column("confirmed_on", gettext_lazy("last seen open"), order="confirmed_on", in_list=False, on_page=False),
        ),
        form=(
            "name",
            "slug",
            "country",
            "covers",
            "city",
            "lat",
            "lon",
            "address",
            "email",
            "opened",
            "opened_precision",
            "closed",
            "confirmed_on",
            "focus",
            "about",
            "source",
            "note",
        ),
        private=frozenset({"note"}),
        search=("name", "city", "focus"),
        filters=("country",),
        select=("country",),
        follow=("covers",),
        children=(("post", "centre"), ("contact", "centre")),
    ),
    Resource(
        Post,
        "posts",
        POSTS,
        (
            Column("name", gettext_lazy("post"), show=str, order="kind_of"),
            *columns(
                Post,
                "country",
                "centre",
                "mission",
                "theme",
                "starts",
                "ends",
                "financed_by",
                "source",
                "note",
                hidden=("mission", "financed_by", "source", "note"),
                long=("note",),
            ),
        ),
        form=("kind_of", "country", "centre", "mission", "theme", "starts", "ends", "financed_by", "source", "note"),
        private=frozenset({"note"}),
        search=("theme", "mission"),
        filters=("kind_of", "country"),
        select=("country", "centre__country"),
        children=(("posting", "post"),),
    ),
    Resource(
        Posting,
        "postings",
        POSTS,
        (
            Column("person", gettext_lazy("person"), show=lambda row: str(row.person), order="person__family_name"),
            *columns(Posting, "post", "starts", "ends"),
        ),
        form=("post", "person", "starts", "ends"),
        select=("post__centre", "post__country", "person"),
        children=(("handover", "posting"),),
        attach=False,
    ),
    Resource(
        Handover,
        "handovers",
        POSTS,
        columns(
            Handover, "posting", "successor", "takes_over", "state", "letter", hidden=("letter",), long=("letter",)
        ),
        form=("posting", "successor", "takes_over", "letter"),
        filters=("state",),
        select=("posting__post__centre", "posting__post__country", "posting__person", "successor"),
        template="posts/handover.html",
        context=handover_context,
        save=commands.prepare,
    ),
    Resource(
        Contact,
        "contacts",
        POSTS,
        columns(Contact, "person", "centre", "keeper", "last_met", "note", hidden=("note",), long=("note",)),
        form=("centre", "person", "keeper", "last_met", "note"),
        filters=("centre",),
        select=("person", "centre", "keeper"),
        importing=Importing(words={"person": ("navn", "name", "e-mail", "email"), "centre": ("center",)}),
    ),
)


@require_POST
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off points of a handover."""
    resource, handover = seen_or_404(request, "handovers", pk)
    commands.tick(handover, request.actor, set(map(whole_number, request.POST.getlist("done"))) - {None})
    messages.success(request, _("Stored."))
    return redirect(resource.url(handover))


@require_GET
def held_on(request: HttpRequest) -> HttpResponse:
    """Who held which post on a day: "who was attaché in Seoul on 1 March 2015"."""
    asked = request.GET.get("day", "")
    try:
        day = parse_date(asked) or timezone.localdate()
    except ValueError:
        day = timezone.localdate()
    posts = RESOURCES["post"].rows(request.actor).filter(Interval.on(day)).prefetch_related("postings")
    held = {p.post_id: p for p in RESOURCES["posting"].rows(request.actor).filter(Interval.on(day))}
    found = [(post, held.get(post.pk), post.holder_word(day)) for post in posts]
    return render(request, "posts/held.html", {"day": day, "posts": found})


# Public pages --------------------------------------------------------------------------------------------------------


def open_centres() -> Any:
    """Centres that are not known to be closed."""
    today = timezone.localdate()
    return Centre.objects.exclude(closed__lt=today).select_related("country").prefetch_related("covers")


@login_not_required
@require_GET
def abroad(request: HttpRequest) -> HttpResponse:
    """Find the centre for a country."""
    rows = sorted(open_centres(), key=lambda c: str(c.country.name))
    wanted = request.GET.get("country", "").upper()
    serving = [c for c in rows if wanted in {c.country.code, *(also.code for also in c.covers.all())}]
    countries = {c.country.code: c.country for c in rows} | {a.code: a for c in rows for a in c.covers.all()}
    return render(
        request,
        "posts/abroad.html",
        {
            "centres": serving if wanted in countries else rows,
            "wanted": wanted,
            "countries": sorted(countries.values(), key=lambda c: str(c.name)),
        },
    )


# Inbox and calendar --------------------------------------------------------------------------------------------------


def handovers(actor: Actor, today: dt.date) -> Any:
    rows = Handover.objects.visible_to(actor).filter(state="offered")
    rows = rows.filter(successor=actor.person) if actor.person else rows.none()
    return rows.select_related("posting__post__centre", "posting__post__country", "posting__person")


def handover(row: Handover, today: dt.date) -> inbox.Item:
    why = gettext_lazy("a handover waits for you")
    post = row.posting.post
    return inbox.item(row, why, row.takes_over, today, country=post.country, blocked=row.posting.person)


def endings(actor: Actor, today: dt.date) -> Any:
    """One's own posting ends within half a year, and nothing is handed over yet."""
    rows = Posting.objects.visible_to(actor).filter(
        ends__gte=today, ends__lte=today + dt.timedelta(days=183), handovers__isnull=True
    )
    rows = rows.filter(person=actor.person) if actor.person else rows.none()
    return rows.select_related("post__centre", "post__country", "person")


def ending(row: Posting, today: dt.date) -> inbox.Item:
    why = gettext_lazy("your posting ends: prepare the handover")
    return inbox.Item(str(row.post), why, RESOURCES["posting"].url(row), row.ends, row=row, country=row.post.country)


INBOX = (inbox.Source(handovers, handover, "takes_over"), inbox.Source(endings, ending, "ends"))


def posting_dates(actor: Actor) -> Iterable[feeds.Date]:
    if not actor.staff:
        return
    for row in (
        Posting.objects.visible_to(actor)
        .filter(ends__isnull=False)
        .select_related("post__centre", "post__country", "person")
    ):
        yield feeds.Date(
            f"posting-end-{row.pk}",
            _("Posting ends") + f": {row}",
            row.ends,
            version=row.history.count(),
            changed=row.changed,
        )
