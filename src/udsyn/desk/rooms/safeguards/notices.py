"""Which cases wait for whom, and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.safeguards.models import Case
from udsyn.desk.rooms.safeguards.states import CASE
from udsyn.desk.web import feeds, inbox


def cases(actor: Actor) -> Any:
    found = Case.objects.visible_to(actor).select_related("country", "asked_by", "approver")
    return found if actor.person else found.none()


def waiting(actor: Actor, today: dt.date) -> Any:
    """What I am to decide, what I prepare, and what was decided for me and has run out."""
    mine = Q(state="open") | CASE.on("ended", today)
    return cases(actor).filter(Q(state="asked", approver=actor.person) | mine & Q(asked_by=actor.person))


def item(row: Case, today: dt.date) -> inbox.Item:
    if row.state == "asked":
        why = _("a case of safeguards waits for your decision")
        return inbox.item(row, why, row.decide_by, today, country=row.country, blocked=row.asked_by or "")
    if row.state == "open":
        return inbox.item(row, _("a case of safeguards to prepare"), None, today, country=row.country, action="ask")
    why = _("a decision has run out: decide anew")
    return inbox.item(row, why, row.holds_until, today, country=row.country, expired=True, action="reopen")


#: one source, so that the page asks the database once for it
INBOX = (inbox.Source(waiting, item, "decide_by"),)


def dates(actor: Actor) -> Iterable[feeds.Date]:
    for row in cases(actor).filter(state="asked", approver=actor.person):
        yield feeds.Date(f"case-{row.pk}", str(row), row.decide_by, version=row.history.count(), changed=row.changed)
