"""What waits for whom in the room of events, and what has a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.events import contributing
from udsyn.desk.rooms.events.models import Contribution, Event, Plan, Referee, Stop, Talk
from udsyn.desk.web import feeds, inbox


def mine(actor: Actor) -> Any:
    return Event.objects.visible_to(actor).filter(organiser=actor.person or 0)


def to_adopt(actor: Actor, today: dt.date) -> Any:
    return Plan.objects.filter(event__in=mine(actor), state="made").select_related("event")


def plan(row: Plan, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("a plan of meetings to adopt"), row.event.first_day, today, action="adopt")


def to_close(actor: Actor, today: dt.date) -> Any:
    return mine(actor).filter(state__in=("open", "closed"), last_day__lt=today)


def over(row: Event, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("an event that is over: ask how it was"), row.last_day, today, action="hold")


def to_follow(actor: Actor, today: dt.date) -> Any:
    """Meetings that one of the two wants to go on with."""
    rows = Talk.objects.filter(event__in=mine(actor), became="", state="planned")
    return (rows.filter(a_more=True) | rows.filter(b_more=True)).select_related("a", "b", "event")


def follow(row: Talk, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("they want to go on: make an introduction of it"), None, today, blocked=str(row))


def declined(actor: Actor, today: dt.date) -> Any:
    """Stops that a host took out by the link, as long as the delegation lies ahead."""
    rows = Stop.objects.filter(event__in=mine(actor), state="dropped", declined=True, event__last_day__gte=today)
    return rows.select_related("event")


def host_declined(row: Stop, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("the host has declined the visit"), row.day, today, action="note")


@kept
def reading(actor: Actor) -> Any:
    """The actor as a reader of calls in which a contribution waits."""
    waiting = Contribution.objects.filter(state="handed_in").values("event")
    return Referee.objects.filter(person=actor.person or 0, event__in=waiting).select_related("event", "person")


def to_read(actor: Actor, today: dt.date) -> Iterable[inbox.Item]:
    """Calls that the actor reads for, with contributions that they may judge and have not."""
    for row in reading(actor) if actor.person else ():
        if contributing.left_to_read(row):
            due = row.event.contributions_until
            url = reverse("event_contributions", args=[row.event_id])
            yield inbox.Item(str(row.event), _("contributions to judge"), url, due, bool(due and due < today), row)


def to_decide(actor: Actor, today: dt.date) -> Any:
    """Events whose call is over while contributions wait for a decision."""
    waiting = Contribution.objects.filter(state="handed_in").values("event")
    return mine(actor).filter(state__in=("open", "closed"), contributions_until__lt=today, pk__in=waiting)


def decide(row: Event, today: dt.date) -> inbox.Item:
    url = reverse("event_contributions", args=[row.pk])
    return inbox.Item(str(row), _("contributions to decide upon"), url, row.first_day, row.first_day < today, row)


def dates(actor: Actor) -> Iterable[feeds.Date]:
    """The days of the actor's own events."""
    for event in mine(actor).exclude(state="prepared") if actor.person else ():
        yield feeds.Date(
            f"event-{event.pk}",
            str(event),
            event.first_day,
            event.last_day + dt.timedelta(days=1),
            place=event.place,
            version=event.history.count(),
            changed=event.changed,
            text=RESOURCES["event"].url(event),
            cancelled=event.state == "cancelled",
        )


INBOX = (
    inbox.Source(to_adopt, plan, "event__first_day"),
    inbox.Source(to_close, over, "last_day"),
    inbox.Source(to_follow, follow),
    inbox.Source(declined, host_declined, "day"),
    to_read,
    inbox.Source(to_decide, decide, "first_day"),
)
