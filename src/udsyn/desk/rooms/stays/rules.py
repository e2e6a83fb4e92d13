"""Who may do what in this room: the ministry, whoever looks after it, those it concerns, and who holds a mail link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from udsyn.desk.kernel.permissions import ABROAD, AUDITS, MINISTRY, NOTHING, Actor, Mine, Rule, Serves, value_at

GUEST, HOST, APPLICANT = "guest", "host", "applicant"


@dataclass(frozen=True)
class Linked(Actor):
    """Whoever opened a mail link: no account and no role, only this row, in this part."""

    part: str = ""
    row: int | None = None


@dataclass(frozen=True)
class ByLink(Rule):
    """The actor came by a link, in one of these parts, to the row found at `path`."""

    parts: tuple[str, ...]
    path: str = "pk"

    def allows(self, actor: Actor, row: Any) -> bool:
        return self.possible(actor) and value_at(row, self.path) == getattr(actor, "row", None)

    def possible(self, actor: Actor) -> bool:
        return isinstance(actor, Linked) and actor.part in self.parts and actor.row is not None

    def where(self, actor: Actor, via: str = "") -> Q:
        return Q(**{f"{via}{self.path}": getattr(actor, "row", None)}) if self.possible(actor) else NOTHING


def readers(stay: str = "") -> Rule:
    """Who reads a stay (found at `stay`, a path that ends in `__`): those it concerns, and who serves its country."""
    return (
        MINISTRY
        | AUDITS
        | Mine(f"{stay}guest_id")
        | Mine(f"{stay}host_id")
        | Mine(f"{stay}keeper_id")
        | Serves(ABROAD, "country", f"{stay}country__code")
    )


def works_on(stay: str = "") -> Rule:
    return MINISTRY | Mine(f"{stay}keeper_id")
