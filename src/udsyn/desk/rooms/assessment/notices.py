"""What waits for those who assess, and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Number
from udsyn.desk.rooms.assessment.models import Assessor, Review
from udsyn.desk.web import feeds, inbox


def to_write(actor: Actor, today: dt.date) -> Any:
    if actor.person is None:
        return Review.objects.none()
    return Review.objects.visible_to(actor, "change").select_related("application", "assessor__round")


def review(row: Review, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("a review to write"), row.assessor.round.due, today, action="hand_in")


def to_answer(actor: Actor, today: dt.date) -> Any:
    found = Assessor.objects.filter(person=actor.person or 0, state="asked")
    return found.select_related("round__call")


def answer(row: Assessor, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("you are asked to assess"), None, today, action="accept")


def handed_in(actor: Actor, _today: dt.date) -> Number | None:
    """To whoever assesses: how many reviews are handed in, and how many are still to be written."""
    if actor.person is None or actor.staff:
        return None
    own = Review.objects.visible_to(actor).filter(assessor__person=actor.person)
    held = dict(own.order_by().values_list("state").annotate(Count("pk")))
    written, left = held.get("written", 0), held.get("asked", 0)
    if not written and not left:
        return None
    course = ((str(_("handed in")), float(written)), (str(_("to be written")), float(left)))
    note = _("of %(n)s that you are asked for") % {"n": written + left}
    return Number(_("reviews handed in"), written, RESOURCES["review"].list_url, course, note)


def dates(actor: Actor) -> Iterable[feeds.Date]:
    """When one's own reviews are due."""
    for row in to_write(actor, dt.date.min).filter(assessor__round__due__isnull=False):
        yield feeds.Date(
            f"review-{row.pk}",
            str(row),
            row.assessor.round.due,
            version=row.history.count(),
            changed=row.changed,
            text=RESOURCES["review"].url(row),
        )


INBOX = (
    inbox.Source(to_write, review, "assessor__round__due"),
    inbox.Source(to_answer, answer, "pk"),
)
