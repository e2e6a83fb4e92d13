"""The number that matters to the ministry: ties after which something stands in the record."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.permissions import ABROAD, Actor
from udsyn.desk.kernel.remembering import remembered
from udsyn.desk.kernel.rooms import Number
from udsyn.desk.kernel.ties import COUNTRY, MADE, Tie
from udsyn.desk.rooms.outcomes import sets

YEARS = 8


def lasting(actor: Actor, today: dt.date) -> Number | None:
    """Ties followed after which a work, grant or project was found, by the year of the tie; of how many asked.

    None where the record was asked of none: then nobody knows, and it is not 0.
    """
    if not actor.staff or actor.roles & set(ABROAD):
        return None
    number, held = found_by_year()
    if not number:
        return None
    course = tuple((str(year), float(held[year])) for year in range(today.year - YEARS + 1, today.year + 1))
    note = _("of %(n)s of which the record was asked; by the year of the tie") % {"n": number}
    return Number(_("ties with something in the record"), sum(held.values()), reverse("outcomes"), course, note)


@remembered
def found_by_year() -> tuple[int, Counter[int]]:
    """Of how many ties the record was asked, and of each year's the number after which it has something."""
    asked = Tie.objects.filter(status=MADE, before__isnull=False).exclude(level=COUNTRY)
    found = asked.filter(pk__in=Find.objects.filter(state__in=sets.COUNTS).values("tie"))
    return asked.count(), Counter(day.year for day in found.values_list("date", flat=True))
