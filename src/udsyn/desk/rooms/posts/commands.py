"""Verbs of the posts room."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands, ledger, search
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.rooms import InHand, rooms
from udsyn.desk.rooms.posts.models import Handover, HandoverItem


def kinds_in_hand() -> list[InHand]:
    """What can be in somebody's hands, in all rooms."""
    return [kind for room in rooms() for kind in room.in_hand]


def checklist() -> list[str]:
    """What every handover goes through."""
    return [
        _("Go through the open action points together"),
        _("Introduce the successor to the ten most important contacts"),
        _("Go through open requests and say what was promised"),
        _("Hand over the calendar of the coming six months"),
        _("Write down what does not work and should not be tried again"),
    ]


def in_hand(person: int) -> dict[str, list[Any]]:
    """What would pass on now: kind → rows."""
    return {
        kind.model.kind(): list(kind.model.objects.filter(**{f"{kind.person}_id": person}, **kind.still_open))
        for kind in kinds_in_hand()
    }


@transaction.atomic
def prepare(handover: Handover, actor: Actor) -> Handover:
    """Begin a handover with the usual checklist."""
    commands.save(handover, actor)
    HandoverItem.objects.bulk_create(HandoverItem(handover=handover, text=text) for text in checklist())
    return handover


def pass_on(handover: Handover, actor: Actor) -> None:
    """Give everything in hand to the successor, each with its own history and ledger line. Called by the lifecycle."""
    leaving, successor = handover.posting.person_id, handover.successor_id
    passed: dict[str, list[int]] = {}
    for kind in kinds_in_hand():
        column = f"{kind.person}_id"
        rows = kind.model.objects.select_for_update(of=("self",))
        for row in rows.filter(**{column: leaving}, **kind.still_open):
            setattr(row, column, successor)
            row._history_user = actor.user
            row._change_reason = "handover"
            row.save()
            search.put(row)
            ledger.append(actor, "handover", row, fields=[kind.person], after=str(successor))
            passed.setdefault(kind.model.kind(), []).append(row.pk)
    handover.passed = passed


@transaction.atomic
def tick(handover: Handover, actor: Actor, done: set[int]) -> None:
    """Set the checklist to these points being done."""
    if not (actor.can("change", handover) or actor.person == handover.successor_id) or handover.is_done:
        raise commands.Refused()
    for item in handover.items.all():
        if item.done != (item.pk in done):
            item.done = item.pk in done
            item.save()
    ledger.append(actor, "checklist", handover)
