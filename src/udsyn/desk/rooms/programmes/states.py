"""The states of a call, an application and a partner."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Clock, Lifecycle, State


def moment_of(day: dt.date) -> dt.datetime:
    """Now, where the day is today; else the day's beginning."""
    if day == timezone.localdate():
        return timezone.now()
    return dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())


def is_forecast(row: Any, day: dt.date) -> bool:
    return row.state == "published" and row.opens_at is not None and moment_of(day) < row.opens_at


def is_closed(row: Any, day: dt.date) -> bool:
    return row.state == "published" and row.closes_at is not None and row.closes_at < moment_of(day)


CALL = Lifecycle(
    "call",
    (
        State("prepared", _("being written")),
        State("published", _("open")),
        State("decided", _("decided"), done=True),
        State("cancelled", _("cancelled"), done=True, aside=True),
    ),
    clock=(
        Clock(
            "forecast",
            _("opens later"),
            is_forecast,
            lambda day: Q(state="published", opens_at__gt=moment_of(day)),
            instead=True,
        ),
        Clock(
            "closed",
            _("closed"),
            is_closed,
            lambda day: Q(state="published", closes_at__lt=moment_of(day)),
            instead=True,
        ),
    ),
)

APPLICATION = Lifecycle(
    "application",
    (
        State("draft", _("draft")),
        State("submitted", _("waits for screening"), _("received"), requires=("submitted_at",)),
        State("returned", _("open for amendments"), aside=True, requires=("submitted_at",)),
        State("eligible", _("eligible"), _("received, being assessed"), requires=("submitted_at",)),
        State("ineligible", _("not eligible"), done=True, requires=("submitted_at",)),
        State("awarded", _("awarded"), done=True, requires=("submitted_at",)),
        State("declined", _("declined"), done=True, requires=("submitted_at",)),
        State("withdrawn", _("withdrawn"), done=True),
    ),
)
WRITABLE = ("draft", "returned")
HANDED_IN = ("submitted", "returned", "eligible", "ineligible", "awarded", "declined")

PARTNER = Lifecycle(
    "partner",
    (
        State("named", _("named")),
        State("invited", _("asked to confirm")),
        State("confirmed", _("has confirmed"), done=True, requires=("answered_at",)),
        State("declined", _("takes no part"), done=True, requires=("answered_at",)),
        State("dropped", _("no longer named"), done=True, aside=True),
    ),
    clock=(
        Clock(  # the mail that asks waits in the outbox, until a person lets it go
            "unsent",
            _("the question waits to be sent"),
            lambda row, day: row.state == "invited" and row.invited_at is None,
            lambda day: Q(state="invited", invited_at__isnull=True),
            instead=True,
        ),
    ),
)
TAKING_PART = ("named", "invited", "confirmed")
