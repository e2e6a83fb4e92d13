"""Dates as lists print them, read as ISO dates that may be a month or a year only. None where the text is no date."""

from __future__ import annotations

import datetime as dt
import re

DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
WORDED = re.compile(r"(\d{1,2})\s+([A-Za-z]+)\.?,?\s+(\d{4})")
PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def read(text: str | None) -> str | None:
    """28.2.2011, 2 December 1985, 26 Feb. 2011, and 2011-02-28, 2011-02, 2011, as ISO.

    >>> read("26 Sept. 2022"), read("3.6.2022"), read("2011-2"), read("31.2.2011"), read("before long")
    ('2022-09-26', '2022-06-03', '2011-02', None, None)
    """
    said = (text or "").strip().split("T")[0]
    if found := DOTTED.fullmatch(said):
        day, month, year = (int(part) for part in found.groups())
    elif (found := WORDED.fullmatch(said)) and (number := month_of(found[2])):
        day, month, year = int(found[1]), number, int(found[3])
    elif found := PARTIAL.fullmatch(said):
        return partial(*(int(part) for part in found.groups() if part))
    else:
        return None
    return partial(year, month, day)


def month_of(word: str) -> int | None:
    """A month's name, whole or cut off after three letters or more."""
    fits = [number for number, name in enumerate(MONTHS, 1) if len(word) >= 3 and name.startswith(word.lower())]
    return fits[0] if len(fits) == 1 else None


def partial(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """ISO of what is known of a date; None for a day that no calendar has."""
    try:
        whole = dt.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    return str(whole)[: 4 if month is None else 7 if day is None else 10]
