"""From the rows of an event to a plan, and from an adopted plan to meetings. The solver runs in the queue."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.permissions import DESK, Actor
from udsyn.desk.rooms.events import journeys, letters, problem, seating
from udsyn.desk.rooms.events.models import Attendee, Event, MeetingWish, Pairing, Plan, Talk
from udsyn.errors import UdsynError

FIRST, AGAIN = 60, 5  #: seconds to compute: a plan from nothing, and one that keeps what stands


def asked_of(event: Event) -> problem.Asked:
    """All that an event asks for now. What has begun stays, and nothing new is put before now."""
    now, slots = timezone.now(), event.slots
    coming = list(event.attendees.filter(state="coming").order_by("pk"))
    speaks = {one.pk: set(one.away) for one in coming}
    for session in event.sessions.prefetch_related("speakers"):
        meanwhile = {slot.number for slot in slots if slot.starts < session.ends and session.starts < slot.ends}
        for speaker in session.speakers.all():
            speaks.setdefault(speaker.pk, set()).update(meanwhile)
    people = tuple(problem.Who(one.pk, one.house, one.group, frozenset(speaks[one.pk])) for one in coming)
    here = {one.number for one in people}
    pairings: dict[str, set[str]] = {"must": set(), "never": set()}
    for one in Pairing.objects.filter(event=event):
        pairings[one.kind_of].add(problem.pair(one.a_id, one.b_id))
    talks = list(event.talks.filter(state="planned"))
    begun = {talk.pair for talk in talks if event.begun(talk.slot, now)}
    fixed = [(talk.pair, talk.slot) for talk in talks if talk.locked or talk.pair in begun]
    over = {key for key in begun if not here.issuperset(problem.people_of(key))}
    wants = MeetingWish.objects.filter(by__event=event).order_by("by", "rank").values_list("by", "whom", "rank")
    return problem.Asked(
        slots=len(slots),
        tables=sum(event.halls.values_list("tables", flat=True)),
        people=people,
        wants=tuple(problem.Want(*want) for want in wants if problem.pair(*want[:2]) not in over),
        musts=frozenset(pairings["must"] - over),
        nevers=frozenset(pairings["never"]),
        may_ask=frozenset(event.askrules.values_list("asks", "asked")),
        one_of_a_house=event.one_of_a_house,
        fixed=tuple(sorted(fixed)),
        closed=frozenset(slot.number for slot in slots if slot.starts <= now),
    )


def seal_of(asked: problem.Asked) -> str:
    """The hash of what is asked; hours that pass do not change it."""
    said = [asked.slots, asked.tables, asked.people, asked.wants, sorted(asked.musts), sorted(asked.nevers)]
    said += [sorted(asked.may_ask), asked.one_of_a_house]
    text = repr([[*map(orderly, part)] if isinstance(part, tuple) else part for part in said])
    return hashlib.sha256(text.encode()).hexdigest()


def orderly(row: Any) -> Any:
    return sorted(
        (name, sorted(value) if isinstance(value, frozenset) else value) for name, value in asdict(row).items()
    )


def stands(event: Event) -> dict[str, int]:
    return {talk.pair: talk.slot for talk in event.talks.filter(state="planned")}


def may_plan(event: Event) -> Any:
    """Why no plan can be computed; nothing where one can."""
    if event.is_done:
        return _("The event is over, or cancelled.")
    if event.state not in ("open", "closed"):
        return _("Open the event first.")
    if event.is_delegation:
        return journeys.may_plan(event)
    if not event.halls.exists():
        return _("Write down first which rooms and tables there are.")
    if not event.attendees.filter(state="coming").exists():
        return _("Nobody is coming yet.")
    return None


@transaction.atomic
def ask(event: Event, actor: Actor, *, again: bool = False, seconds: int = 0) -> Plan:
    """Put a plan into the queue; `again` keeps what stands. Raises Refused for who does not organise it."""
    if not actor.can("change", event):
        raise Refused()
    if against := may_plan(event):
        raise ValidationError(against)
    last = event.plans.aggregate(last=Max("number"))["last"] or 0
    row = Plan(event=event, number=last + 1, again=again, seconds=seconds or (AGAIN if again else FIRST))
    row.full_clean()
    kernel.write(row, actor, "create", None)
    transaction.on_commit(lambda: compute.enqueue(row.pk))
    return row


@task()
def compute(number: int) -> str:
    """Compute a plan that was asked for, and keep what came of it; returns its status."""
    row = Plan.objects.select_related("event").filter(pk=number, state="asked").first()
    if row is None:
        return "gone"
    if row.event.is_delegation:
        seal = journeys.seal_of(row.event)
        result, made, trouble = journeys.compute(row.event, row.seconds)
        return keep(number, result, made, [], trouble, seal)
    asked = asked_of(row.event)
    try:
        if row.again:
            found = problem.plan_again(asked, stands(row.event), row.seconds)
        else:
            found = problem.plan(asked, row.seconds)
    except UdsynError as error:
        found = problem.Planned({"status": "unknown"}, trouble=str(error))
    result = found.result | {
        "moves": {key: list(slots) for key, slots in found.moved.items()},
        "added": list(found.added),
        "cancelled": list(found.cancelled),
    }
    unmet = [[one.by, one.whom, one.code, one.about] for one in found.unmet]
    return keep(number, result, found.made, unmet, found.trouble, seal_of(asked))


@transaction.atomic
def keep(number: int, result: dict[str, Any], made: dict[str, Any], unmet: list[Any], trouble: str, seal: str) -> str:
    """Store what came of a plan; nothing where it was put aside meanwhile."""
    row = Plan.objects.select_for_update(of=("self",)).filter(pk=number, state="asked").first()
    if row is None:
        return "gone"
    stored = Plan.objects.get(pk=number)
    row.result, row.made, row.unmet, row.seal, row.trouble = result, made, unmet, seal, trouble
    kernel.write(row, DESK, "change", stored)
    kernel.perform(row, "solve" if result["status"] in problem.SOLVED else "fail", DESK)
    return str(result["status"])


def may_adopt(row: Plan) -> Any:
    if row.event.state not in ("open", "closed"):
        return _("The event is over.")
    if row.event.plans.filter(number__gt=row.number, state="adopted").exists():
        return _("A later plan is adopted.")
    if row.seal != (journeys.seal_of(row.event) if row.event.is_delegation else seal_of(asked_of(row.event))):
        return _("Since then something that it was computed from has changed: compute it anew.")
    if row.event.is_delegation:
        return None
    tables = sum(row.event.halls.values_list("tables", flat=True))
    if any(count > tables for count in Counter(row.made.values()).values()):
        return _("There are fewer tables now: compute it anew.")
    return None


def adopted(row: Plan, actor: Actor) -> None:
    """Make it so: meetings move in place, those that fell away are cancelled, and everybody concerned is told."""
    event = Event.objects.select_for_update(of=("self",)).get(pk=row.event_id)
    for earlier in event.plans.filter(state="adopted").exclude(pk=row.pk):
        kernel.perform(earlier, "replace", DESK)
    if event.is_delegation:
        journeys.adopted(event, row.made, actor)
        return
    held = {talk.pair: talk for talk in event.talks.all()}
    before = any(talk.state == "planned" for talk in held.values())
    halls = dict(event.halls.values_list("pk", "tables"))
    stood = {key: (talk.slot, (talk.hall_id, talk.table)) for key, talk in held.items() if talk.state == "planned"}
    seats = seating.seat(row.made, halls, stood)
    touched: set[int] = set()
    for key, slot in row.made.items():
        if put(event, held.get(key), key, slot, seats[key], actor):
            touched.update(problem.people_of(key))
    now = timezone.now()
    for key, talk in held.items():
        if talk.state == "planned" and key not in row.made and not event.begun(talk.slot, now):
            fall(talk, actor)
            touched.update(problem.people_of(key))
    tell(touched, changed=before)


def put(event: Event, talk: Talk | None, key: str, slot: int, seat: seating.Seat, actor: Actor) -> bool:
    """Place a meeting; says whether anything changed for its people."""
    stored = None if talk is None else Talk.objects.get(pk=talk.pk)
    if talk is None:
        a, b = problem.people_of(key)
        talk = Talk(event=event, a_id=a, b_id=b, slot=slot, hall_id=seat[0], table=seat[1])
    elif (talk.state, talk.slot, talk.hall_id, talk.table) == ("planned", slot, *seat):
        return False
    else:
        talk.state, talk.slot, talk.hall_id, talk.table = "planned", slot, *seat
        talk.version += 1
    talk.full_clean()
    kernel.write(talk, actor, "change" if stored else "create", stored)
    return True


def fall(talk: Talk, actor: Actor, reason: str = "") -> None:
    """A meeting does not take place."""
    stored = Talk.objects.get(pk=talk.pk)
    talk.state, talk.version = "cancelled", talk.version + 1
    kernel.write(talk, actor, "cancel", stored, reason=reason)


def tell(people: set[int], *, changed: bool) -> None:
    for row in Attendee.objects.filter(pk__in=people, state="coming").select_related("event").order_by("pk"):
        letters.programme(row, changed=changed)


def names(event: Event) -> Mapping[int, Attendee]:
    return {one.pk: one for one in event.attendees.all()}
