"""Days by the calendar's months."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange


def months_on(day: dt.date, months: int) -> dt.date:
    """The same day some months later (or earlier, below zero), or that month's last day.

    >>> months_on(dt.date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_moved(original: dt.date, new: dt.date) -> int:
    """How many months a day was moved, a begun month counted whole, whichever way.

    >>> day = dt.date(2025, 6, 30)
    >>> months_moved(day, dt.date(2026, 6, 30)), months_moved(day, dt.date(2026, 7, 1))
    (12, 13)
    """
    early, late = sorted((original, new))
    whole = (late.year - early.year) * 12 + late.month - early.month
    whole -= months_on(early, whole) > late
    return whole + (months_on(early, whole) < late)
