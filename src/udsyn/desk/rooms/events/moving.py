"""Moving a meeting by hand: to another slot, room or table, or in exchange for the one that stands there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events import planning
from udsyn.desk.rooms.events.models import Event, Hall, Talk


@dataclass(frozen=True)
class Place:
    slot: int
    hall: Hall
    table: int


def against(event: Event, talk: Talk, to: Place, others: list[Talk]) -> Iterator[Any]:
    """Everything that stands against a meeting at a place; `others` are all that stand besides it."""
    slots = event.slots
    if not 1 <= to.slot <= len(slots):
        yield _("The event has no slot %(slot)s.") % {"slot": to.slot}
        return
    if not 1 <= to.table <= to.hall.tables or to.hall.event_id != event.pk:
        yield _("This room has no such table.")
        return
    now = timezone.now()
    if talk.slot != to.slot and (event.begun(talk.slot, now) or event.begun(to.slot, now)):
        yield _("What has begun stays, and nothing is moved into the past.")
    asked = {who.number: who.away for who in planning.asked_of(event).people}
    for person in (talk.a, talk.b):
        if person.pk not in asked:
            yield _("%(name)s is not coming.") % {"name": person}
        elif to.slot in asked[person.pk]:
            yield _("%(name)s is away or speaks at that time.") % {"name": person}
        for other in others:
            if other.slot == to.slot and person.pk in (other.a_id, other.b_id):
                yield _("%(name)s meets %(other)s at that time.") % {"name": person, "other": other.other(person.pk)}
    for other in others:
        if (other.slot, other.hall_id, other.table) == (to.slot, to.hall.pk, to.table):
            yield _("%(talk)s sit at that table.") % {"talk": other}


@transaction.atomic
def move(talk: Talk, to: Place, actor: Actor, *, swap: bool = False) -> None:
    """Move it, and where `swap` says so, put the meeting that stands there in its place.

    Raises ValidationError with everything against it; nothing is stored then.
    """
    event = Event.objects.select_for_update(of=("self",)).get(pk=talk.event_id)
    talk = Talk.objects.select_related("a", "b", "hall").get(pk=talk.pk)
    if not actor.can("change", talk):
        raise Refused()
    if talk.state != "planned":
        raise ValidationError(_("It is cancelled."))
    if talk.locked:
        raise ValidationError(_("It is locked: unlock it first."))
    standing = list(event.talks.filter(state="planned").exclude(pk=talk.pk).select_related("a", "b", "hall"))
    there = [one for one in standing if (one.slot, one.hall_id, one.table) == (to.slot, to.hall.pk, to.table)]
    partner = there[0] if swap and there else None
    others = [one for one in standing if one is not partner]
    wrong = list(against(event, talk, to, others))
    if partner is not None:
        if partner.locked:
            wrong.append(_("%(talk)s is locked: unlock it first.") % {"talk": partner})
        wrong += against(event, partner, Place(talk.slot, talk.hall, talk.table), others)
    if wrong:
        raise ValidationError(list(dict.fromkeys(map(str, wrong))))
    touched = {talk.a_id, talk.b_id}
    if partner is not None:
        touched |= {partner.a_id, partner.b_id}
        planning.put(event, partner, partner.pair, talk.slot, (talk.hall_id, talk.table), actor)
    planning.put(event, talk, talk.pair, to.slot, (to.hall.pk, to.table), actor)
    planning.tell(touched, changed=True)


@transaction.atomic
def lock(talk: Talk, actor: Actor, locked: bool) -> None:
    """Keep a meeting where it is, or let it move again."""
    talk = Talk.objects.select_for_update(of=("self",)).get(pk=talk.pk)
    if not actor.can("change", talk):
        raise Refused()
    if talk.locked != locked:
        stored = Talk.objects.get(pk=talk.pk)
        talk.locked = locked
        kernel.write(talk, actor, "change", stored)
