"""What is done with finds: a person answers for all of theirs at once, an officer for those they see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands, finds, ties
from udsyn.desk.kernel.finds import CONFIRMED, FOUND, STRUCK, Find
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.ties import GONE, MADE, Tie
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.outcomes import sets
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.parties.reading import language_of
from udsyn.desk.rooms.service.models import Introduction, Outcome
from udsyn.desk.tools import outbox

YEAR = dt.timedelta(days=365)
OPEN = (FOUND, CONFIRMED, STRUCK)


def ties_of(person: Person) -> Any:
    """The ties that a person is a side of, with what was found."""
    row = f"person:{person.pk}"
    return (
        Tie.objects.filter(Q(a_row=row) | Q(b_row=row), status=MADE).prefetch_related("finds").order_by("-date", "pk")
    )


@transaction.atomic
def answer(person: Person, struck: Collection[int]) -> int:
    """A person's answer on all that was found of their ties: what is ticked is struck, the rest is right."""
    told = 0
    for find in Find.objects.filter(tie__in=ties_of(person)).exclude(state=GONE):
        state = STRUCK if find.pk in struck else CONFIRMED
        if find.state != state:
            finds.say(find, state, str(person))
            told += 1
    return told


@transaction.atomic
def stop_following(person: Person) -> None:
    """Nobody looks for what came of this person's ties any more; what was found goes."""
    Find.objects.filter(tie__in=ties_of(person)).delete()
    ties.refuse(f"person:{person.pk}")


@transaction.atomic
def report(outcome: Outcome, tie: Tie, actor: Actor) -> Outcome:
    """Something that the record cannot know came of a tie. What a person reports waits for a colleague to confirm it.

    Where the tie is an introduction's, it counts for its request as well.
    """
    made_it = tie.parent
    outcome.tie = tie
    if isinstance(made_it, Introduction):
        outcome.introduction, outcome.request = made_it, made_it.request
    if actor.staff:
        return commands.save(outcome, actor)
    outcome.full_clean()
    return commands.write(outcome, actor, "create", None, reason="reported by the person")


def decide(actor: Actor, find: Find, state: str) -> None:
    """A colleague who sees the tie confirms or strikes. Raises PermissionDenied for anybody else."""
    if not actor.staff or state not in OPEN:
        raise PermissionDenied
    finds.say(find, state, actor.name)


@transaction.atomic
def ask(person: Person, actor: Actor, question: str = "") -> Message:
    """Put a question into the outbox, the yearly one or another: one mail with a link to the person's own page.

    A question comes in the language that is active; the yearly one is in the person's.
    """
    if not person.email:
        raise ValidationError(_("No e-mail address is known."))
    chosen = language() if question else language_of(person)
    with translation.override(chosen):
        text = question or yearly(person)
        link: list[Any] = ["\n\n", {"outcomes": person.pk, "language": chosen}]
        body, below = outbox.signed(text, link, actor.name)
        subject = _("What came of it? One minute")
    message = Message(
        recipient=person.email,
        subject=subject,
        body=body,
        below=below,
        responsible=actor.user,
        about=f"person:{person.pk}",
        state="drafted",
    )
    message.full_clean()
    commands.write(message, actor, "create", None)
    return message


def yearly(person: Person) -> str:
    said = _("Dear %(name)s,\n\nthis is what we found of your ties abroad. Please strike what is wrong.")
    return said % {"name": person}


def due(actor: Actor, now: dt.datetime) -> list[Person]:
    """People with an address whom nobody asked for a year, and of whose ties that the actor sees something waits."""
    waiting = Find.objects.visible_to(actor).filter(sets.WAITS)
    rows = {row for side in ("a", "b") for row in waiting.values_list(f"tie__{side}_row", flat=True).distinct()}
    numbers = [int(row.partition(":")[2]) for row in rows - asked_since(now - YEAR) if row.startswith("person:")]
    return list(Person.objects.visible_to(actor).filter(pk__in=numbers, merged_into__isnull=True).exclude(email=""))


def asked_since(then: dt.datetime) -> set[str]:
    """Whom (person:12) somebody asked what came of their ties."""
    recent = Message.objects.filter(about__startswith="person:", created__gte=then).exclude(state="withdrawn")
    return {message.about for message in recent if outbox.has_hole(message, "outcomes")}


@transaction.atomic
def ask_all(actor: Actor, now: dt.datetime) -> int:
    """The yearly question to everybody who is due; the mails wait in the outbox. Returns how many."""
    people = due(actor, now)
    for person in people:
        ask(person, actor)
    return len(people)
