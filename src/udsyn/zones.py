"""The names of time zones, read once: asking the system for them walks its folders."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def names() -> frozenset[str]:
    """All that this system knows, such as Europe/Copenhagen."""
    return frozenset(available_timezones())


@cache
def by_city() -> dict[str, str]:
    """The last part of each name in small letters → the first zone that ends so."""
    return {name.split("/")[-1].lower(): name for name in sorted(names(), reverse=True)}
