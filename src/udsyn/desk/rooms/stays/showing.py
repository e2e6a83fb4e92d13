"""What everybody may know of this room: the rounds that are open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.rooms import Shown
from udsyn.desk.rooms.stays.models import Round


def rounds() -> Iterator[Shown]:
    """Open rounds, each until the end of its last day."""
    for row in Round.objects.filter(state="open").select_related("agreement__country"):
        closes = end_of(row.closes_on) if row.closes_on else None
        country = row.agreement.country.code
        yield Shown(
            _("research stay"), str(row), reverse("open_round", args=[row.pk]), (country,), None, closes, str(row.about)
        )


def end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 59, 59), timezone.get_current_timezone())
