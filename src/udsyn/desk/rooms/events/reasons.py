"""Why a wish did not come true, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.rooms.events.models import Attendee

WORDS: dict[str, Any] = {
    "not_coming": _("%(about)s is not coming."),
    "never": _("The organiser has said that you two do not meet."),
    "same_house": _("You are of the same organisation."),
    "colleague": _("%(about)s of the same organisation meets them."),
    "group": _("By the rules of the event this group is not asked by yours."),
    "never_both_there": _("There is no time at which both are there."),
    "day_full": _("The day of %(about)s is full."),
    "never_both_free": _("There is no time at which both are free."),
    "no_table": _("Whenever both are free, no table is."),
    "costs_others": _("It would cost other meetings that were wished as much."),
    "not_found_in_time": _("No place was found in the time to compute; a longer search may find one."),
}


@dataclass(frozen=True)
class Unmet:
    by: Attendee
    whom: Attendee
    why: Any


def told(unmet: Iterable[list[Any]], people: Mapping[int, Attendee]) -> Iterator[Unmet]:
    """Each wish that was left out, with its reason; those of people who are gone from the desk are left out."""
    for by, whom, code, about in unmet:
        if by in people and whom in people and code in WORDS:
            yield Unmet(people[by], people[whom], WORDS[code] % {"about": people.get(about, "")})
