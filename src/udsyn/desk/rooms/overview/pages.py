"""Where all rooms come together: the front page with the map of the world, and the page of a partner country."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from udsyn.desk.evidence.partner import evidence_of
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Column, Resource, columns
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement
from udsyn.desk.rooms.cooperation.pages import notice_due, of_day
from udsyn.desk.rooms.cooperation.states import ACTION
from udsyn.desk.rooms.overview import world
from udsyn.desk.rooms.parties.models import Country, Interval
from udsyn.desk.rooms.parties.pages import demo_users
from udsyn.desk.rooms.posts.models import Posting
from udsyn.desk.rooms.posts.pages import open_centres
from udsyn.desk.web.inbox import waiting


def country_context(row: Country, actor: Actor) -> dict[str, Any]:
    """All that the desk and the record say about a partner, as far as this reader sees it."""
    today = timezone.localdate()
    agreements = RESOURCES["agreement"].rows(actor).filter(country=row)
    points = RESOURCES["actionpoint"].rows(actor).filter(agreement__country=row)
    posts = list(RESOURCES["post"].rows(actor).filter(Interval.on(today), country=row).prefetch_related("postings"))
    held = {
        p.post_id: p.person
        for p in Posting.objects.visible_to(actor)
        .filter(Interval.on(today), post__in=[post.pk for post in posts])
        .select_related("person")
    }
    return {
        "agreements": agreements,
        "standing": agreements.filter(Agreement.standing_on(today)).count(),
        "meetings": RESOURCES["meeting"].rows(actor).filter(committee__agreement__country=row)[:10],
        "programmes": RESOURCES["programme"].rows(actor).filter(agreement__country=row).prefetch_related("initiatives"),
        "points": points.filter(state="open"),
        "late": points.filter(ACTION.on("overdue", today)).count(),
        "finished": points.exclude(state="open").count(),
        "centres": open_centres().filter(country=row),
        "covering": open_centres().filter(covers=row),
        "posts": [(post, held.get(post.pk), post.holder_word(today)) for post in posts],
        "memberships": [m for m in row.memberships.all() if m.holds_on(today)],
        "evidence": evidence_of(settings.HOME, row.code, people=actor.staff) if actor.signed_in else None,
        "outline": world.outlines().get(row.code, ""),
    }


def country_counts(actor: Actor) -> dict[str, Any]:
    today = timezone.localdate()
    seen = Agreement.objects.visible_to(actor).filter(Agreement.standing_on(today))
    return {
        "agreement_count": Count("agreements", filter=Q(agreements__in=seen), distinct=True),
        "centre_count": Count("centres", filter=Q(centres__in=open_centres()), distinct=True),
    }


LISTS: tuple[Resource, ...] = (
    Resource(
        Country,
        "countries",
        _("Cooperation"),
        (
            *columns(Country, "name", "code"),
            Column("agreement_count", _("agreements"), show=lambda row: row.agreement_count, order="agreement_count"),
            Column("centre_count", _("centres"), show=lambda row: row.centre_count, order="centre_count"),
            *columns(Country, "note", hidden=("note",), long=("note",)),
        ),
        form=("note",),
        private=frozenset({"note"}),
        search=("name", "code"),
        template="overview/country.html",
        context=country_context,
        counts=country_counts,
    ),
)


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The world with all ties on it. Visitors see what is public; those signed in also what waits for them."""
    actor = request.actor
    today = timezone.localdate()
    ties: dict[str, dict[str, Any]] = {}

    def tie(country: Country) -> dict[str, Any]:
        return ties.setdefault(
            country.code,
            {
                "country": country,
                "agreements": 0,
                "centres": [],
                "posts": 0,
                "late": 0,
                "path": world.outlines().get(country.code, ""),
            },
        )

    for agreement in Agreement.objects.visible_to(actor).filter(Agreement.standing_on(today)).select_related("country"):
        tie(agreement.country)["agreements"] += 1
    for centre in open_centres():
        tie(centre.country)["centres"].append(centre)
    for post in RESOURCES["post"].rows(actor).filter(Interval.on(today)):
        tie(post.country)["posts"] += 1
    late = ActionPoint.objects.visible_to(actor).filter(ACTION.on("overdue", today))
    for point in late.select_related("agreement__country"):
        tie(point.agreement.country)["late"] += 1
    spots = [(c, *world.place(c.lon, c.lat)) for t in ties.values() for c in t["centres"] if c.lat is not None]
    waits = waiting(actor, today, most=6) if actor.signed_in else None
    meetings = (
        RESOURCES["meeting"]
        .rows(actor)
        .filter(state="planned", starts__gte=timezone.now(), starts__lte=timezone.now() + dt.timedelta(days=120))
    )
    return render(
        request,
        "overview/home.html",
        {
            "ties": sorted(ties.values(), key=lambda t: str(t["country"].name)),
            "spots": spots,
            "size": world.SIZE,
            "items": waits.items if waits else [],
            "more": waits.count - len(waits.items) if waits else 0,
            "meetings": meetings.order_by("starts")[:5] if actor.staff else [],
            "expired": of_day(actor, "expired", today)[:5] if actor.staff else [],
            "notice": notice_due(actor, today)[:5] if actor.staff else [],
            "demo_users": () if actor.signed_in else demo_users(),
        },
    )
