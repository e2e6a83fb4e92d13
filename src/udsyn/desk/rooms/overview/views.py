"""The front page: the world with all ties on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement
from udsyn.desk.rooms.cooperation.notices import of_day, pressing_first
from udsyn.desk.rooms.cooperation.states import ACTION, renewal_due
from udsyn.desk.rooms.overview import world
from udsyn.desk.rooms.parties.demo import demo_users
from udsyn.desk.rooms.parties.models import Country, Interval
from udsyn.desk.rooms.posts.models import open_centres
from udsyn.desk.web.inbox import waiting
from udsyn.desk.web.requests import HttpRequest


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The world with all ties on it. Visitors see what is public; those signed in also what waits for them."""
    actor = request.actor
    today = timezone.localdate()
    ties: dict[str, dict[str, Any]] = {}
    due: list[Agreement] = []

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

    standing = Agreement.objects.visible_to(actor).filter(Agreement.standing_on(today))
    for agreement in standing.select_related("country", "owner"):
        if actor.staff and renewal_due(agreement, today):
            due.append(agreement)
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
            "notice": pressing_first(due)[:5],
            "demo_users": () if actor.signed_in else demo_users(),
        },
    )
