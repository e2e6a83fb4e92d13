"""What everybody may know came of the centres' service: their public figures, by partner and all of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import ABROAD, Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.kernel.rooms import Number
from udsyn.desk.rooms.posts.models import open_centres
from udsyn.desk.rooms.service import came, figures
from udsyn.desk.rooms.service.models import Request


def centres(country: Any, _actor: Actor) -> Panel | None:
    """Of each centre what its own page shows; of all centres where no country is asked for."""
    today = timezone.localdate()
    rows = list(open_centres().filter(country=country) if country else open_centres())
    after = came.public(rows, today)
    shown = [(row, told) for row, of in figures.public(rows, today) if (told := [*after[row.pk], *of])]
    return Panel(_("What the centres did"), "service/_public.html", {"centres": shown}) if shown else None


def received(actor: Actor, today: dt.date) -> Number | None:
    """To those who work abroad: the requests of the last twelve months, by month."""
    if not actor.roles & set(ABROAD):
        return None
    months = [month_before(today, back) for back in range(11, -1, -1)]
    seen = Request.objects.visible_to(actor).filter(received__gte=months[0])
    days = dict(seen.order_by().values_list("received").annotate(Count("pk")))
    held: Counter[dt.date] = Counter()
    for day, number in days.items():
        held[day.replace(day=1)] += number
    course = tuple((f"{month:%m}", float(held[month])) for month in months)
    note = _("in twelve months, by month") if days else ""
    return Number(_("requests received"), sum(held.values()), reverse("list", args=["requests"]), course, note)


def month_before(day: dt.date, back: int) -> dt.date:
    """The first of the month so many months before a day's."""
    month = day.year * 12 + day.month - 1 - back
    return dt.date(month // 12, month % 12 + 1, 1)
