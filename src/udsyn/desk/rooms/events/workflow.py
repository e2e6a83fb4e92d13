"""What may follow what in the room of events, and who may do it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.permissions import Actor, ByDesk
from udsyn.desk.rooms.events import contributing, letters, planning, registering
from udsyn.desk.rooms.events.models import Attendee, Event, Stop, Talk
from udsyn.desk.rooms.events.models.money import above, foreseen
from udsyn.desk.rooms.events.rules import BY_HOST, ByLink, organises
from udsyn.desk.rooms.events.states import CONTRIBUTION, EVENT, PARTICIPANT, PLAN, STOP, TALK

EVENTS, OURS = organises(), organises("event__")


def may_open(row: Event) -> Any:
    if letters.sender(row) is None:
        return _("Whoever organises it needs an account: its mails are written in their name.")
    return above(row, foreseen(row))


def cancelled(row: Attendee, actor: Actor) -> None:
    registering.left(row, actor)
    contributing.withdraw_all(row, actor)


def is_over(row: Event) -> Any:
    return None if row.first_day <= timezone.localdate() else _("It has not begun.")


def told_after(row: Event, actor: Actor) -> None:
    """Everybody who had a meeting is asked how it was."""
    talks = row.talks.filter(state="planned")
    people = {number for pair in talks.values_list("a", "b") for number in pair}
    for one in Attendee.objects.filter(pk__in=people, state="coming").select_related("event"):
        letters.after(one)


def called_off(row: Event, actor: Actor) -> None:
    """All meetings fall away in the calendars, too."""
    people: set[int] = set()
    for talk in row.talks.filter(state="planned"):
        planning.fall(talk, actor)
        people |= {talk.a_id, talk.b_id}
    transaction.on_commit(lambda: planning.tell(people, changed=True))


def talk_cancelled(row: Talk, actor: Actor) -> None:
    row.version += 1
    people = {row.a_id, row.b_id}
    transaction.on_commit(lambda: planning.tell(people, changed=True))


def may_ask(row: Stop) -> Any:
    if not row.host_email:
        return _("Write down the host's e-mail first.")
    return registering.against_writing(row.contact, row.host)


def noted(row: Stop, actor: Actor) -> None:
    row.declined = False


def was_declined(row: Stop) -> Any:
    return None if row.declined else _("Its host has not declined.")


def stop_asked(row: Stop, actor: Actor) -> None:
    letters.ask_host(row)


def stop_changed(row: Stop, actor: Actor) -> None:
    """Calendars that hold it learn of it, and the organiser's inbox does where its host has declined."""
    row.declined = row.state == "dropped" and BY_HOST.allows(actor, row)
    if row.published:
        row.version += 1


WORKFLOW: dict[str, tuple[Transition, ...]] = {
    EVENT.name: (
        Transition(
            "open",
            _("Open registration"),
            ("prepared", "closed"),
            "open",
            EVENTS,
            guard=may_open,
            primary=True,
            message=_("opened an event"),
        ),
        Transition("close", _("Close registration"), ("open",), "closed", EVENTS, message=_("closed registration")),
        Transition(
            "hold",
            _("Note as held, and ask how it was"),
            ("open", "closed"),
            "held",
            EVENTS,
            guard=is_over,
            effect=told_after,
            primary=True,
            message=_("noted an event as held"),
        ),
        Transition(
            "cancel",
            _("Cancel the event"),
            ("prepared", "open", "closed"),
            "cancelled",
            EVENTS,
            effect=called_off,
            needs_reason=True,
            dangerous=True,
            message=_("cancelled an event"),
        ),
    ),
    PARTICIPANT.name: (
        Transition(
            "invite",
            _("Ask by mail"),
            ("named",),
            "asked",
            OURS,
            guard=registering.unasked,
            gates=("security",),
            effect=registering.asked,
            primary=True,
            message=_("asked somebody to an event"),
        ),
        Transition(
            "confirm",
            _("Is coming"),
            ("named", "asked", "cancelled", "absent"),
            "coming",
            OURS | ByLink(),
            guard=registering.has_place,
            effect=registering.settled,
            message=_("is coming"),
        ),
        Transition(
            "wait",
            _("Onto the waiting list"),
            ("named", "asked", "cancelled"),
            "waiting",
            OURS | ByLink(),
            guard=registering.is_full,
            effect=registering.settled,
            message=_("stands on the waiting list"),
        ),
        Transition(
            "seat",
            _("Give a place"),
            ("waiting",),
            "coming",
            OURS | ByDesk(),
            guard=registering.has_place,
            effect=registering.settled,
            primary=True,
            message=_("has a place now"),
        ),
        Transition(
            "cancel",
            _("Cancel"),
            ("named", "asked", "waiting", "coming"),
            "cancelled",
            OURS | ByLink(),
            effect=cancelled,
            dangerous=True,
            message=_("cancelled"),
        ),
        Transition(
            "miss",
            _("Did not come"),
            ("coming",),
            "absent",
            OURS,
            effect=registering.left,
            message=_("did not come"),
        ),
    ),
    PLAN.name: (
        Transition("solve", _("Computed"), ("asked",), "made", ByDesk(), message=_("computed a plan")),
        Transition("fail", _("There is none"), ("asked",), "impossible", ByDesk(), message=_("found no plan")),
        Transition(
            "adopt",
            _("Adopt, and tell those concerned"),
            ("made",),
            "adopted",
            OURS,
            guard=planning.may_adopt,
            effect=planning.adopted,
            primary=True,
            message=_("adopted a plan of meetings"),
        ),
        Transition(
            "drop", _("Put aside"), ("asked", "made"), "replaced", OURS, message=_("put a plan of meetings aside")
        ),
        Transition("replace", _("Replaced"), ("adopted",), "replaced", ByDesk(), message=_("replaced a plan")),
    ),
    TALK.name: (
        Transition(
            "cancel",
            _("Cancel the meeting"),
            ("planned",),
            "cancelled",
            OURS,
            effect=talk_cancelled,
            dangerous=True,
            message=_("cancelled a meeting"),
        ),
    ),
    STOP.name: (
        Transition(
            "ask",
            _("Ask the host by mail"),
            ("wished",),
            "asked",
            OURS,
            gates=("security",),
            guard=may_ask,
            effect=stop_asked,
            message=_("asks a host"),
        ),
        Transition(
            "agree",
            _("The host agrees"),
            ("wished", "asked", "dropped"),
            "agreed",
            OURS | BY_HOST,
            effect=stop_changed,
            primary=True,
            message=_("noted that a host agrees"),
        ),
        Transition("visit", _("Was visited"), ("agreed",), "visited", OURS, primary=True, message=_("noted a visit")),
        Transition(
            "drop",
            _("Is not visited"),
            ("wished", "asked", "agreed"),
            "dropped",
            OURS | BY_HOST,
            effect=stop_changed,
            needs_reason=True,
            message=_("took a stop out"),
        ),
        Transition(
            "note",
            _("Noted that it falls away"),
            ("dropped",),
            "dropped",
            OURS,
            guard=was_declined,
            effect=noted,
            message=_("noted that a host has declined"),
        ),
    ),
    CONTRIBUTION.name: (
        Transition(
            "accept",
            _("Accept"),
            ("handed_in", "declined"),
            "accepted",
            OURS,
            guard=contributing.may_decide,
            effect=contributing.decided,
            primary=True,
            message=_("accepted a contribution"),
        ),
        Transition(
            "decline",
            _("Decline"),
            ("handed_in",),
            "declined",
            OURS,
            guard=contributing.may_decide,
            effect=contributing.decided,
            message=_("declined a contribution"),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            ("handed_in", "accepted"),
            "withdrawn",
            OURS | ByLink("by_id"),
            effect=contributing.withdrawn,
            dangerous=True,
            message=_("withdrew a contribution"),
        ),
    ),
}
