"""What a country's and a person's page show of stays."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.parties.models import Country, Person
from udsyn.desk.rooms.stays.models import Stay

SHOWN = 8


@kept
def with_partner(actor: Actor, *, given: int) -> Any:
    return latest(Q(country=given), actor)


def latest(rows: Q, actor: Actor) -> Any:
    return Stay.objects.visible_to(actor).filter(rows).select_related("country")[:SHOWN]


def shown(stays: Any) -> Panel | None:
    return Panel(_("Stays"), "stays/_stays.html", {"stays": stays}) if stays else None


def of_country(row: Country, actor: Actor) -> Panel | None:
    return shown(with_partner(actor, given=row.pk)) if actor.signed_in else None


def of_person(row: Person, actor: Actor) -> Panel | None:
    return shown(latest(Q(guest=row) | Q(host=row), actor)) if actor.signed_in else None
