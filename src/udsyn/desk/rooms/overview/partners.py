"""Partners: countries with an agreement, a centre or a post today, as far as a reader may know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement
from udsyn.desk.rooms.cooperation.states import ACTION
from udsyn.desk.rooms.overview import world
from udsyn.desk.rooms.parties.models import Country, Interval
from udsyn.desk.rooms.posts.models import Centre, Post, open_centres


@dataclass
class Partner:
    country: Country
    agreements: list[Agreement] = field(default_factory=list)
    centres: list[Centre] = field(default_factory=list)
    posts: int = 0
    late: int = 0  #: action points past their day; only colleagues see any
    open: list[Any] = field(default_factory=list)  #: what everybody may join now

    @property
    def path(self) -> str:
        """The outline on the map."""
        return world.outlines().get(self.country.code, "")


@kept
def agreements_for(actor: Actor, today: dt.date) -> Any:
    """Agreements that stand on a day: those that everybody may know of, and more to somebody with an account."""
    seen = Agreement.objects.visible_to(actor) if actor.signed_in else Agreement.public()
    return seen.filter(Agreement.standing_on(today)).select_related("country", "owner")


@kept
def posts_on(actor: Actor, today: dt.date) -> Any:
    posts = RESOURCES["post"].rows(actor) if actor.signed_in else Post.objects.select_related("country")
    return posts.filter(Interval.on(today))


@kept
def late(actor: Actor, today: dt.date) -> Any:
    rows = ActionPoint.objects.visible_to(actor).filter(ACTION.on("overdue", today))
    return rows.select_related("agreement__country")


def partners(actor: Actor, today: dt.date) -> list[Partner]:
    """All of them, by name."""
    found: dict[str, Partner] = {}

    def partner(country: Country) -> Partner:
        return found.setdefault(country.code, Partner(country))

    for agreement in agreements_for(actor, today):
        partner(agreement.country).agreements.append(agreement)
    for centre in open_centres():
        partner(centre.country).centres.append(centre)
    for post in posts_on(actor, today):
        partner(post.country).posts += 1
    for point in late(actor, today):
        partner(point.agreement.country).late += 1
    return sorted(found.values(), key=lambda one: str(one.country.name))
