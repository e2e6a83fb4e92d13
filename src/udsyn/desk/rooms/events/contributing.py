"""The call for contributions: proposing, reading, deciding, and putting what was accepted into a session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events import letters
from udsyn.desk.rooms.events.models import Attendee, Contribution, Event, Opinion, Referee, Session

MOST = 5  #: contributions that one participant proposes to an event
SCORES = dict(Opinion.SCORES)


def may_propose(row: Attendee) -> Any:
    """Why a participant cannot propose anything now; nothing where they can."""
    if not row.event.takes_contributions:
        return _("The event takes no contributions now.")
    if row.state not in ("asked", "waiting", "coming"):
        return _("You are not coming.")
    if row.contributions.exclude(state="withdrawn").count() >= MOST:
        return _("You have proposed %(most)s already; that is as many as one may.") % {"most": MOST}
    return None


@transaction.atomic
def propose(row: Attendee, given: Contribution, actor: Actor) -> Contribution:
    """Keep what a participant hands in. Raises ValidationError where they may not, or where something is missing."""
    Event.objects.select_for_update(of=("self",)).get(pk=row.event_id)
    if against := may_propose(row):
        raise ValidationError(against)
    given.event, given.by = row.event, row
    return kernel.save(given, actor)


@transaction.atomic
def rewrite(given: Contribution, actor: Actor) -> Contribution:
    """Store what its author changed, as long as the call is open and nobody has decided."""
    if not given.event.takes_contributions:
        raise ValidationError(_("The event takes no contributions now."))
    return kernel.save(given, actor)


def may_decide(row: Contribution) -> Any:
    if row.event.is_done:
        return _("The event is over, or cancelled.")
    if row.by.state == "cancelled":
        return _("%(name)s is not coming.") % {"name": row.by}
    return None


def decided(row: Contribution, actor: Actor) -> None:
    letters.decided(row)


def withdrawn(row: Contribution, actor: Actor) -> None:
    """It leaves the programme, and who proposed it speaks there no more."""
    leave_session(row)
    row.session = None


def withdraw_all(row: Attendee, actor: Actor) -> None:
    """Whoever does not come contributes nothing."""
    for one in row.contributions.filter(state__in=("handed_in", "accepted")):
        kernel.perform(one, "withdraw", actor)


def leave_session(row: Contribution) -> None:
    """Its author speaks in its session no more, unless another contribution of theirs stands there."""
    if row.session is not None and not row.session.contributions.filter(by=row.by_id).exclude(pk=row.pk).exists():
        row.session.speakers.remove(row.by)


@transaction.atomic
def schedule(row: Contribution, session: Session | None, actor: Actor) -> None:
    """Put an accepted contribution into a session of its event, or out of it; its author speaks there, and is told.

    Raises ValidationError where the author speaks elsewhere at that time.
    """
    stored = Contribution.objects.select_related("event", "by", "session").get(pk=row.pk)
    row = Contribution.objects.select_related("event", "by", "session").get(pk=row.pk)
    if not actor.can("change", row.event):
        raise Refused()
    if row.state != "accepted":
        raise ValidationError(_("Only what is accepted is put into the programme."))
    if session is not None and session.event_id != row.event_id:
        raise ValidationError(_("The session belongs to another event."))
    if row.session == session:
        return
    if session is not None:
        for other in row.by.sessions.exclude(pk__in=(session.pk, row.session_id or 0)):
            if other.starts < session.ends and session.starts < other.ends:
                said = _("%(name)s speaks in “%(session)s” at that time.")
                raise ValidationError(said % {"name": row.by, "session": other})
    leave_session(row)
    row.session = session
    kernel.write(row, actor, "change", stored)
    if session is not None:
        session.speakers.add(row.by)
    letters.scheduled(row)


# Reading ------------------------------------------------------------------------------------------------------------


def bars(referee: Referee, row: Contribution) -> Any:
    """Why a reader may not judge a contribution: it is their own, or comes from their organisation."""
    if row.by.person_id == referee.person_id or row.by.email == (referee.person.email or "").lower():
        return _("It is your own.")
    return _("It comes from your own organisation.") if row.by.house and row.by.house in houses(referee) else None


def houses(referee: Referee) -> set[str]:
    today = timezone.localdate()
    held = referee.person.affiliations.select_related("organisation")
    return {" ".join(one.organisation.name.casefold().split()) for one in held if one.holds_on(today)}


def left_to_read(referee: Referee) -> bool:
    """Is there something that they may judge and have not?"""
    said = referee.opinions.values("contribution")
    left = of(referee.event).filter(state="handed_in").exclude(pk__in=said)
    return any(not bars(referee, row) for row in left)


@transaction.atomic
def judge(referee: Referee, row: Contribution, score: int, text: str, actor: Actor) -> Opinion:
    """Keep what a reader makes of it, in place of what they said before. Raises ValidationError where they may not."""
    if row.event_id != referee.event_id:
        raise Refused()
    if row.state != "handed_in":
        raise ValidationError(_("It is decided already."))
    if against := bars(referee, row):
        raise ValidationError(against)
    held = Opinion.objects.filter(contribution=row, referee=referee).first() or Opinion(
        contribution=row, referee=referee
    )
    held.score, held.text = score, text
    return kernel.save(held, actor)


@dataclass(frozen=True)
class Line:
    """A contribution as organisers rank it, by the opinions that they may see: of their own, none."""

    row: Contribution
    opinions: list[Opinion]
    own: bool

    @property
    def mean(self) -> float | None:
        """The mean judgement, 1 to 5; None where nobody has read it."""
        return sum(one.score for one in self.opinions) / len(self.opinions) if self.opinions else None


def ranked(event: Event, actor: Actor) -> list[Line]:
    """All that stands, the best judged first; what nobody has read comes last, and what is the actor's own."""
    seen = Opinion.objects.visible_to(actor).select_related("referee__person")
    rows = of(event).prefetch_related(Prefetch("opinions", seen))
    lines = [Line(row, list(row.opinions.all()), row.by.person_id == (actor.person or 0)) for row in rows]
    return sorted(lines, key=lambda line: (line.mean is None, -(line.mean or 0), line.row.pk))


def of(event: Event) -> QuerySet[Contribution]:
    return event.contributions.exclude(state="withdrawn").select_related("by", "session", "event")


@dataclass(frozen=True)
class Reading:
    """A contribution before one of its readers: what bars them, and what they have said."""

    row: Contribution
    against: Any
    own: Opinion | None


def readings(referee: Referee) -> list[Reading]:
    said = {one.contribution_id: one for one in referee.opinions.all()}
    return [Reading(row, bars(referee, row), said.get(row.pk)) for row in of(referee.event)]


def in_sessions(sessions: Iterable[Session]) -> list[tuple[Session, list[Contribution]]]:
    """The programme as everybody reads it: each session with what is accepted there."""
    return [(one, [row for row in one.contributions.all() if row.state == "accepted"]) for one in sessions]
