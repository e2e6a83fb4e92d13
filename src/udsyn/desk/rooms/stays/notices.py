"""What waits for whom in the room of stays, and what has a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.outcomes.asking import months_later
from udsyn.desk.rooms.stays.afterwards import AFTER
from udsyn.desk.rooms.stays.models import Host, Round, Stay, StayApplication
from udsyn.desk.rooms.stays.states import COMING, HOST, ROUND, STAY, TOOK_PLACE
from udsyn.desk.web import feeds, inbox


def mine(actor: Actor, model: Any, path: str) -> Any:
    found = model.objects.visible_to(actor)
    return found.filter(**{path: actor.person}) if actor.staff and actor.person else found.none()


def to_check(actor: Actor, today: dt.date) -> Any:
    return mine(actor, StayApplication, "round__officer").filter(state="submitted").select_related("country")


def check(row: StayApplication, today: dt.date) -> inbox.Item:
    why = _("an application for a stay whose rules are to be checked")
    return inbox.item(row, why, None, today, country=row.country, blocked=row.name)


def to_settle(actor: Actor, today: dt.date) -> Any:
    return mine(actor, Round, "officer").filter(ROUND.on("closed", today)).select_related("agreement__country")


def settle(row: Round, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("a round whose places are to be given"), row.closes_on, today)


def late_hosts(actor: Actor, today: dt.date) -> Any:
    return mine(actor, Host, "round__officer").filter(HOST.on("late", today)).select_related("round")


def late_host(row: Host, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("a host whose answer is late"), row.answer_by, today)


def to_prepare(actor: Actor, today: dt.date) -> Any:
    """Stays that are to be prepared, to begin or to end, and reports that are late."""
    waits = STAY.on("expected", today) | STAY.on("overstayed", today) | STAY.on("owing", today)
    found = mine(actor, Stay, "keeper")
    return (found.filter(state="planned") | found.filter(waits)).select_related("country")


def prepare(row: Stay, today: dt.date) -> inbox.Item:
    why, action, due = {
        "planned": (_("a stay to prepare: the invitation has not left"), "invite", row.first),
        "accepted": (_("a stay that should have begun"), "arrive", row.first),
        "arrived": (_("a stay that should have ended"), "finish", row.last),
        "finished": (_("a report that is late"), "", row.report_by),
    }[row.state]
    blocked = row.guest_name if row.state == "planned" else ""
    return inbox.item(row, why, due, today, country=row.country, action=action, blocked=blocked)


INBOX = (
    inbox.Source(to_check, check, "submitted_on"),
    inbox.Source(to_settle, settle, "closes_on"),
    inbox.Source(late_hosts, late_host, "answer_by"),
    inbox.Source(to_prepare, prepare, "first"),
)


def dates(actor: Actor) -> Iterable[feeds.Date]:
    """The stays that somebody looks after, and the days on which it is asked what came of them."""
    seen = mine(actor, Stay, "keeper")
    for row in seen.filter(state__in=COMING):
        yield feeds.Date(
            f"stay-{row.pk}",
            str(row),
            row.first,
            row.last + dt.timedelta(days=1),
            row.place,
            version=row.history.count(),
            changed=row.changed,
        )
    for row in seen.filter(state__in=TOOK_PLACE):
        for months in AFTER:
            yield feeds.Date(f"stay-{row.pk}-after-{months}", str(row), months_later(row.last, months), text=str(ASKED))


ASKED = _("Guest and host are asked what came of this stay; what the record says stands on its page.")
