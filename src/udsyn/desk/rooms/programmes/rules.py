"""Who acts in the room of programmes: an application's team, officers of a call, and a partner by mail link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q

from udsyn.desk.kernel.permissions import (
    AUDITS,
    MINISTRY,
    NOTHING,
    OFFICER,
    Actor,
    Mine,
    Rule,
    Serves,
    value_at,
)

READ, WRITE = "read", "write"


@dataclass(frozen=True)
class Invited(Actor):
    """Whoever opened a partner's mail link: no account, no role, only that partner's own answer."""

    partner: int | None = None


@dataclass(frozen=True)
class ByInvitation(Rule):
    """The actor came by the link of this very partner."""

    def allows(self, actor: Actor, row: Any) -> bool:
        held = getattr(actor, "partner", None)
        return held is not None and row.pk == held

    def possible(self, actor: Actor) -> bool:
        return getattr(actor, "partner", None) is not None

    def where(self, actor: Actor, via: str = "") -> Q:
        held = getattr(actor, "partner", None)
        return NOTHING if held is None else Q(**{f"{via}pk": held})


@dataclass(frozen=True)
class OnTeam(Rule):
    """The actor is of the team of the application that is found at `path` (its id), with one of these parts in it.

    Somebody is of the team as a person, or by the address with which they sign in until the person is known.
    """

    parts: tuple[str, ...] = (READ, WRITE)
    path: str = "pk"

    def teams(self, actor: Actor) -> Any:
        email = getattr(actor.user, "email", "")
        who = (Q(person=actor.person) if actor.person else NOTHING) | (
            Q(person__isnull=True, email__iexact=email) if email else NOTHING
        )
        return apps.get_model("programmes", "Member").objects.filter(who, part__in=self.parts)

    def allows(self, actor: Actor, row: Any) -> bool:
        return self.possible(actor) and self.teams(actor).filter(application=value_at(row, self.path)).exists()

    def possible(self, actor: Actor) -> bool:
        return actor.signed_in

    def where(self, actor: Actor, via: str = "") -> Q:
        if not self.possible(actor):
            return NOTHING
        return Q(**{f"{via}{self.path}__in": self.teams(actor).values("application")})


def officers(call: str = "call_id") -> Rule:
    """The ministry's officers, and those of this call alone (its id at `call`)."""
    return MINISTRY | Serves((OFFICER,), "call", call)


def reads(application: str = "", call: str = "call_id") -> Rule:
    """Officers, auditors, the lead and the team of the application at `application`, a path that ends in `__`."""
    return officers(f"{application}{call}") | AUDITS | team(application, (READ, WRITE))


def team(application: str = "", parts: tuple[str, ...] = (WRITE,)) -> Rule:
    """The lead, and those of the team with one of these parts."""
    return Mine(f"{application}lead_id") | OnTeam(parts, f"{application}pk")
