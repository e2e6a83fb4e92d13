"""Which technology offers run out, for those who look after them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.technology.models import Offer
from udsyn.desk.web import feeds, inbox

#: So many days before its last one an offer waits for who looks after it.
DAYS = 14


def mine(actor: Actor) -> Any:
    found = Offer.objects.visible_to(actor).filter(state="open", expires__isnull=False).select_related("country")
    return found.filter(keeper=actor.person) if actor.person else found.none()


def ending(actor: Actor, today: dt.date) -> Any:
    return mine(actor).filter(expires__lte=today + dt.timedelta(DAYS))


def item(row: Offer, today: dt.date) -> inbox.Item:
    late = row.expires is not None and row.expires < today
    why = _("a technology offer has run out") if late else _("a technology offer runs out")
    return inbox.item(row, why, row.expires, today, country=row.country, expired=late)


INBOX = (inbox.Source(ending, item, "expires"),)


def dates(actor: Actor) -> Iterable[feeds.Date]:
    for row in mine(actor):
        yield feeds.Date(f"offer-{row.pk}", str(row), row.expires, version=row.history.count(), changed=row.changed)
