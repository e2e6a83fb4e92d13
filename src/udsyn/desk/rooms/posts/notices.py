"""Handovers that wait, postings that end, and their dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.posts.models import Handover, Posting
from udsyn.desk.web import feeds, inbox


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
