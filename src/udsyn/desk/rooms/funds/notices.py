"""Deadlines of what saved searches find, for the calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.funds import commands
from udsyn.desk.rooms.funds.models import FundSearch, typed_rows
from udsyn.desk.web import feeds
from udsyn.evidence.funds.find import Judged

#: Deadlines of one search in a calendar; a search that finds more has the nearest.
MOST = 50


def dates(actor: Actor) -> Iterable[feeds.Date]:
    """Each call once, however many searches find it."""
    searches = list(FundSearch.objects.filter(owner=actor.user).select_related("country")) if actor.signed_in else []
    typed = typed_rows() if searches else []
    calls = {commands.key_of(one): one for search in searches for one in nearest(commands.found(search, typed))}
    return [date for one in calls.values() if (date := date_of(one))]


def nearest(calls: Iterable[Judged]) -> list[Judged]:
    known = [one for one in calls if one.closes is not None]
    return sorted(known, key=commands.day_text)[:MOST]


def date_of(one: Judged) -> feeds.Date | None:
    """A deadline as a calendar's entry; none where no day is known. A call keeps its entry when its deadline moves."""
    if one.closes is None:
        return None
    key = hashlib.sha256(commands.key_of(one).encode()).hexdigest()[:24]
    text = "\n".join(commands.facts_of(one)) if one.verdict else one.row["url"] or ""
    return feeds.Date(f"funds-{key}", one.row["title"], one.closes, text=text)
