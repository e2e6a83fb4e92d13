"""Verbs of the posts room."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands, ledger, search
from udsyn.desk.kernel.models import Row
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement, Initiative
from udsyn.desk.rooms.posts.models import Contact, Handover, HandoverItem

#: what is in somebody's hands: the model, its column for the person, and which rows are still open
#: (rooms above this one add theirs)
IN_HAND: list[tuple[type[Row], str, dict[str, Any]]] = [
    (ActionPoint, "owner", {"state": "open"}),
    (Initiative, "owner", {"state__in": ("planned", "running")}),
    (Agreement, "owner", {}),
    (Contact, "keeper", {}),
]


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
        model.kind(): list(model.objects.filter(**{f"{name}_id": person}, **still_open))
        for model, name, still_open in IN_HAND
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
    for model, name, still_open in IN_HAND:
        for row in model.objects.select_for_update(of=("self",)).filter(**{f"{name}_id": leaving}, **still_open):
            setattr(row, f"{name}_id", successor)
            row._history_user = actor.user
            row._change_reason = "handover"
            row.save()
            search.put(row)
            ledger.append(actor, "handover", row, fields=[name], after=str(successor))
            passed.setdefault(model.kind(), []).append(row.pk)
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
