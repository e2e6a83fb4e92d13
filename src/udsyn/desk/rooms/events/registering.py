"""Who comes: registering, confirming, the waiting list, cancelling, and who was not there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import DESK, NOBODY, Actor
from udsyn.desk.rooms.events import letters, planning
from udsyn.desk.rooms.events.models import Attendee, Event, Talk
from udsyn.desk.rooms.parties.advertising import is_protected
from udsyn.desk.rooms.parties.models import Person

#: what a participant writes of themselves, and brings along to the next event
PROFILE = (
    "given_name",
    "family_name",
    "organisation_name",
    "country",
    "offers",
    "seeks",
    "topics",
    "shown",
    "language",
)


def places_left(event: Event) -> int | None:
    """How many may still come; None where there is no limit."""
    if event.capacity is None:
        return None
    return event.capacity - event.attendees.filter(state="coming").count()


def has_place(row: Attendee) -> Any:
    if row.event.state not in ("open", "closed"):
        return _("The event takes nobody in.")
    left = places_left(row.event)
    return _("All places are taken.") if left is not None and left <= 0 else None


def is_full(row: Attendee) -> Any:
    if row.event.state not in ("open", "closed"):
        return _("The event takes nobody in.")
    left = places_left(row.event)
    return _("There are places left.") if left is None or left > 0 else None


def unasked(row: Attendee) -> Any:
    return against_writing(row.person, row.organisation_name)


def against_writing(person: Person | None, organisation: str) -> Any:
    """Why one may not be written to unasked: CVR protects their organisation against advertising; a yes lifts it."""
    if person is not None and person.legal_basis == "consent":
        return None
    if not is_protected(person, organisation.strip()):
        return None
    return _(
        "The organisation is protected against advertising (CVR): ask in another way, and note here that they come."
    )


@transaction.atomic
def register(row: Attendee) -> Attendee:
    """Keep what somebody wrote into the form, and ask the address to confirm it.

    Who is registered already gets their link again; the page tells nobody that they are.
    """
    event = Event.objects.select_for_update(of=("self",)).get(pk=row.event_id)
    row.event, row.email = event, row.email.lower()
    held = Attendee.objects.filter(event=event, email=row.email).first()
    if held is not None:
        letters.confirm(held)
        return held
    row.state = "asked"
    row.full_clean()
    kernel.write(row, NOBODY, "create", None, reason="registered by the form")
    letters.confirm(row)
    return row


@transaction.atomic
def come(row: Attendee, actor: Actor) -> str:
    """Take a place, or stand on the waiting list; returns which: coming or waiting."""
    Event.objects.select_for_update(of=("self",)).get(pk=row.event_id)
    row = Attendee.objects.select_related("event").get(pk=row.pk)
    if row.state in ("coming", "waiting"):
        return row.state
    kernel.perform(row, "confirm" if has_place(row) is None else "wait", actor)
    return Attendee.objects.get(pk=row.pk).state


def settled(row: Attendee, actor: Actor) -> None:
    """They have a place or stand in the line, and are told."""
    letters.registered(row)


def asked(row: Attendee, actor: Actor) -> None:
    letters.confirm(row)


def left(row: Attendee, actor: Actor) -> None:
    """Somebody does not come: their meetings fall away, both sides are told, and the next of the line has the place."""
    free_of_meetings(row, actor)
    transaction.on_commit(lambda: fill(row.event_id))


def free_of_meetings(row: Attendee, actor: Actor) -> None:
    held = Talk.objects.filter(event=row.event_id, state="planned", a_met=None, b_met=None).select_related("a", "b")
    now = timezone.now()
    for talk in [*held.filter(a=row.pk), *held.filter(b=row.pk)]:
        if row.event.begun(talk.slot, now):
            continue
        planning.fall(talk, actor, str(row))
        letters.programme(talk.other(row.pk), changed=True)


@transaction.atomic
def fill(event: int) -> int:
    """Give free places to those who wait, first come first served; returns how many."""
    Event.objects.select_for_update(of=("self",)).get(pk=event)
    seated = 0
    for row in Attendee.objects.filter(event=event, state="waiting").select_related("event").order_by("changed", "pk"):
        if has_place(row) is not None:
            break
        kernel.perform(row, "seat", DESK)
        seated += 1
    return seated


@transaction.atomic
def come_again(row: Attendee, event: Event, actor: Actor) -> Attendee:
    """The same person at another event, with the profile of the last one; their address is known by their link."""
    if not event.takes_registrations:
        raise kernel.Refused()
    held = Attendee.objects.filter(event=event, email=row.email).first()
    if held is None:
        profile = {name: getattr(row, name) for name in PROFILE}
        held = Attendee(event=event, email=row.email, person=row.person, author=row.author, state="asked", **profile)
        held.full_clean()
        kernel.write(held, actor, "create", None, reason="came before")
    return held
