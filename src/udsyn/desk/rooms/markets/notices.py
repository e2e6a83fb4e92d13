"""Deadlines of tenders that need profiles find, for the calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.markets import commands
from udsyn.desk.rooms.markets.models import NeedProfile
from udsyn.desk.web import feeds

#: Deadlines of one profile in a calendar.
MOST = 50


def dates(actor: Actor) -> Iterable[feeds.Date]:
    """Each tender once, however many of the reader's own profiles find it."""
    if not actor.signed_in:
        return []
    profiles = NeedProfile.objects.filter(owner=actor.user).select_related("country")
    tenders = {commands.key_of(one): one for profile in profiles for one in commands.found(profile, MOST)}
    return [date for one in tenders.values() if (date := date_of(one))]


def date_of(one: commands.Tender) -> feeds.Date | None:
    """A deadline as a calendar's entry; none where it is not exact. It keeps its entry when the deadline moves."""
    if one["due"] is None:
        return None
    key = hashlib.sha256(commands.key_of(one).encode()).hexdigest()[:24]
    return feeds.Date(
        f"markets-{key}", one["title"] or one["notice"], one["due"], text="\n".join(commands.facts_of(one))
    )
