"""Whom a participant wants to meet, and who might fit, with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.search import fold
from udsyn.desk.rooms.events import fitting
from udsyn.desk.rooms.events.models import Attendee, MeetingWish, Pairing, Plan

#: words that say nothing of what somebody does
EMPTY = frozenset(("from", "that", "this", "with", "other", "andre", "vores", "eller"))


@dataclass(frozen=True)
class Suggestion:
    whom: Attendee
    reasons: tuple[str, ...]
    score: float


def may_wish(row: Attendee) -> Any:
    """Why somebody cannot change their wishes now; nothing where they can."""
    if row.event.is_delegation:
        return _("A delegation goes together: nobody is wished for.")
    if row.state not in ("coming", "waiting", "asked"):
        return _("You are not coming.")
    if row.event.state not in ("open", "closed"):
        return _("The event is over.")
    if Plan.objects.filter(event=row.event_id, state="adopted").exists():
        return _("The plan is made. Ask the organiser for a change.")
    return None


def offered(row: Attendee) -> list[Attendee]:
    """Who may be asked: those who come, let themselves be seen, and are open to this group by the rules."""
    event = row.event
    rules = set(event.askrules.values_list("asks", "asked"))
    nevers = {
        one
        for pair in Pairing.objects.filter(event=event, kind_of="never").values_list("a", "b")
        if row.pk in pair
        for one in pair
    }
    others = event.attendees.filter(state="coming", shown=True).exclude(pk=row.pk).select_related("country")
    return [
        other
        for other in others
        if other.pk not in nevers
        and not (event.one_of_a_house and row.house and other.house == row.house)
        and (not rules or (row.group, other.group) in rules)
    ]


@transaction.atomic
def wish(row: Attendee, wanted: Sequence[int], actor: Actor) -> int:
    """Store the wishes of a participant, the most wanted first, instead of those before. Returns how many.

    Raises ValidationError where the plan is made or somebody cannot be asked.
    """
    row = Attendee.objects.select_related("event").select_for_update(of=("self",)).get(pk=row.pk)
    if against := may_wish(row):
        raise ValidationError(against)
    wanted = list(dict.fromkeys(wanted))
    if len(wanted) > row.event.most_wishes:
        raise ValidationError(_("You may wish for %(most)s people at most.") % {"most": row.event.most_wishes})
    open_to = {other.pk for other in offered(row)} | set(row.wishes.values_list("whom", flat=True))
    if not open_to.issuperset(wanted):
        raise ValidationError(_("Somebody among them cannot be asked."))
    held = {one.whom_id: one for one in row.wishes.all()}
    for number, old in held.items():
        if number not in wanted:
            old.delete()
    for rank, number in enumerate(wanted, 1):
        one = held.get(number) or MeetingWish(by=row, whom_id=number)
        if one.pk is None or one.rank != rank:
            stored = MeetingWish.objects.get(pk=one.pk) if one.pk else None
            one.rank = rank
            kernel.write(one, actor, "change" if stored else "create", stored)
    return len(wanted)


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w{4,}", fold(text)) if word not in EMPTY}


def by_words(row: Attendee, other: Attendee) -> tuple[list[str], float]:
    """What one offers is what the other seeks, the other way round, and the same topics: reasons, and their weight."""
    mine, theirs = ({name: words(getattr(one, name)) for name in ("offers", "seeks", "topics")} for one in (row, other))
    reasons, score = [], 0.0
    for common, weight, says in (
        (mine["seeks"] & (theirs["offers"] | theirs["topics"]), 3, _("offers what you look for: %(words)s")),
        (theirs["seeks"] & (mine["offers"] | mine["topics"]), 3, _("looks for what you offer: %(words)s")),
        (mine["topics"] & theirs["topics"], 1, _("the same topics: %(words)s")),
    ):
        if common:
            reasons.append(says % {"words": ", ".join(sorted(common)[:4])})
            score += weight * len(common)
    return reasons, score


def suggestions(row: Attendee, others: Iterable[Attendee], limit: int = 12) -> list[Suggestion]:
    """Who fits, best first: by what both write, and by what the record says of those it knows.

    Who has written with this one already is left out.
    """
    others = list(others)
    of_record, found = fitting.told(row, others), []
    for other in others:
        (reasons, score), said = by_words(row, other), of_record.get(other.pk, fitting.Said())
        reasons += said.reasons
        if reasons and not said.wrote_together:
            found.append(Suggestion(other, tuple(reasons), score + said.score))
    best = sorted(found, key=lambda one: (-one.score, one.whom.pk))[:limit]
    return [replace(one, reasons=(*one.reasons, *filter(None, [fitting.way(row, one.whom)]))) for one in best]
