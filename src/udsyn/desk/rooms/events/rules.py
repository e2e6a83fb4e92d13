"""Who acts in the room of events: those who organise one, and a participant by mail link."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from udsyn.desk.kernel.permissions import (
    ABROAD,
    AUDITS,
    MINISTRY,
    NOTHING,
    OFFICER,
    Actor,
    Rule,
    Serves,
    value_at,
)


@dataclass(frozen=True)
class Guest(Actor):
    """Whoever opened a mail link, a participant's or a host's: no account, no role, only what is their own."""

    participant: int | None = None
    stop: int | None = None


@dataclass(frozen=True)
class ByLink(Rule):
    """The actor came by the link of the participant, or of the `part` that is named, whose id is found at `path`."""

    path: str = "pk"
    part: str = "participant"

    def allows(self, actor: Actor, row: object) -> bool:
        held = getattr(actor, self.part, None)
        return held is not None and value_at(row, self.path) == held

    def possible(self, actor: Actor) -> bool:
        return getattr(actor, self.part, None) is not None

    def where(self, actor: Actor, via: str = "") -> Q:
        held = getattr(actor, self.part, None)
        return NOTHING if held is None else Q(**{f"{via}{self.path}": held})


BY_HOST = ByLink(part="stop")


def organises(event: str = "") -> Rule:
    """The ministry, colleagues of the event's centre or country, and officers of this event alone.

    `event` is the path to it, and ends in `__`.
    """
    return (
        MINISTRY
        | Serves(ABROAD, "centre", f"{event}centre__slug")
        | Serves(ABROAD, "country", f"{event}country__code")
        | Serves((OFFICER,), "event", f"{event}pk")
    )


def reads(event: str = "") -> Rule:
    return organises(event) | AUDITS
