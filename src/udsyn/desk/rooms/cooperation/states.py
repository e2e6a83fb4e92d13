"""The lifecycles of the cooperation room."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Clock, Lifecycle, State, past
from udsyn.desk.kernel.permissions import MINISTRY
from udsyn.packs.days import months_on

STANDING = ("signed", "in_force", "renewal_review")  #: states of an agreement that nobody has ended
AHEAD = 180  #: days before the last day of notice from which on a renewal is to be decided
MOST_MONTHS = 60  #: of notice
PUBLIC_STATES = ("signed", "in_force", "renewal_review", "lapsed", "terminated", "superseded")


def last_day_of_notice(ends: date | None, months: int | None) -> date | None:
    """Until when notice can be given before the present period ends; None where it is unknown."""
    return None if ends is None or months is None else months_on(ends, -months)


def renewal_due(row: Any, day: date) -> bool:
    """Within `AHEAD` days before the last day of notice (or of the end, where no notice is known), until the end."""
    last = last_day_of_notice(row.ends, row.notice_months) or row.ends
    return row.state in STANDING[1:] and last is not None and last - timedelta(AHEAD) <= day <= row.ends


def renewals_due(day: date) -> Q:
    """The same as a filter. Months have no arithmetic that all databases share, so each length of notice is asked."""
    latest = day + timedelta(AHEAD)
    closes = latest.day == monthrange(latest.year, latest.month)[1]

    def end_for(months: int) -> date:
        end = months_on(latest, months)
        return end.replace(day=monthrange(end.year, end.month)[1]) if closes else end

    wanted = Q(notice_months__isnull=True, ends__lte=latest)
    for months in range(MOST_MONTHS + 1):
        wanted |= Q(notice_months=months, ends__lte=end_for(months))
    return Q(state__in=STANDING[1:], ends__gte=day) & wanted


AGREEMENT = Lifecycle(
    "agreement",
    (
        State("exploring", _("exploring")),
        State("negotiating", _("negotiating")),
        State("clearance", _("in clearance"), _("negotiating")),
        State("text_agreed", _("text agreed"), _("negotiating")),
        State("signed", _("signed"), requires=("signed",)),
        State("in_force", _("in force"), requires=("signed",)),
        State("renewal_review", _("renewal under review"), _("in force"), requires=("signed",)),
        State("lapsed", _("lapsed"), done=True),
        State("terminated", _("terminated"), done=True),
        State("superseded", _("superseded"), done=True),
        State("abandoned", _("not pursued"), done=True),
    ),
    clock=(
        past(
            "expired",
            _("expired, nobody has decided"),
            STANDING,
            "ends",
            public=_("past its end"),
            instead=True,
            late=True,
        ),
        Clock("renewal_due", _("renewal to be decided"), renewal_due, renewals_due, public=""),
    ),
    entry=(*STANDING, "lapsed", "terminated", "superseded"),
    registers=MINISTRY,
)

MEETING = Lifecycle(
    "meeting",
    (
        State("planned", _("planned")),
        State("held", _("held")),
        State("minuted", _("minutes agreed"), done=True),
        State("cancelled", _("cancelled"), done=True),
    ),
    clock=(past("unminuted", _("its minutes are missing"), ("planned",), "starts", moment=True, late=True),),
)

ACTION = Lifecycle(
    "action point",
    (
        State("open", _("open")),
        State("done", _("done"), done=True),
        State("dropped", _("dropped"), done=True),
    ),
    clock=(past("overdue", _("overdue"), ("open",), "due", late=True),),
)

WORK_PLAN = Lifecycle(
    "work plan",
    (
        State("draft", _("draft")),
        State("adopted", _("adopted")),
        State("completed", _("completed"), done=True),
    ),
)

INITIATIVE = Lifecycle(
    "initiative",
    (
        State("planned", _("planned")),
        State("running", _("running")),
        State("completed", _("completed"), done=True),
        State("dropped", _("dropped"), done=True),
    ),
    clock=(past("overdue", _("overdue"), ("planned", "running"), "due", late=True),),
)
