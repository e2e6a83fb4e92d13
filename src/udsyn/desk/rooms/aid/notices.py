"""Which entries in the register wait for whom, and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import MINISTRY, Actor
from udsyn.desk.rooms.aid.models import Aid
from udsyn.desk.web import feeds, inbox


def entries(actor: Actor) -> Any:
    """What I look after, and what nobody does; nothing for those who could not enter it."""
    found = Aid.objects.visible_to(actor).filter(state="granted").select_related("undertaking__country")
    mine = found.filter(Q(keeper=actor.person) | Q(keeper=None)) if actor.person else found.none()
    return mine if MINISTRY.allows(actor, None) else found.none()


def waiting(actor: Actor, today: dt.date) -> Any:
    return entries(actor)


def item(row: Aid, today: dt.date) -> inbox.Item:
    why = _("aid to enter in the register")
    return inbox.item(row, why, row.register_by, today, country=row.undertaking.country, action="register")


INBOX = (inbox.Source(waiting, item, "register_by"),)


def dates(actor: Actor) -> Iterable[feeds.Date]:
    for row in entries(actor):
        yield feeds.Date(f"aid-{row.pk}", str(row), row.register_by, version=row.history.count(), changed=row.changed)
