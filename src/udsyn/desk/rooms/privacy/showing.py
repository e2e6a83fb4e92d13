"""The number that matters to whoever watches over the desk."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udsyn.desk.kernel.permissions import AUDITS, Actor
from udsyn.desk.kernel.privacy import Reading
from udsyn.desk.kernel.rooms import Number

DAYS = 7


def read_lately(actor: Actor, today: dt.date) -> Number | None:
    """How often sensitive columns were read in the last days, by day, for auditors and administrators."""
    if not AUDITS.allows(actor, None):
        return None
    days = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    held = Counter(Reading.objects.filter(day__gte=days[0]).values_list("day", flat=True))
    course = tuple((f"{day:%d}", float(held[day])) for day in days)
    count = sum(held.values())
    label = ngettext("reading of what is sensitive", "readings of what is sensitive", count)
    return Number(label, count, reverse("readings"), course, _("in seven days"))
