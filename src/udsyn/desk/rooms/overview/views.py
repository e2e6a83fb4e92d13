"""The start: to a visitor what this is and what is open, to everybody else what waits, what is new, what matters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from udsyn.desk.kernel.keeping import NOW, kept
from udsyn.desk.kernel.permissions import MINISTRY, Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Number, rooms
from udsyn.desk.rooms.cooperation.notices import of_day, pressing_first
from udsyn.desk.rooms.cooperation.states import renewal_due
from udsyn.desk.rooms.overview import first_hour, world
from udsyn.desk.rooms.overview.partners import Partner, partners
from udsyn.desk.rooms.overview.public import front
from udsyn.desk.rooms.parties.demo import demo_users
from udsyn.desk.tools.charts import bar_chart
from udsyn.desk.web import inbox, log, places
from udsyn.desk.web.requests import HttpRequest

FINISH, WAITS, NEWS = 3, 5, 5
LOOKED = 30  #: at so many of what waits, for what can be finished and who waits


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The front page of whoever asks."""
    actor = request.actor
    today = timezone.localdate()
    found = partners(actor, today)
    centres = (centre for one in found for centre in one.centres)
    spots = [(c, *world.place(c.lon, c.lat)) for c in centres if not (c.lon is None or c.lat is None)]
    frame = {"ties": found, "spots": spots, "size": world.SIZE, "today": today}
    if not actor.signed_in:
        return render(request, "overview/front.html", {**frame, **front(request, found), "demo_users": demo_users()})
    number = number_for(actor, today)
    context = {
        **frame,
        **what_waits(actor, today),
        **(ahead(actor, today, found) if actor.staff else {}),
        **first_hour.hour(request),
        "begin": first_steps(actor, found),
        "number": number,
        "chart": bar_chart(number.label, number.course) if number and any(n for _label, n in number.course) else "",
        "at_hand": places.at_hand(actor),
        "news": news(actor, today),
        "recent": places.recent(request),
    }
    return render(request, "overview/home.html", context)


def what_waits(actor: Actor, today: dt.date) -> dict[str, Any]:
    """Three things that can be finished in place, the next that wait, how many are late, and who waits."""
    waits = inbox.waiting(actor, today, most=LOOKED)
    finish = [item for item in waits.items if item.do][:FINISH]
    rest = [item for item in waits.items if item not in finish][:WAITS]
    blocked = dict.fromkeys(str(item.blocked) for item in waits.items if item.blocked)
    return {
        "finish": finish,
        "items": rest,
        "late": waits.late,
        "more_late": waits.more_late,
        "waiting_people": list(blocked)[:WAITS],
        "more": waits.count - len(finish) - len(rest),
    }


def ahead(actor: Actor, today: dt.date, found: list[Partner]) -> dict[str, Any]:
    """Meetings of the next months, and agreements that end or have ended without a decision."""
    until = timezone.now() + dt.timedelta(days=120)
    due = [row for one in found for row in one.agreements if renewal_due(row, today)]
    return {
        "meetings": [row for row in planned(actor) if row.starts <= until],
        "expired": expired(actor, today),
        "notice": pressing_first(due)[:5],
    }


@kept
def planned(actor: Actor) -> Any:
    """The next meetings."""
    return RESOURCES["meeting"].rows(actor).filter(state="planned", starts__gte=NOW).order_by("starts")[:5]


@kept
def expired(actor: Actor, today: dt.date) -> Any:
    return of_day(actor, "expired", today)[:5]


def news(actor: Actor, today: dt.date) -> list[dict[str, Any]]:
    """What other people did since yesterday with what this actor sees; each row once."""
    yesterday = timezone.make_aware(dt.datetime.combine(today - dt.timedelta(days=1), dt.time()))
    done = log.near().filter(at__gte=yesterday).exclude(actor_id=None).exclude(actor_id=actor.user.pk)
    entries = done.seen_by(actor)
    latest = {log.noted(entry)[:2]: entry for entry in reversed(entries[: NEWS * 10])}
    return log.lines(sorted(latest.values(), key=lambda entry: entry.at, reverse=True)[:NEWS])


def number_for(actor: Actor, today: dt.date) -> Number | None:
    """The first number that a room has for this actor."""
    numbers = (room.number(actor, today) for room in rooms() if room.number is not None)
    return next((number for number in numbers if number is not None), None)


def first_steps(actor: Actor, found: list[Partner]) -> list[tuple[Any, str]]:
    """What an officer of an empty desk does first."""
    if found or not MINISTRY.allows(actor, None):
        return []
    return [(step.label, step.url) for step in first_hour.OF_AN_OFFICER[:3]]
