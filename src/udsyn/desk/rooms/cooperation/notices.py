"""What is late or waits in the cooperation room, for whom, and what has a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.keeping import NOW
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import (
    ActionPoint,
    Agreement,
    Initiative,
    Meeting,
)
from udsyn.desk.rooms.cooperation.states import ACTION, AGREEMENT
from udsyn.desk.web import feeds, inbox


def of_day(actor: Actor, code: str, day: dt.date, action: str = "view") -> Any:
    """Agreements of which the clock says this on a day, the most pressing first."""
    rows = Agreement.objects.visible_to(actor, action).filter(AGREEMENT.on(code, day))
    return rows.select_related("country", "owner").order_by("ends", "pk")


def notice_due(actor: Actor, day: dt.date) -> list[Agreement]:
    """Agreements on whose renewal a decision is due, the most pressing first."""
    return pressing_first(of_day(actor, "renewal_due", day))


def pressing_first(rows: Iterable[Any]) -> list[Agreement]:
    return sorted(rows, key=lambda row: row.notice_by or row.ends)


def late_points(actor: Actor, day: dt.date) -> Any:
    return RESOURCES["actionpoint"].rows(actor).filter(ACTION.on("overdue", day))


def own(rows: Any, actor: Actor) -> Any:
    """Those for which the actor is responsible."""
    return rows.filter(owner=actor.person) if actor.person else rows.none()


def my_points(actor: Actor, today: dt.date) -> Any:
    rows = ActionPoint.objects.visible_to(actor).filter(state="open").select_related("agreement__country")
    return own(rows, actor)


def my_point(row: ActionPoint, today: dt.date) -> inbox.Item:
    why = gettext_lazy("your action point is overdue") if row.overdue else gettext_lazy("your action point")
    return inbox.item(row, why, row.due, today, country=row.agreement.country, action="finish")


def my_initiatives(actor: Actor, today: dt.date) -> Any:
    rows = Initiative.objects.visible_to(actor).filter(state__in=("planned", "running"))
    return own(rows.select_related("work_plan__agreement__country"), actor)


def my_initiative(row: Initiative, today: dt.date) -> inbox.Item:
    country = row.work_plan.agreement.country
    action = "start" if row.state == "planned" else "complete"
    return inbox.item(row, gettext_lazy("your initiative"), row.due, today, country=country, action=action)


def expired(actor: Actor, today: dt.date) -> Any:
    return of_day(actor, "expired", today, "change")


def expired_one(row: Agreement, today: dt.date) -> inbox.Item:
    why = gettext_lazy("expired, and nobody has decided what follows")
    action = {"in_force": "review", "renewal_review": "renew"}.get(row.state, "")
    return inbox.item(row, why, row.ends, today, country=row.country, action=action, expired=True)


def renewals(actor: Actor, today: dt.date) -> Any:
    return of_day(actor, "renewal_due", today, "change")


def renewal(row: Agreement, today: dt.date) -> inbox.Item:
    why = gettext_lazy("a decision on its renewal is due")
    action = "review" if row.state == "in_force" else "renew"
    return inbox.item(row, why, row.notice_by or row.ends, today, country=row.country, action=action)


def minutes_wanted(actor: Actor, today: dt.date) -> Any:
    rows = Meeting.objects.visible_to(actor, "change").filter(state="planned", starts__lt=NOW)
    return rows.select_related("committee__agreement__country")


def minutes(row: Meeting, today: dt.date) -> inbox.Item:
    title, url = str(row), RESOURCES["meeting"].url(row)
    day = timezone.localdate(row.starts)
    return inbox.Item(title, gettext_lazy("its minutes are missing"), url, day, True, row, row.country, "hold")


INBOX = (
    inbox.Source(expired, expired_one, "ends"),
    inbox.Source(my_points, my_point, "due"),
    inbox.Source(my_initiatives, my_initiative, "due"),
    inbox.Source(renewals, renewal, "ends"),
    inbox.Source(minutes_wanted, minutes, "starts"),
)


def meeting_dates(actor: Actor) -> Iterable[feeds.Date]:
    for row in Meeting.objects.visible_to(actor).select_related("committee__agreement__country"):
        yield feeds.Date(
            f"meeting-{row.pk}",
            f"{row.committee.name}: {row.country.name}",
            row.starts,
            row.ends,
            row.place,
            row.agenda,
            row.history.count(),
            row.state == "cancelled",
            row.changed,
        )


def point_dates(actor: Actor) -> Iterable[feeds.Date]:
    if actor.person is None:
        return
    for row in ActionPoint.objects.visible_to(actor).filter(owner=actor.person, due__isnull=False):
        yield feeds.Date(
            f"actionpoint-{row.pk}",
            row.text,
            row.due,
            version=row.history.count(),
            cancelled=row.state != "open",
            changed=row.changed,
        )


def notice_dates(actor: Actor) -> Iterable[feeds.Date]:
    for row in Agreement.objects.visible_to(actor).filter(ends__isnull=False, state="in_force"):
        if actor.staff and row.notice_by:
            yield feeds.Date(
                f"agreement-notice-{row.pk}",
                _("Last day of notice") + f": {row}",
                row.notice_by,
                version=row.history.count(),
                changed=row.changed,
            )
