"""Who may do what. A rule is said once and answers twice: for one row (`allows`) and as a set (`where`).

    STAFF | Is("confidential", False)       composed with | and &
    rule.allows(actor, agreement)           may this actor do it with this row?
    Agreement.objects.visible_to(actor)     all rows that the actor may see: `rule.where(actor)` as a filter

Lists, counts, search, exports, feeds and the API start from the set; a property test says that both answers agree.
What no rule allows is refused.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

OFFICER = "officer"
ATTACHE = "attache"
ADVISOR = "advisor"
ASSISTANT = "assistant"
CLIENT = "client"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"

#: role → its name on screen. A mandate gives a role everywhere, or in a scope such as `centre:seoul` or `country:KR`.
ROLES = {
    OFFICER: _("Ministry officer"),
    ATTACHE: _("Innovation attaché"),
    ADVISOR: _("Growth advisor"),
    ASSISTANT: _("Centre assistant"),
    CLIENT: _("Client"),
    AUDITOR: _("Auditor"),
    ADMINISTRATOR: _("Administrator"),
}
#: what a role can be limited to. Centres are named by slug, countries by code, all others by the number of their row.
SCOPES = ("centre", "country", "call", "event", "organisation", "application")
NUMBERED = frozenset(SCOPES[2:])
ABROAD = (ATTACHE, ADVISOR, ASSISTANT)

NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class Actor:
    """Who asks: a user's person, organisations and mandates, read once per request. Nobody is an actor with none."""

    user: Any = None
    name: str = ""
    person: int | None = None
    organisations: frozenset[int] = frozenset()
    mandates: frozenset[tuple[str, str]] = frozenset()  #: (role, scope); the empty scope is everywhere

    @property
    def signed_in(self) -> bool:
        return self.user is not None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _scope in self.mandates)

    @property
    def staff(self) -> bool:
        return bool(self.roles - {CLIENT})

    def scopes(self, roles: Iterable[str], kind: str) -> frozenset[str]:
        """Where the actor holds one of the roles: `scopes(ABROAD, "centre")` → {"seoul"}."""
        head = f"{kind}:"
        return frozenset(s.removeprefix(head) for role, s in self.mandates if role in roles and s.startswith(head))

    def can(self, action: str, row: Any) -> bool:
        """Does the row's own rule for this action allow it? No rule means no."""
        rule = row.rules.get(action)
        return rule is not None and rule.allows(self, row)

    @property
    def role_names(self) -> str:
        return ", ".join(sorted(self.roles))


NOBODY = Actor()


@dataclass(frozen=True)
class Desk(Actor):
    """The desk itself: what follows from the calendar or from somebody's answer, and from no user's wish."""


DESK = Desk(name="the desk")


def value_at(row: Any, path: str) -> Any:
    """The value behind a Django lookup path such as `agreement__country_id`; None where a link is missing."""
    return reduce(lambda value, name: None if value is None else getattr(value, name), path.split("__"), row)


class Rule:
    """A question with two answers that must agree. `via` is the path to the row where a linked row's rule is asked.

    Paths follow foreign keys only, so that a set never holds a row twice; links to many are asked by `Among`.
    """

    def allows(self, actor: Actor, row: Any) -> bool:
        raise NotImplementedError

    def where(self, actor: Actor, via: str = "") -> Q:
        raise NotImplementedError

    def possible(self, actor: Actor) -> bool:
        """Could it hold for some row? False only where no row whatever would do."""
        return True

    def always(self, actor: Actor) -> bool:
        """Does it hold for every row? Then the set needs no other condition."""
        return False

    def but_not(self, denied: Rule) -> Rule:
        """This rule, except where another one denies it: a conflict of interest, a phase in which nobody may look."""
        return Both((self, Not(denied)))

    def __or__(self, other: Rule) -> Rule:
        return Either((self, other))

    def __and__(self, other: Rule) -> Rule:
        return Both((self, other))


@dataclass(frozen=True)
class Either(Rule):
    rules: tuple[Rule, ...]

    def allows(self, actor: Actor, row: Any) -> bool:
        return any(rule.allows(actor, row) for rule in self.rules)

    def possible(self, actor: Actor) -> bool:
        return any(rule.possible(actor) for rule in self.rules)

    def always(self, actor: Actor) -> bool:
        return any(rule.always(actor) for rule in self.rules)

    def where(self, actor: Actor, via: str = "") -> Q:
        found = [rule for rule in self.rules if rule.always(actor)][:1]
        found = found or [rule for rule in self.rules if rule.possible(actor)]
        return reduce(operator.or_, (rule.where(actor, via) for rule in found)) if found else NOTHING


@dataclass(frozen=True)
class Both(Rule):
    rules: tuple[Rule, ...]

    def allows(self, actor: Actor, row: Any) -> bool:
        return all(rule.allows(actor, row) for rule in self.rules)

    def possible(self, actor: Actor) -> bool:
        return all(rule.possible(actor) for rule in self.rules)

    def always(self, actor: Actor) -> bool:
        return all(rule.always(actor) for rule in self.rules)

    def where(self, actor: Actor, via: str = "") -> Q:
        if not self.possible(actor):
            return NOTHING
        found = [rule for rule in self.rules if not rule.always(actor)] or self.rules[:1]
        return reduce(operator.and_, (rule.where(actor, via) for rule in found))


@dataclass(frozen=True)
class Not(Rule):
    """Holds where the other rule does not. An unknown value is no value that the other rule names."""

    rule: Rule

    def allows(self, actor: Actor, row: Any) -> bool:
        return not self.rule.allows(actor, row)

    def possible(self, actor: Actor) -> bool:
        return not self.rule.always(actor)

    def always(self, actor: Actor) -> bool:
        return not self.rule.possible(actor)

    def where(self, actor: Actor, via: str = "") -> Q:
        return ~self.rule.where(actor, via)


class ActorOnly(Rule):
    """A rule that looks at the actor alone: all rows or none."""

    def holds(self, actor: Actor) -> bool:
        raise NotImplementedError

    def allows(self, actor: Actor, row: Any) -> bool:
        return self.holds(actor)

    def possible(self, actor: Actor) -> bool:
        return self.holds(actor)

    def always(self, actor: Actor) -> bool:
        return self.holds(actor)

    def where(self, actor: Actor, via: str = "") -> Q:
        return Q(**{f"{via}pk__isnull": False}) if self.holds(actor) else NOTHING


@dataclass(frozen=True)
class Anyone(ActorOnly):
    def holds(self, actor: Actor) -> bool:
        return True


@dataclass(frozen=True)
class SignedIn(ActorOnly):
    """Signed in, with a role that somebody gave: an account that a stranger made itself sees what the world sees."""

    def holds(self, actor: Actor) -> bool:
        return actor.signed_in and bool(actor.mandates)


@dataclass(frozen=True)
class Nobody(ActorOnly):
    def holds(self, actor: Actor) -> bool:
        return False


@dataclass(frozen=True)
class ByDesk(ActorOnly):
    def holds(self, actor: Actor) -> bool:
        return isinstance(actor, Desk)


@dataclass(frozen=True)
class Has(ActorOnly):
    """Holds one of the roles, in whatever scope."""

    roles: tuple[str, ...]

    def holds(self, actor: Actor) -> bool:
        return bool(actor.roles.intersection(self.roles))


@dataclass(frozen=True)
class Everywhere(ActorOnly):
    """Holds one of the roles without a limit of scope."""

    roles: tuple[str, ...]

    def holds(self, actor: Actor) -> bool:
        return any(role in self.roles and not scope for role, scope in actor.mandates)


@dataclass(frozen=True)
class Serves(Rule):
    """Holds one of the roles in the scope that the row belongs to: `path` leads to its name (see `SCOPES`)."""

    roles: tuple[str, ...]
    kind: str
    path: str

    def served(self, actor: Actor) -> frozenset[Any]:
        names = actor.scopes(self.roles, self.kind)
        return frozenset(int(name) for name in names if name.isdecimal()) if self.kind in NUMBERED else names

    def allows(self, actor: Actor, row: Any) -> bool:
        return value_at(row, self.path) in self.served(actor)

    def possible(self, actor: Actor) -> bool:
        return bool(self.served(actor))

    def where(self, actor: Actor, via: str = "") -> Q:
        scopes = self.served(actor)
        return Q(**{f"{via}{self.path}__in": scopes}) if scopes else NOTHING


@dataclass(frozen=True)
class Is(Rule):
    """The row's field has one of these values; None among them is a field that is empty."""

    path: str
    values: tuple[Any, ...]

    def allows(self, actor: Actor, row: Any) -> bool:
        return value_at(row, self.path) in self.values

    def where(self, actor: Actor, via: str = "") -> Q:
        found = Q(**{f"{via}{self.path}__in": [value for value in self.values if value is not None]})
        return found | Q(**{f"{via}{self.path}__isnull": True}) if None in self.values else found


@dataclass(frozen=True)
class Mine(Rule):
    """The row's person, user or organisation is the actor's own."""

    path: str
    kind: str = "person"

    def own(self, actor: Actor) -> frozenset[Any]:
        if self.kind == "organisation":
            return actor.organisations
        value = actor.person if self.kind == "person" else getattr(actor.user, "pk", None)
        return frozenset() if value is None else frozenset({value})

    def allows(self, actor: Actor, row: Any) -> bool:
        return value_at(row, self.path) in self.own(actor)

    def possible(self, actor: Actor) -> bool:
        return bool(self.own(actor))

    def where(self, actor: Actor, via: str = "") -> Q:
        own = self.own(actor)
        return Q(**{f"{via}{self.path}__in": own}) if own else NOTHING


@dataclass(frozen=True)
class Among(Mine):
    """The actor's own person, user or organisation is among the several that `path`, a link to many, holds.

    `model` ("app.model") is what has the link: asked in a query of its own, a set holds no row twice.
    """

    model: str = ""

    def allows(self, actor: Actor, row: Any) -> bool:
        own = self.own(actor)
        return bool(own) and row.pk is not None and getattr(row, self.path).filter(pk__in=own).exists()

    def where(self, actor: Actor, via: str = "") -> Q:
        own = self.own(actor)
        if not own:
            return NOTHING
        rows = apps.get_model(self.model)._base_manager.filter(**{f"{self.path}__in": own})
        return Q(**{f"{via}pk__in": rows.values("pk")})


@dataclass(frozen=True)
class Tells(Mine):
    """A row of another model (`model`, "app.model") names the actor's own at `path` and has, in its column `link`, what
    the ruled row has at `about`; `so` are values that it must have. A conflict of interest that bars somebody is one.
    """

    model: str = ""
    link: str = ""
    about: str = "pk"
    so: tuple[tuple[str, Any], ...] = ()

    def told(self, actor: Actor) -> Any:
        rows = apps.get_model(self.model)._base_manager
        return rows.filter(**{f"{self.path}__in": self.own(actor), f"{self.link}__isnull": False}, **dict(self.so))

    def allows(self, actor: Actor, row: Any) -> bool:
        value = value_at(row, self.about)
        return self.possible(actor) and value is not None and self.told(actor).filter(**{self.link: value}).exists()

    def where(self, actor: Actor, via: str = "") -> Q:
        if not self.possible(actor):
            return NOTHING
        return Q(**{f"{via}{self.about}__in": self.told(actor).values(self.link)})


@dataclass(frozen=True)
class Through(Rule):
    """What the rule of a linked row says: an action point is seen by those who see its agreement."""

    path: str
    rule: Rule

    def allows(self, actor: Actor, row: Any) -> bool:
        linked = value_at(row, self.path)
        return linked is not None and self.rule.allows(actor, linked)

    def possible(self, actor: Actor) -> bool:
        return self.rule.possible(actor)

    def where(self, actor: Actor, via: str = "") -> Q:
        return Q(**{f"{via}{self.path}__isnull": False}) & self.rule.where(actor, f"{via}{self.path}__")


STAFF = Has((OFFICER, ATTACHE, ADVISOR, ASSISTANT, AUDITOR, ADMINISTRATOR))
MINISTRY = Everywhere((OFFICER,))
READS_ALL = Everywhere((OFFICER, AUDITOR, ADMINISTRATOR))
ADMINISTERS = Everywhere((ADMINISTRATOR,))
AUDITS = Everywhere((AUDITOR, ADMINISTRATOR))


def actor_of(user: Any, today: date) -> Actor:
    """Read a user's mandates of today, person and present organisations."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    mandates = frozenset((g.role, g.scope) for g in user.mandates.all() if g.holds_on(today))
    organisations: frozenset[int] = frozenset()
    if user.person_id:
        organisations = frozenset(a.organisation_id for a in user.person.affiliations.all() if a.holds_on(today))
    return Actor(user, str(user), user.person_id, organisations, mandates)
