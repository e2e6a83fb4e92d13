"""Who acts in the service room besides users: the holder of a mail link, and the desk itself when time runs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from udsyn.desk.kernel.permissions import (
    ABROAD,
    MINISTRY,
    NOTHING,
    READS_ALL,
    STAFF,
    Actor,
    Is,
    Mine,
    Rule,
    Serves,
    Through,
    value_at,
)
from udsyn.desk.kernel.ties import Maker


@dataclass(frozen=True)
class Holder(Actor):
    """Whoever opened a mail link. No account and no role: only what that one link is for."""

    link: Any = None


@dataclass(frozen=True)
class ByLink(Rule):
    """The actor holds a link of this purpose whose row is found at `path`."""

    purpose: str
    path: str = "pk"

    def held(self, actor: Actor) -> int | None:
        link = getattr(actor, "link", None)
        return link.object_id if link is not None and link.purpose == self.purpose else None

    def allows(self, actor: Actor, row: Any) -> bool:
        held = self.held(actor)
        return held is not None and value_at(row, self.path) == held

    def possible(self, actor: Actor) -> bool:
        return self.held(actor) is not None

    def where(self, actor: Actor, via: str = "") -> Q:
        held = self.held(actor)
        return NOTHING if held is None else Q(**{f"{via}{self.path}": held})


@dataclass(frozen=True)
class FromNoCentre(Serves):
    """Serves a country, and no centre: whoever is posted at one works there, and is asked nothing more."""

    def served(self, actor: Actor) -> frozenset[Any]:
        return frozenset() if actor.scopes(self.roles, "centre") else super().served(actor)


class OfFew(Through):
    """What the rule of the linked request says, where it holds of few requests. Asked as a set of these, found by who
    sent them or by their country; joined to what hangs on all requests, a database reads all of it."""

    def where(self, actor: Actor, via: str = "") -> Q:
        if not self.possible(actor):
            return NOTHING
        theirs = apps.get_model("service", "Request")._base_manager.filter(self.rule.where(actor))
        return Q(**{f"{via}{self.path}__in": theirs.order_by().values("pk")})


OF_COUNTRY = Is("centre_id", (None,)) & FromNoCentre(ABROAD, "country", "country__code")


def abroad(path: str) -> Rule:
    """Colleagues of a request's centre; where it has none, whoever serves its country from no centre."""
    return Serves(ABROAD, "centre", f"{path}centre__slug") | (OfFew(path[:-2], OF_COUNTRY) if path else OF_COUNTRY)


def works_on(path: str = "") -> Rule:
    """Who works on a request (found at `path`): who serves abroad where it belongs, and the ministry."""
    return abroad(path) | MINISTRY


def reads(path: str = "") -> Rule:
    """Who reads a request with all that is private in it."""
    return abroad(path) | READS_ALL


#: colleagues who see what made the tie that an outcome came of
ON_TIE = STAFF & Through("tie", Maker())
CLIENT = Mine("sender_user_id", "user") | Mine("person_id")


@dataclass(frozen=True)
class Told(Rule):
    """The mail with the short list of the request (its id at `path`) does not wait in the outbox any more."""

    path: str

    def unsent(self) -> Any:
        links = apps.get_model("service", "Link").objects.filter(kind="request", purpose="shortlist")
        return links.filter(expires__isnull=True, revoked__isnull=True)

    def allows(self, actor: Actor, row: Any) -> bool:
        return not self.unsent().filter(object_id=value_at(row, self.path)).exists()

    def where(self, actor: Actor, via: str = "") -> Q:
        return Q(~Exists(self.unsent().filter(object_id=OuterRef(f"{via}{self.path}"))))


#: what a client sees of candidates
OFFERED = Is("state", ("chosen", "passed")) | (Is("state", ("shortlisted",)) & Told("request_id"))


def client_of(path: str) -> Rule:
    """The client of the request found at `path`."""
    return OfFew(path, CLIENT)
