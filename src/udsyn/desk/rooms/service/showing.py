"""What everybody may know came of the centres' service: their public figures, by partner and all of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import ABROAD, CLIENT, Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.kernel.rooms import Number
from udsyn.desk.rooms.posts.models import open_centres
from udsyn.desk.rooms.service import came, figures
from udsyn.desk.rooms.service.models import Request

#: of the figures where centres stand side by side: what was done, then what came of it
ORDER = (*figures.WORK, "found", "publications", "outcome")


def centres(country: Any, _actor: Actor) -> Panel | None:
    """Of each centre what its own page shows; where no country is asked for, all centres side by side."""
    today = timezone.localdate()
    rows = list(open_centres().filter(country=country) if country else open_centres())
    after = came.public(rows, today)
    shown = [(row, told) for row, of in figures.public(rows, today) if (told := [*of, *after[row.pk]])]
    if not shown:
        return None
    if country:
        return Panel(_("What the centres did"), "service/_public.html", {"centres": shown})
    by_code = [(row, {one.code: one for one in told}) for row, told in shown]
    heads = {code: one for _row, told in by_code for code, one in told.items()}
    lines = [(heads[code], [(row, told.get(code)) for row, told in by_code]) for code in ORDER if code in heads]
    values = {"centres": [row for row, _told in shown], "lines": lines}
    return Panel(_("What the centres did"), "service/_beside.html", values)


@kept
def by_day(actor: Actor, since: dt.date) -> Any:
    """How many requests were received on each day, since a day."""
    seen = Request.objects.visible_to(actor).filter(received__gte=since)
    return seen.order_by().values_list("received").annotate(Count("pk"))


def received(actor: Actor, today: dt.date) -> Number | None:
    """To those who work abroad, and to a client who asked: the requests of the last twelve months, by month."""
    abroad = bool(actor.roles & set(ABROAD))
    if not abroad and CLIENT not in actor.roles:
        return None
    months = [month_before(today, back) for back in range(11, -1, -1)]
    days = dict(by_day(actor, months[0]))
    if not days and not abroad:
        return None
    held: Counter[dt.date] = Counter()
    for day, number in days.items():
        held[day.replace(day=1)] += number
    course = tuple((f"{month:%m}", float(held[month])) for month in months)
    note = _("in twelve months, by month") if days else ""
    label = _("requests received") if abroad else _("your requests")
    return Number(label, sum(held.values()), reverse("list", args=["requests"]), course, note)


def month_before(day: dt.date, back: int) -> dt.date:
    """The first of the month so many months before a day's."""
    month = day.year * 12 + day.month - 1 - back
    return dt.date(month // 12, month % 12 + 1, 1)
