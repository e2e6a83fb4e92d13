"""What waits for a colleague: finds that nobody has confirmed, and sides of ties of before that are in doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from udsyn.desk.kernel.finds import FOUND, Find
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.web import inbox


def finds(actor: Actor, today: dt.date) -> Iterable[inbox.Item]:
    """All finds that wait are one item: they are gone through on one page."""
    waiting = Find.objects.visible_to(actor).filter(state=FOUND).count() if actor.staff else 0
    if waiting:
        title = ngettext("%(n)s find", "%(n)s finds", waiting) % {"n": waiting}
        yield inbox.Item(title, _("found in the record, not confirmed"), reverse("outcomes"))


def doubts(actor: Actor, today: dt.date) -> Any:
    return EarlierTie.objects.visible_to(actor, "change").filter(doubts__gt=0).select_related("b_country")


def doubt(row: EarlierTie, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("say who is meant in the record"), None, today, country=row.b_country)


INBOX = (finds, inbox.Source(doubts, doubt))
